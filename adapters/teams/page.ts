import type { Card } from '../../src/conversation/card.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { cardInTongue } from '../../src/conversation/tongue.ts';
import { actionButton } from './buttons.ts';
import { plainText } from './card-text.ts';
import type { AdaptiveCard, DrawContext, DrawPage } from './drawn.ts';
import { LIMIT } from './limits.ts';
import { adaptiveCard, backButton, COMMAND, spokenText, wholeButton } from './message.ts';
import { cardPieces, type Piece, piece, rowPieces, wholePen } from './pieces.ts';

const words = drawingWords;
/** What a page's number and its buttons take up at most. */
const FOOT = 3_000;

/** Draws a card whole, in pages where it is long, with *Earlier*, *More* and *Back* to what stood there. */
export const drawPage: DrawPage = (card, context, page) => {
  const { count, draw } = layOut(card, context);
  return draw(Math.min(Math.max(page, 0), count - 1));
};

/** A card in pages, of which each is drawn when it is asked for: from 0 up to, but without, `count`. */
export function layOut(
  given: Card,
  context: DrawContext,
): { count: number; draw: (page: number) => AdaptiveCard } {
  const card = cardInTongue(given, COMMAND);
  const pen = wholePen(context);
  const buttons = card.actions.map((action) => actionButton(context, action, { url: context.threadUrl }));
  const pages = inPages([...cardPieces(pen, card), ...rowPieces(buttons)]);
  const spoken = spokenText(card);
  const draw = (page: number) =>
    adaptiveCard([...(pages[page] ?? []), ...footPieces(context, page, pages.length)], spoken);
  return { count: pages.length, draw };
}

/** Pieces in pages; one piece is never torn apart. There is one page at least. */
function inPages(pieces: readonly Piece[]): Piece[][] {
  const pages: Piece[][] = [[]];
  let room = LIMIT.body - FOOT;
  for (const one of pieces) {
    const page = pages.at(-1);
    if (page === undefined || (page.length > 0 && one.bytes > room)) {
      pages.push([one]);
      room = LIMIT.body - FOOT - one.bytes;
    } else {
      page.push(one);
      room -= one.bytes;
    }
  }
  return pages;
}

function footPieces(context: DrawContext, page: number, pages: number): Piece[] {
  const back = backButton(context, context.back ?? context.whole);
  if (pages === 1) return rowPieces(back);
  const buttons = [
    page > 0 ? wholeButton(context, words.earlier, page - 1) : null,
    page < pages - 1 ? wholeButton(context, words.more, page + 1) : null,
    ...back,
  ];
  const where = words.page(page + 1, pages) + (context.whole === null ? `. ${words.cut}` : '');
  const number = plainText(where, { size: 'Small', subtle: true }, { separator: true });
  const rows = rowPieces(buttons.filter((button) => button !== null));
  return [piece(number), ...rows];
}
