import { tzOffset } from '@date-fns/tz';
import { z } from 'zod';

/** Epoch milliseconds, UTC; as far as a Date goes. One check, for a case has a dozen of them. */
export const Instant = z
  .number()
  .refine((ms) => Number.isInteger(ms) && Math.abs(ms) <= 8.64e15, { error: 'Not a moment' });
export type Instant = z.infer<typeof Instant>;

/** IANA time zone name, as Intl of this Node knows it. */
export const Zone = z
  .string()
  .max(64)
  .refine(isZone, { error: 'This is not a time zone. Write it like Europe/Berlin.' });
export type Zone = z.infer<typeof Zone>;

/** A day on somebody's wall calendar, YYYY-MM-DD. */
export const LocalDate = z.iso.date();
export type LocalDate = z.infer<typeof LocalDate>;

/** What a clock and a calendar on the wall show; month 1-12, hour 0-23. */
export type CivilTime = { year: number; month: number; day: number; hour: number; minute: number };

/** UTC offsets (ms) in one UTC day: `before` until `change`, `after` from it on. Without a change: Infinity. */
export type ZoneDay = { before: number; after: number; change: Instant };

/** Milliseconds of a UTC day. Civil days differ: reach them through civil dates. */
export const UTC_DAY = 86_400_000;

const knownZones = new Set<string>();

function isZone(name: string): boolean {
  if (knownZones.has(name)) return true;
  // Newer Nodes take offsets such as +01:00 too; those know no DST and are no place.
  if (!/^[A-Za-z]/.test(name) || !isKnownToIntl(name)) return false;
  if (knownZones.size > 2_000) knownZones.clear();
  knownZones.add(name);
  return true;
}

/** Intl itself is asked: `tzOffset` reads an offset out of whatever name has one in it (`e60-2d83-4705`). */
function isKnownToIntl(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return true;
  } catch {
    return false;
  }
}

const zoneDays = new Map<Zone, Map<number, ZoneDay>>();

/**
 * Offsets of a zone in the UTC day that starts at `utcDay` × UTC_DAY ms, remembered.
 * Assumes at most one change a day; so it is in the tz database since 1970.
 * @throws RangeError for an unknown zone or a day beyond what a Date can hold.
 */
export function zoneDay(zone: Zone, utcDay: number): ZoneDay {
  const days = zoneDays.get(zone) ?? new Map<number, ZoneDay>();
  const known = days.get(utcDay);
  if (known) return known;
  const start = utcDay * UTC_DAY;
  const before = lookUpOffset(zone, start);
  const after = lookUpOffset(zone, start + UTC_DAY - 1);
  let change = Infinity;
  if (before !== after) {
    let low = start;
    change = start + UTC_DAY - 1;
    while (change - low > 1) {
      const middle = Math.floor((low + change) / 2);
      if (lookUpOffset(zone, middle) === before) low = middle;
      else change = middle;
    }
  }
  const found: ZoneDay = { before, after, change };
  if (days.size > 5_000) days.clear();
  if (zoneDays.size > 2_000) zoneDays.clear();
  zoneDays.set(zone, days.set(utcDay, found));
  return found;
}

function lookUpOffset(zone: Zone, instant: Instant): number {
  const minutes = zone === '' ? Number.NaN : tzOffset(zone, new Date(instant));
  if (Number.isNaN(minutes)) throw new RangeError(`No UTC offset for zone "${zone}" at ${instant}`);
  return Math.round(minutes * 60_000);
}

function offsetAt(instant: Instant, zone: Zone): number {
  const day = zoneDay(zone, Math.floor(instant / UTC_DAY));
  return instant < day.change ? day.before : day.after;
}

// No zone is further than 16 h from UTC, so the instant of a civil time lies within that of its UTC reading.
const REACH = 16 * 3_600_000;

/**
 * The instants at which clocks of `zone` show `civil`, ascending: none in a DST gap or for a date
 * that doesn't exist, two where clocks are set back, otherwise one.
 */
export function instantsOf(civil: CivilTime, zone: Zone): Instant[] {
  const utc = utcReading(civil);
  if (utc === null) return [];
  const early = offsetAt(utc - REACH, zone);
  const late = offsetAt(utc + REACH, zone);
  const offsets = early === late ? [early] : [Math.max(early, late), Math.min(early, late)];
  return offsets.filter((offset) => offsetAt(utc - offset, zone) === offset).map((offset) => utc - offset);
}

