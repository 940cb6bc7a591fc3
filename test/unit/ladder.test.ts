import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorkClock } from '../../src/domain/calendar.ts';
import type { Climb } from '../../src/domain/climb.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { callNext, covers, ladderForAsk, ladderOf, newClimb } from '../../src/domain/ladder.ts';
import { isReachable, type Team } from '../../src/domain/people.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import {
  ben,
  changed,
  dana,
  HOUR,
  ira,
  MINUTE,
  memberIn,
  mo,
  NAMES,
  officeCalendar,
  SECOND,
  stranger,
  tara,
  teamWith,
  wall,
  when,
} from '../support/domain-fixtures.ts';

const names = (ids: readonly MemberId[]) => ids.map((id) => NAMES.get(id));
const away = (from: string, until: string | null) => ({
  absence: { from: when(from), until: until === null ? null : when(until) },
});

describe('who is called on for a member', () => {
  test.each([
    ['an agent: the lead, and so on up', teamWith(), ben, ['Dana', 'Mo', 'Ira']],
    ['a lead: those above', teamWith(), dana, ['Mo', 'Ira']],
    [
      'who answers to nobody: the other holders, the smallest limit first',
      teamWith(),
      ira,
      ['Tara', 'Dana', 'Mo'],
    ],
    ['a lead who has left is passed over', teamWith({ dana: { active: false } }), ben, ['Mo', 'Ira']],
    [
      'with all above gone, the other holders',
      teamWith({ dana: { active: false }, mo: { active: false }, ira: { active: false } }),
      ben,
      ['Tara'],
    ],
    ['a circle ends where it began', teamWith({ mo: { leadId: dana } }), ben, ['Dana', 'Mo']],
    ['a circle back to the member too', teamWith({ mo: { leadId: ben } }), ben, ['Dana', 'Mo']],
    [
      'who leads themselves has the other holders',
      teamWith({ ben: { leadId: ben } }),
      ben,
      ['Tara', 'Dana', 'Mo', 'Ira'],
    ],
    [
      'a lead whom nobody knows is nobody',
      teamWith({ ben: { leadId: stranger } }),
      ben,
      ['Tara', 'Dana', 'Mo', 'Ira'],
    ],
    ['of a member whom nobody knows, every holder', teamWith(), stranger, ['Tara', 'Dana', 'Mo', 'Ira']],
    ['a team of one has nobody', teamWith({}, { without: [dana, mo, ira, tara] }), ben, []],
  ])('%s', (_, team, of, expected) => {
    expect(names(ladderOf(team, of))).toEqual(expected);
  });
});

describe('who is called on for an ask', () => {
  test.each([
    ['nothing but a yes: the lead', ben, null, null, ['Dana', 'Mo', 'Ira']],
    ['within the lead’s limit', ben, 500, 2, ['Dana', 'Mo', 'Ira']],
    ['above it', ben, 501, null, ['Mo', 'Ira']],
    ['more days than the lead may give', ben, 10, 3, ['Mo', 'Ira']],
    ['more than all but the director', ben, 1_000_000, 365, ['Ira']],
    ['a manager asks', mo, 9_000, null, ['Ira']],
    ['the director asks: whoever else may decide it', ira, 300, null, ['Dana', 'Mo']],
    ['the director asks for more than anybody else may', ira, 9_000, null, []],
  ])('%s', (_, askedBy, money, days, expected) => {
    expect(names(ladderForAsk(teamWith(), { askedBy, money, days }))).toEqual(expected);
  });

  test('who said that it is not theirs is left out, and when nobody above is left, others who may', () => {
    const ask = { askedBy: ben, money: 50, days: null };
    expect(names(ladderForAsk(teamWith(), ask, [dana]))).toEqual(['Mo', 'Ira']);
    expect(names(ladderForAsk(teamWith(), ask, [dana, mo, ira]))).toEqual(['Tara']);
    expect(names(ladderForAsk(teamWith(), ask, [dana, mo, ira, tara]))).toEqual([]);
  });

  test.each([
    ['no limit at all is no authority', null, 1, 1, false],
    ['nothing to measure', { money: 0, days: 0 }, null, null, true],
    ['exactly the limit', { money: 500, days: 2 }, 500, 2, true],
    ['one of two too much', { money: 500, days: 2 }, 500, 3, false],
    ['without bounds', { money: null, days: null }, 1e12, 9_999, true],
  ])('%s', (_, limit, money, days, expected) => {
    expect(covers(limit, { money, days })).toBe(expected);
  });
});

/** One matter, climbed from `from` until it is over or `moves` are made: "10:00 Dana until 10:18". */
function climbed(setting: {
  from: string;
  due?: string;
  team?: Team;
  clock?: WorkClock;
  moves?: number;
  roundOver?: string;
}): string[] {
  const { due, team = teamWith(), clock = 'clock', moves = 5, roundOver } = setting;
  const lines: string[] = [];
  let now = when(setting.from);
  let climb: Climb = newClimb(now);
  for (let move = 0; move < moves && climb.status !== 'taken'; move++) {
    const dueAt = due === undefined ? null : when(due);
    const roundOverAt = roundOver === undefined ? null : when(roundOver);
    const step = callNext(climb, {
      ladder: ladderOf(team, ben),
      team,
      policy: defaultPolicy,
      now,
      due: dueAt,
      clock,
      roundOverAt,
    });
    climb = step.climb;
    if (climb.status === 'taken') {
      break;
    }
    const who = step.called === null ? `${climb.status} (round ${climb.round})` : NAMES.get(step.called);
    lines.push(`${wall(now).slice(11)} ${who} until ${wall(climb.nextAt).slice(11)}`);
    now = climb.nextAt;
  }
  return lines;
}

describe('a climb', () => {
  test('gives each holder a third of what is left, less a tenth for telling the customer', () => {
    // 100 min, of which 10 are kept back: 90, then 60, then 40 are shared.
    expect(
      climbed({ from: '2026-03-04 10:00', due: '2026-03-04 11:40', roundOver: '2026-03-04 11:50' }),
    ).toEqual([
      'Wed 10:00 Dana until Wed 10:30',
      'Wed 10:30 Mo until Wed 10:50',
      'Wed 10:50 Ira until Wed 11:03:20',
      'Wed 11:03:20 calling (round 2) until Wed 11:50',
      'Wed 11:50 Dana until Wed 12:05',
    ]);
  });

  test('never gives less than half a minute', () => {
    expect(
      climbed({ from: '2026-03-04 10:01:48', due: '2026-03-04 10:02', roundOver: '2026-03-04 10:02:30' }),
    ).toEqual([
      'Wed 10:01:48 Dana until Wed 10:02:18',
      'Wed 10:02:18 Mo until Wed 10:17:18',
      'Wed 10:17:18 Ira until Wed 10:32:18',
      'Wed 10:32:18 calling (round 2) until Wed 10:02:30',
      'Wed 10:02:30 Dana until Wed 10:17:30',
    ]);
  });
});
