import type { Block, Card, Inline } from '../../src/conversation/card.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { cutPoint } from './cut.ts';
import { drawingWords } from './drawing-words.ts';
import { LIMIT } from './limits.ts';
import { dateToken, escapeText, plainTime } from './mrkdwn.ts';
import { lineParts, ours, type Part } from './parts.ts';

const words = drawingWords;

/** A line as plain words, for labels; times are in UTC. */
export function lineWords(line: readonly Inline[]): string {
  return lineParts(line)
    .map((part) =>
      part.p === 'text' || part.p === 'link' ? part.text : part.p === 'time' ? plainTime(part.at) : '',
    )
    .join('')
    .replaceAll(/[\u2068\u2069]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * All that a card says, in reading order, as a message's `text`: for notifications and screen readers. It
 * is escaped; what is beyond 4,000 characters is cut, with "…".
 */
export function cardText(card: Card): string {
  const lines = joined([lineParts(card.heading), ...card.blocks.flatMap(blockLines)]);
  const text = escaped([ours(words.tone[card.tone]), ...lines]).trim();
  return text === '' ? words.app : text;
}

/** The lines of a block. */
function blockLines(block: Block): Part[][] {
  switch (block.b) {
    case 'text':
    case 'note':
      return [lineParts(block.line)];
    case 'quote':
      return [[ours(`${block.label}: `), said(block.text)]];
    case 'facts':
      return block.rows.map(({ label, value }) => [ours(`${label}: `), ...lineParts(value)]);
    case 'draft':
      return [
        [ours(`${words.draft}: `), said(block.text)],
        ...block.marks.map((mark) => [ours('“'), said(mark.words), ours(`” ${mark.why}`)]),
      ];
    case 'list':
      return block.items.map(({ line, detail, tone }) => [
        ours(`• ${words.tone[tone]}`),
        ...lineParts(line),
        ours(detail.length === 0 ? '' : '; '),
        ...lineParts(detail),
      ]);
    default:
      return unreachable(block);
  }
}

function said(text: string): Part {
  return { p: 'text', text, bold: false, typed: true };
}

function joined(lines: readonly Part[][]): Part[] {
  const full = lines.filter((line) => line.some((part) => part.p !== 'text' || part.text !== ''));
  return full.flatMap((line, i) => (i === 0 ? line : [ours('\n'), ...line]));
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
