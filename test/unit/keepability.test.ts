import { describe, expect, test } from 'vitest';
import { nearestKeepable, obstaclesTo } from '../../src/domain/keepability.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { ben, stranger, tara, teamWith, wall, when } from '../support/domain-fixtures.ts';

const now = when('2026-03-04 10:00');

type Prospect = Parameters<typeof obstaclesTo>[0];

function prospect(at: string, different: Partial<Prospect> = {}): Prospect {
  return {
    ownerId: ben,
    at: when(at),
    now,
    deadline: null,
    others: [],
    aroundTheClock: false,
    team: teamWith(),
    policy: defaultPolicy,
    ...different,
  };
}

const chatSays = (away: string | null, paused: string | null, absentUntil: string | null = null) => {
  const until = (end: string | null) => (end === null ? null : { from: now, until: when(end) });
  return teamWith({
    ben: { absence: until(absentUntil), chat: { away: until(away), paused: until(paused) } },
  });
};

const awayUntil = (until: string | null) =>
  teamWith({ ben: { absence: { from: now, until: until === null ? null : when(until) } } });

describe('what stands against a follow-up time', () => {
  test.each<[string, string, Partial<Prospect>, ReturnType<typeof obstaclesTo>]>([
    ['nothing', '2026-03-05 15:00', {}, []],
    ['nothing at closing time', '2026-03-05 17:00', {}, []],
    ['nothing at opening time', '2026-03-05 09:00', {}, []],
    ['the night', '2026-03-05 03:00', {}, [{ kind: 'off hours' }]],
    ['the break at noon', '2026-03-05 12:30', {}, [{ kind: 'off hours' }]],
    ['the weekend', '2026-03-07 11:00', {}, [{ kind: 'off hours' }]],
    [
      'a holiday',
      '2026-03-05 11:00',
      { team: teamWith({}, { closedDays: ['2026-03-05'] }) },
      [{ kind: 'off hours' }],
    ],
    ['not the night, around the clock', '2026-03-05 03:00', { aroundTheClock: true }, []],
    ['not the evening, to who is at work still', '2026-03-04 18:30', { now: when('2026-03-04 17:30') }, []],
    ['the owner’s own evening', '2026-03-04 15:00', { ownerId: tara }, [{ kind: 'off hours' }]],
    [
      'an absence',
      '2026-03-05 15:00',
      { team: awayUntil('2026-03-09 09:00') },
      [{ kind: 'owner away', until: when('2026-03-09 09:00') }],
    ],
    [
      'an absence without an end',
      '2026-03-05 15:00',
      { team: awayUntil(null) },
      [{ kind: 'owner away', until: null }],
    ],
    [
      'an away status',
      '2026-03-05 15:00',
      { team: chatSays('2026-03-06 09:00', null) },
      [{ kind: 'owner away', until: when('2026-03-06 09:00') }],
    ],
    [
      'the longer of an absence and a status',
      '2026-03-05 15:00',
      { team: chatSays('2026-03-05 15:30', null, '2026-03-06 12:00') },
      [{ kind: 'owner away', until: when('2026-03-06 12:00') }],
    ],
    [
      'paused notifications',
      '2026-03-05 15:00',
      { team: chatSays(null, '2026-03-05 16:00') },
      [{ kind: 'owner paused', until: when('2026-03-05 16:00') }],
    ],
    [
      'paused notifications at night too, around the clock',
      '2026-03-05 03:00',
      { team: chatSays(null, '2026-03-05 08:00'), aroundTheClock: true },
      [{ kind: 'owner paused', until: when('2026-03-05 08:00') }],
    ],
    [
      'not a status or a pause that is over by then',
      '2026-03-05 15:00',
      { team: chatSays('2026-03-05 14:00', '2026-03-05 15:00') },
      [],
    ],
    ['not an absence that is over by then', '2026-03-05 15:00', { team: awayUntil('2026-03-05 15:00') }, []],
    [
      'the customer’s deadline',
      '2026-03-05 15:00',
      { deadline: when('2026-03-05 14:59') },
      [{ kind: 'after deadline', deadline: when('2026-03-05 14:59') }],
    ],
    ['not a deadline at that time', '2026-03-05 15:00', { deadline: when('2026-03-05 15:00') }, []],
    ['not a deadline that is past', '2026-03-05 15:00', { deadline: when('2026-03-04 09:00') }, []],
    [
      'three other promises in that hour',
      '2026-03-05 15:00',
      { others: ['14:31', '15:00', '15:29'].map((time) => when(`2026-03-05 ${time}`)) },
      [{ kind: 'crowded', count: 3 }],
    ],
    [
      'not two, nor those of another hour',
      '2026-03-05 15:00',
      { others: ['14:30', '15:00', '15:29', '16:00'].map((time) => when(`2026-03-05 ${time}`)) },
      [],
    ],
    ['of an owner whom nobody knows, the deadline alone', '2026-03-05 03:00', { ownerId: stranger }, []],
  ])('%s', (_, at, different, expected) => {
    expect(obstaclesTo(prospect(at, different))).toEqual(expected);
  });

  test('all of it at once, the gravest first', () => {
    const at = '2026-03-07 15:00';
    const others = [0, 1, 2].map((minute) => when(at) + minute * 60_000);
    const all = prospect(at, { team: awayUntil(null), deadline: when('2026-03-06 12:00'), others });
    expect(obstaclesTo(all).map(({ kind }) => kind)).toEqual([
      'owner away',
      'after deadline',
      'off hours',
      'crowded',
    ]);
  });
});

