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
    // As the escalation does: a round before the time is over when the promise breaks, a later one in an hour.
    const roundOverAt = roundOver !== undefined && when(roundOver) > now ? when(roundOver) : null;
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
    const plan = { due: '2026-03-04 10:02', roundOver: '2026-03-04 10:02:30' };
    expect(climbed({ from: '2026-03-04 10:01:48', ...plan, moves: 2 })).toEqual([
      'Wed 10:01:48 Dana until Wed 10:02:18',
      'Wed 10:02:18 Mo until Wed 10:17:18',
    ]);
  });

  test('shares working time, and leaves nobody a night', () => {
    const office = officeCalendar();
    // Seven hours of work are left, 42 min of them kept back.
    const climb = climbed({ from: '2026-03-04 15:00', due: '2026-03-05 15:00', clock: office, moves: 3 });
    expect(climb).toEqual([
      'Wed 15:00 Dana until Thu 09:06',
      'Thu 09:06 Mo until Thu 10:30',
      'Thu 10:30 Ira until Thu 11:26',
    ]);
  });

  test('where no working time is left, the clock counts', () => {
    const friday = { from: '2026-03-06 19:30', due: '2026-03-06 20:00', roundOver: '2026-03-06 20:06' };
    expect(climbed({ ...friday, clock: officeCalendar(), moves: 3 })).toEqual([
      'Fri 19:30 Dana until Fri 19:39',
      'Fri 19:39 Mo until Fri 19:45',
      'Fri 19:45 Ira until Fri 19:49',
    ]);
  });

  test('is never left until the morning by the last seconds of a day', () => {
    const climb = climbed({
      from: '2026-03-04 16:59:50',
      due: '2026-03-04 17:00',
      clock: officeCalendar(),
      moves: 1,
    });
    expect(climb).toEqual(['Wed 16:59:50 Dana until Wed 17:00:20']);
  });

  test('after a miss gives each a quarter of an hour, and goes round again every hour of working time', () => {
    const late = { from: '2026-03-06 16:10', due: '2026-03-06 16:00', clock: officeCalendar(), moves: 6 };
    expect(climbed(late)).toEqual([
      'Fri 16:10 Dana until Fri 16:25',
      'Fri 16:25 Mo until Fri 16:40',
      'Fri 16:40 Ira until Fri 16:55',
      'Fri 16:55 calling (round 2) until Mon 09:55',
      'Mon 09:55 Dana until Mon 10:10',
      'Mon 10:10 Mo until Mon 10:25',
    ]);
  });

  test('skips those away', () => {
    const team = teamWith({ mo: away('2026-03-01 00:00', null) });
    expect(climbed({ from: '2026-03-04 10:00', team, moves: 3 })).toEqual([
      'Wed 10:00 Dana until Wed 10:15',
      'Wed 10:15 Ira until Wed 10:30',
      'Wed 10:30 calling (round 2) until Wed 11:30',
    ]);
  });

  test('calls who is back in the middle of it', () => {
    const team = teamWith({ dana: away('2026-03-01 00:00', '2026-03-04 10:10') });
    expect(climbed({ from: '2026-03-04 10:00', team, moves: 4 })).toEqual([
      'Wed 10:00 Mo until Wed 10:15',
      'Wed 10:15 Dana until Wed 10:30',
      'Wed 10:30 Ira until Wed 10:45',
      'Wed 10:45 calling (round 2) until Wed 11:45',
    ]);
  });

  test('with everyone away looks again when the first is back, and every quarter of an hour', () => {
    const team = teamWith({
      dana: away('2026-03-01 00:00', '2026-03-04 10:20'),
      mo: away('2026-03-01 00:00', null),
      ira: away('2026-03-01 00:00', '2026-03-09 09:00'),
    });
    expect(climbed({ from: '2026-03-04 10:00', team, moves: 3 })).toEqual([
      'Wed 10:00 nobody (round 1) until Wed 10:15',
      'Wed 10:15 nobody (round 1) until Wed 10:20',
      'Wed 10:20 Dana until Wed 10:35',
    ]);
  });

  test('of a team of one finds nobody, and goes on looking', () => {
    const team = teamWith({}, { without: [dana, mo, ira, tara] });
    expect(climbed({ from: '2026-03-04 10:00', team, moves: 2 })).toEqual([
      'Wed 10:00 nobody (round 1) until Wed 10:15',
      'Wed 10:15 nobody (round 1) until Wed 10:30',
    ]);
  });

  const asleep = { zone: 'Asia/Tokyo' };
  test.each([
    ['in working time waits for the end of quiet hours', officeCalendar(), ['Mo', 'Ira', 'calling']],
    ['around the clock calls everyone in turn', 'clock' as const, ['Dana', 'Mo', 'Ira']],
  ])('%s', (_, clock, expected) => {
    const team = teamWith({ dana: asleep });
    const climb = climbed({ from: '2026-03-04 14:00', team, clock, moves: 3 });
    expect(climb.map((line) => line.split(' ')[2])).toEqual(expected);
  });

  test.each([
    [
      'calls them in their quiet hours when the matter is due before the end of those',
      '2026-03-04 20:00',
      'Dana',
    ],
    ['waits when there is time until the morning', '2026-03-06 12:00', 'calling'],
  ])('%s', (_, due, expected) => {
    const team = teamWith({ dana: asleep }, { without: [mo, ira, tara] });
    const [line] = climbed({ from: '2026-03-04 14:00', due, team, clock: officeCalendar(), moves: 1 });
    expect(line?.split(' ')[2]).toBe(expected);
  });
});

