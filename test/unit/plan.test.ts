import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subtractWorking, type WorkClock, workingMsBetween } from '../../src/domain/calendar.ts';
import { graceMs, planFor } from '../../src/domain/plan.ts';
import { defaultPolicy, Policy } from '../../src/domain/policy.ts';
import {
  berlin,
  DAY,
  HOUR,
  isAtWork,
  MINUTE,
  officeCalendar,
  SECOND,
  wall,
  when,
} from '../support/domain-fixtures.ts';

const office = officeCalendar();
const wed10 = when('2026-03-04 10:00');

type Window = { from: string; to: string; zone?: string; clock?: WorkClock; deadline?: string };

/** The plan of a window as lines: "soon 2026-03-04 Wed 14:00". */
function planned({ from, to, zone = berlin, clock = office, deadline }: Window): string[] {
  const plan = planFor({
    from: when(from, zone),
    followUpAt: when(to, zone),
    customerDeadline: deadline === undefined ? null : when(deadline, zone),
    clock,
    policy: defaultPolicy,
  });
  return [plan.by, ...plan.steps.map(({ step, at }) => `${step} ${wall(at, zone)}`)];
}

/** The steps in seconds since the promise was made. */
function secondsOf(windowMs: number): Record<string, number> {
  const plan = planFor({
    from: wed10,
    followUpAt: wed10 + windowMs,
    customerDeadline: null,
    clock: office,
    policy: defaultPolicy,
  });
  return Object.fromEntries(plan.steps.map(({ step, at }) => [step, (at - wed10) / SECOND]));
}

describe('the steps come at their shares of the window', () => {
  test.each([
    // Too short for halfway; grace is never under 30 s.
    [2 * MINUTE, { soon: 96, 'at risk': 108, due: 120, broken: 150 }],
    [10 * MINUTE, { soon: 480, 'at risk': 540, due: 600, broken: 660 }],
    [HOUR - 1, { soon: 2879.999, 'at risk': 3239.999, due: 3599.999, broken: 3959.998 }],
    [HOUR, { halfway: 1800, soon: 2880, 'at risk': 3240, due: 3600, broken: 3960 }],
    // A tenth of 110 min is 11; the longest grace is 15 min.
    [110 * MINUTE, { halfway: 3300, soon: 5280, 'at risk': 5940, due: 6600, broken: 7260 }],
  ])('a window of %i ms', (windowMs, steps) => {
    expect(secondsOf(windowMs)).toEqual(steps);
  });

  test('a promise made and due in the same breath still has a plan', () => {
    expect(secondsOf(1)).toEqual({ soon: 0, 'at risk': 0, due: 0.001, broken: 30.001 });
  });

  test('grace is a tenth of the window, 30 s at least and 15 min at most', () => {
    expect(graceMs(MINUTE, defaultPolicy)).toBe(30 * SECOND);
    expect(graceMs(50 * MINUTE, defaultPolicy)).toBe(5 * MINUTE);
    expect(graceMs(10 * DAY, defaultPolicy)).toBe(15 * MINUTE);
  });
});

