import type { MemberId } from '../domain/ids.ts';
import { formatInstant, formatZoneName, type Instant } from '../domain/instant.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Card, Inline } from './card.ts';
import { cutText, firstStretch } from './cut.ts';
import { drawingWords } from './drawing-words.ts';

/** The emoji that we use, by Slack's names. */
export type EmojiName = 'warning' | 'rotating_light' | 'white_check_mark';

/** A piece of a line, before it is clear what it is drawn as. `typed`: somebody's own words. */
export type Part =
  | { p: 'text'; text: string; bold: boolean; typed: boolean }
  | { p: 'link'; text: string; url: string }
  | { p: 'member'; userId: string; name: string; bold: boolean }
  | { p: 'time'; at: Instant; bold: boolean }
  | { p: 'emoji'; name: EmojiName };

/** How much room a mention, an emoji or a time takes at most, in characters. */
const MENTION = 30;
const EMOJI = 30;
const TIME = 90;

const TONE_EMOJI = {
  calm: null,
  attention: 'warning',
  urgent: 'rotating_light',
  good: 'white_check_mark',
} satisfies Record<Card['tone'], EmojiName | null>;

/** Our own words. */
export function ours(text: string, bold = false): Part {
  return { p: 'text', text, bold, typed: false };
}

/** Somebody's words, in their own direction: what is written from right to left leaves the rest of the line alone. */
export function typed(text: string, bold = false): Part[] {
  const said: Part = { p: 'text', text, bold, typed: true };
  const turns = /[\u0590-\u08FF\u202A-\u202E\u2066-\u2069\uFB1D-\uFEFC]/.test(text);
  return turns ? [ours('\u2068'), said, ours('\u2069')] : [said];
}

/** A tone as an emoji and, where it matters, in words: never by colour alone. */
export function toneParts(tone: Card['tone']): Part[] {
  const name = TONE_EMOJI[tone];
  return name === null ? [] : [{ p: 'emoji', name }, ours(` ${drawingWords.tone[tone]}`)];
}

/** A line's parts. Members are mentioned when `mention` knows them, and only named without it. */
export function lineParts(
  line: readonly Inline[],
  options: { mention?: ReadonlyMap<MemberId, string>; bold?: boolean } = {},
): Part[] {
  const { mention, bold = false } = options;
  return line.flatMap((inline): Part[] => {
    switch (inline.t) {
      case 'text':
        return [ours(inline.text, bold)];
      case 'strong':
        return [ours(inline.text, true)];
      case 'typed':
        return line.length === 1
          ? [{ p: 'text', text: inline.text, bold, typed: true }]
          : typed(inline.text, bold);
      case 'link':
        return [{ p: 'link', text: inline.text, url: inline.url }];
      case 'member': {
        const userId = mention?.get(inline.id);
        return userId === undefined
          ? [{ p: 'text', text: inline.name, bold, typed: true }]
          : [{ p: 'member', userId, name: inline.name, bold }];
      }
      case 'time':
        return [{ p: 'time', at: inline.at, bold }, ...alsoParts(inline, bold)];
      default:
        return unreachable(inline);
    }
  });
}

/** The same time in the other zone: "· Fri 19:45 Acme". Nobody knows here which zone the reader is in. */
function alsoParts({ at, also }: Extract<Inline, { t: 'time' }>, bold: boolean): Part[] {
  if (also === null) return [];
  const words = formatInstant(at, also.zone);
  const clock = words.match(/\d\d:\d\d.*$/)?.[0] ?? words;
  const when = ours(` · ${words.slice(0, 3)} ${clock} `, bold);
  return also.label === ''
    ? [when, ours(formatZoneName(also.zone, at), bold)]
    : [when, ...typed(also.label, bold)];
}

/** Whether there is nothing to be seen in it. */
export function isBlank(parts: readonly Part[]): boolean {
  return parts.every((part) => part.p === 'text' && /^[\s\u2068\u2069]*$/.test(part.text));
}

/** How much room parts take at most, in characters. */
export function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + partSize(part), 0);
}

function partSize(part: Part): number {
  switch (part.p) {
    case 'text':
      return part.text.length;
    case 'link':
      return part.text.length + part.url.length;
    case 'member':
      return MENTION;
    case 'time':
      return TIME;
    case 'emoji':
      return EMOJI;
    default:
      return unreachable(part);
  }
}

/** Parts cut to `max` characters, with "…" at the end of what was cut; the same parts where they fit. */
export function cutParts(parts: readonly Part[], max: number): readonly Part[] {
  if (sizeOf(parts) <= max) return parts;
  const kept: Part[] = [];
  let room = max - 1;
  for (const part of parts) {
    const size = partSize(part);
    if (size > room) {
      const isText = part.p === 'text' && room > 0;
      kept.push(isText ? { ...part, text: cutText(part.text, room + 1) } : ours('…'));
      break;
    }
    kept.push(part);
    room -= size;
  }
  return kept;
}

/** Parts in stretches of at most `max` characters (100 at least), between words where it can be. Nothing is lost. */
export function splitParts(parts: readonly Part[], max: number): Part[][] {
  const stretches: Part[][] = [];
  let stretch: Part[] = [];
  let room = max;
  const next = () => {
    if (stretch.length > 0) stretches.push(stretch);
    stretch = [];
    room = max;
  };
  for (const part of parts) {
    if (part.p !== 'text') {
      if (partSize(part) > room) next();
      stretch.push(part);
      room -= partSize(part);
      continue;
    }
    for (let rest = part.text; rest !== ''; ) {
      // A long one begins where it stands, when there is room for more than a few words of it.
      if (rest.length > room && room < max * 0.3) next();
      const text = firstStretch(rest, room);
      stretch.push({ ...part, text });
      rest = rest.slice(text.length);
      room -= text.length;
    }
  }
  next();
  return stretches;
}
