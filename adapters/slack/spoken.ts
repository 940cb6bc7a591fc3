import type { Card } from '../../src/conversation/card.ts';
import { cutPoint } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import type { Part } from '../../src/conversation/parts.ts';
import { spokenParts } from '../../src/conversation/spoken.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { LIMIT } from './limits.ts';
import { dateToken, escapeText } from './mrkdwn.ts';

/**
 * All that a card says, in reading order, as a message's `text`: for notifications and screen readers. It
 * is escaped; what is beyond 4,000 characters is cut, with "…".
 */
export function cardText(card: Card): string {
  const text = escaped(spokenParts(card)).trim();
  return text === '' ? drawingWords.app : text;
}

function escaped(parts: readonly Part[]): string {
  let text = '';
  for (const part of parts) {
    const room = LIMIT.text - 1 - text.length;
    const piece = escapedPart(part);
    if (piece.length > room) return `${text}${part.p === 'text' ? escapedBeginning(part, room) : ''}…`;
    text += piece;
  }
  return text;
}

function escapedPart(part: Part): string {
  switch (part.p) {
    case 'text':
    case 'link':
      return escapeText(part.text);
    case 'member':
      return escapeText(part.name);
    case 'time':
      return dateToken(part.at);
    case 'emoji':
      return '';
    default:
      return unreachable(part);
  }
}

/** As much of a text as fits once it is escaped, for an entity must not be cut. */
function escapedBeginning(part: Extract<Part, { p: 'text' }>, room: number): string {
  for (let max = room; max > 0; max = Math.floor(max * 0.9)) {
    const piece = escapedPart({ ...part, text: part.text.slice(0, cutPoint(part.text, max)) });
    if (piece.length <= room) return piece;
  }
  return '';
}