describe('shares are of working time', () => {
  test('within one day', () => {
    expect(planned({ from: '2026-03-04 09:00', to: '2026-03-04 12:00' })).toEqual([
      'working time',
      'halfway 2026-03-04 Wed 10:30',
      'soon 2026-03-04 Wed 11:24',
      'at risk 2026-03-04 Wed 11:42',
      'due 2026-03-04 Wed 12:00',
      'broken 2026-03-04 Wed 12:15',
    ]);
  });

  test('three days: soon is never earlier than an hour before, at risk never than half an hour', () => {
    expect(planned({ from: '2026-03-04 10:00', to: '2026-03-09 10:00' })).toEqual([
      'working time',
      'halfway 2026-03-05 Thu 14:30',
      'soon 2026-03-09 Mon 09:00',
      'at risk 2026-03-09 Mon 09:30',
      'due 2026-03-09 Mon 10:00',
      'broken 2026-03-09 Mon 10:15',
    ]);
  });

  test('an hour before is an hour of work before: over the break at noon, over the night', () => {
    expect(planned({ from: '2026-03-03 10:00', to: '2026-03-04 13:15' })).toContain(
      'soon 2026-03-04 Wed 11:15',
    );
    expect(planned({ from: '2026-03-02 10:00', to: '2026-03-04 09:20' })).toEqual(
      expect.arrayContaining(['soon 2026-03-03 Tue 16:20', 'at risk 2026-03-03 Tue 16:50']),
    );
  });

  test('what is made after hours begins to count at the next opening', () => {
    expect(planned({ from: '2026-03-04 20:00', to: '2026-03-05 15:00' })).toEqual([
      'working time',
      'halfway 2026-03-05 Thu 11:30',
      'soon 2026-03-05 Thu 14:00',
      'at risk 2026-03-05 Thu 14:30',
      'due 2026-03-05 Thu 15:00',
      'broken 2026-03-05 Thu 15:15',
    ]);
  });

  test('closing time is within working time', () => {
    expect(planned({ from: '2026-03-04 09:00', to: '2026-03-04 17:00' })).toEqual([
      'working time',
      'halfway 2026-03-04 Wed 13:30',
      'soon 2026-03-04 Wed 16:00',
      'at risk 2026-03-04 Wed 16:30',
      'due 2026-03-04 Wed 17:00',
      'broken 2026-03-04 Wed 17:15',
    ]);
  });

  test('across a holiday', () => {
    const easter = officeCalendar(berlin, ['2026-04-03', '2026-04-06']);
    expect(planned({ from: '2026-04-02 15:00', to: '2026-04-07 11:00', clock: easter })).toEqual([
      'working time',
      'halfway 2026-04-02 Thu 17:00',
      'soon 2026-04-07 Tue 10:12',
      'at risk 2026-04-07 Tue 10:36',
      'due 2026-04-07 Tue 11:00',
      'broken 2026-04-07 Tue 11:15',
    ]);
  });

  test('the leap day is a day of work', () => {
    expect(planned({ from: '2028-02-28 09:00', to: '2028-03-01 17:00' })).toContain(
      'halfway 2028-02-29 Tue 13:30',
    );
  });

  test.each([
    ['forward', '2026-03-27 13:00', '2026-03-30 12:00', 'halfway 2026-03-27 Fri 16:30'],
    ['back', '2026-10-23 13:00', '2026-10-26 12:00', 'halfway 2026-10-23 Fri 16:30'],
  ])('clocks going %s at the weekend change nothing in working time', (_, from, to, halfway) => {
    expect(planned({ from, to })).toEqual(
      expect.arrayContaining([halfway, expect.stringMatching(/^soon .* 11:00$/)]),
    );
  });

  test.each([
    ['forward', '2026-03-28 22:00', '2026-03-29 10:00', 'halfway 2026-03-29 Sun 04:30'],
    ['back', '2026-10-24 22:00', '2026-10-25 10:00', 'halfway 2026-10-25 Sun 03:30'],
  ])('around the clock, clocks going %s take or add a real hour', (_, from, to, halfway) => {
    expect(planned({ from, to, clock: 'clock' })).toContain(halfway);
  });

  test.each([
    ['Asia/Kathmandu', '2026-03-04 09:00', 'halfway 2026-03-04 Wed 13:30'],
    ['Asia/Kolkata', '2026-03-04 09:00', 'halfway 2026-03-04 Wed 13:30'],
    ['Pacific/Chatham', '2026-03-04 09:00', 'halfway 2026-03-04 Wed 13:30'],
  ])('%s counts its own hours', (zone, from, halfway) => {
    expect(planned({ from, to: '2026-03-04 17:00', zone, clock: officeCalendar(zone) })).toContain(halfway);
  });
});

