import { TZDate } from '@date-fns/tz';
import { strict } from 'chrono-node/en';
import { addMonths } from 'date-fns';
import { isWorkingDate, type WorkClock } from './calendar.ts';
import { type Instant, localDateOf, UTC_DAY, type Zone } from './instant.ts';

/** Days since 1970-01-01 on the wall calendar. */
export type CivilDay = number;
/** `next`: the day that follows when all of these are over, taken silently or only offered. */
export type Days = {
  dates: readonly CivilDay[];
  ask: boolean;
  next: { date: CivilDay; take: boolean } | null;
};
export type Length = { months: number; days: number; workingDays: number; ms: number };
export type Reader = { now: Instant; zone: Zone; today: CivilDay; calendar: WorkClock | undefined };

export const HORIZON = 731 * UTC_DAY;
export const MINUTE = 60_000;

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WEEKDAY =
  '(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\\.?';
const WHICH = 'thisweek|next week|last week';

export type Groups = (string | undefined)[];

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const UNITS: readonly (readonly [string, keyof Length, number])[] = [
  ['s|secs?|seconds?', 'ms', 1_000],
  ['m|mins?|minutes?', 'ms', MINUTE],
  ['h|hrs?|hours?', 'ms', 3_600_000],
  ['d|days?', 'days', 1],
  ['(?:working|business|work)[ -]?days?', 'workingDays', 1],
  ['w|wks?|weeks?', 'days', 7],
  ['fortnights?', 'days', 14],
  ['months?', 'months', 1],
  ['years?|yrs?', 'months', 12],
];
const AMOUNTS = UNITS.map(([words, unit, factor]) => ({
  pattern: new RegExp(`^(\\d{1,6}(?:\\.\\d{1,6})?) ?(?:${words})(?![a-z])[ ,]*(?:and )?`),
  unit,
  factor,
}));

/** How a day is written; the next weekday of a name is today while it lasts. */
const DAYS: readonly (readonly [RegExp, (reader: Reader, ...groups: Groups) => Days | null])[] = [
  [/^today$/, ({ today }) => on(today)],
  [/^(?:tomm?orr?ow|tmrw?|tmw)$/, ({ today }) => on(today + 1)],
  [/^day after tomorrow$/, ({ today }) => on(today + 2)],
  [/^(?:day before )?yesterday$/, ({ today }) => on(today - 2)],
  [/^next (?:working|business|work) ?day$/, (reader) => workingDay(1, reader)],
  [
    /^next week$/,
    ({ today }) => ({
      ...on(today),
      dates: [0, 1, 2, 3, 4].map((day) => monday(today) + 7 + day),
      ask: true,
    }),
  ],
  [
    new RegExp(`^(?:(${WHICH}|next|last|past|coming) )?${WEEKDAY}(?: (${WHICH}))?$`),
    ({ today }, _, before, name, after) => weekday(today, name, after ?? before),
  ],
  [
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/,
    ({ today }, _, year, month, day) => date(today, Number(day), Number(month), Number(year)),
  ],
  [
    /^(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?$/,
    ({ today }, _, one, mark, two, year) =>
      mark === '/' || year ? numericDate(today, Number(one), Number(two), year) : null,
  ],
  [/^(\d{1,2})(?:st|nd|rd|th)$/, ({ today }, _, day) => dayOfMonth(today, Number(day))],
];

/** "2 hours", "1h30", "three working days"; null for anything else, and for more than two years. */
export function lengthOf(text: string): Length | null {
  let left = text
    .replace(/^(?:in|within|after) /, '')
    .replace(/ (?:from (?:now|today)|later)$|(?:'s|s'|s)? time$/, '')
    .replace(/\b(?:an? )?couple\b/, '2')
    .replace(/\b(?:an? )?quarter (?:an )?hour/, '15 min')
    .replace(/^half (?:an )?(?=hour)/, '0.5 ')
    .replace(/\b[a-z]+\b/g, (word) => (/^an?$/.test(word) ? '1' : `${NUMBERS.indexOf(word) + 1 || word}`))
    .replace(/^(\d+) ([a-z]+) and 1 half$|^(\d+) and 1 half ([a-z]+)$/, '$1$3.5 $2$4')
    .replace(/^(\d+ ?h) ?([0-5]\d)$/, '$1 $2 min');
  if (left === '') return null;
  const length: Length = { months: 0, days: 0, workingDays: 0, ms: 0 };
  while (left !== '') {
    const amount = AMOUNTS.find(({ pattern }) => pattern.test(left));
    const match = amount?.pattern.exec(left);
    if (!amount || !match) return null;
    const value = Number(match[1]);
    if (amount.unit !== 'ms' && !Number.isInteger(value)) return null;
    length[amount.unit] += Math.round(value * amount.factor);
    left = left.slice(match[0].length);
  }
  const near = length.months <= 25 && length.days <= 750 && length.workingDays <= 750 && length.ms <= HORIZON;
  return near ? length : null;
}

/** The days that a text without a time of day means; null when it means none. */
export function daysOf(text: string, reader: Reader): Days | null {
  for (const [pattern, read] of DAYS) {
    const match = pattern.exec(text);
    if (match) return read(reader, ...match);
  }
  const length = lengthOf(text);
  if (length) {
    if (length.ms > 0) return null;
    return length.workingDays > 0 ? workingDay(length.workingDays, reader) : on(shift(reader.today, length));
  }
  return namedDate(text, reader) ?? monthDate(text, reader);
}

export function on(day: CivilDay): Days {
  return { dates: [day], ask: false, next: null };
}

export function civilDay(at: Instant, zone: Zone): CivilDay {
  return Date.parse(localDateOf(at, zone)) / UTC_DAY;
}

function isoDate(day: CivilDay): string {
  return new Date(day * UTC_DAY).toISOString().slice(0, 10);
}

/** 0 is Monday. 1970-01-01 was a Thursday. */
function weekdayIndex(day: CivilDay): number {
  return (((day + 3) % 7) + 7) % 7;
}

function monday(day: CivilDay): CivilDay {
  return day - weekdayIndex(day);
}

/** The day that lies this far ahead on the wall calendar; the last of a month that is too short. */
export function shift(day: CivilDay, { months, days }: Length): CivilDay {
  return +addMonths(new TZDate(day * UTC_DAY, 'UTC'), months) / UTC_DAY + days;
}

function weekday(today: CivilDay, name = '', which?: string): Days {
  const index = WEEKDAYS.indexOf(name.slice(0, 3));
  if (which === 'thisweek') return on(monday(today) + index);
  if (which === 'next week') return on(monday(today) + 7 + index);
  if (which === 'last' || which === 'past' || which === 'last week') return on(today - 7);
  const ahead = today + ((index - weekdayIndex(today) + 7) % 7);
  if (which !== 'next') return { dates: [ahead], ask: false, next: { date: ahead + 7, take: true } };
  const first = ahead === today ? today + 7 : ahead;
  // Said on Monday, "next Friday" is this week's for some and next week's for others.
  const unclear = monday(first) === monday(today);
  return { ...on(first), dates: unclear ? [first, first + 7] : [first], ask: unclear };
}

function dayOn(year: number, month: number, day: number): CivilDay | null {
  const ms = Date.UTC(year, month - 1, day);
  const found = new Date(ms);
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? ms / UTC_DAY : null;
}

/** Without a year: the one just past (a month at most, to be asked again), else the next. */
function date(today: CivilDay, day: number, month: number, year?: number): Days | null {
  if (year !== undefined) {
    const found = dayOn(year < 100 ? 2_000 + year : year, month, day);
    return found === null ? null : on(found);
  }
  const thisYear = new Date(today * UTC_DAY).getUTCFullYear();
  return nextOf(
    [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8].map((ahead) => dayOn(thisYear + ahead, month, day)),
    today - 31,
  );
}

function dayOfMonth(today: CivilDay, day: number): Days | null {
  const now = new Date(today * UTC_DAY);
  const months = [0, 1, 2, 3].map(
    (ahead) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)),
  );
  return nextOf(
    months.map((month) => dayOn(month.getUTCFullYear(), month.getUTCMonth() + 1, day)),
    today,
  );
}