const anyAbsence = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.record({
    from: fc.integer({ min: when('2026-03-01 00:00'), max: when('2026-03-06 00:00') }),
    until: fc.option(fc.integer({ min: when('2026-03-04 00:00'), max: when('2026-03-12 00:00') })),
  }),
);
const anyTeam: fc.Arbitrary<Team> = fc
  .record({
    absences: fc.array(anyAbsence, { minLength: 3, maxLength: 3 }),
    active: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    zones: fc.array(fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'America/New_York'), {
      minLength: 3,
      maxLength: 3,
    }),
    leads: fc.array(fc.constantFrom(ben, dana, mo, ira, stranger, null), { minLength: 4, maxLength: 4 }),
  })
  .map(({ absences, active, zones, leads }) =>
    [ben, dana, mo, ira].reduce(
      (team, id, i) =>
        changed(team, id, {
          leadId: leads[i] ?? null,
          absence: absences[i - 1] ?? null,
          active: active[i - 1] ?? true,
          zone: zones[i - 1] ?? 'Europe/Berlin',
        }),
      teamWith(),
    ),
  );

/** Makes the moves, each when its time has come. */
function play({
  team,
  from,
  due,
  clock,
  moves,
}: {
  team: Team;
  from: Instant;
  due: Instant | null;
  clock: WorkClock;
  moves: number;
}) {
  let climb = newClimb(from);
  let now = from;
  const steps: { now: Instant; climb: Climb; called: MemberId | null }[] = [];
  for (let move = 0; move < moves; move++) {
    const ladder = ladderOf(team, ben);
    const step = callNext(climb, {
      ladder,
      team,
      policy: defaultPolicy,
      now,
      due,
      clock,
      roundOverAt: null,
    });
    steps.push({ now, ...step });
    climb = step.climb;
    now = climb.status === 'taken' ? now : climb.nextAt;
  }
  return steps;
}

describe('of any climb in any team', () => {
  const moment = fc.integer({ min: when('2026-03-03 00:00'), max: when('2026-03-10 00:00') });
  const setting = fc.record({
    team: anyTeam,
    from: moment,
    due: fc.option(moment),
    clock: fc.constantFrom<WorkClock>(
      'clock',
      officeCalendar(),
      officeCalendar('Asia/Kathmandu', ['2026-03-05']),
    ),
    moves: fc.integer({ min: 1, max: 15 }),
  });

  test('the ladder has nobody twice, not the member, and nobody who has left', () => {
    fc.assert(
      fc.property(anyTeam, fc.constantFrom(ben, dana, mo, ira), (team, of) => {
        const ladder = ladderOf(team, of);
        expect(new Set(ladder).size).toBe(ladder.length);
        expect(ladder).not.toContain(of);
        expect(ladder.every((id) => memberIn(team, id).active)).toBe(true);
      }),
    );
  });

  test('nobody away is called, nobody twice in a round, everyone who is here once', () => {
    fc.assert(
      fc.property(setting, (scene) => {
        const steps = play(scene);
        for (const { now, climb, called } of steps) {
          expect(called === null || isReachable(memberIn(scene.team, called), now)).toBe(true);
          const inRound = climb.calls.map(({ holderId, round }) => `${round} ${holderId}`);
          expect(new Set(inRound).size).toBe(inRound.length);
        }
        for (const [i, { now, climb }] of steps.entries()) {
          const isOver = climb.status === 'calling' && climb.round > (steps[i - 1]?.climb.round ?? 1);
          const inVain = climb.calls.filter(({ round }) => round === climb.round - 1);
          const here = ladderOf(scene.team, ben).filter((id) => isReachable(memberIn(scene.team, id), now));
          expect(!isOver || here.every((id) => inVain.some(({ holderId }) => holderId === id))).toBe(true);
        }
      }),
    );
  });

  test('it always moves on: never under half a minute, never past the time by more', () => {
    fc.assert(
      fc.property(setting, (scene) => {
        for (const { now, climb, called } of play(scene)) {
          const nextAt = climb.status === 'taken' ? now : climb.nextAt;
          expect(nextAt).toBeGreaterThan(now);
          if (called !== null) {
            expect(nextAt - now).toBeGreaterThanOrEqual(30 * SECOND);
            const isAhead = scene.due !== null && scene.due > now;
            expect(nextAt).toBeLessThanOrEqual(
              isAhead ? Math.max(scene.due ?? 0, now + 30 * SECOND) : now + 15 * MINUTE,
            );
          } else if (climb.status === 'nobody') {
            expect(nextAt - now).toBeLessThanOrEqual(15 * MINUTE);
          } else {
            // An hour of work, over a weekend and a holiday at most.
            expect(nextAt - now).toBeLessThanOrEqual(4 * 24 * HOUR);
          }
        }
      }),
    );
  });
});
