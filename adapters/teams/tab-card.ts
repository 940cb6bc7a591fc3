import type { Card } from '../../src/conversation/card.ts';
import { cardInTongue } from '../../src/conversation/tongue.ts';
import { actionButton } from './buttons.ts';
import type { AdaptiveCard, DrawContext } from './drawn.ts';
import { adaptiveCard, COMMAND, spokenText } from './message.ts';
import { cardPieces, rowPieces, wholePen } from './pieces.ts';

/** A card as the tab shows it: whole, for it is no message, which Teams would limit. */
export function drawTabCard(given: Card, context: DrawContext): AdaptiveCard {
  const card = cardInTongue(given, COMMAND);
  const buttons = card.actions.map((action) => actionButton(context, action, { url: context.threadUrl }));
  return adaptiveCard([...cardPieces(wholePen(context), card), ...rowPieces(buttons)], spokenText(card));
}