function nextOf(dates: readonly (CivilDay | null)[], from: CivilDay): Days | null {
  const [first, second] = dates.filter((day) => day !== null && day >= from).filter((day) => day !== null);
  if (first === undefined) return null;
  return { ...on(first), next: second === undefined ? null : { date: second, take: false } };
}

/** 3/4 is 3 April here and 4 March there: both are asked about. */
function numericDate(today: CivilDay, one: number, two: number, year?: string): Days | null {
  const y = year === undefined ? undefined : Number(year);
  if (one > 12 || one === two) return date(today, one, two, y);
  if (two > 12) return date(today, two, one, y);
  const both = [date(today, one, two, y), date(today, two, one, y)];
  return { dates: both.flatMap((days) => days?.dates ?? []), ask: true, next: null };
}

/** "Fri 6 March": the weekday settles an unclear date; when it contradicts, both are asked about. */
function namedDate(text: string, reader: Reader): Days | null {
  const before = new RegExp(`^${WEEKDAY} (.+)$`).exec(text);
  const after = new RegExp(`^(.+) ${WEEKDAY}$`).exec(text);
  const name = before?.[1] ?? after?.[2];
  const others = before?.[2] ?? after?.[1];
  if (name === undefined || others === undefined) return null;
  const days = daysOf(others, reader);
  if (!days) return null;
  const index = WEEKDAYS.indexOf(name.slice(0, 3));
  const dates = days.dates.filter((day) => weekdayIndex(day) === index);
  if (dates.length > 0) return { dates, ask: dates.length > 1, next: null };
  return { dates: [...days.dates, ...weekday(reader.today, name).dates], ask: true, next: null };
}

// A leap year, so that chrono knows 29 February.
export const LEAP = new Date(2028, 5, 15, 12);

function monthDate(text: string, { today }: Reader): Days | null {
  if (!/(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/.test(text)) return null;
  const [found, ...more] = strict.parse(text, LEAP);
  if (!found || more.length > 0 || found.end || found.text.length !== text.length) return null;
  const { start } = found;
  const [day, month, year] = [start.get('day'), start.get('month'), start.get('year')];
  if (!start.isCertain('day') || !start.isCertain('month') || start.isCertain('hour')) return null;
  if (day === null || month === null) return null;
  return date(today, day, month, start.isCertain('year') && year !== null ? year : undefined);
}

/** Where working days begin and end. */
export function workingZone({ zone, calendar }: Reader): Zone {
  return calendar === undefined || calendar === 'clock' ? zone : calendar.zone;
}

/** The n-th working day after today. */
export function workingDay(count: number, reader: Reader): Days | null {
  let day = civilDay(reader.now, workingZone(reader));
  let left = count;
  for (let steps = 0; left > 0 && steps < HORIZON / UTC_DAY; steps++) {
    day++;
    const works = reader.calendar ? isWorkingDate(reader.calendar, isoDate(day)) : weekdayIndex(day) < 5;
    if (works) left--;
  }
  return left === 0 ? on(day) : null;
}
