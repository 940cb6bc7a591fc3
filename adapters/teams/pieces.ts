import type { Block, Card } from '../../src/conversation/card.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import {
  cutParts,
  isBlank,
  lineParts,
  ours,
  type Part,
  splitParts,
  toneParts,
} from '../../src/conversation/parts.ts';
import { lineWords } from '../../src/conversation/spoken.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { actionButton, buttonRows } from './buttons.ts';
import { type Element, type Look, plainText, richText } from './card-text.ts';
import type { DrawContext } from './drawn.ts';
import { bytesOf } from './limits.ts';
import { type Mentions, mentionBlock, mentionLine, mentionsAnybody, withNames } from './mentions.ts';

/** Elements that belong together, and how much room they take up. */
export type Piece = { elements: Element[]; bytes: number };

/** What draws: `fit` gives parts as stretches, one for each element, cut to `max` or split, as the pen is. */
export type Pen = {
  context: DrawContext;
  /** Null where nobody is mentioned: for one reader alone. */
  mentions: Mentions | null;
  fit: (parts: readonly Part[], max: number) => readonly (readonly Part[])[];
  /** Whether anything was cut so far. */
  hasCut: () => boolean;
  /** The id of the next draft. */
  draftId: () => string;
};

/** The most of each kind that a message shows, in characters; the whole is a click away. */
const SHOWN = {
  heading: 600,
  text: 1_200,
  note: 800,
  quote: 1_200,
  label: 200,
  fact: 500,
  draft: 2_900,
  item: 600,
};
/** What one element shows of a text that goes on in the next. */
const STRETCH = 1_500;

const TONE_STYLE = {
  calm: null,
  attention: 'warning',
  urgent: 'attention',
  good: 'good',
} as const satisfies Record<Card['tone'], string | null>;

/** Cuts what is long. */
export function shortPen(context: DrawContext, mentions: Mentions | null = null): Pen {
  let cut = false;
  const fit = (parts: readonly Part[], max: number) => {
    const kept = cutParts(parts, max);
    cut ||= kept !== parts;
    return [kept];
  };
  return { context, mentions, fit, hasCut: () => cut, draftId: draftIds() };
}

/** Draws everything, over as many elements as it takes. */
export function wholePen(context: DrawContext): Pen {
  const fit = (parts: readonly Part[], max: number) => splitParts(parts, Math.max(max, STRETCH));
  return { context, mentions: null, fit, hasCut: () => false, draftId: draftIds() };
}

function draftIds(): () => string {
  let count = 0;
  return () => `draft.${count++}`;
}

/** Elements as a piece. */
export function piece(...elements: Element[]): Piece {
  return { elements, bytes: bytesOf(elements) };
}

/** A card's heading and blocks. Without a heading its tone stands at the beginning of what it says. */
export function cardPieces(pen: Pen, card: Card): Piece[] {
  const tone = toneParts(card.tone);
  const isGrave = card.tone === 'attention' || card.tone === 'urgent';
  const hasHeading = card.heading.length > 0;
  const before = isGrave && !hasHeading ? tone.slice(0, 1) : [];
  return [
    ...(hasHeading ? headingPieces(pen, card, tone) : []),
    ...card.blocks.flatMap((block, i) => blockPieces(pen, block, i === 0 ? before : [], i > 0)),
  ];
}

/** The heading, in a band of its tone's colour, which also stands there in words. */
function headingPieces(pen: Pen, card: Card, tone: readonly Part[]): Piece[] {
  const parts = [...tone, ...lineOf(pen, card.heading)];
  if (isBlank(parts)) return [];
  const style = TONE_STYLE[card.tone];
  return pen.fit(parts, SHOWN.heading).map((stretch) => {
    const items = lineElements(pen, stretch, { size: 'Medium', bold: true });
    return style === null ? piece(...items) : piece({ type: 'Container', style, bleed: true, items });
  });
}

/** A block, with `before` at its beginning where it is a line. `isLater`: there is another above it. */
export function blockPieces(pen: Pen, block: Block, before: readonly Part[] = [], isLater = false): Piece[] {
  switch (block.b) {
    case 'text': {
      const isTitle = block.line.length > 0 && block.line.every(({ t }) => t === 'strong');
      const parts = [...spaced(before), ...lineOf(pen, block.line)];
      const look: Element = isTitle && isLater ? { separator: true, spacing: 'Medium' } : {};
      return flowing(pen, parts, SHOWN.text, isTitle ? { size: 'Medium' } : {}, look);
    }
    case 'note':
      return flowing(pen, [...before, ...lineParts(block.line)], SHOWN.note, { size: 'Small', subtle: true });
    case 'quote':
      return quotePieces(pen, block.label, block.text);
    case 'facts':
      return block.rows.flatMap((row) => factPieces(pen, row));
    case 'draft':
      return draftPieces(pen, block);
    case 'list':
      return block.items.flatMap((item, i) => itemPieces(pen, item, i > 0 || isLater));
    default:
      return unreachable(block);
  }
}

/** Rows of buttons, each a piece. */
export function rowPieces(buttons: readonly Element[]): Piece[] {
  return buttonRows(buttons).map((row) => piece(row));
}

