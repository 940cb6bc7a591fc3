import type { Audience } from '../domain/say.ts';
import type { Card } from './card.ts';
import { text } from './view.ts';
import { words } from './words.ts';

/** A message that takes another way than it was meant to says so on top; `tried` are the ways that failed. */
export function elsewhere(card: Card, tried: readonly Audience[]): Card {
  const [meant] = tried;
  return meant === undefined
    ? card
    : { ...card, blocks: [{ b: 'note', line: [text(words.elsewhere[meant.kind])] }, ...card.blocks] };
}
