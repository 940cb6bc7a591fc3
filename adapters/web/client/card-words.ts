import type { Card, Inline } from '../../../src/conversation/card.ts';
import { formatInstant, type Instant, type Zone } from '../../../src/domain/instant.ts';
import { unreachable } from '../../../src/domain/unreachable.ts';
import type { ChatMessage } from '../chat.ts';
import { cutText } from './cut-text.ts';

const MAX = 160;

/** A line as plain words, for names that screen readers say and for announcements. */
export function lineWords(line: readonly Inline[], zone: Zone, now?: Instant): string {
  const words = line.map((inline) => {
    switch (inline.t) {
      case 'text':
      case 'strong':
      case 'typed':
      case 'link':
        return inline.text;
      case 'member':
        return inline.name;
      case 'time':
        return formatInstant(inline.at, zone, now);
      default:
        return unreachable(inline);
    }
  });
  return short(words.join(''));
}

/** What a message says, in few words. */
export function messageWords({ body }: ChatMessage, zone: Zone): string {
  return body.kind === 'text' ? short(body.text) : headingWords(body.card, zone);
}

/** A card's heading as plain words. */
export function headingWords(card: Card, zone: Zone): string {
  return lineWords(card.heading, zone);
}

function short(words: string): string {
  const flat = words.replace(/\s+/g, ' ').trim();
  const cut = cutText(flat, MAX, 1);
  return cut === null ? flat : `${cut}…`;
}