/** How large pieces are together. */
export function bytesIn(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A line in which members are mentioned, where anybody is. */
function lineOf({ mentions, context }: Pen, line: Card['heading']): Part[] {
  return mentions === null ? lineParts(line) : withNames(lineParts(line, { mention: context.userIds }));
}

function spaced(before: readonly Part[]): readonly Part[] {
  return before.length === 0 ? [] : [...before, ours(' ')];
}

function flowing(
  pen: Pen,
  parts: readonly Part[],
  max: number,
  look: Look = {},
  block: Element = {},
): Piece[] {
  if (isBlank(parts)) return [];
  return pen
    .fit(parts, max)
    .map((stretch, i) => piece(...lineElements(pen, stretch, look, i === 0 ? block : {})));
}

/** A line: text runs, and where it mentions somebody what mentions them. */
function lineElements(pen: Pen, parts: readonly Part[], look: Look, block: Element = {}): Element[] {
  if (pen.mentions === null || !mentionsAnybody(parts)) return [richText(parts, look, block)];
  const mentioning = mentionBlock(pen.mentions, parts, look, block);
  if (mentioning !== null) return [mentioning];
  const beside = mentionLine(pen.mentions, parts);
  return [richText(parts, look, block), ...(beside === null ? [] : [beside])];
}

function quotePieces(pen: Pen, label: string, text: string): Piece[] {
  const shown = text.trim() === '' ? drawingWords.nothing : text;
  const said: Part = { p: 'text', text: shown, bold: false, typed: true };
  const labels = isBlank([ours(label)]) ? [] : pen.fit([ours(label)], SHOWN.label);
  const heading = labels.map((parts) => richText(parts, { size: 'Small', subtle: true, bold: true }));
  return pen.fit([said], SHOWN.quote).flatMap((parts, i): Piece[] => {
    const above = i === 0 ? heading.slice(-1) : [];
    const items = [...above, richText(parts, {}, above.length > 0 ? { spacing: 'Small' } : {})];
    const drawn = piece({ type: 'Container', style: 'emphasis', items });
    return i === 0 ? [...heading.slice(0, -1).map((one) => piece(one)), drawn] : [drawn];
  });
}

/** A fact: what it is on the left, and what holds on the right. */
function factPieces(pen: Pen, { label, value }: Extract<Block, { b: 'facts' }>['rows'][number]): Piece[] {
  const labels = pen.fit([ours(label.trim() === '' ? drawingWords.nothing : label)], SHOWN.label);
  const parts = lineParts(value);
  const [first = [], ...rest] = pen.fit(isBlank(parts) ? [ours(drawingWords.nothing)] : parts, SHOWN.fact);
  const column = (width: number, items: Element[]) => ({ type: 'Column', width, items });
  const row = {
    type: 'ColumnSet',
    spacing: 'Small',
    columns: [column(1, [richText(labels.at(-1) ?? [], { subtle: true })]), column(2, [richText(first)])],
  };
  return [
    ...labels.slice(0, -1).map((stretch) => piece(richText(stretch, { subtle: true }))),
    piece(row),
    ...rest.map((stretch) => piece(richText(stretch))),
  ];
}

/** Words for the customer, in a field: only from there can they be copied on every client. */
function draftPieces(pen: Pen, { text, marks }: Extract<Block, { b: 'draft' }>): Piece[] {
  const shown = text.trim() === '' ? drawingWords.nothing : text;
  const said: Part = { p: 'text', text: shown, bold: false, typed: true };
  const drafts = pen.fit([said], SHOWN.draft).map((parts, i) => {
    const value = parts.map((part) => (part.p === 'text' ? part.text : '')).join('');
    const label = i === 0 ? { label: drawingWords.draft } : {};
    return piece({ type: 'Input.Text', id: pen.draftId(), ...label, isMultiline: true, value });
  });
  const notes = marks.flatMap(({ words, why }, i): Part[] => [
    ...(i === 0 ? [] : [ours('\n')]),
    { p: 'emoji', name: 'warning' },
    ours(' “'),
    { p: 'text', text: words, bold: false, typed: true },
    ours(`” ${why}`),
  ]);
  const copy = plainText(drawingWords.copy, { size: 'Small', subtle: true }, { spacing: 'None' });
  return [...drafts, piece(copy), ...flowing(pen, notes, SHOWN.text, { size: 'Small' })];
}

function itemPieces(
  pen: Pen,
  item: Extract<Block, { b: 'list' }>['items'][number],
  isLater: boolean,
): Piece[] {
  const { line, detail, tone, actions } = item;
  const said = flowing(pen, [...toneParts(tone), ...lineParts(line)], SHOWN.item);
  const more = flowing(
    pen,
    lineParts(detail),
    SHOWN.item,
    { size: 'Small', subtle: true },
    { spacing: 'None' },
  );
  const about = lineWords(line);
  const [row, ...rows] = rowPieces(actions.map((action) => actionButton(pen.context, action, { about })));
  const words = [...said, ...more];
  // What it says stays together where that is short, and its first buttons with the end of it.
  const last = words.length <= 2 ? words : words.slice(-1);
  const items = [...last, ...(row === undefined ? [] : [row])].flatMap(({ elements }) => elements);
  const together = { type: 'Container', ...(isLater ? { separator: true, spacing: 'Medium' } : {}), items };
  const before = words.slice(0, words.length - last.length);
  return items.length === 0 ? [] : [...before, piece(together), ...rows];
}
