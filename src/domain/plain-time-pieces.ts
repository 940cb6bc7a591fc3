import { strict } from 'chrono-node/en';
import { UTC_DAY } from './instant.ts';
import {
  type CivilDay,
  type Days,
  daysOf,
  type Groups,
  LEAP,
  type Length,
  lengthOf,
  MINUTE,
  type Reader,
} from './plain-time-days.ts';

/** Minutes since midnight, from 1440 on of the day after; several when it isn't said which. */
export type Clock = {
  minutes: readonly number[];
  ms: number;
  ask: boolean;
  bare: boolean;
  zone: string | null;
};
/** What the words of a text name: a length from now, or days and times of day. */
export type Piece = { length: Length } | { length: null; days: Days | null; clocks: readonly Clock[] };

const FILLERS = /(?<=^|\s)(?:by|at|on|before|around|about|until|till?|the|this|of|sharp|[-–—])(?=\s|$)|[,@]/g;

const ABBREVIATIONS =
  'bst|cest|cet|mesz|mez|eest|eet|west|wet|msk|est|edt|et|cst|cdt|ct|mst|mdt|mt|pst|pdt|pt|ist|pkt|sgt|hkt|jst|kst|aest|aedt|acst|acdt|awst|nzst|nzdt';
const ZONE = `(?: ?(z|(?:utc|gmt)(?: ?[+-]\\d{1,2}(?::?\\d{2})?)?|${ABBREVIATIONS})(?![\\w:]))?`;

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

/** Takes a text apart; null when a word of it is left over. */
export function pieceOf(text: string, reader: Reader): Piece | null {
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

export function exactly(minute: number): Clock {
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

/** UTC offset in ms of an abbreviation or "utc+2" on a day; chrono knows when CET is CEST. */
export function offsetOf(zone: string, day: CivilDay, minute: number): number | null {
  const wall = new Date(day * UTC_DAY + minute * MINUTE).toISOString().slice(0, 16).replace('T', ' ');
  const text = `${wall} ${zone === 'z' ? 'UTC' : zone.replaceAll(' ', '').toUpperCase()}`;
  const [found] = strict.parse(text, LEAP);
  const offset = found?.text.length === text.length ? found.start.get('timezoneOffset') : null;
  return offset === null ? null : offset * MINUTE;
}
