import type { Block, Card } from './card.ts';
import { heardWords as words } from './heard-words.ts';
import { text } from './view.ts';

/** What was typed into a form that can't be read any more, to be copied. `begin`: how to go on. */
export function typedCard(typed: readonly string[], begin: string): Card {
  return {
    tone: 'attention',
    heading: [text('Kept')],
    blocks: [
      { b: 'text', line: [text(words.oldForm)] },
      ...quotes(typed),
      { b: 'note', line: [text(begin)] },
    ],
    actions: [],
  };
}

/** A card in the place of a form; one that says no has what was typed into the form with it, to be copied. */
export function withTyped(card: Card, typed: readonly string[]): Card {
  return card.tone !== 'attention' || typed.length === 0
    ? card
    : { ...card, blocks: [...card.blocks, { b: 'note', line: [text(words.lost)] }, ...quotes(typed)] };
}

function quotes(typed: readonly string[]): Block[] {
  return typed.map((value) => ({ b: 'quote', label: '', text: value }));
}
