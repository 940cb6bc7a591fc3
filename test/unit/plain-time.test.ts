import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calendar, type WorkClock } from '../../src/domain/calendar.ts';
import { civilOf, instantsOf, localDateOf, UTC_DAY } from '../../src/domain/instant.ts';
import { readTime } from '../../src/domain/plain-time.ts';

const HOUR = 3_600_000;
const berlin = 'Europe/Berlin';
/** Wednesday 10:00:30.123 in Berlin. */
const now = Date.parse('2026-03-04T09:00:30.123Z');

/** "2026-03-04 10:00" in a zone, to the minute. */
function wall(at: number, zone: string): string {
  const { hour, minute } = civilOf(at, zone);
  return `${localDateOf(at, zone)} ${[hour, minute].map((part) => String(part).padStart(2, '0')).join(':')}`;
}

function instant(text: string, zone: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  const [at] = instantsOf({ year, month, day, hour, minute }, zone);
  if (at === undefined) throw new Error(`${text} does not exist in ${zone}`);
  return at;
}

/** The reading with its instants as wall times: a time, or why not and the choices. */
function read(text: string, at = now, zone = berlin, calendar?: WorkClock): string {
  const reading = readTime(text, at, zone, calendar);
  if (reading.ok) return wall(reading.at, zone);
  return [reading.why, ...reading.choices.map((choice) => wall(choice, zone))].join(' | ');
}

describe('lengths from now are real time, to the millisecond', () => {
  test.each([
    ['in 2 minutes', 120_000],
    ['in 2 hours', 2 * HOUR],
    ['2h', 2 * HOUR],
    ['90 min', 1.5 * HOUR],
    ['in an hour', HOUR],
    ['In An Hour.', HOUR],
    ['1h30', 1.5 * HOUR],
    ['1h 30m', 1.5 * HOUR],
    ['1 hour and 30 minutes', 1.5 * HOUR],
    ['an hour and a half', 1.5 * HOUR],
    ['two and a half hours', 2.5 * HOUR],
    ['half an hour', HOUR / 2],
    ['in a quarter of an hour', HOUR / 4],
    ['within a couple of hours', 2 * HOUR],
    ["in two hours' time", 2 * HOUR],
    ['2 hours from now', 2 * HOUR],
    ['around 1.5 hours', 1.5 * HOUR],
    ['45s', 45_000],
    ['36 hours', 36 * HOUR],
  ])('%s', (text, ms) => {
    expect(readTime(text, now, berlin)).toEqual({ ok: true, at: now + ms });
  });

  test('two hours are two hours when the clocks change', () => {
    for (const at of ['2026-03-29T00:30Z', '2026-10-25T00:30Z'].map((text) => Date.parse(text))) {
      expect(readTime('in 2 hours', at, berlin)).toEqual({ ok: true, at: at + 2 * HOUR });
    }
  });

  test('days are civil: the same wall time, to the millisecond', () => {
    const before = Date.parse('2026-03-28T09:00:30.123Z');
    expect(readTime('in 1 day', before, berlin)).toEqual({ ok: true, at: before + 23 * HOUR });
    expect(readTime('in 1 day 2 hours', before, berlin)).toEqual({ ok: true, at: before + 25 * HOUR });
  });
});

