import { Calendar, QuietHours } from '../../domain/calendar.ts';
import type { Workspace } from '../../domain/people.ts';

type Week = Workspace['week'];
type Day = keyof Week;

const DAYS = ['1', '2', '3', '4', '5', '6', '7'] as const;
const NAMES: Record<Day, string> = {
  '1': 'Mon',
  '2': 'Tue',
  '3': 'Wed',
  '4': 'Thu',
  '5': 'Fri',
  '6': 'Sat',
  '7': 'Sun',
};
/** Hours without a day are those of the usual week. */
const USUAL: readonly Day[] = ['1', '2', '3', '4', '5'];
const DASH = /\s*(?:–|—|-|to)\s*/iu;

/** Working hours in a line: `09:00–17:30` for Monday to Friday, else with the days before them. */
export function weekLine(week: Week): string {
  const runs: { days: Day[]; hours: string }[] = [];
  for (const day of DAYS) {
    const hours = week[day].map(({ from, to }) => `${from}–${to}`).join(', ');
    const last = runs.at(-1);
    if (last?.hours === hours) {
      last.days.push(day);
    } else {
      runs.push({ days: [day], hours });
    }
  }
  const worked = runs.filter(({ hours }) => hours !== '');
  const [only] = worked;
  return only !== undefined && worked.length === 1 && only.days.join() === USUAL.join()
    ? only.hours
    : worked.map(({ days, hours }) => `${daysLine(days)} ${hours}`).join('; ');
}

/** Reads such a line; null when it says no hours, or none that can be. */
export function readWeek(line: string): Week | null {
  const week: Record<string, { from: string; to: string }[]> = {};
  const parts = line.split(';').filter((part) => part.trim() !== '');
  for (const part of parts) {
    const [, said = '', hours = ''] = /^([^\d]*)(.*)$/u.exec(part.trim()) ?? [];
    const days = said.trim() === '' ? USUAL : readDays(said.trim().replace(/:$/u, ''));
    const spans = hours.split(',').map(readSpan);
    if (days === null || days.some((day) => week[day] !== undefined)) {
      return null;
    }
    for (const day of days) {
      week[day] = spans.flatMap((span) => span ?? []);
    }
    if (spans.includes(null)) {
      return null;
    }
  }
  const parsed = Calendar.shape.days.safeParse(week);
  return parts.length > 0 && parsed.success ? parsed.data : null;
}

/** Quiet hours in a line. */
export function quietLine({ from, to }: Workspace['quiet']): string {
  return `${from}–${to}`;
}

/** Reads quiet hours; null when they can't be. */
export function readQuiet(line: string): Workspace['quiet'] | null {
  const span = readSpan(line);
  const parsed = span && QuietHours.safeParse({ ...span, zone: 'UTC' });
  return parsed?.success ? { from: parsed.data.from, to: parsed.data.to } : null;
}

function readSpan(words: string): { from: string; to: string } | null {
  const [from, to, ...more] = words.trim().split(DASH).map(readClock);
  return from && to && more.length === 0 ? { from, to } : null;
}

/** `9`, `9:30` and `09.30` as `09:30`; whether there is such a time is for the calendar to say. */
function readClock(words: string): string | null {
  const [, hour, minute = '00'] = /^(\d{1,2})(?:[:.](\d{2}))?$/u.exec(words.trim()) ?? [];
  return hour === undefined ? null : `${hour.padStart(2, '0')}:${minute}`;
}

function readDays(words: string): Day[] | null {
  const found: Day[] = [];
  for (const part of words.split(/\s*,\s*/u)) {
    const [first, last = first, ...more] = part.split(DASH).map(readDay);
    if (!first || !last || more.length > 0 || first > last) {
      return null;
    }
    found.push(...DAYS.filter((day) => first <= day && day <= last));
  }
  return found;
}

function readDay(words: string): Day | null {
  const said = words.trim().toLowerCase();
  return DAYS.find((day) => said.length >= 2 && isDayName(said, NAMES[day].toLowerCase())) ?? null;
}

/** `mo`, `mon`, `monday`. */
function isDayName(said: string, short: string): boolean {
  return short.startsWith(said) || (said.startsWith(short) && said.endsWith('day'));
}

function daysLine(days: readonly Day[]): string {
  const [first, last] = [days[0], days.at(-1)];
  const from = first === undefined ? '' : NAMES[first];
  return last === undefined || first === last ? from : `${from}–${NAMES[last]}`;
}
