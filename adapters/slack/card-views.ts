import type { KnownBlock } from '@slack/types';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { ours } from '../../src/conversation/parts.ts';
import { lineWords } from '../../src/conversation/spoken.ts';
import { wholeButton } from './buttons.ts';
import type { DrawCardView, DrawHomeView, DrawWaitView } from './drawn.ts';
import { LIMIT } from './limits.ts';
import { shortBlocks } from './message.ts';
import { META_VERSION } from './meta.ts';
import { modal, plain } from './modal.ts';
import {
  blockPieces,
  buttonRows,
  cardButtons,
  cardPieces,
  type Pen,
  type Piece,
  shortPen,
  wholePen,
} from './pieces.ts';
import { smallPrint } from './rich-text.ts';

const words = drawingWords;

/** What a page of a card holds: few enough to be read on a phone, and far from what Slack takes. */
const PAGE = { blocks: 60, bytes: 60_000 };
/** What a home tab shows, in characters. */
const HOME_SIZE = 30_000;

/** Draws a card as a modal, whole; in pages where it is long, with *Earlier* and *More*. */
export const drawCardView: DrawCardView = (card, context, page) => {
  const pen = wholePen(context);
  const rows = buttonRows(cardButtons(pen, card.actions)).map((row): Piece => ({ blocks: [row], size: 0 }));
  const pages = inPages([...cardPieces(pen, card), ...rows]);
  const at = Math.min(Math.max(page, 0), pages.length - 1);
  return modal({
    title: lineWords(card.heading),
    blocks: [...(pages[at] ?? []), ...pageBlocks(pen, at, pages.length)],
    meta: { v: META_VERSION, kind: 'card' },
  });
};

/** Draws a card as an App Home tab: its heading large, and a line above each part. */
export const drawHomeView: DrawHomeView = (card, context) => {
  const pen = shortPen(context);
  const heading = lineWords(card.heading);
  const header: KnownBlock[] =
    heading === '' ? [] : [{ type: 'header', text: plain(cutText(heading, LIMIT.headerText)) }];
  const pieces = card.blocks.flatMap((block, i): Piece[] => {
    const isTitle =
      block.b === 'text' && block.line.length > 0 && block.line.every(({ t }) => t === 'strong');
    const line: Piece[] = isTitle && i > 0 ? [{ blocks: [{ type: 'divider' }], size: 0 }] : [];
    return [...line, ...blockPieces(pen, block)];
  });
  const limits = { blocks: LIMIT.viewBlocks - header.length, size: HOME_SIZE };
  return {
    type: 'home',
    callback_id: 'home',
    blocks: [...header, ...shortBlocks(pen, pieces, card.actions, limits)],
  };
};

/** Draws what stands while something is looked up or saved, with what was typed. */
export const drawWaitView: DrawWaitView = (what, heard, typed) => {
  const pen = shortPen({ userIds: new Map(), threadUrl: null, whole: null });
  const said = blockPieces(pen, { b: 'text', line: [{ t: 'text', text: words.wait[what] }] });
  const kept =
    typed.trim() === '' ? [] : blockPieces(pen, { b: 'quote', label: words.wait.typed, text: typed });
  return modal({
    title: words.wait.title,
    blocks: [...said, ...kept].flatMap(({ blocks }) => blocks),
    meta: { v: META_VERSION, kind: 'wait', heard },
  });
};

/** Pieces in pages; one piece is never torn apart. There is one page at least. */
function inPages(pieces: readonly Piece[]): KnownBlock[][] {
  const pages: KnownBlock[][] = [];
  let page: KnownBlock[] = [];
  let bytes = 0;
  for (const { blocks } of pieces) {
    const size = Buffer.byteLength(JSON.stringify(blocks));
    if (page.length > 0 && (page.length + blocks.length > PAGE.blocks || bytes + size > PAGE.bytes)) {
      pages.push(page);
      page = [];
      bytes = 0;
    }
    page.push(...blocks);
    bytes += size;
  }
  return page.length > 0 || pages.length === 0 ? [...pages, page] : pages;
}

function pageBlocks(pen: Pen, page: number, pages: number): KnownBlock[] {
  if (pages === 1) return [];
  const ref = pen.context.whole;
  const buttons = [
    page > 0 ? wholeButton(pen.buttons, words.earlier, { ref, page: page - 1 }) : null,
    page < pages - 1 ? wholeButton(pen.buttons, words.more, { ref, page: page + 1 }) : null,
  ];
  const note = smallPrint([
    ours(words.page(page + 1, pages)),
    ...(ref === null ? [ours(`. ${words.cut}`)] : []),
  ]);
  return [...(note === null ? [] : [note]), ...buttonRows(buttons.filter((button) => button !== null))];
}