describe('on Wednesday 4 March 2026, 10:00 in Berlin', () => {
  test.each([
    ['today 5pm', '2026-03-04 17:00'],
    ['tomorrow 3pm', '2026-03-05 15:00'],
    ['tomorrow at 15:00', '2026-03-05 15:00'],
    ['  by tomorrow, 3 p.m.!  ', '2026-03-05 15:00'],
    ['noon tomorrow', '2026-03-05 12:00'],
    ['day after tomorrow 3pm', '2026-03-06 15:00'],
    ['Friday noon', '2026-03-06 12:00'],
    ['fri 12:30', '2026-03-06 12:30'],
    ['this Friday 5pm', '2026-03-06 17:00'],
    ['by Friday 5pm at the latest', '2026-03-06 17:00'],
    ['wednesday 5pm', '2026-03-04 17:00'],
    ['wednesday 9am', '2026-03-11 09:00'],
    ['next Tuesday 9am', '2026-03-10 09:00'],
    ['next Wednesday 9am', '2026-03-11 09:00'],
    ['Friday next week 9am', '2026-03-13 09:00'],
    ['next week Friday 9am', '2026-03-13 09:00'],
    ['Friday this week 9am', '2026-03-06 09:00'],
    ['midnight', '2026-03-05 00:00'],
    ['tonight at midnight', '2026-03-05 00:00'],
    ['24:00', '2026-03-05 00:00'],
    ['noon', '2026-03-04 12:00'],
    ['end of day', '2026-03-04 17:00'],
    ['by EOD', '2026-03-04 17:00'],
    ['EOD Friday', '2026-03-06 17:00'],
    ['end of the week', '2026-03-06 17:00'],
    ['17:30', '2026-03-04 17:30'],
    ['17.30', '2026-03-04 17:30'],
    ['at 17', '2026-03-04 17:00'],
    ['３pm', '2026-03-04 15:00'],
    ['12pm', '2026-03-04 12:00'],
    ['tonight at 8', '2026-03-04 20:00'],
    ['tomorrow morning at 9', '2026-03-05 09:00'],
    ['8 in the evening', '2026-03-04 20:00'],
    ['2026-12-01 14:00', '2026-12-01 14:00'],
    ['14:00 on 2026-12-01', '2026-12-01 14:00'],
    ['1 Dec 2pm', '2026-12-01 14:00'],
    ['December 1st, 2026 at 2pm', '2026-12-01 14:00'],
    ['1st of December 2pm', '2026-12-01 14:00'],
    ['Dec 12 2pm', '2026-12-12 14:00'],
    ['Jan 5 2pm', '2027-01-05 14:00'],
    ['29 feb noon', '2028-02-29 12:00'],
    ['the 15th at 3pm', '2026-03-15 15:00'],
    ['the 3rd at 3pm', '2026-04-03 15:00'],
    ['13/4 2pm', '2026-04-13 14:00'],
    ['4/13/2026 2pm', '2026-04-13 14:00'],
    ['4/4 2pm', '2026-04-04 14:00'],
    ['Fri 3/4 2pm', '2026-04-03 14:00'],
    ['Friday 6 March 3pm', '2026-03-06 15:00'],
    ['in 3 days', '2026-03-07 10:00'],
    ['in 3 days at 5pm', '2026-03-07 17:00'],
    ['in a week', '2026-03-11 10:00'],
    ['in a month', '2026-04-04 10:00'],
    ['2 weeks from today 3pm', '2026-03-18 15:00'],
  ])('"%s" is %s', (text, at) => {
    expect(read(text)).toBe(at);
  });

  test.each([
    ['2026-12-01T14:00Z', '2026-12-01T14:00Z'],
    ['2026-12-01T14:00:00.000Z', '2026-12-01T14:00Z'],
    ['2026-12-01T14:00-05:00', '2026-12-01T19:00Z'],
    ['3pm UTC', '2026-03-04T15:00Z'],
    ['15:00 GMT', '2026-03-04T15:00Z'],
    ['tomorrow 15:00 utc+5:45', '2026-03-05T09:15Z'],
    ['1 July 3pm CET', '2026-07-01T13:00Z'],
    ['tomorrow 9am EST', '2026-03-05T14:00Z'],
  ])('"%s" keeps its own zone: %s', (text, at) => {
    expect(readTime(text, now, 'America/Los_Angeles')).toEqual({ ok: true, at: Date.parse(at) });
  });

  test('a zone without a day has the day of that zone', () => {
    const evening = instant('2026-03-03 20:00', 'America/Los_Angeles');
    expect(readTime('3pm UTC', evening, 'America/Los_Angeles')).toEqual({
      ok: true,
      at: Date.parse('2026-03-04T15:00Z'),
    });
  });

  test.each([
    ['Friday', 'ambiguous | 2026-03-06 09:00 | 2026-03-06 12:00 | 2026-03-06 17:00'],
    ['tomorrow', 'ambiguous | 2026-03-05 09:00 | 2026-03-05 12:00 | 2026-03-05 17:00'],
    ['today', 'ambiguous | 2026-03-04 12:00 | 2026-03-04 17:00'],
    ['5 dec', 'ambiguous | 2026-12-05 09:00 | 2026-12-05 12:00 | 2026-12-05 17:00'],
    ['at 5', 'ambiguous | 2026-03-04 17:00 | 2026-03-05 05:00'],
    ['5:00', 'ambiguous | 2026-03-04 17:00 | 2026-03-05 05:00'],
    ['12', 'ambiguous | 2026-03-04 12:00 | 2026-03-05 00:00'],
    ['today at 5', 'ambiguous | 2026-03-04 17:00'],
    ['tomorrow 5', 'ambiguous | 2026-03-05 05:00 | 2026-03-05 17:00'],
    ["5 o'clock tomorrow", 'ambiguous | 2026-03-05 05:00 | 2026-03-05 17:00'],
    ['Monday morning', 'ambiguous | 2026-03-09 09:00 | 2026-03-09 10:00 | 2026-03-09 11:00'],
    ['this morning', 'ambiguous | 2026-03-04 11:00'],
    ['Friday midnight', 'ambiguous | 2026-03-06 00:00 | 2026-03-07 00:00'],
    ['next Friday 9am', 'ambiguous | 2026-03-06 09:00 | 2026-03-13 09:00'],
    ['3/4 2pm', 'ambiguous | 2026-03-04 14:00 | 2026-04-03 14:00'],
    ['5/4/2026 2pm', 'ambiguous | 2026-04-05 14:00 | 2026-05-04 14:00'],
    ['Friday 5 March 3pm', 'ambiguous | 2026-03-05 15:00 | 2026-03-06 15:00'],
    ['3pm or 5pm', 'ambiguous | 2026-03-04 15:00 | 2026-03-04 17:00'],
    ['3pm 5pm', 'ambiguous | 2026-03-04 15:00 | 2026-03-04 17:00'],
    ['between 3pm and 5pm tomorrow', 'ambiguous | 2026-03-05 15:00 | 2026-03-05 17:00'],
    ['tomorrow 3pm or Friday', 'ambiguous | 2026-03-05 15:00 | 2026-03-06 15:00'],
    ['in 2 hours or tomorrow noon', 'ambiguous | 2026-03-04 12:00 | 2026-03-05 12:00'],
  ])('"%s" is asked again: %s', (text, asked) => {
    expect(read(text)).toBe(asked);
  });

  test.each([
    ['9am', 'past | 2026-03-05 09:00'],
    ['05:00', 'past | 2026-03-05 05:00'],
    ['1 March 3pm', 'past | 2027-03-01 15:00'],
    ['today 9am', 'past'],
    ['yesterday 3pm', 'past'],
    ['last Friday 3pm', 'past'],
    ['Monday this week 3pm', 'past'],
    ['2020-01-01', 'past'],
    ['2020-01-01 10:00', 'past'],
    ['2 hours ago', 'past'],
    ['now', 'past'],
    ['in 0 minutes', 'past'],
    ['', 'empty'],
    [' \n\t ', 'empty'],
    ['25:00', 'unreadable'],
    ['10:60', 'unreadable'],
    ['3:75pm', 'unreadable'],
    ['30 Feb noon', 'unreadable'],
    ['2026-13-01 10:00', 'unreadable'],
    ['3pm utc+99', 'unreadable'],
    ['call Bob at 5pm about the 3 invoices', 'unreadable'],
    ['2 hours before Friday noon', 'unreadable'],
    ['not before 5pm', 'unreadable'],
    ['asap', 'unreadable'],
    ['Friday week', 'unreadable'],
    ['by', 'unreadable'],
    ['100', 'unreadable'],
    ['in 99999999999 hours', 'unreadable'],
    ['2029-01-01 10:00', 'unreadable'],
    [`tomorrow 3pm${' '.repeat(200)}`, 'unreadable'],
    ['ﷺ'.repeat(200), 'unreadable'],
  ])('%j is refused: %s', (text, refused) => {
    expect(read(text)).toBe(refused);
  });
});

