import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addWorking,
  Calendar,
  endOfQuiet,
  isQuiet,
  isWorkingDate,
  isWorkingTime,
  nextWorkingInstant,
  previousWorkingInstant,
  QuietHours,
  subtractWorking,
  type WorkClock,
  workingMsBetween,
} from '../../src/domain/calendar.ts';
import { civilOf, instantsOf, localDateOf } from '../../src/domain/instant.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const office = [
  { from: '09:00', to: '12:00' },
  { from: '13:00', to: '17:00' },
];
const week = { '1': office, '2': office, '3': office, '4': office, '5': office };
const everyDay = (from: string, to: string) =>
  Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, [{ from, to }]]));

function calendar(zone: string, days: object = week, holidays: string[] = []): Calendar {
  return Calendar.parse({ zone, days, holidays });
}

function utc(text: string): number {
  return Date.parse(`${text}Z`);
}

const berlin = calendar('Europe/Berlin', week, ['2026-04-03', '2026-04-06']);
const never = calendar('UTC', {});

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Pacific/Chatham',
  'America/Havana',
  'America/Scoresbysund',
  'Africa/Cairo',
  'UTC',
];
const anyClock: fc.Arbitrary<WorkClock> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<WorkClock>('clock') },
  {
    weight: 9,
    arbitrary: fc
      .record({
        zone: fc.constantFrom(...zones),
        days: fc.constantFrom<object>(
          week,
          everyDay('00:00', '24:00'),
          everyDay('00:30', '02:15'),
          everyDay('02:10', '02:50'),
          { '6': [{ from: '22:00', to: '24:00' }], '7': [{ from: '00:00', to: '03:00' }] },
        ),
        holidays: fc.constantFrom<string[]>([], ['2027-10-31'], ['2028-02-29', '2028-03-01']),
      })
      .map(({ zone, days, holidays }) => calendar(zone, days, holidays)),
  },
);
// Around changes of clocks and the leap day, where it can go wrong, and anywhere.
const anyInstant = fc
  .tuple(
    fc.constantFrom(
      utc('2028-02-28T00:00'),
      utc('2027-03-13T00:00'),
      utc('2027-03-27T00:00'),
      utc('2027-04-03T00:00'),
      utc('2027-10-02T00:00'),
      utc('2027-10-30T00:00'),
      utc('2027-11-06T00:00'),
      utc('2027-06-15T00:00'),
    ),
    fc.integer({ min: 0, max: 3 * DAY }),
  )
  .map(([start, ms]) => start + ms);

describe('Calendar', () => {
  test.each([
    [[{ from: '09:00', to: '09:00' }]],
    [[{ from: '17:00', to: '09:00' }]],
    [[{ from: '9:00', to: '17:00' }]],
    [[{ from: '24:00', to: '24:00' }]],
    [
      [
        { from: '09:00', to: '13:00' },
        { from: '12:00', to: '17:00' },
      ],
    ],
    [
      [
        { from: '13:00', to: '17:00' },
        { from: '09:00', to: '12:00' },
      ],
    ],
  ])('refuses %j', (hours) => {
    expect(Calendar.safeParse({ zone: 'UTC', days: { '1': hours }, holidays: [] }).success).toBe(false);
  });

  test('a day left out has no hours, and intervals may touch', () => {
    const touching = [
      { from: '00:00', to: '12:00' },
      { from: '12:00', to: '24:00' },
    ];
    const parsed = calendar('UTC', { '1': touching });
    expect(parsed.days['7']).toEqual([]);
    expect(workingMsBetween(parsed, utc('2026-03-01T00:00'), utc('2026-03-08T00:00'))).toBe(DAY);
  });
});

