import type { KnownBlock } from '@slack/types';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { ours } from '../../src/conversation/parts.ts';
import { wholeButton } from './buttons.ts';
import type { DrawMessage } from './drawn.ts';
import { LIMIT } from './limits.ts';
import {
  buttonRows,
  buttonsSize,
  cardButtons,
  cardPieces,
  type Pen,
  type Piece,
  shortPen,
} from './pieces.ts';
import { richText, smallPrint } from './rich-text.ts';
import { cardText } from './spoken.ts';

/** Draws a card as a message: within Slack's limits, and with *Show all* where something had to be cut. */
export const drawMessage: DrawMessage = (card, context) => {
  const pen = shortPen(context);
  const limits = { blocks: LIMIT.messageBlocks, size: LIMIT.messageText };
  const blocks = shortBlocks(pen, cardPieces(pen, card), card.actions, limits);
  return { blocks, text: cardText(card) };
};

/** Pieces and the buttons under them, as many as there is room for; then *Show all*, or a word that it is cut. */
export function shortBlocks(
  pen: Pen,
  pieces: readonly Piece[],
  actions: Parameters<typeof cardButtons>[1],
  limits: { blocks: number; size: number },
): KnownBlock[] {
  const buttons = cardButtons(pen, actions.slice(0, LIMIT.actions));
  const rows = buttonRows(buttons);
  const kept = keepWithin(pieces, {
    blocks: limits.blocks - rows.length - 1,
    size: limits.size - buttonsSize(buttons),
  });
  const isCut = pen.hasCut() || kept.length < pieces.length || actions.length > buttons.length;
  return [...kept.flatMap(({ blocks }) => blocks), ...rows, ...(isCut ? [cutBlock(pen)] : [])];
}

/** The first pieces that fit. */
function keepWithin(pieces: readonly Piece[], limits: { blocks: number; size: number }): readonly Piece[] {
  let { blocks, size } = limits;
  const end = pieces.findIndex((piece) => {
    blocks -= piece.blocks.length;
    size -= piece.size;
    return blocks < 0 || size < 0;
  });
  return end === -1 ? pieces : pieces.slice(0, end);
}

function cutBlock({ buttons, context }: Pen): KnownBlock {
  const button = wholeButton(buttons, drawingWords.showAll, { ref: context.whole, page: 0 });
  const [row] = button === null ? [] : buttonRows([button]);
  const said = [ours(drawingWords.cut)];
  return row ?? smallPrint(said) ?? richText(said);
}
