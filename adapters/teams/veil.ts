import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { ours, typed } from '../../src/conversation/parts.ts';
import { pressButton } from './buttons.ts';
import { plainText, richText } from './card-text.ts';
import type { DrawVeil } from './drawn.ts';
import { adaptiveCard } from './message.ts';
import { META_VERSION, type Pressed, VERB } from './meta.ts';
import { piece, rowPieces } from './pieces.ts';

const words = drawingWords.veil;
/** What it shows of what was said, and of a name, in characters. */
const SAID = 200;
const NAME = 80;

/** Draws what stands in the place of something that one person alone may see. */
export const drawVeil: DrawVeil = ({ name, said, heard, refreshFor }) => {
  const who = cutText(name, NAME);
  const what = cutText(said.replaceAll(/\s+/g, ' ').trim(), SAID);
  const press = { do: 'again' as const, heard };
  const spoken = `${who}${words.asked}${what === '' ? '' : `: ${what}`}`;
  const card = adaptiveCard(
    [
      piece(richText([...typed(who, true), ours(words.asked)])),
      ...(what === '' ? [] : [piece(plainText(what, { subtle: true }, { spacing: 'Small' }))]),
      piece(plainText(words.only(who), { size: 'Small', subtle: true })),
      ...rowPieces([pressButton('card', words.open, press)]),
    ],
    spoken,
  );
  if (refreshFor === null) return card;
  const kept: Pressed = { v: META_VERSION, ...press };
  const action = { type: 'Action.Execute', verb: VERB, data: { kept } };
  return { ...card, refresh: { action, userIds: [refreshFor] } };
};
