import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  civilOf,
  formatInstant,
  formatSpan,
  formatZoneName,
  gapEnd,
  Instant,
  instantsOf,
  LocalDate,
  localDateOf,
  UTC_DAY,
  weekdayOf,
  Zone,
  zoneDay,
} from '../../src/domain/instant.ts';

const zones = Intl.supportedValuesOf('timeZone');
const anyZone = fc.constantFrom(...zones);
const anyInstant = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2100, 0) });

function utc(text: string): number {
  return Date.parse(`${text}Z`);
}

function civil(text: string): { year: number; month: number; day: number; hour: number; minute: number } {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute };
}

describe('schemas', () => {
  test.each(['Europe/Berlin', 'Asia/Kathmandu', 'UTC', 'Etc/GMT+5', 'europe/berlin'])(
    '%s is a zone',
    (zone) => {
      expect(Zone.safeParse(zone).success).toBe(true);
    },
  );

  test.each([
    '',
    ' ',
    'Europe/Atlantis',
    '+01:00',
    '-0330',
    'GMT+1',
    'x'.repeat(500),
    '__proto__',
    'e6034213-2d83-4705-983e-2d6b5ee3adb0',
  ])('%j is no zone', (zone) => {
    expect(Zone.safeParse(zone).success).toBe(false);
  });

  test.each([
    ['2028-02-29', true],
    ['2027-02-29', false],
    ['2027-13-01', false],
    ['27-01-01', false],
  ])('%s as a local date: %s', (date, valid) => {
    expect(LocalDate.safeParse(date).success).toBe(valid);
  });

  test('an instant is a whole number that a Date can hold', () => {
    expect(Instant.safeParse(0).success).toBe(true);
    expect(Instant.safeParse(0.5).success).toBe(false);
    expect(Instant.safeParse(8.65e15).success).toBe(false);
  });
});

describe('instantsOf', () => {
  test.each([
    ['Europe/Berlin', '2026-03-04 10:00', ['2026-03-04T09:00']],
    ['Europe/Berlin', '2026-03-29 02:30', []],
    ['Europe/Berlin', '2026-03-29 03:00', ['2026-03-29T01:00']],
    ['Europe/Berlin', '2026-10-25 02:30', ['2026-10-25T00:30', '2026-10-25T01:30']],
    ['Europe/Berlin', '2026-10-25 03:00', ['2026-10-25T02:00']],
    ['America/New_York', '2026-03-08 02:00', []],
    ['America/New_York', '2026-11-01 01:59', ['2026-11-01T05:59', '2026-11-01T06:59']],
    ['Australia/Lord_Howe', '2026-10-04 02:15', []],
    ['Australia/Lord_Howe', '2026-10-04 02:30', ['2026-10-03T15:30']],
    ['Australia/Lord_Howe', '2026-04-05 01:45', ['2026-04-04T14:45', '2026-04-04T15:15']],
    ['Asia/Kathmandu', '2026-03-04 00:00', ['2026-03-03T18:15']],
    ['Asia/Kolkata', '2026-03-04 00:00', ['2026-03-03T18:30']],
    ['Pacific/Chatham', '2026-04-05 03:00', ['2026-04-04T13:15', '2026-04-04T14:15']],
    ['Pacific/Apia', '2011-12-30 12:00', []],
    ['Pacific/Apia', '2011-12-29 23:59', ['2011-12-30T09:59']],
    ['Pacific/Apia', '2011-12-31 00:00', ['2011-12-30T10:00']],
    ['Pacific/Kiritimati', '2026-01-01 00:00', ['2025-12-31T10:00']],
    ['UTC', '2028-02-29 23:59', ['2028-02-29T23:59']],
    ['UTC', '2027-02-29 12:00', []],
    ['UTC', '2027-02-28 24:00', []],
  ])('%s, %s → %j', (zone, wall, instants) => {
    expect(instantsOf(civil(wall), zone)).toEqual(instants.map(utc));
  });

  test('every instant is among the instants of what its clocks show', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (at, zone) => {
        const minute = Math.floor(at / 60_000) * 60_000;
        // Some old offsets have seconds; then a whole UTC minute isn't a whole local one.
        fc.pre(civilOf(minute, zone).second === 0);
        expect(instantsOf(civilOf(minute, zone), zone)).toContain(minute);
      }),
      { numRuns: 500 },
    );
  });

  test('civil times agree with Intl', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (at, zone) => {
        const shown = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(at);
        const { hour, minute, second } = civilOf(at, zone);
        const time = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
        expect(`${localDateOf(at, zone)} ${time}`).toBe(shown);
      }),
      { numRuns: 300 },
    );
  });

  test('around each change of offset a gap has no instant and an overlap two', () => {
    for (const zone of zones) {
      for (let day = Date.UTC(2026, 0) / UTC_DAY; day < Date.UTC(2027, 0) / UTC_DAY; day++) {
        const { before, after, change } = zoneDay(zone, day);
        if (before === after) continue;
        const inside = civilOf(change + Math.min(before, after) + Math.abs(after - before) / 2, 'UTC');
        expect(instantsOf(inside, zone), `${zone} ${change}`).toHaveLength(after > before ? 0 : 2);
        expect(gapEnd(inside, zone)).toBe(after > before ? change : null);
      }
    }
  });

  test('gapEnd of times outside a gap, and of dates that do not exist, is null', () => {
    expect(gapEnd(civil('2026-03-29 03:00'), 'Europe/Berlin')).toBeNull();
    expect(gapEnd(civil('2026-02-30 03:00'), 'Europe/Berlin')).toBeNull();
  });

  test('an unknown zone throws', () => {
    expect(() => civilOf(0, 'Europe/Atlantis')).toThrow(RangeError);
    expect(() => civilOf(0, '')).toThrow(RangeError);
  });
});

