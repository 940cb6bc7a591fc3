import type { Card } from '../../src/conversation/card.ts';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { spokenParts } from '../../src/conversation/spoken.ts';
import { cardInTongue } from '../../src/conversation/tongue.ts';
import { actionButton, pressButton } from './buttons.ts';
import { type Element, inertMarkdown, plainText, wordsOf } from './card-text.ts';
import type { AdaptiveCard, DrawContext, DrawMessage } from './drawn.ts';
import { LIMIT } from './limits.ts';
import { createMentions, type Mentions } from './mentions.ts';
import { bytesIn, cardPieces, type Pen, type Piece, piece, rowPieces, shortPen } from './pieces.ts';

const words = drawingWords;
/** How one speaks to Kept in Teams, which has no slash commands. */
export const COMMAND = '@Kept';

/** Draws a card as a message: within what Teams takes, and with *Show all* where something had to be cut. */
export const drawMessage: DrawMessage = (given, context) => {
  const card = cardInTongue(given, COMMAND);
  const mentions = createMentions();
  const pen = shortPen(context, mentions);
  const pieces = shortPieces(pen, cardPieces(pen, card), card.actions, LIMIT.body);
  return { card: adaptiveCard(pieces, spokenText(card), mentions), summary: summaryOf(spokenText(card)) };
};

/** Pieces and the buttons under them, as many as there is room for; then *Show all*, or a word that it is cut. */
export function shortPieces(
  pen: Pen,
  pieces: readonly Piece[],
  actions: Card['actions'],
  bytes: number,
): Piece[] {
  const { context } = pen;
  const shown = actions.slice(0, LIMIT.actions);
  const buttons = shown.map((action) => actionButton(context, action, { url: context.threadUrl }));
  const back = backButton(context);
  const all = wholeButton(context, words.showAll, 0);
  const draw = (isCut: boolean) => {
    const more = isCut && all !== null ? [all] : [];
    const cut = isCut && all === null ? [piece(plainText(words.cut, { size: 'Small', subtle: true }))] : [];
    return [...cut, ...rowPieces([...buttons, ...more, ...back])];
  };
  const kept = keepWithin(pieces, bytes - bytesIn(draw(true)));
  const isCut = pen.hasCut() || kept.length < pieces.length || actions.length > shown.length;
  return [...kept, ...draw(isCut)];
}

/** The first pieces that fit. */
function keepWithin(pieces: readonly Piece[], room: number): readonly Piece[] {
  let left = room;
  const end = pieces.findIndex(({ bytes }) => {
    left -= bytes;
    return left < 0;
  });
  return end === -1 ? pieces : pieces.slice(0, end);
}

/** *Show all* and the turning of pages; null when nothing can be referred to. */
export function wholeButton(context: DrawContext, label: string, page: number): Element | null {
  const { whole, host } = context;
  return whole === null
    ? null
    : pressButton(host, label, { do: 'whole', ref: whole, page }, { inputs: 'none' });
}

/** *Back* to what stood there before. A dialog has its own way out. */
export function backButton(context: DrawContext, to = context.back ?? null): Element[] {
  return to === null || context.host === 'dialog'
    ? []
    : [pressButton(context.host, words.back, { do: 'back', to }, { inputs: 'none' })];
}

/** Pieces as a card. `spoken` is what it says where it can't be drawn. */
export function adaptiveCard(
  pieces: readonly Piece[],
  spoken: string,
  mentions: Mentions | null = null,
): AdaptiveCard {
  const body = pieces.flatMap(({ elements }) => elements);
  const entities = mentions?.entities(body) ?? [];
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: inertMarkdown(cutText(spoken, LIMIT.fallbackText)),
    body: body.length > 0 ? body : [plainText(words.app)],
    ...(entities.length === 0 ? {} : { msteams: { entities } }),
  };
}

/** All that a card says, with nothing in it that can't be seen; never empty. */
export function spokenText(card: Card): string {
  const said = wordsOf(spokenParts(card))
    .replaceAll(/[\u2066-\u2069]|(?!\n)\p{Cc}/gu, '')
    .trim();
  return said === '' ? words.app : said;
}

function summaryOf(spoken: string): string {
  return cutText(spoken.replaceAll(/\s+/g, ' '), LIMIT.summary);
}