describe('by the clock', () => {
  test('where the severity says so', () => {
    expect(planned({ from: '2026-03-06 17:00', to: '2026-03-07 17:00', clock: 'clock' })).toEqual([
      'clock',
      'halfway 2026-03-07 Sat 05:00',
      'soon 2026-03-07 Sat 16:00',
      'at risk 2026-03-07 Sat 16:30',
      'due 2026-03-07 Sat 17:00',
      'broken 2026-03-07 Sat 17:15',
    ]);
  });

  test('below two hours, whatever the severity: who promises that is at work', () => {
    expect(planned({ from: '2026-03-04 22:00', to: '2026-03-04 23:59' })[0]).toBe('clock');
    expect(planned({ from: '2026-03-04 11:00', to: '2026-03-04 13:00' })[0]).toBe('working time');
  });

  test('where no working time lies between', () => {
    expect(planned({ from: '2026-03-07 10:00', to: '2026-03-08 10:00' })).toEqual([
      'clock',
      'halfway 2026-03-07 Sat 22:00',
      'soon 2026-03-08 Sun 09:00',
      'at risk 2026-03-08 Sun 09:30',
      'due 2026-03-08 Sun 10:00',
      'broken 2026-03-08 Sun 10:15',
    ]);
  });

  test('the last steps before an hour off work, so that nobody is at risk days too early', () => {
    expect(planned({ from: '2026-03-06 16:00', to: '2026-03-08 12:00' })).toEqual([
      'working time',
      'halfway 2026-03-06 Fri 16:30',
      'soon 2026-03-08 Sun 11:00',
      'at risk 2026-03-08 Sun 11:30',
      'due 2026-03-08 Sun 12:00',
      'broken 2026-03-08 Sun 12:06',
    ]);
  });
});

describe('a customer deadline before the follow-up time pulls at risk forward', () => {
  const friday = { from: '2026-03-04 10:00', to: '2026-03-06 15:00' };

  test.each([
    ['half an hour of work before it', '2026-03-05 11:00', 'at risk 2026-03-05 Thu 10:30'],
    ['over the night, so that nobody is woken', '2026-03-05 03:00', 'at risk 2026-03-04 Wed 16:30'],
    ['by a minute', '2026-03-06 14:59', 'at risk 2026-03-06 Fri 14:29'],
    ['at once when it is nearer than that', '2026-03-04 10:20', 'at risk 2026-03-04 Wed 10:00'],
  ])('%s', (_, deadline, atRisk) => {
    expect(planned({ ...friday, deadline })).toContain(atRisk);
  });

  test.each([
    ['past', '2026-03-04 09:00'],
    ['now', '2026-03-04 10:00'],
    ['the follow-up time itself', '2026-03-06 15:00'],
    ['later', '2026-03-06 17:00'],
  ])('but not when it is %s', (_, deadline) => {
    expect(planned({ ...friday, deadline })).toEqual(planned(friday));
  });
});

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'UTC',
];
const anyClock: fc.Arbitrary<WorkClock> = fc.oneof(
  fc.constant<WorkClock>('clock'),
  fc.constantFrom(...zones).map((zone) => officeCalendar(zone, ['2026-04-03', '2026-04-06', '2026-12-25'])),
);
const anyMoment = fc.integer({ min: when('2026-01-01 00:00'), max: when('2028-12-31 00:00') });
const anyWindow = fc.oneof(
  fc.integer({ min: 1, max: 10 * MINUTE }),
  fc.integer({ min: MINUTE, max: 3 * HOUR }),
  fc.integer({ min: HOUR, max: 14 * DAY }),
);

