import { formatInstant, type Instant } from '../domain/instant.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Block, Card, Inline } from './card.ts';
import { drawingWords } from './drawing-words.ts';
import { lineParts, ours, type Part } from './parts.ts';

/** A time for where nobody can word it in the reader's zone. */
export function plainTime(at: Instant): string {
  return `${formatInstant(at, 'UTC')} UTC`;
}

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

/** All that a card says, in reading order, with a line for each part: for notifications and screen readers. */
export function spokenParts(card: Card): Part[] {
  const lines = joined([lineParts(card.heading), ...card.blocks.flatMap(blockLines)]);
  return [ours(drawingWords.tone[card.tone]), ...lines];
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
        [ours(`${drawingWords.draft}: `), said(block.text)],
        ...block.marks.map((mark) => [ours('“'), said(mark.words), ours(`” ${mark.why}`)]),
      ];
    case 'list':
      return block.items.map(({ line, detail, tone }) => [
        ours(`• ${drawingWords.tone[tone]}`),
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
