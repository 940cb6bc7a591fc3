import type { Block, Card } from '../../src/conversation/card.ts';
import { text } from '../../src/conversation/view.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { SentView } from './payloads.ts';

/** What was typed into a form that can't be read any more, to be copied. */
export function typedCard(view: SentView): Card {
  return {
    tone: 'attention',
    heading: [text('Kept')],
    blocks: [
      { b: 'text', line: [text(words.oldForm)] },
      ...quotes(view),
      { b: 'note', line: [text(words.begin)] },
    ],
    actions: [],
  };
}

/** A card in the place of a form; one that says no has what was typed into the form with it, to be copied. */
export function withTyped(card: Card, view: SentView): Card {
  const typed = card.tone === 'attention' ? quotes(view) : [];
  return typed.length === 0
    ? card
    : { ...card, blocks: [...card.blocks, { b: 'note', line: [text(words.lost)] }, ...typed] };
}

function quotes(view: SentView): Block[] {
  return typedInto(view.state).map((value) => ({ b: 'quote', label: '', text: value }));
}

/** Every text that was typed, in a view's state of whatever version; what was chosen is nothing to be copied. */
function typedInto(state: unknown): string[] {
  if (typeof state !== 'object' || state === null) {
    return [];
  }
  const { type, value }: { type?: unknown; value?: unknown } = state;
  return type === 'plain_text_input' && typeof value === 'string' && value.trim() !== ''
    ? [value]
    : Object.values(state).flatMap(typedInto);
}
