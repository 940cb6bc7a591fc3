import { z } from 'zod';
import { type Instant, LocalDate, UTC_DAY, Zone, zoneDay } from './instant.ts';

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'Write the time like 09:30.' });
const endTime = z.union([time, z.literal('24:00')]);

const Hours = z
  .array(z.object({ from: time, to: endTime }))
  .refine((list) => list.every(({ from, to }, i) => from < to && (list[i - 1]?.to ?? '') <= from), {
    error: 'Hours must each start before they end, in order, and not overlap.',
  })
  .readonly();

/** Working hours by weekday ('1' Monday to '7' Sunday; a day left out has none), on the clocks of `zone`. */
export const Calendar = z.object({
  zone: Zone,
  days: z
    .object({
      '1': Hours.default([]),
      '2': Hours.default([]),
      '3': Hours.default([]),
      '4': Hours.default([]),
      '5': Hours.default([]),
      '6': Hours.default([]),
      '7': Hours.default([]),
    })
    .readonly(),
  holidays: z.array(LocalDate).readonly(),
});
export type Calendar = z.infer<typeof Calendar>;

/** A calendar, or 'clock': every hour of every day counts. */
export type WorkClock = Calendar | 'clock';

/** Hours in which nobody is to be disturbed; `to` at or before `from` means the next morning. */
export const QuietHours = z
  .object({ zone: Zone, from: time, to: time })
  .refine(({ from, to }) => from !== to, { error: 'Quiet hours must end at another time than they start.' });
export type QuietHours = z.infer<typeof QuietHours>;

/** Half open, real time: [start, end). */
type Span = { start: Instant; end: Instant };
/** Milliseconds on the wall clock since its midnight. */
type WallSpan = { from: number; to: number };
type Week = {
  zone: Zone;
  /** From Sunday, as Date counts weekdays. */
  days: readonly (readonly WallSpan[])[];
  /** Days since 1970-01-01, civil. */
  holidays: ReadonlySet<number>;
};

const MAX_IDLE_DAYS = 400;
const MAX_DAYS = 20 * 366;

// Calendars are put together per call from parsed, frozen parts; those parts are what is worth remembering.
const knownDays = new WeakMap<Calendar['days'], Week['days']>();
const knownHolidays = new WeakMap<Calendar['holidays'], Week['holidays']>();

function weekOf({ zone, days, holidays }: Calendar): Week {
  return {
    zone,
    days: recall(knownDays, days, () =>
      [days['7'], days['1'], days['2'], days['3'], days['4'], days['5'], days['6']].map((hours) =>
        hours.map(({ from, to }) => ({ from: wallMs(from), to: wallMs(to) })),
      ),
    ),
    holidays: recall(
      knownHolidays,
      holidays,
      () => new Set(holidays.map((date) => Date.parse(date) / UTC_DAY)),
    ),
  };
}

function recall<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function quietWeekOf(quiet: QuietHours): Week {
  const from = wallMs(quiet.from);
  const to = wallMs(quiet.to);
  const evening = { from, to: UTC_DAY };
  const hours = from < to ? [{ from, to }] : [{ from: 0, to }, evening];
  return { zone: quiet.zone, days: Array.from({ length: 7 }, () => hours), holidays: new Set() };
}

function wallMs(hhmm: string): number {
  return (Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3))) * 60_000;
}

/**
 * The spans of one UTC day in which wall clocks show a time within the hours, ascending.
 * Each stretch of constant offset is read by itself: gaps drop out, and hours that come twice count twice.
 */
function spansOn(week: Week, utcDay: number): readonly Span[] {
  const { before, after, change } = zoneDay(week.zone, utcDay);
  const start = utcDay * UTC_DAY;
  const end = start + UTC_DAY;
  const spans: Span[] = [];
  addSpans(spans, week, before, start, Math.min(change, end));
  if (change < end) addSpans(spans, week, after, change, end);
  return spans;
}

function addSpans(spans: Span[], week: Week, offset: number, low: Instant, high: Instant): void {
  for (let day = Math.floor((low + offset) / UTC_DAY); day * UTC_DAY < high + offset; day++) {
    for (const hours of hoursOf(week, day)) {
      const start = Math.max(low, day * UTC_DAY + hours.from - offset);
      const end = Math.min(high, day * UTC_DAY + hours.to - offset);
      if (start >= end) continue;
      const last = spans.at(-1);
      if (last?.end === start) last.end = end;
      else spans.push({ start, end });
    }
  }
}

function hoursOf(week: Week, civilDay: number): readonly WallSpan[] {
  if (week.holidays.has(civilDay)) return [];
  // 1970-01-01 was a Thursday.
  return week.days[(((civilDay + 4) % 7) + 7) % 7] ?? [];
}

function spanAt(week: Week, at: Instant): Span | undefined {
  return spansOn(week, Math.floor(at / UTC_DAY)).find(({ start, end }) => start <= at && at < end);
}