describe('of any window', () => {
  test('the steps lie within it and its grace, in order, each once', () => {
    fc.assert(
      fc.property(anyMoment, anyWindow, anyClock, fc.option(anyWindow), (from, length, clock, ahead) => {
        const followUpAt = from + length;
        const customerDeadline = ahead === null ? null : from + ahead;
        const { steps } = planFor({ from, followUpAt, customerDeadline, clock, policy: defaultPolicy });
        const at = new Map(steps.map((one) => [one.step, one.at]));
        const times = steps.map((one) => one.at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(at.size).toBe(steps.length);
        expect(Math.min(...times)).toBeGreaterThanOrEqual(from);
        expect(at.get('due')).toBe(followUpAt);
        const grace = (at.get('broken') ?? 0) - followUpAt;
        expect(grace).toBeGreaterThanOrEqual(30 * SECOND);
        expect(grace).toBeLessThanOrEqual(15 * MINUTE);
        expect(steps.at(-1)?.step).toBe('broken');
      }),
    );
  });

  test('nothing comes earlier than it may, in working time, unless a deadline pulls it', () => {
    fc.assert(
      fc.property(anyMoment, anyWindow, anyClock, (from, length, clock) => {
        const followUpAt = from + length;
        const plan = planFor({ from, followUpAt, customerDeadline: null, clock, policy: defaultPolicy });
        const by = plan.by === 'clock' ? 'clock' : clock;
        const left = (step: string) =>
          workingMsBetween(by, plan.steps.find((one) => one.step === step)?.at ?? from, followUpAt);
        expect(left('soon')).toBeLessThanOrEqual(HOUR);
        expect(left('at risk')).toBeLessThanOrEqual(30 * MINUTE);
        const isHalved = plan.steps.some(({ step }) => step === 'halfway');
        expect(isHalved).toBe(workingMsBetween(by, from, followUpAt) >= HOUR);
      }),
    );
  });

  test('a promise of two hours and more, due at work, never nudges off work', () => {
    fc.assert(
      fc.property(
        anyMoment,
        fc.integer({ min: 2 * HOUR, max: 14 * DAY }),
        fc.constantFrom(...zones),
        (from, length, zone) => {
          const calendar = officeCalendar(zone, ['2026-04-03', '2026-12-25']);
          const followUpAt = from + length;
          fc.pre(isAtWork(calendar, followUpAt));
          fc.pre(workingMsBetween(calendar, from, followUpAt) > 0);
          const plan = planFor({
            from,
            followUpAt,
            customerDeadline: null,
            clock: calendar,
            policy: defaultPolicy,
          });
          const nudges = plan.steps.filter(({ step }) => step !== 'broken');
          expect(nudges.filter(({ at }) => at > from && !isAtWork(calendar, at))).toEqual([]);
        },
      ),
    );
  });

  test('a deadline never wakes anybody: at risk lies at work, or at the making', () => {
    fc.assert(
      fc.property(
        anyMoment,
        fc.integer({ min: DAY, max: 14 * DAY }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, length, share) => {
          const followUpAt = from + length;
          fc.pre(isAtWork(office, followUpAt) && workingMsBetween(office, from, followUpAt) > 0);
          const customerDeadline = from + Math.floor(length * share);
          const plan = planFor({ from, followUpAt, customerDeadline, clock: office, policy: defaultPolicy });
          const at = plan.steps.find(({ step }) => step === 'at risk')?.at ?? 0;
          expect(at === from || isAtWork(office, at)).toBe(true);
          const latest = subtractWorking(office, customerDeadline, 30 * MINUTE);
          expect(customerDeadline <= from || at <= Math.max(from, latest)).toBe(true);
        },
      ),
    );
  });

  test('other figures keep their order too', () => {
    const policy = Policy.parse({
      soon: { share: 0.95, earliestMs: 1 },
      atRisk: { share: 0.1, earliestMs: DAY },
    });
    const plan = planFor({
      from: wed10,
      followUpAt: wed10 + HOUR,
      customerDeadline: null,
      clock: 'clock',
      policy,
    });
    expect(plan.steps.map(({ step }) => step)).toEqual(['at risk', 'halfway', 'soon', 'due', 'broken']);
  });
});
