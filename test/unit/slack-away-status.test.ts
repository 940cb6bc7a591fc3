import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awayStatus } from '../../adapters/slack/away-status.ts';
import { type Dnd, pausedOf } from '../../adapters/slack/paused.ts';

const now = Date.parse('2026-03-04T10:00:00Z');
const HOUR = 3_600_000;
const seconds = (instant: number) => instant / 1_000;
const status = (emoji: string, text = '', expiration = 0) => ({ emoji, text, expiration });

describe('a status that says away', () => {
  test.each([
    // Slack’s own suggestions.
    [':palm_tree:', 'Vacationing'],
    [':face_with_thermometer:', 'Out sick'],
    // An emoji says enough.
    [':palm_tree:', ''],
    [':airplane:', ''],
    [':no_entry:', ''],
    ['', 'OOO'],
    ['', 'OOO until Monday – lunch is on me then'],
    [':calendar:', 'Out of the office'],
    ['', 'on parental leave'],
    ['', 'Im Urlaub bis 12.8.'],
    ['', 'krank'],
    ['', 'Elternzeit'],
    ['', 'en congé'],
    ['', 'arrêt maladie'],
    ['', 'De vacaciones'],
    ['', 'De férias'],
    ['', 'in ferie'],
    ['', 'op vakantie'],
    ['', 'På semester'],
    ['', 'na urlopie'],
    ['', '休暇中'],
    ['', '病假'],
    ['', '오늘 휴가'],
    // Composed of a letter and its accent, as some keyboards type it.
    ['', 'Férias'.normalize('NFD')],
  ])('%s %s', (emoji, text) => {
    expect(awayStatus(status(emoji, text), now, null)).toEqual({ from: now, until: null });
  });

  test('ends when it ends by itself', () => {
    const until = now + 5 * HOUR;
    expect(awayStatus(status(':palm_tree:', '', seconds(until)), now, null)).toEqual({ from: now, until });
  });

  test('goes on from when it began, whatever of it changes', () => {
    const before = { from: now - 24 * HOUR, until: null };
    const longer = status(':palm_tree:', 'Vacation, a day more', seconds(now + HOUR));
    expect(awayStatus(longer, now, before)).toEqual({ from: before.from, until: now + HOUR });
  });

  test('begins anew after an earlier one ended', () => {
    const before = { from: now - 24 * HOUR, until: now - HOUR };
    expect(awayStatus(status(':palm_tree:'), now, before)).toEqual({ from: now, until: null });
  });
});

describe('a status that doesn’t', () => {
  test.each([
    ['', ''],
    [':spiral_calendar_pad:', 'In a meeting'],
    [':bus:', 'Commuting'],
    [':house_with_garden:', 'Working remotely'],
    [':sandwich:', 'lunch'],
    [':palm_tree:', 'working from the beach'],
    [':no_entry:', 'focus time'],
    [':airplane:', 'Workshop in Lisbon'],
    ['', 'back from vacation'],
    ['', 'OOO next week'],
    ['', 'ab morgen Urlaub'],
    ['', 'Mittagspause'],
    ['', '昼休み'],
    ['', 'classical music'],
    ['', 'Ferienhaus-Team'],
    ['', 'I’ll be right with you'],
    [':kangaroo:', 'Down under'],
  ])('%s %s', (emoji, text) => {
    expect(awayStatus(status(emoji, text), now, null)).toBeNull();
  });

  test('has ended already', () => {
    expect(awayStatus(status(':palm_tree:', 'Vacation', seconds(now)), now, null)).toBeNull();
  });
});

test('whatever a status says, it is read or passed over', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      fc.nat(),
      (emoji, text, end) => {
        const found = awayStatus(status(emoji, text, end), now, null);
        expect(found === null || found.until === null || found.until > now).toBe(true);
      },
    ),
  );
});

describe('notifications paused', () => {
  const off: Dnd = {
    dnd_enabled: false,
    next_dnd_start_ts: 1,
    next_dnd_end_ts: 1,
    snooze_enabled: false,
    snooze_endtime: 0,
  };
  const window = (from: number, until: number) => ({
    dnd_enabled: true,
    next_dnd_start_ts: seconds(from),
    next_dnd_end_ts: seconds(until),
  });
  const snooze = (until: number) => ({ snooze_enabled: true, snooze_endtime: seconds(until) });

  test.each<[string, Partial<Dnd>, ReturnType<typeof pausedOf>]>([
    ['never', {}, null],
    [
      'at night, from tonight',
      window(now + 8 * HOUR, now + 20 * HOUR),
      { from: now + 8 * HOUR, until: now + 20 * HOUR },
    ],
    ['in a night that runs', window(now - HOUR, now + HOUR), { from: now - HOUR, until: now + HOUR }],
    ['in a night that is over', window(now - 12 * HOUR, now), null],
    ['by a schedule that is off', { ...window(now - HOUR, now + HOUR), dnd_enabled: false }, null],
    ['for an hour', snooze(now + HOUR), { from: now, until: now + HOUR }],
    ['for an hour that is over', snooze(now - 1_000), null],
    [
      'for an hour, and at night',
      { ...snooze(now + HOUR), ...window(now + 8 * HOUR, now + 20 * HOUR) },
      { from: now, until: now + HOUR },
    ],
    [
      'until into the night',
      { ...snooze(now + 9 * HOUR), ...window(now + 8 * HOUR, now + 20 * HOUR) },
      { from: now, until: now + 20 * HOUR },
    ],
    [
      'in a night that runs, and longer',
      { ...snooze(now + 2 * HOUR), ...window(now - HOUR, now + HOUR) },
      { from: now - HOUR, until: now + 2 * HOUR },
    ],
    ['from the end to the beginning', window(now + HOUR, now - HOUR), null],
  ])('%s', (_name, dnd, paused) => {
    expect(pausedOf({ ...off, ...dnd }, now)).toEqual(paused);
  });
});