describe('the nearest time that can be kept', () => {
  test.each<[string, string, Partial<Prospect>, string]>([
    ['is that time itself, to the quarter of an hour', '2026-03-05 15:05', {}, '2026-03-05 Thu 15:00'],
    ['after a night', '2026-03-05 07:50', {}, '2026-03-05 Thu 09:00'],
    ['before a night', '2026-03-05 18:40', {}, '2026-03-05 Thu 17:00'],
    [
      'never an evening because it is near',
      '2026-03-05 03:00',
      { now: when('2026-03-04 20:00') },
      '2026-03-05 Thu 09:00',
    ],
    ['over the weekend', '2026-03-08 12:00', {}, '2026-03-09 Mon 09:00'],
    [
      'before the deadline',
      '2026-03-06 11:00',
      { deadline: when('2026-03-05 16:10') },
      '2026-03-05 Thu 16:00',
    ],
    [
      'when the owner is back',
      '2026-03-05 15:00',
      { team: awayUntil('2026-03-06 13:20') },
      '2026-03-06 Fri 13:30',
    ],
    [
      'when the owner hears of it again',
      '2026-03-05 15:00',
      { team: chatSays(null, '2026-03-05 16:10') },
      '2026-03-05 Thu 16:15',
    ],
    [
      'beside the crowd',
      '2026-03-05 15:00',
      { others: [0, 1, 2].map((minute) => when('2026-03-05 15:00') + minute * 60_000) },
      '2026-03-05 Thu 14:30',
    ],
    [
      'the last before a deadline that is long before it',
      '2027-03-05 11:00',
      { deadline: when('2026-03-05 20:00') },
      '2026-03-05 Thu 17:00',
    ],
    ['never before a quarter of an hour from now', '2026-03-04 10:05', {}, '2026-03-04 Wed 10:15'],
  ])('%s', (_, at, different, expected) => {
    const found = nearestKeepable(prospect(at, different));
    expect(found === null ? null : wall(found)).toBe(expected);
  });

  test.each<[string, Partial<Prospect>]>([
    ['who is away without an end', { team: awayUntil(null) }],
    ['where none before the customer’s deadline can be kept', { deadline: now + 60_000 }],
    [
      'of a workspace without working hours',
      { team: teamWith({}, { week: { '1': [], '2': [], '3': [], '4': [], '5': [], '6': [], '7': [] } }) },
    ],
  ])('%s, there is none', (_, different) => {
    expect(nearestKeepable(prospect('2026-03-05 15:00', different))).toBeNull();
  });

  test('whatever it is, nothing stands against it', () => {
    for (let hour = 0; hour < 24 * 7; hour++) {
      const asked = prospect('2026-03-05 00:00', { deadline: when('2026-03-11 12:00') });
      const at = nearestKeepable({ ...asked, at: asked.at + hour * 3_600_000 });
      expect(at === null ? ['nothing found'] : obstaclesTo({ ...asked, at })).toEqual([]);
    }
  });
});
