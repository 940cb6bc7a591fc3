import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import type { Action, Block, Card } from '../../src/conversation/card.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import {
  cutParts,
  isBlank,
  lineParts,
  ours,
  type Part,
  sizeOf,
  splitParts,
  toneParts,
} from '../../src/conversation/parts.ts';
import { lineWords } from '../../src/conversation/spoken.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Buttons, createButtons } from './buttons.ts';
import type { DrawContext } from './drawn.ts';
import { LIMIT } from './limits.ts';
import { richDraft, richQuote, richText, smallPrint } from './rich-text.ts';

/** Blocks that belong together, and how many characters they show at most. */
export type Piece = { blocks: KnownBlock[]; size: number };

/** What draws: `fit` gives parts as a stretch for each block, cut to `max` or split, as the pen is. */
export type Pen = {
  context: DrawContext;
  buttons: Buttons;
  fit: (parts: readonly Part[], max: number) => readonly (readonly Part[])[];
  /** Whether anything was cut so far. */
  hasCut: () => boolean;
};

/** The most of each kind that a message shows, in characters; the whole is a click away. */
const SHOWN = {
  heading: 600,
  text: 1_200,
  note: 800,
  quote: 1_200,
  fact: 500,
  facts: 2_000,
  draft: 2_900,
  item: 600,
};
/** What one block shows of a text that goes on in the next. */
const STRETCH = 2_500;

/** Cuts what is long. Pens of one view share their buttons. */
export function shortPen(context: DrawContext, buttons = createButtons()): Pen {
  let cut = false;
  const fit = (parts: readonly Part[], max: number) => {
    const kept = cutParts(parts, max);
    cut ||= kept !== parts;
    return [kept];
  };
  return { context, buttons, fit, hasCut: () => cut };
}

/** Draws everything, over as many blocks as it takes. */
export function wholePen(context: DrawContext): Pen {
  const fit = (parts: readonly Part[]) => splitParts(parts, STRETCH);
  return { context, buttons: createButtons(), fit, hasCut: () => false };
}

/** A card's heading and blocks. Without a heading its tone stands at the beginning of what it says. */
export function cardPieces(pen: Pen, card: Card): Piece[] {
  const tone = toneParts(card.tone);
  const mention = pen.context.userIds;
  if (card.heading.length > 0) {
    const heading = [...tone, ...lineParts(card.heading, { mention, bold: true })];
    return [
      ...flowing(pen, heading, SHOWN.heading),
      ...card.blocks.flatMap((block) => blockPieces(pen, block)),
    ];
  }
  const isGrave = card.tone === 'attention' || card.tone === 'urgent';
  return card.blocks.flatMap((block, i) =>
    blockPieces(pen, block, isGrave && i === 0 ? tone.slice(0, 1) : []),
  );
}

/** A block, with `before` at its beginning where it is a line. */
export function blockPieces(pen: Pen, block: Block, before: readonly Part[] = []): Piece[] {
  switch (block.b) {
    case 'text':
      return flowing(
        pen,
        [...spaced(before), ...lineParts(block.line, { mention: pen.context.userIds })],
        SHOWN.text,
      );
    case 'note':
      return notePieces(pen, [...before, ...lineParts(block.line)]);
    case 'quote':
      return quotePieces(pen, block.label, block.text);
    case 'facts':
      return flowing(pen, factParts(pen, block.rows), SHOWN.facts);
    case 'draft':
      return draftPieces(pen, block);
    case 'list':
      return block.items.flatMap((item) => itemPieces(pen, item));
    default:
      return unreachable(block);
  }
}

/** Buttons in rows, as many rows as Slack wants. */
export function buttonRows(buttons: readonly Button[]): ActionsBlock[] {
  const rows: ActionsBlock[] = [];
  for (let at = 0; at < buttons.length; at += LIMIT.actions) {
    rows.push({ type: 'actions', elements: buttons.slice(at, at + LIMIT.actions) });
  }
  return rows;
}

/** A card's own buttons: *Open thread* is a link where the thread is known. */
export function cardButtons(pen: Pen, actions: readonly Action[]): Button[] {
  return actions.map((action) => pen.buttons.act(action, { url: pen.context.threadUrl }));
}