describe('when the time is over', () => {
  const friday = instant('2026-03-06 18:00', berlin);
  test.each([
    ['Friday 5pm', '2026-03-13 17:00'],
    ['Friday', 'ambiguous | 2026-03-13 09:00 | 2026-03-13 12:00 | 2026-03-13 17:00'],
    ['eod', 'past | 2026-03-07 17:00'],
    ['3pm', 'past | 2026-03-07 15:00'],
    ['morning', 'past | 2026-03-07 09:00 | 2026-03-07 10:00 | 2026-03-07 11:00'],
    ['today', 'past'],
  ])('"%s" on Friday at 18:00 is %s', (text, expected) => {
    expect(read(text, friday)).toBe(expected);
  });
});

describe('where clocks change', () => {
  const spring = instant('2026-03-28 12:00', berlin);
  const autumn = instant('2026-10-24 12:00', berlin);

  test('a time in the gap is asked again with the instants around it', () => {
    expect(read('tomorrow 02:30', spring)).toBe('gap | 2026-03-29 01:59 | 2026-03-29 03:00');
    expect(read('in 1 day', instant('2026-03-28 02:30', berlin))).toBe(
      'gap | 2026-03-29 01:59 | 2026-03-29 03:00',
    );
  });

  test('a time that comes twice is asked again with both', () => {
    expect(readTime('tomorrow 02:30', autumn, berlin)).toEqual({
      ok: false,
      why: 'ambiguous',
      choices: [Date.parse('2026-10-25T00:30Z'), Date.parse('2026-10-25T01:30Z')],
    });
  });

  test('the second of two is clear once the first is over', () => {
    const between = Date.parse('2026-10-25T00:45Z');
    expect(readTime('02:30', between, berlin)).toEqual({ ok: true, at: Date.parse('2026-10-25T01:30Z') });
  });

  test('half an hour of Lord Howe', () => {
    const zone = 'Australia/Lord_Howe';
    expect(read('tomorrow 02:15', instant('2026-10-03 12:00', zone), zone)).toBe(
      'gap | 2026-10-04 01:59 | 2026-10-04 02:30',
    );
  });

  test('a day is that of the reader', () => {
    expect(read('tomorrow 9am', instant('2026-03-04 23:59', 'Asia/Kathmandu'), 'Asia/Kathmandu')).toBe(
      '2026-03-05 09:00',
    );
    expect(read('tomorrow 9am', instant('2026-03-05 00:00', 'Asia/Kathmandu'), 'Asia/Kathmandu')).toBe(
      '2026-03-06 09:00',
    );
    expect(read('tomorrow 9am', instant('2028-02-28 12:00', 'Pacific/Chatham'), 'Pacific/Chatham')).toBe(
      '2028-02-29 09:00',
    );
  });
});