test('weekdayOf counts from Monday, in the zone', () => {
  expect(weekdayOf(utc('2026-03-02T12:00'), 'UTC')).toBe(1);
  expect(weekdayOf(utc('2026-03-01T12:00'), 'UTC')).toBe(7);
  expect(weekdayOf(utc('2026-03-01T12:00'), 'Pacific/Kiritimati')).toBe(1);
});

describe('formatInstant', () => {
  const now = utc('2026-03-04T09:00');
  test.each([
    ['2026-03-04T14:00', 'today 15:00'],
    ['2026-03-04T23:00', 'tomorrow 00:00'],
    ['2026-03-05T08:30', 'tomorrow 09:30'],
    ['2026-03-03T08:30', 'yesterday 09:30'],
    ['2026-03-06T14:00', 'Fri 15:00'],
    ['2026-03-10T14:00', 'Tue 15:00'],
    ['2026-03-11T14:00', 'Wed 11 Mar 15:00'],
    ['2026-03-02T14:00', 'Mon 2 Mar 15:00'],
    ['2027-03-03T14:00', 'Wed 3 Mar 2027 15:00'],
    ['2026-10-25T00:30', 'Sun 25 Oct 02:30 (GMT+2)'],
    ['2026-10-25T01:30', 'Sun 25 Oct 02:30 (GMT+1)'],
  ])('%s reads "%s" in Berlin', (at, words) => {
    expect(formatInstant(utc(at), 'Europe/Berlin', now)).toBe(words);
  });

  test('carries the year when now is not known, and the day of the reader', () => {
    expect(formatInstant(utc('2026-03-03T14:00'), 'Europe/Berlin')).toBe('Tue 3 Mar 2026 15:00');
    expect(formatInstant(utc('2026-03-04T12:00'), 'Pacific/Kiritimati', now)).toBe('tomorrow 02:00');
    expect(formatInstant(utc('2025-12-31T23:30'), 'UTC', utc('2026-01-01T00:30'))).toBe('yesterday 23:30');
  });

  test('speaks the locale', () => {
    expect(formatInstant(utc('2026-03-11T14:00'), 'Europe/Berlin', now, 'en-US')).toBe('Wed Mar 11 15:00');
    expect(formatInstant(utc('2026-03-05T14:00'), 'Europe/Berlin', now, 'de-DE')).toBe('morgen 15:00');
  });
});

test.each([
  ['Europe/Berlin', 'Berlin, GMT+1'],
  ['Europe/London', 'London, GMT'],
  ['Asia/Kathmandu', 'Kathmandu, GMT+5:45'],
  ['America/St_Johns', 'St Johns, GMT-3:30'],
  ['America/Argentina/Buenos_Aires', 'Buenos Aires, GMT-3'],
  ['UTC', 'UTC'],
  ['Etc/GMT+5', 'GMT-5'],
])('%s in January is "%s"', (zone, name) => {
  expect(formatZoneName(zone, utc('2026-01-15T12:00'))).toBe(name);
});

test.each([
  [0, '0 s'],
  [499, '0 s'],
  [45_000, '45 s'],
  [90_000, '1 min 30 s'],
  [120_000, '2 min'],
  [599_999, '10 min'],
  [754_000, '13 min'],
  [3_599_900, '1 h'],
  [7_500_000, '2 h 5 min'],
  [86_399_000, '1 day'],
  [93_600_000, '1 day 2 h'],
  [259_200_000, '3 days'],
  [-7_500_000, '2 h 5 min'],
])('%d ms is "%s"', (ms, words) => {
  expect(formatSpan(ms)).toBe(words);
});