describe('working time', () => {
  test.each([
    ['2026-03-04T07:59:59', false],
    ['2026-03-04T08:00', true],
    ['2026-03-04T11:00', false],
    ['2026-03-04T12:00', true],
    ['2026-03-04T16:00', false],
    ['2026-03-07T10:00', false],
    ['2026-04-03T10:00', false],
  ])('Berlin office at %s UTC: %s', (at, working) => {
    expect(isWorkingTime(berlin, utc(at))).toBe(working);
  });

  test('a working date has hours and is no holiday', () => {
    expect(isWorkingDate(berlin, '2026-04-02')).toBe(true);
    expect(isWorkingDate(berlin, '2026-04-03')).toBe(false);
    expect(isWorkingDate(berlin, '2026-04-04')).toBe(false);
    expect(isWorkingDate('clock', '2026-04-04')).toBe(true);
  });

  test('a promise made on Thursday before Easter is carried over the holidays', () => {
    const thursday = utc('2026-04-02T14:00');
    expect(addWorking(berlin, thursday, HOUR)).toBe(utc('2026-04-02T15:00'));
    expect(addWorking(berlin, thursday, 2 * HOUR)).toBe(utc('2026-04-07T08:00'));
    expect(addWorking(berlin, thursday, 3 * HOUR)).toBe(utc('2026-04-07T09:00'));
    expect(subtractWorking(berlin, utc('2026-04-07T08:00'), 3 * HOUR)).toBe(utc('2026-04-02T13:00'));
    expect(nextWorkingInstant(berlin, utc('2026-04-02T15:00'))).toBe(utc('2026-04-07T07:00'));
    expect(previousWorkingInstant(berlin, utc('2026-04-06T12:00'))).toBe(utc('2026-04-02T15:00'));
  });

  test('the end of an interval is its own deadline', () => {
    expect(previousWorkingInstant(berlin, utc('2026-03-04T16:00'))).toBe(utc('2026-03-04T16:00'));
    expect(nextWorkingInstant(berlin, utc('2026-03-04T16:00'))).toBe(utc('2026-03-05T08:00'));
  });

  test.each([
    // Clocks go forward: the night is an hour shorter, and an interval within the gap vanishes.
    ['Europe/Berlin', '00:00', '06:00', '2026-03-28T20:00', '2026-03-29T12:00', 5 * HOUR],
    ['Europe/Berlin', '02:00', '03:00', '2026-03-28T20:00', '2026-03-29T12:00', 0],
    ['Europe/Berlin', '02:30', '04:00', '2026-03-28T20:00', '2026-03-29T12:00', HOUR],
    // Clocks go back: the hour counts twice, and part of it counts each time it is shown.
    ['Europe/Berlin', '00:00', '06:00', '2026-10-24T20:00', '2026-10-25T12:00', 7 * HOUR],
    ['Europe/Berlin', '02:00', '02:30', '2026-10-24T20:00', '2026-10-25T12:00', HOUR],
    ['America/New_York', '01:00', '03:00', '2026-03-08T00:00', '2026-03-08T20:00', HOUR],
    ['America/New_York', '01:00', '03:00', '2026-11-01T00:00', '2026-11-01T20:00', 3 * HOUR],
    ['Australia/Lord_Howe', '01:00', '03:00', '2026-10-03T12:00', '2026-10-04T00:00', 1.5 * HOUR],
    ['Australia/Lord_Howe', '01:00', '03:00', '2026-04-04T12:00', '2026-04-05T00:00', 2.5 * HOUR],
    ['Pacific/Apia', '09:00', '17:00', '2011-12-29T10:00', '2011-12-31T10:00', 16 * HOUR],
    ['Asia/Kathmandu', '00:00', '24:00', '2028-02-28T18:15', '2028-02-29T18:15', DAY],
  ])('%s, daily %s-%s, from %s to %s UTC: %d ms', (zone, opens, closes, from, to, ms) => {
    expect(workingMsBetween(calendar(zone, everyDay(opens, closes)), utc(from), utc(to))).toBe(ms);
  });

  test('an interval that starts in a gap starts after it', () => {
    const nights = calendar('Europe/Berlin', everyDay('02:30', '04:00'));
    expect(nextWorkingInstant(nights, utc('2026-03-28T20:00'))).toBe(utc('2026-03-29T01:00'));
  });

  test('a leap day that is a holiday has no working time', () => {
    const daily = calendar('Asia/Kolkata', everyDay('00:00', '24:00'), ['2028-02-29']);
    expect(workingMsBetween(daily, utc('2028-02-27T18:30'), utc('2028-03-01T18:30'))).toBe(2 * DAY);
  });

  test('without working time it says so', () => {
    const message = /no working time within 400 days/;
    expect(() => addWorking(never, 0, 1)).toThrow(message);
    expect(() => subtractWorking(never, 0, 1)).toThrow(message);
    expect(() => nextWorkingInstant(never, 0)).toThrow(message);
    expect(() => previousWorkingInstant(never, 0)).toThrow(message);
    expect(addWorking(never, 5, 0)).toBe(5);
    expect(workingMsBetween(never, 0, DAY)).toBe(0);
  });

  test('refuses lengths that make no sense or no end', () => {
    expect(() => addWorking(berlin, 0, -1)).toThrow(RangeError);
    expect(() => addWorking('clock', 0, Number.NaN)).toThrow(RangeError);
    expect(() => addWorking(berlin, 0, 1e15)).toThrow(/further than/);
    expect(() => workingMsBetween(berlin, 0, 8e15)).toThrow(RangeError);
  });
});