/** What a row of buttons shows, in characters. */
export function buttonsSize(buttons: readonly Button[]): number {
  return buttons.reduce((sum, { text }) => sum + text.text.length, 0);
}

function flowing(pen: Pen, parts: readonly Part[], max: number): Piece[] {
  return isBlank(parts) ? [] : pieces(pen.fit(parts, max), richText);
}

function pieces(
  stretches: readonly (readonly Part[])[],
  draw: (parts: readonly Part[], i: number) => KnownBlock,
) {
  return stretches.map((parts, i): Piece => ({ blocks: [draw(parts, i)], size: sizeOf(parts) }));
}

function spaced(before: readonly Part[]): readonly Part[] {
  return before.length === 0 ? [] : [...before, ours(' ')];
}

function notePieces(pen: Pen, parts: readonly Part[]): Piece[] {
  if (isBlank(parts)) return [];
  return pieces(pen.fit(parts, SHOWN.note), (stretch) => smallPrint(stretch) ?? richText(stretch));
}

function quotePieces(pen: Pen, label: string, text: string): Piece[] {
  const heading = isBlank([ours(label)]) ? [] : pen.fit([ours(label, true)], SHOWN.fact);
  const said: Part = {
    p: 'text',
    text: text.trim() === '' ? drawingWords.nothing : text,
    bold: false,
    typed: true,
  };
  return withLabel(heading, pen.fit([said], SHOWN.quote), richQuote);
}

function withLabel(
  labels: readonly (readonly Part[])[],
  stretches: readonly (readonly Part[])[],
  draw: (label: readonly Part[], parts: readonly Part[]) => KnownBlock,
): Piece[] {
  const label = labels.at(-1) ?? [];
  const drawn = pieces(stretches, (parts, i) => draw(i === 0 ? label : [], parts));
  const sized = drawn.map((piece, i) => (i === 0 ? { ...piece, size: piece.size + sizeOf(label) } : piece));
  return [...pieces(labels.slice(0, -1), richText), ...sized];
}

function factParts(pen: Pen, rows: Extract<Block, { b: 'facts' }>['rows']): Part[] {
  return rows.flatMap(({ label, value }, i): Part[] => {
    // Each of them is cut by itself, so that a long one hides no other; uncut they flow as one text.
    const fitted = pen.fit(lineParts(value), SHOWN.fact).flat();
    return [...(i === 0 ? [] : [ours('\n')]), ours(`${label}: `, true), ...fitted];
  });
}

function draftPieces(pen: Pen, { text, marks }: Extract<Block, { b: 'draft' }>): Piece[] {
  const said: Part = { p: 'text', text: text === '' ? drawingWords.nothing : text, bold: false, typed: true };
  const label = [[ours(drawingWords.draft, true)]];
  const notes = marks.flatMap(({ words, why }, i): Part[] => [
    ...(i === 0 ? [] : [ours('\n')]),
    { p: 'emoji', name: 'warning' },
    ours(' “'),
    { p: 'text', text: words, bold: false, typed: true },
    ours(`” ${why}`),
  ]);
  return [...withLabel(label, pen.fit([said], SHOWN.draft), richDraft), ...flowing(pen, notes, SHOWN.text)];
}

function itemPieces(pen: Pen, item: Extract<Block, { b: 'list' }>['items'][number]): Piece[] {
  const { line, detail, tone, actions } = item;
  const said = [...toneParts(tone), ...lineParts(line)];
  const more = detail.length === 0 ? [] : [ours('\n'), ...lineParts(detail)];
  const drawn = flowing(pen, [...said, ...more], SHOWN.item);
  const about = lineWords(line);
  const buttons = actions.map((action) => pen.buttons.act(action, { about }));
  const rows = buttonRows(buttons);
  const last = drawn.at(-1) ?? { blocks: [], size: 0 };
  const together = { blocks: [...last.blocks, ...rows], size: last.size + buttonsSize(buttons) };
  return together.blocks.length === 0 ? [] : [...drawn.slice(0, -1), together];
}
