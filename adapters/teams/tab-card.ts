import type { Card } from '../../src/conversation/card.ts';
import { actionButton } from './buttons.ts';
import type { AdaptiveCard, DrawContext } from './drawn.ts';
import { adaptiveCard, spokenText } from './message.ts';
import { cardPieces, rowPieces, wholePen } from './pieces.ts';

/** A card as the tab shows it: whole, for it is no message, which Teams would limit. */
export function drawTabCard(card: Card, context: DrawContext): AdaptiveCard {
  const buttons = card.actions.map((action) => actionButton(context, action, { url: context.threadUrl }));
  return adaptiveCard([...cardPieces(wholePen(context), card), ...rowPieces(buttons)], spokenText(card));
}