/** The first instant after the DST gap that swallows `civil`; null when it isn't in a gap. */
export function gapEnd(civil: CivilTime, zone: Zone): Instant | null {
  const utc = utcReading(civil);
  if (utc === null || instantsOf(civil, zone).length > 0) return null;
  for (let day = Math.floor((utc - REACH) / UTC_DAY); day * UTC_DAY <= utc + REACH; day++) {
    const { before, after, change } = zoneDay(zone, day);
    if (before < after && utc - after < change && change <= utc - before) return change;
  }
  return null;
}

function utcReading({ year, month, day, hour, minute }: CivilTime): number | null {
  const utc = Date.UTC(year, month - 1, day, hour, minute);
  const back = new Date(utc);
  const exists =
    back.getUTCFullYear() === year &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute;
  return exists ? utc : null;
}

function shifted(instant: Instant, zone: Zone): Date {
  return new Date(instant + offsetAt(instant, zone));
}

/** What clocks of `zone` show at `instant`. */
export function civilOf(instant: Instant, zone: Zone): CivilTime & { second: number } {
  const local = shifted(instant, zone);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  };
}

/** The date in `zone` at `instant`. */
export function localDateOf(instant: Instant, zone: Zone): LocalDate {
  return shifted(instant, zone).toISOString().slice(0, 10);
}

/** The weekday in `zone` at `instant`: 1 is Monday, 7 is Sunday (ISO 8601). */
export function weekdayOf(instant: Instant, zone: Zone): number {
  return shifted(instant, zone).getUTCDay() || 7;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(local: Date, locale: string, parts: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${Object.keys(parts).join()}`;
  // Local time is formatted as if it were UTC, so that one formatter serves all zones.
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' });
  if (formats.size > 500) formats.clear();
  formats.set(key, made);
  return made.format(local);
}

/**
 * An instant in words for a reader in `zone`: "today 15:00", "tomorrow 09:30", "Fri 15:00" within six
 * days, else "Tue 3 Mar 15:00", with the year when it isn't that of `now` or `now` isn't given.
 * An hour that comes twice, when clocks are set back, carries its offset: "Sun 02:30 (GMT+1)".
 * @throws RangeError for a malformed locale.
 */
export function formatInstant(instant: Instant, zone: Zone, now?: Instant, locale = 'en-GB'): string {
  const local = shifted(instant, zone);
  const time = local.toISOString().slice(11, 16);
  const twice = instantsOf(civilOf(instant, zone), zone).length > 1;
  const clock = twice ? `${time} (${offsetName(instant, zone)})` : time;
  const today = now === undefined ? null : shifted(now, zone);
  const ahead = today ? Math.floor(+local / UTC_DAY) - Math.floor(+today / UTC_DAY) : null;
  if (ahead !== null && Math.abs(ahead) <= 1) {
    return `${new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(ahead, 'day')} ${clock}`;
  }
  const weekday = format(local, locale, { weekday: 'short' });
  if (ahead !== null && ahead > 0 && ahead <= 6) return `${weekday} ${clock}`;
  const sameYear = today?.getUTCFullYear() === local.getUTCFullYear();
  const date = format(local, locale, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
  return `${weekday} ${date} ${clock}`;
}

/** A zone in few words at an instant: "Berlin, GMT+1", "Kathmandu, GMT+5:45", "UTC". */
export function formatZoneName(zone: Zone, instant: Instant): string {
  const offset = offsetName(instant, zone);
  if (/^(?:Etc\/.*|UTC|GMT|UCT|Zulu|Universal|Greenwich)$/i.test(zone)) return offset.replace(/^GMT$/, 'UTC');
  return `${zone.split('/').at(-1)?.replaceAll('_', ' ')}, ${offset}`;
}

function offsetName(instant: Instant, zone: Zone): string {
  const minutes = Math.round(offsetAt(instant, zone) / 60_000);
  if (minutes === 0) return 'GMT';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `GMT${minutes < 0 ? '-' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

/** A length of time (ms, the sign is dropped) in at most two units: "2 h 5 min", "45 s", "3 days". */
export function formatSpan(ms: number): string {
  const length = Math.abs(ms);
  const grain = length < 600_000 ? 1_000 : length < UTC_DAY ? 60_000 : 3_600_000;
  const seconds = (Math.round(length / grain) * grain) / 1_000;
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3_600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const parts = [
    days && `${days} ${days === 1 ? 'day' : 'days'}`,
    hours && `${hours} h`,
    minutes && `${minutes} min`,
    seconds % 60 && `${seconds % 60} s`,
  ].filter((part) => part !== 0);
  return parts.slice(0, 2).join(' ') || '0 s';
}
