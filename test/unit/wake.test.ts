import { describe, expect, test } from 'vitest';
import { nextAlarm } from '../../src/domain/case-file.ts';
import { decide } from '../../src/domain/decide.ts';
import { promised, story } from '../support/case-story.ts';
import {
  askId,
  ben,
  DAY,
  dana,
  HOUR,
  MINUTE,
  mo,
  SECOND,
  tara,
  teamWith,
  text,
  when,
} from '../support/domain-fixtures.ts';

describe('the plan, by default, line by line', () => {
  test('a promise of two minutes plays it all in two and a half', () => {
    const { s } = promised('2026-03-04 10:02');
    s.passes(20 * MINUTE);
    expect(s.heard()).toEqual([
      '10:01:36 thread: nudge soon',
      '10:01:48 thread: at risk',
      '10:01:48 Dana: call (promise)',
      '10:02 thread: nudge due',
      '10:02:18 Mo: call (promise)',
      '10:02:18 Dana: passed on to Mo',
      '10:02:30 thread: broken',
      '10:17:18 Ira: call (promise)',
      '10:17:18 Mo: passed on to Ira',
    ]);
  });

  test('one of a day: nudged, at risk, climbed, due, broken, and round and round in working hours', () => {
    const { s } = promised('2026-03-05 15:00');
    s.passesUntil('2026-03-06 10:20');
    expect(s.heardOn().map((line) => line.slice(11))).toEqual([
      'Wed 16:30 thread: nudge halfway',
      'Thu 14:00 thread: nudge soon',
      'Thu 14:30 thread: at risk',
      'Thu 14:30 Dana: call (promise)',
      'Thu 14:39 Mo: call (promise)',
      'Thu 14:39 Dana: passed on to Mo',
      'Thu 14:45 Ira: call (promise)',
      'Thu 14:45 Mo: passed on to Ira',
      'Thu 15:00 thread: nudge due',
      'Thu 15:15 thread: broken',
      'Thu 15:15 Dana: call (promise)',
      'Thu 15:15 Ira: passed on to Dana',
      'Thu 15:30 Mo: call (promise)',
      'Thu 15:30 Dana: passed on to Mo',
      'Thu 15:45 Ira: call (promise)',
      'Thu 15:45 Mo: passed on to Ira',
      'Thu 17:00 Dana: call (promise)',
      'Thu 17:00 Ira: passed on to Dana',
      'Thu 17:15 Mo: call (promise)',
      'Thu 17:15 Dana: passed on to Mo',
      'Thu 17:30 Ira: call (promise)',
      'Thu 17:30 Mo: passed on to Ira',
      'Fri 10:00 Dana: call (promise)',
      'Fri 10:00 Ira: passed on to Dana',
      'Fri 10:15 Mo: call (promise)',
      'Fri 10:15 Dana: passed on to Mo',
    ]);
  });

  test('of a critical case the rounds go on around the clock', () => {
    const { s } = promised('2026-03-04 17:00', { terms: { severity: 'critical' } });
    s.passesUntil('2026-03-04 22:00');
    s.heard();
    s.passesUntil('2026-03-05 01:00');
    expect(s.heard().filter((line) => line.includes('Dana: call'))).toEqual([
      '22:30 Dana: call (promise)',
      '00:15 Dana: call (promise)',
    ]);
  });

  test('one of three days disturbs nobody at night, answered or not', () => {
    const { s } = promised('2026-03-09 10:00');
    s.passesUntil('2026-03-16 12:00');
    const hours = s.posted.map(({ at }) => new Date(at).getUTCHours() + 1);
    expect(hours.filter((hour) => hour < 9 || hour > 17)).toEqual([]);
  });
});