describe('laws of working time', () => {
  test('stretches add up', () => {
    fc.assert(
      fc.property(anyClock, fc.tuple(anyInstant, anyInstant, anyInstant), (clock, three) => {
        const [a = 0, b = 0, c = 0] = three.toSorted((x, y) => x - y);
        const sum = workingMsBetween(clock, a, b) + workingMsBetween(clock, b, c);
        expect(sum).toBe(workingMsBetween(clock, a, c));
        expect(workingMsBetween(clock, c, a)).toBe(0);
      }),
    );
  });

  test('adding is the earliest, subtracting the latest inverse of counting', () => {
    fc.assert(
      fc.property(anyClock, anyInstant, fc.integer({ min: 1, max: 40 * HOUR }), (clock, at, ms) => {
        const after = addWorking(clock, at, ms);
        expect(workingMsBetween(clock, at, after)).toBe(ms);
        expect(workingMsBetween(clock, at, after - 1)).toBe(ms - 1);
        const before = subtractWorking(clock, at, ms);
        expect(workingMsBetween(clock, before, at)).toBe(ms);
        expect(workingMsBetween(clock, before + 1, at)).toBe(ms - 1);
      }),
    );
  });

  test('more work ends no earlier, and a later start neither', () => {
    fc.assert(
      fc.property(
        anyClock,
        anyInstant,
        fc.nat(3 * DAY),
        fc.nat(40 * HOUR),
        fc.nat(40 * HOUR),
        (clock, at, later, ms, more) => {
          expect(addWorking(clock, at, ms)).toBeLessThanOrEqual(addWorking(clock, at, ms + more));
          expect(addWorking(clock, at, ms)).toBeLessThanOrEqual(addWorking(clock, at + later, ms));
        },
      ),
    );
  });

  test('it is working time when clocks on the wall say so', () => {
    fc.assert(
      fc.property(anyClock, anyInstant, (clock, at) => {
        if (clock === 'clock') return;
        const { hour, minute } = civilOf(at, clock.zone);
        const wall = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
        const date = localDateOf(at, clock.zone);
        const weekday = new Date(date).getUTCDay() || 7;
        const hours = Object.entries(clock.days).find(([day]) => day === String(weekday))?.[1] ?? [];
        const open = hours.some(({ from, to }) => from <= wall && wall < to);
        expect(isWorkingTime(clock, at)).toBe(open && !clock.holidays.includes(date));
      }),
      { numRuns: 500 },
    );
  });

  test('the next and the previous working instants enclose idle time', () => {
    fc.assert(
      fc.property(anyClock, anyInstant, (clock, at) => {
        const next = nextWorkingInstant(clock, at);
        const previous = previousWorkingInstant(clock, at);
        expect(isWorkingTime(clock, next)).toBe(true);
        expect(previous === at || isWorkingTime(clock, previous - 1)).toBe(true);
        expect(workingMsBetween(clock, previous, next)).toBe(0);
        if (isWorkingTime(clock, at)) expect([previous, next]).toEqual([at, at]);
      }),
    );
  });

  test('around the clock it is plain subtraction', () => {
    fc.assert(
      fc.property(anyInstant, fc.nat(30 * DAY), (at, ms) => {
        expect(workingMsBetween('clock', at, at + ms)).toBe(ms);
        expect(addWorking('clock', at, ms)).toBe(at + ms);
        expect(subtractWorking('clock', at, ms)).toBe(at - ms);
        expect(nextWorkingInstant('clock', at)).toBe(at);
        expect(previousWorkingInstant('clock', at)).toBe(at);
      }),
    );
  });

  test('a full week of full days is the real length of that week', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyInstant, fc.nat(9 * DAY), (zone, at, ms) => {
        expect(workingMsBetween(calendar(zone, everyDay('00:00', '24:00')), at, at + ms)).toBe(ms);
      }),
    );
  });
});

describe('quiet hours', () => {
  const night: QuietHours = { zone: 'Europe/Berlin', from: '22:00', to: '07:00' };
  const siesta: QuietHours = { zone: 'Asia/Kolkata', from: '13:00', to: '15:00' };

  test.each([
    [night, '2026-03-04T20:59', null],
    [night, '2026-03-04T21:00', '2026-03-05T06:00'],
    [night, '2026-03-05T02:00', '2026-03-05T06:00'],
    [night, '2026-03-05T06:00', null],
    // The nights in which clocks change are 8 and 10 hours long.
    [night, '2026-03-28T21:00', '2026-03-29T05:00'],
    [night, '2026-10-24T20:00', '2026-10-25T06:00'],
    [siesta, '2026-03-04T08:00', '2026-03-04T09:30'],
    [siesta, '2026-03-04T10:00', null],
    [{ zone: 'UTC', from: '18:00', to: '00:00' }, '2026-03-04T20:00', '2026-03-05T00:00'],
    [{ zone: 'Asia/Kathmandu', from: '12:01', to: '12:00' }, '2026-03-04T06:16', '2026-03-05T06:15'],
  ])('%j at %s end at %s', (quiet, at, end) => {
    expect(isQuiet(quiet, utc(at))).toBe(end !== null);
    expect(endOfQuiet(quiet, utc(at))).toBe(utc(end ?? at));
  });

  test('they cannot last all day', () => {
    expect(QuietHours.safeParse({ zone: 'UTC', from: '22:00', to: '22:00' }).success).toBe(false);
  });

  test('their end is the first instant that is not quiet', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyInstant, (zone, at) => {
        const quiet = { zone, from: '22:00', to: '07:00' };
        const end = endOfQuiet(quiet, at);
        expect(isQuiet(quiet, end)).toBe(false);
        expect(end === at || isQuiet(quiet, end - 1)).toBe(true);
        expect(end - at).toBeLessThanOrEqual(10 * HOUR);
        const [seven] = instantsOf({ ...civilOf(end, zone), hour: 7, minute: 0 }, zone);
        expect([at, seven]).toContain(end);
      }),
    );
  });
});
