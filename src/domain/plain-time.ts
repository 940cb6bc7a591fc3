import type { WorkClock } from './calendar.ts';
import type { Instant, Zone } from './instant.ts';
import { civilDay, lengthOf, type Reader } from './plain-time-days.ts';
import { pieceOf } from './plain-time-pieces.ts';
import { refuse, settle, settleDays, type TimeReading } from './plain-time-settle.ts';

const MAX_CHARS = 200;

const REWORDED: readonly (readonly [RegExp, string])[] = [
  [/[’‘`´]/g, "'"],
  [/^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?([+-]\d{2}(?::?\d{2})?)$/, '$1 $2 utc$3'],
  [/(\d{4}-\d{2}-\d{2})t(?=\d)/g, '$1 '],
  [/\b(?:end of (?:the |this )?week|eow)\b/g, 'friday eod'],
  [/\bthis week\b/g, 'thisweek'],
  [/\btonight\b/g, 'today night'],
  [/\b(?:no|not) later than\b|\bat the latest\b|\bbetween\b|\bfrom (?=\d)/g, ' '],
];
const BETWEEN = / (?:or|and|to|[-–—]) /;

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