describe('the journey of a promise that is kept', () => {
  test('open, promise, nudge, kept, next promise, kept, close, held', () => {
    const s = story();
    const first = s.promises(ben, '2026-03-04 11:40');
    s.passesUntil('2026-03-04 10:55');
    s.does(ben, { do: 'sign' });
    s.does(ben, { do: 'keep', promiseId: first, proof: text('Restarted; Ada told') });
    const second = s.promises(ben, '2026-03-04 12:40');
    s.does(ben, { do: 'keep', promiseId: second, proof: text('Ada has the figures') });
    const holdId = s.newPromiseId();
    const holdAction = text('Ask whether it held');
    s.does(ben, {
      do: 'close',
      solved: text('Restarted'),
      holdId,
      holdAt: when('2026-03-09 10:55'),
      holdAction,
    });
    s.passesUntil('2026-03-09 10:00');
    s.does(ben, { do: 'keep', promiseId: holdId, proof: text('It held') });
    s.passes(30 * DAY);
    expect(s.heardOn().map((line) => line.slice(11))).toEqual([
      'Wed 10:00 channel: case card',
      'Wed 10:00 thread: history',
      'Wed 10:00 thread: wants promise 0',
      'Wed 10:00 thread: promise made',
      'Wed 10:50 thread: nudge halfway',
      'Wed 10:55 thread: kept',
      'Wed 10:55 thread: wants promise 0',
      'Wed 10:55 thread: promise made',
      'Wed 10:55 thread: kept',
      'Wed 10:55 thread: wants promise 0',
      'Wed 10:55 thread: closed',
      'Wed 10:55 thread: promise made',
      'Thu 15:25 thread: nudge halfway',
      'Mon 09:55 thread: nudge soon',
      'Mon 10:00 thread: kept',
    ]);
    expect(s.nextAlarm).toBeNull();
    expect(s.events.map(({ what }) => what.kind)).toEqual([
      'opened',
      'asked for a promise',
      'promised',
      'nudged',
      'sign of life',
      'kept',
      'asked for a promise',
      'promised',
      'kept',
      'asked for a promise',
      'closed',
      'promised',
      'nudged',
      'nudged',
      'kept',
    ]);
  });
});

describe('waking too early, too late or twice', () => {
  test('too early or twice changes nothing at all', () => {
    const { s } = promised('2026-03-04 10:02');
    for (let seconds = 0; seconds < 180; seconds++) {
      s.passes(SECOND);
      s.mustChangeNothing();
    }
    const early = decide(
      s.file,
      { do: 'wake' },
      { team: s.team, policy: s.policy, now: s.now - HOUR, by: null },
    );
    expect(early).toMatchObject({ ok: true, file: s.file, events: [], messages: [] });
  });

  test('late by less than a step: what was due is said, with what has become due since', () => {
    const { s } = promised('2026-03-04 11:00');
    s.standsStillFor(49 * MINUTE);
    expect(s.heard()).toEqual(['10:49 thread: nudge soon']);
    s.standsStillFor(12 * MINUTE);
    expect(s.heard()).toEqual([
      '11:01 thread: at risk',
      '11:01 Dana: call (promise)',
      '11:01 thread: nudge due',
    ]);
  });

  test('after days only "broken" is said, once, and the climb begins', () => {
    const { s } = promised('2026-03-05 15:00');
    s.standsStillFor(9 * DAY);
    expect(s.heard()).toEqual(['10:00 thread: broken', '10:00 Dana: call (promise)']);
    expect(s.events.filter(({ what }) => what.kind === 'nudged')).toHaveLength(3);
    s.passes(14 * MINUTE);
    expect(s.heard()).toEqual([]);
  });

  test('after days in the middle of a climb the next one is called, not everybody', () => {
    const { s } = promised('2026-03-04 11:00');
    s.passesUntil('2026-03-04 10:55');
    s.heard();
    s.standsStillFor(2 * DAY);
    expect(s.heard()).toEqual([
      '10:55 thread: broken',
      '10:55 Mo: call (promise)',
      '10:55 Dana: passed on to Mo',
    ]);
  });

  test('after days without a promise it is asked for in the channel and up the ladder, not everywhere', () => {
    const s = story();
    s.heard();
    s.standsStillFor(2 * DAY);
    expect(s.heard()).toEqual(['10:00 channel: wants promise 2', '10:00 Dana: call (case)']);
  });

  test('several promises of a case at once: each says its own', () => {
    const s = story();
    s.promises(ben, '2026-03-04 10:20');
    s.promises(mo, '2026-03-04 10:20');
    s.heard();
    s.standsStillFor(17 * MINUTE);
    expect(s.heard()).toEqual(['10:17 thread: nudge soon', '10:17 thread: nudge soon']);
    s.standsStillFor(5 * MINUTE);
    expect(s.heard()).toEqual([
      '10:22 thread: broken',
      '10:22 Dana: call (promise)',
      '10:22 thread: broken',
      '10:22 Ira: call (promise)',
    ]);
  });
});

