import { TZDate } from '@date-fns/tz';
import { strict } from 'chrono-node/en';
import { addMonths } from 'date-fns';
import {
  isWorkingDate,
  isWorkingTime,
  nextWorkingInstant,
  previousWorkingInstant,
  type WorkClock,
} from './calendar.ts';
import { civilOf, gapEnd, type Instant, instantsOf, localDateOf, UTC_DAY, type Zone } from './instant.ts';

/** What a text meant. `choices` are future instants, ascending, that could have been meant; maybe none. */
export type TimeReading =
  | { ok: true; at: Instant }
  | { ok: false; why: 'empty' | 'unreadable' | 'past' | 'gap' | 'ambiguous'; choices: Instant[] };

/** Days since 1970-01-01 on the wall calendar. */
type CivilDay = number;
/** `next`: the day that follows when all of these are over, taken silently or only offered. */
type Days = {
  dates: readonly CivilDay[];
  ask: boolean;
  next: { date: CivilDay; take: boolean } | null;
};
/** Minutes since midnight, from 1440 on of the day after; several when it isn't said which. */
type Clock = { minutes: readonly number[]; ms: number; ask: boolean; bare: boolean; zone: string | null };
type Length = { months: number; days: number; workingDays: number; ms: number };
type Piece = { length: Length } | { length: null; days: Days | null; clocks: readonly Clock[] };
type Reader = { now: Instant; zone: Zone; today: CivilDay; calendar: WorkClock | undefined };

const MAX_CHARS = 200;
const HORIZON = 731 * UTC_DAY;
const MINUTE = 60_000;
/** Offered for a day without a time: 9:00, 12:00, 17:00. */
const UNTIMED = [540, 720, 1020];