describe('working days', () => {
  const hours = [{ from: '09:00', to: '17:00' }];
  const calendar = Calendar.parse({
    zone: berlin,
    days: { '1': hours, '2': hours, '3': hours, '4': hours, '5': [{ from: '09:00', to: '14:00' }] },
    holidays: ['2026-03-09'],
  });

  test.each([
    ['in 1 working day', '2026-03-04 10:00', '2026-03-05 10:00'],
    ['in 3 working days', '2026-03-04 10:00', '2026-03-10 10:00'],
    ['in 2 business days', '2026-03-04 15:30', '2026-03-06 14:00'],
    ['in 1 working day', '2026-03-04 19:00', '2026-03-05 17:00'],
    ['in 1 working day', '2026-03-04 06:00', '2026-03-05 09:00'],
    ['in 1 working day', '2026-03-07 11:00', '2026-03-10 11:00'],
    ['3 working days 4pm', '2026-03-04 10:00', '2026-03-10 16:00'],
    ['next working day 9am', '2026-03-06 10:00', '2026-03-10 09:00'],
  ])('%s, said at %s, are over at %s', (text, at, expected) => {
    expect(read(text, instant(at, berlin), berlin, calendar)).toBe(expected);
  });

  test('without a calendar they are Monday to Friday, around the clock every day', () => {
    expect(read('in 3 working days')).toBe('2026-03-09 10:00');
    expect(read('in 3 working days', now, berlin, 'clock')).toBe('2026-03-07 10:00');
  });

  test('a calendar without any is unreadable', () => {
    expect(
      read('in 3 working days', now, berlin, Calendar.parse({ zone: 'UTC', days: {}, holidays: [] })),
    ).toBe('unreadable');
  });
});

describe('any text', () => {
  const words =
    'in at by on or and to the next last this tomorrow today monday fri week day days working hours min 2h 5 12 17:30 25:00 3pm 12am noon midnight eod morning tonight 3/4 13/4/2026 2026-12-01 1 dec 29 feb 2028 utc+2 cet ago now - , .'.split(
      ' ',
    );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 250 }),
    fc.string({ unit: 'grapheme', maxLength: 250 }),
    fc.array(fc.constantFrom(...words), { maxLength: 7 }).map((list) => list.join(' ')),
    fc.array(fc.constantFrom(...words), { maxLength: 7 }).map((list) => list.join('')),
  );
  const anyZone = fc.constantFrom(berlin, 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham', 'UTC');
  const anyNow = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2040, 0) });

  test('is read without throwing, as a time ahead, or refused with times ahead, in order', () => {
    fc.assert(
      fc.property(anyText, anyNow, anyZone, (text, at, zone) => {
        const reading = readTime(text, at, zone);
        const times = reading.ok ? [reading.at] : reading.choices;
        for (const time of times) {
          expect(Number.isSafeInteger(time)).toBe(true);
          expect(time).toBeGreaterThan(at);
          expect(time - at).toBeLessThanOrEqual(731 * UTC_DAY);
        }
        expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
        if (!reading.ok && reading.why === 'ambiguous') expect(times.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_500 },
    );
  });

  test('a written date and time comes back as it was written', () => {
    fc.assert(
      fc.property(anyNow, fc.integer({ min: 1, max: 700 * 24 * 60 }), anyZone, (at, minutes, zone) => {
        const meant = Math.floor(at / 60_000) * 60_000 + minutes * 60_000;
        fc.pre(instantsOf(civilOf(meant, zone), zone).length === 1);
        expect(readTime(wall(meant, zone), at, zone)).toEqual({ ok: true, at: meant });
      }),
    );
  });
});