describe('the alarm', () => {
  test('is the earliest moment of all that is pending', () => {
    const s = story();
    expect(s.nextAlarm).toBe(when('2026-03-04 10:05'));
    s.promises(ben, '2026-03-04 15:00');
    expect(s.nextAlarm).toBe(when('2026-03-04 12:00'));
    s.promises(tara, '2026-03-04 11:00');
    expect(s.nextAlarm).toBe(when('2026-03-04 10:30'));
    const by = when('2026-03-04 10:50');
    const need = text('A refund');
    const terms = {
      id: askId(1),
      promiseId: null,
      need,
      money: 9,
      days: null,
      by,
      options: '',
      recommendation: '',
    };
    s.does(ben, { do: 'ask', terms });
    expect(s.nextAlarm).toBe(when('2026-03-04 10:15'));
  });

  test('is ahead after every wake of a day without an answer, in a team that comes and goes', () => {
    const away = (from: string, until: string) => ({ absence: { from: when(from), until: when(until) } });
    const team = teamWith({
      dana: away('2026-03-04 10:30', '2026-03-04 14:10'),
      mo: away('2026-03-04 11:00', '2026-03-05 09:00'),
      ira: away('2026-03-04 12:00', '2026-03-04 12:20'),
    });
    const { s } = promised('2026-03-04 11:40', { team });
    s.passes(DAY);
    expect(s.posted.filter(({ message }) => message.say.what === 'nobody')).toHaveLength(1);
    expect(s.nextAlarm).toBeGreaterThan(s.now);
  });

  test('of a workspace without any working hours goes by the clock', () => {
    const { s } = promised('2026-03-04 15:00', {
      team: teamWith({}, { week: { '1': [], '2': [], '3': [], '4': [], '5': [], '6': [], '7': [] } }),
    });
    s.passes(DAY);
    expect(nextAlarm(s.file, s.policy)).toBeGreaterThan(s.now);
    expect(s.heard().slice(0, 2)).toEqual(['12:30 thread: nudge halfway', '14:00 thread: nudge soon']);
  });
});

describe('clocks and calendars of the owner', () => {
  test('a promise over the night when clocks change keeps its wall time', () => {
    const { s } = promised('2026-03-30 10:00', { at: '2026-03-27 16:00' });
    s.passesUntil('2026-03-30 10:00');
    expect(s.heardOn().map((line) => line.slice(11))).toEqual([
      'Fri 17:00 thread: nudge halfway',
      'Mon 09:36 thread: nudge soon',
      'Mon 09:48 thread: at risk',
      'Mon 09:48 Dana: call (promise)',
      'Mon 09:51:36 Mo: call (promise)',
      'Mon 09:51:36 Dana: passed on to Mo',
      'Mon 09:54 Ira: call (promise)',
      'Mon 09:54 Mo: passed on to Ira',
      'Mon 10:00 thread: nudge due',
    ]);
  });

  test('a promise across a holiday of the workspace', () => {
    const { s } = promised('2026-04-07 11:00', {
      at: '2026-04-02 15:00',
      team: teamWith({}, { closedDays: ['2026-04-03', '2026-04-06'] }),
    });
    s.passesUntil('2026-04-07 10:30');
    expect(s.heardOn()).toEqual([
      '2026-04-02 Thu 17:00 thread: nudge halfway',
      '2026-04-07 Tue 10:12 thread: nudge soon',
    ]);
  });

  test('handed over to somebody elsewhere it is planned by their day', () => {
    const { s, id } = promised('2026-03-06 09:30', { team: teamWith({ tara: { leadId: dana } }) });
    s.does(ben, { do: 'hand over', promiseId: id, to: tara });
    s.heard();
    s.passesUntil('2026-03-06 08:00');
    // Made at 18:00 in Tokyo for 17:30 there: fourteen hours of work, half of them over on Thursday at 17:00.
    expect(s.heardOn()).toEqual(['2026-03-05 Thu 09:00 thread: nudge halfway']);
    s.passesUntil('2026-03-06 09:00');
    expect(s.heardOn()).toEqual([
      '2026-03-06 Fri 08:30 thread: nudge soon',
      '2026-03-06 Fri 09:00 thread: at risk',
      '2026-03-06 Fri 09:00 Dana: call (promise)',
    ]);
  });
});

test('a leap day is a day like any other', () => {
  const { s } = promised('2028-02-29 15:00', { at: '2028-02-28 15:00' });
  s.passesUntil('2028-02-29 14:20');
  expect(s.heardOn()).toEqual([
    '2028-02-29 Tue 10:30 thread: nudge halfway',
    '2028-02-29 Tue 14:00 thread: nudge soon',
  ]);
});

test('what is said names who is called, and nobody else', () => {
  const { s } = promised('2026-03-04 10:02');
  s.passes(3 * MINUTE);
  const calls = s.posted.flatMap(({ message: { to, say } }) =>
    say.what === 'call' ? [{ to, holderId: say.holderId }] : [],
  );
  expect(calls).toEqual([dana, mo].map((id) => ({ to: { kind: 'member', memberId: id }, holderId: id })));
});