/** Steps through the UTC days from `from`, back or forth, until `visit` returns an instant. */
function search(
  week: Week,
  from: Instant,
  step: 1 | -1,
  visit: (spans: readonly Span[]) => Instant | 'worked' | 'idle',
): Instant {
  const first = Math.floor(from / UTC_DAY);
  let idle = 0;
  for (let days = 0; days <= MAX_DAYS; days++) {
    const found = visit(spansOn(week, first + step * days));
    if (typeof found === 'number') return found;
    idle = found === 'idle' ? idle + 1 : 0;
    if (idle > MAX_IDLE_DAYS) {
      throw new RangeError(`The calendar has no working time within ${MAX_IDLE_DAYS} days.`);
    }
  }
  throw new RangeError(`The working time asked for reaches further than ${MAX_DAYS} days.`);
}

/** Whether `at` is within working hours; the end of an interval is not. */
export function isWorkingTime(clock: WorkClock, at: Instant): boolean {
  return clock === 'clock' || spanAt(weekOf(clock), at) !== undefined;
}

/** Whether a deadline at `at` lies outside of working hours; one at closing time does not. */
export function isOffHours(clock: WorkClock, at: Instant): boolean {
  return !isWorkingTime(clock, at) && !isWorkingTime(clock, at - 1);
}

/** Whether the calendar has any hours on that date, in its own zone. */
export function isWorkingDate(clock: WorkClock, date: LocalDate): boolean {
  return clock === 'clock' || hoursOf(weekOf(clock), Date.parse(date) / UTC_DAY).length > 0;
}

/**
 * Real milliseconds of working time in [from, to); 0 when `to` isn't after `from`.
 * @throws RangeError for a stretch of more than 20 years.
 */
export function workingMsBetween(clock: WorkClock, from: Instant, to: Instant): number {
  if (to <= from) return 0;
  if (clock === 'clock') return to - from;
  if (to - from > MAX_DAYS * UTC_DAY) {
    throw new RangeError(`Working time can be counted over at most ${MAX_DAYS} days.`);
  }
  const week = weekOf(clock);
  let sum = 0;
  for (let day = Math.floor(from / UTC_DAY); day * UTC_DAY < to; day++) {
    for (const { start, end } of spansOn(week, day)) {
      sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
    }
  }
  return sum;
}

/**
 * The earliest instant at which `ms` of working time have gone by since `from`; `from` itself for 0.
 * @throws RangeError for negative `ms`, 400 days without working time, or more than 20 years.
 */
export function addWorking(clock: WorkClock, from: Instant, ms: number): Instant {
  requireLength(ms);
  if (clock === 'clock' || ms === 0) return from + ms;
  let left = ms;
  return search(weekOf(clock), from, 1, (spans) => {
    let worked = false;
    for (const span of spans) {
      const start = Math.max(span.start, from);
      if (start >= span.end) continue;
      if (left <= span.end - start) return start + left;
      left -= span.end - start;
      worked = true;
    }
    return worked ? 'worked' : 'idle';
  });
}

/**
 * The latest instant from which `ms` of working time remain until `from`; `from` itself for 0.
 * @throws RangeError as `addWorking` does.
 */
export function subtractWorking(clock: WorkClock, from: Instant, ms: number): Instant {
  requireLength(ms);
  if (clock === 'clock' || ms === 0) return from - ms;
  let left = ms;
  return search(weekOf(clock), from, -1, (spans) => {
    let worked = false;
    for (const span of spans.toReversed()) {
      const end = Math.min(span.end, from);
      if (span.start >= end) continue;
      if (left <= end - span.start) return end - left;
      left -= end - span.start;
      worked = true;
    }
    return worked ? 'worked' : 'idle';
  });
}

function requireLength(ms: number): void {
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`Working time must be 0 ms or more, not ${ms}.`);
}

/**
 * `at` when it is working time, else the start of the next working interval.
 * @throws RangeError for 400 days without working time.
 */
export function nextWorkingInstant(clock: WorkClock, at: Instant): Instant {
  if (isWorkingTime(clock, at) || clock === 'clock') return at;
  return search(weekOf(clock), at, 1, (spans) => spans.find(({ start }) => start >= at)?.start ?? 'idle');
}

/**
 * `at` when it is working time, else the end of the interval before: the last instant a deadline can have.
 * @throws RangeError for 400 days without working time.
 */
export function previousWorkingInstant(clock: WorkClock, at: Instant): Instant {
  if (isWorkingTime(clock, at) || clock === 'clock') return at;
  return search(weekOf(clock), at, -1, (spans) => spans.findLast(({ end }) => end <= at)?.end ?? 'idle');
}

/** Whether clocks in the zone of the quiet hours show a quiet time at `at`. */
export function isQuiet(quiet: QuietHours, at: Instant): boolean {
  return spanAt(quietWeekOf(quiet), at) !== undefined;
}

/** The first instant from `at` on that isn't quiet; `at` itself when it isn't. */
export function endOfQuiet(quiet: QuietHours, at: Instant): Instant {
  const week = quietWeekOf(quiet);
  let end = at;
  // A quiet stretch is cut at UTC midnight and at most once by a change of offset.
  for (let pieces = 0; pieces < 8; pieces++) {
    const span = spanAt(week, end);
    if (!span) break;
    end = span.end;
  }
  return end;
}