const REWORDED: readonly (readonly [RegExp, string])[] = [
  [/[’‘`´]/g, "'"],
  [/^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?([+-]\d{2}(?::?\d{2})?)$/, '$1 $2 utc$3'],
  [/(\d{4}-\d{2}-\d{2})t(?=\d)/g, '$1 '],
  [/\b(?:end of (?:the |this )?week|eow)\b/g, 'friday eod'],
  [/\bthis week\b/g, 'thisweek'],
  [/\btonight\b/g, 'today night'],
  [/\b(?:no|not) later than\b|\bat the latest\b|\bbetween\b|\bfrom (?=\d)/g, ' '],
];
const FILLERS = /(?<=^|\s)(?:by|at|on|before|around|about|until|till?|the|this|of|sharp|[-–—])(?=\s|$)|[,@]/g;
const BETWEEN = / (?:or|and|to|[-–—]) /;

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WEEKDAY =
  '(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\\.?';
const WHICH = 'thisweek|next week|last week';
const ABBREVIATIONS =
  'bst|cest|cet|mesz|mez|eest|eet|west|wet|msk|est|edt|et|cst|cdt|ct|mst|mdt|mt|pst|pdt|pt|ist|pkt|sgt|hkt|jst|kst|aest|aedt|acst|acdt|awst|nzst|nzdt';
const ZONE = `(?: ?(z|(?:utc|gmt)(?: ?[+-]\\d{1,2}(?::?\\d{2})?)?|${ABBREVIATIONS})(?![\\w:]))?`;

type Groups = (string | undefined)[];

/** How a time of day is written. Each takes its part out of the text; null is a time that doesn't exist. */
const CLOCKS: readonly (readonly [RegExp, (...groups: Groups) => Clock | null])[] = [
  [/\b(?:12(?::00)? ?)?(?:noon|midday)\b/g, () => exactly(720)],
  [/\b(?:12(?::00)? ?)?midnight\b/g, () => ({ ...exactly(0), minutes: [0, 1440] })],
  [
    /\b(?:(?:end of (?:the )?(?:business |working )?|close of )(?:day|business|play)|eod|eob|cob)\b/g,
    () => exactly(1020),
  ],
  [/\bfirst thing(?: in (?:the )?morning)?\b/g, () => exactly(540)],
  [
    new RegExp(`(?<![\\d:.])(\\d{1,2})(?:[:.](\\d{2}))?(?::(\\d{2}))? ?([ap])(?:m\\b|\\.m\\.?)${ZONE}`, 'g'),
    (_, hour, minute, second, half, zone) => clockOf(hour, minute, second, half, zone),
  ],
  [
    new RegExp(
      `(?<![\\d:.])(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?(?: ?h(?:rs)?\\b)?${ZONE}(?![\\d:])`,
      'g',
    ),
    (_, hour, minute, second, zone) => clockOf(hour, minute, second, undefined, zone),
  ],
  // 17.30 is a time; 3.12 could be a date and is left alone.
  [
    new RegExp(`(?<![\\d.])(\\d{1,2})\\.(00|1[3-9]|[2-5]\\d)(?: ?h(?:rs)?\\b)?${ZONE}(?![\\d.])`, 'g'),
    (_, hour, minute, zone) => clockOf(hour, minute, undefined, undefined, zone),
  ],
  [/(?<=^|\s)(\d{1,2}) ?o'? ?clock\b/g, (_, hour) => clockOf(hour)],
  [/(?<=^|\s)(?:at |@ ?)(\d{1,2})(?=\s|$)/g, (_, hour) => clockOf(hour)],
];

/** Parts of the day and the minutes since midnight offered for them; they also settle a bare hour. */
const PARTS: readonly (readonly [RegExp, readonly number[], 'am' | 'pm'])[] = [
  [/\b(?:in (?:the )?)?morning\b/, [540, 600, 660], 'am'],
  [/\b(?:at )?lunch(?: ?time)?\b/, [720, 780], 'pm'],
  [/\b(?:in (?:the )?)?afternoon\b/, [840, 900, 960], 'pm'],
  [/\b(?:in (?:the )?)?evening\b/, [1080, 1140, 1200], 'pm'],
  [/\b(?:at )?night\b/, [1200, 1260, 1320], 'pm'],
];

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

/**
 * Reads a time in plain English, as said at `now` by somebody in `zone`: "in 2 hours" (real time),
 * "tomorrow 3pm", "Friday noon", "in 3 days" (civil), "1 Dec 14:00", "15:00 UTC". Working days are those of
 * `calendar`, without one Monday to Friday. What is read lies after `now` and at most two years ahead.
 * Never throws for a text. @throws RangeError for an unknown zone.
 */
export function readTime(text: string, now: Instant, zone: Zone, calendar?: WorkClock): TimeReading {
  const reader: Reader = { now, zone, today: civilDay(now, zone), calendar };
  if (text.trim() === '') return refuse('empty');
  if (text.length > MAX_CHARS) return refuse('unreadable');
  const typed = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  // One character can unfold into eighteen.
  if (typed.length > MAX_CHARS) return refuse('unreadable');
  const bared = typed.replace(/^["'(]+|[\s.!?;"')]+$/g, '');
  const plain = REWORDED.reduce((words, [pattern, word]) => words.replace(pattern, word), bared).trim();
  if (/^(?:right )?now$/.test(plain)) return refuse('past');
  const ago = /^(.+) ago$/.exec(plain)?.[1];
  if (ago !== undefined) return refuse(lengthOf(ago) ? 'past' : 'unreadable');
  const piece = pieceOf(plain, reader);
  return piece ? settle(piece, reader) : settleAlternatives(plain, reader);
}

function refuse(why: Extract<TimeReading, { ok: false }>['why'], choices: Instant[] = []): TimeReading {
  return { ok: false, why, choices: [...new Set(choices)].toSorted((a, b) => a - b) };
}

function pieceOf(text: string, reader: Reader): Piece | null {
  const length = lengthOf(strip(text));
  if (length) return { length };
  const clocks: Clock[] = [];
  let rest = text;
  for (const [pattern, read] of CLOCKS) {
    for (const match of rest.matchAll(pattern)) {
      const clock = read(...match);
      if (!clock || (clock.zone !== null && offsetOf(clock.zone, reader.today, 0) === null)) return null;
      clocks.push(clock);
    }
    rest = rest.replace(pattern, ' ');
  }
  const part = PARTS.find(([pattern]) => pattern.test(rest));
  if (part) rest = rest.replace(part[0], ' ');
  rest = strip(rest);
  const days = rest === '' ? null : daysOf(rest, reader);
  if (days || (rest === '' && (clocks.length > 0 || part))) return withPart(days, clocks, part);
  if (clocks.length > 0) return null;
  // An hour without am or pm, after the day or before it.
  for (const bare of [/^(?:(?<others>.+) )?(?<hour>\d{1,2})$/, /^(?<hour>\d{1,2}) (?<others>.+)$/]) {
    const { hour, others } = bare.exec(rest)?.groups ?? {};
    const clock = hour === undefined ? null : clockOf(hour);
    const day = others === undefined ? null : daysOf(others, reader);
    if (clock && (day || others === undefined)) return withPart(day, [clock], part);
  }
  return null;
}

function strip(text: string): string {
  return text.replace(FILLERS, ' ').replace(/\s+/g, ' ').trim();
}

function withPart(
  days: Days | null,
  clocks: readonly Clock[],
  part: (typeof PARTS)[number] | undefined,
): Piece | null {
  if (!part) return { length: null, days, clocks };
  const [, minutes, half] = part;
  if (clocks.length === 0) return { length: null, days, clocks: [{ ...exactly(0), minutes, ask: true }] };
  const fitting = clocks.map((clock) => {
    const left = clock.minutes.filter((minute) => minute < 720 === (half === 'am'));
    return { ...clock, minutes: left, ask: left.length > 1, bare: false };
  });
  return fitting.every((clock) => clock.minutes.length > 0) ? { length: null, days, clocks: fitting } : null;
}

function exactly(minute: number): Clock {
  return { minutes: [minute], ms: 0, ask: false, bare: false, zone: null };
}

function clockOf(hour = '', minute?: string, second?: string, half?: string, zone?: string): Clock | null {
  const [h, m, s] = [Number(hour), Number(minute ?? 0), Number(second ?? 0)];
  if (h > 24 || m > 59 || s > 59 || (h === 24 && m + s > 0)) return null;
  const clock = { ...exactly(h * 60 + m), ms: s * 1_000, zone: zone ?? null };
  if (half === 'a') return h > 12 ? null : { ...clock, minutes: [(h % 12) * 60 + m] };
  if (half === 'p')
    return h === 0 || h === 24 ? null : { ...clock, minutes: [(h < 12 ? h + 12 : h) * 60 + m] };
  const twoDigits = hour.length === 2 && (minute !== undefined || hour.startsWith('0'));
  if (h === 0 || h > 12 || twoDigits) return clock;
  return { ...clock, minutes: [h * 60 + m, (h + 12) * 60 + m], ask: true, bare: true };
}

function lengthOf(text: string): Length | null {
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

function daysOf(text: string, reader: Reader): Days | null {
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

function on(day: CivilDay): Days {
  return { dates: [day], ask: false, next: null };
}

function civilDay(at: Instant, zone: Zone): CivilDay {
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

function shift(day: CivilDay, { months, days }: Length): CivilDay {
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
const LEAP = new Date(2028, 5, 15, 12);

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

function workingZone({ zone, calendar }: Reader): Zone {
  return calendar === undefined || calendar === 'clock' ? zone : calendar.zone;
}

function workingDay(count: number, reader: Reader): Days | null {
  let day = civilDay(reader.now, workingZone(reader));
  let left = count;
  for (let steps = 0; left > 0 && steps < HORIZON / UTC_DAY; steps++) {
    day++;
    const works = reader.calendar ? isWorkingDate(reader.calendar, isoDate(day)) : weekdayIndex(day) < 5;
    if (works) left--;
  }
  return left === 0 ? on(day) : null;
}

function settle(piece: Piece, reader: Reader): TimeReading {
  if (piece.length === null) return settleDays(piece.days, piece.clocks, reader);
  const { length } = piece;
  if (length.workingDays > 0) return settleWorkingDays(length, reader);
  const { now, zone } = reader;
  if (length.months === 0 && length.days === 0) return within(now + length.ms, reader);
  const days = on(shift(reader.today, length));
  const sameTime = settleDays(days, [wallClock(now, zone)], reader);
  if (length.ms === 0 || (!sameTime.ok && sameTime.why === 'unreadable')) return sameTime;
  const start = sameTime.ok ? sameTime.at : sameTime.choices.at(-1);
  return start === undefined ? refuse('past') : within(start + length.ms, reader);
}

function within(at: Instant, { now }: Reader): TimeReading {
  if (at <= now) return refuse('past');
  return at - now > HORIZON ? refuse('unreadable') : { ok: true, at };
}

function wallClock(now: Instant, zone: Zone): Clock {
  const { hour, minute } = civilOf(now, zone);
  return { ...exactly(hour * 60 + minute), ms: ((now % MINUTE) + MINUTE) % MINUTE };
}

/** The same wall time on the n-th working day, moved to the close when that is earlier, or into the hours. */
function settleWorkingDays(length: Length, reader: Reader): TimeReading {
  const { calendar, now } = reader;
  const mixed = length.months > 0 || length.days > 0 || length.ms > 0;
  const days = mixed ? null : workingDay(length.workingDays, reader);
  if (!days) return refuse('unreadable');
  const zone = workingZone(reader);
  const reading = settleDays(days, [wallClock(now, zone)], { ...reader, zone });
  if (!reading.ok || calendar === undefined || isWorkingTime(calendar, reading.at)) return reading;
  const opening = nextWorkingInstant(calendar, reading.at);
  const closing = previousWorkingInstant(calendar, reading.at);
  return within(civilDay(opening, zone) === days.dates[0] ? opening : closing, reader);
}

function settleDays(days: Days | null, clocks: readonly Clock[], reader: Reader, later = 0): TimeReading {
  const { now } = reader;
  const untimed = {
    ...exactly(0),
    minutes: (days?.dates.length ?? 1) > 2 ? UNTIMED.slice(0, 1) : UNTIMED,
    ask: true,
  };
  const times = clocks.length > 0 ? clocks : [untimed];
  const meant: Instant[] = [];
  const gaps: Instant[] = [];
  for (const clock of times) {
    for (const minute of clock.minutes) {
      const dates = days?.dates ?? [dayIn(clock, reader) + later];
      for (const day of dates) {
        let found = instantsAt(day, minute, clock, reader);
        // "at 5" without a day is the next 5 o'clock of each half.
        const over = days === null && clock.bare && found.at.every((at) => at <= now);
        if (over) found = instantsAt(day + 1, minute, clock, reader);
        meant.push(...found.at);
        if (found.gap !== null && found.gap > now) gaps.push(found.gap);
      }
    }
  }
  const choices = [...new Set(meant.filter((at) => at > now && at - now <= HORIZON))];
  const ask = days?.ask === true || times.length > 1 || times.some((clock) => clock.ask);
  const [only] = choices;
  if (only !== undefined)
    return choices.length === 1 && !ask ? { ok: true, at: only } : refuse('ambiguous', choices);
  if (gaps.length > 0)
    return refuse(
      'gap',
      gaps.flatMap((gap) => [gap - MINUTE, gap]).filter((at) => at > now),
    );
  if (meant.some((at) => at > now)) return refuse('unreadable');
  return settleNext(days, clocks, reader, later);
}

/** All that was meant is over: the next such day. */
function settleNext(days: Days | null, clocks: readonly Clock[], reader: Reader, later: number): TimeReading {
  if (later > 0 || (days && !days.next)) return refuse('past');
  const next = settleDays(days?.next ? on(days.next.date) : null, clocks, reader, 1);
  if (days?.next?.take) return next;
  return refuse('past', next.ok ? [next.at] : next.choices);
}

function dayIn({ zone, minutes }: Clock, reader: Reader): CivilDay {
  if (zone === null) return reader.today;
  return Math.floor((reader.now + (offsetOf(zone, reader.today, minutes[0] ?? 0) ?? 0)) / UTC_DAY);
}

function instantsAt(
  day: CivilDay,
  minute: number,
  clock: Clock,
  reader: Reader,
): { at: Instant[]; gap: Instant | null } {
  const utc = day * UTC_DAY + minute * MINUTE;
  if (clock.zone !== null) {
    const offset = offsetOf(clock.zone, day, minute);
    return { at: offset === null ? [] : [utc - offset + clock.ms], gap: null };
  }
  const civil = civilOf(utc, 'UTC');
  return { at: instantsOf(civil, reader.zone).map((at) => at + clock.ms), gap: gapEnd(civil, reader.zone) };
}

/** UTC offset in ms of an abbreviation or "utc+2" on a day; chrono knows when CET is CEST. */
function offsetOf(zone: string, day: CivilDay, minute: number): number | null {
  const wall = new Date(day * UTC_DAY + minute * MINUTE).toISOString().slice(0, 16).replace('T', ' ');
  const text = `${wall} ${zone === 'z' ? 'UTC' : zone.replaceAll(' ', '').toUpperCase()}`;
  const [found] = strict.parse(text, LEAP);
  const offset = found?.text.length === text.length ? found.start.get('timezoneOffset') : null;
  return offset === null ? null : offset * MINUTE;
}

/** "3pm or 5pm tomorrow", "Friday to Monday noon": each part borrows what it lacks from its neighbours. */
function settleAlternatives(text: string, reader: Reader): TimeReading {
  const parts = text.split(BETWEEN).map((part) => pieceOf(part, reader));
  const pieces = parts.filter((part) => part !== null);
  if (pieces.length < 2 || pieces.length !== parts.length) return refuse('unreadable');
  const choices = pieces.flatMap((piece, i) => {
    const near = [piece, ...pieces.slice(0, i).toReversed(), ...pieces.slice(i + 1)].filter(
      (other) => other.length === null,
    );
    const days = near.find((other) => other.days)?.days ?? null;
    const clocks = near.find((other) => other.clocks.length > 0)?.clocks ?? [];
    const reading = piece.length === null ? settleDays(days, clocks, reader) : settle(piece, reader);
    return reading.ok ? [reading.at] : reading.choices;
  });
  return choices.length > 0 ? refuse('ambiguous', choices) : refuse('past');
}
