import {
  formatInstant,
  formatSpan,
  formatZoneName,
  type Instant,
  localDateOf,
  type Zone,
} from '../../../src/domain/instant.ts';

const NEAR_MS = 60 * 60_000;
const SECONDS_MS = 2 * 60_000;

/** Another zone in which a time is shown too, and for whom. */
export type AlsoIn = { zone: Zone; label: string };

/** A time for a reader in `zone`: "today 15:00", with how far off it is where that is within the hour. */
export function momentWords(at: Instant, zone: Zone, now: Instant): string {
  const near = nearWords(at, now);
  const words = formatInstant(at, zone, now);
  return near === null ? words : `${words} (${near})`;
}

/** The same time in the other zone, "19:45 for Acme", with its weekday where that differs; null where it's no other. */
export function alsoWords(at: Instant, zone: Zone, also: AlsoIn | null, now: Instant): string | null {
  if (also === null || also.zone === zone) return null;
  const words = formatInstant(at, also.zone, now);
  if (words === formatInstant(at, zone, now)) return null;
  const clock = words.match(/\d\d:\d\d.*$/)?.[0] ?? words;
  const sameDay = localDateOf(at, zone) === localDateOf(at, also.zone);
  // "today" and "tomorrow" would be theirs, beside those of the reader: only a weekday is the same for both.
  const day = sameDay
    ? ''
    : `${new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: also.zone }).format(at)} `;
  return `${day}${clock} ${also.label || formatZoneName(also.zone, at)}`;
}

/** "in 12 min", to the second within two minutes; "3 min ago"; null from an hour on. */
export function nearWords(at: Instant, now: Instant): string | null {
  const ahead = at - now;
  if (Math.abs(ahead) >= NEAR_MS) return null;
  if (ahead < 1_000) return ahead > -1_000 ? 'now' : agoWords(at, now);
  const grain = ahead < SECONDS_MS ? 1_000 : 60_000;
  return `in ${formatSpan(Math.floor(ahead / grain) * grain)}`;
}

/** How long ago, for what has happened: "just now", "5 min ago", "3 h ago", "2 days ago". */
export function agoWords(at: Instant, now: Instant): string {
  const length = now - at;
  if (length < 60_000) return 'just now';
  const span = formatSpan(length).split(' ').slice(0, 2).join(' ');
  return `${span} ago`;
}

/** The full date and time with its zone, for a title. */
export function fullWords(at: Instant, zone: Zone, locale?: string): string {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: zone });
  return `${date.format(at)} (${formatZoneName(zone, at)})`;
}
