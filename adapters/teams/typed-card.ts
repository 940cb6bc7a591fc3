import { z } from 'zod';
import type { Block, Card } from '../../src/conversation/card.ts';
import { text } from '../../src/conversation/view.ts';
import { hearingWords as words } from './hearing-words.ts';
import { FIELD } from './meta.ts';

const Data = z.record(z.string(), z.unknown());
/** Ids and choices are nothing to be copied. */
const CHOSEN = /^(?:-|yes|no|member:.*|new:|[0-9a-f]{8}-[0-9a-f]{4}-.*)$/iu;

/** What was typed into a form that can't be read any more, to be copied. */
export function typedCard(data: unknown): Card {
  return {
    tone: 'attention',
    heading: [text('Kept')],
    blocks: [
      { b: 'text', line: [text(words.oldForm)] },
      ...quotes(data),
      { b: 'note', line: [text(words.begin)] },
    ],
    actions: [],
  };
}

/** A card in the place of a form; one that says no has what was typed into the form with it, to be copied. */
export function withTyped(card: Card, data: unknown): Card {
  const typed = card.tone === 'attention' ? quotes(data) : [];
  return typed.length === 0
    ? card
    : { ...card, blocks: [...card.blocks, { b: 'note', line: [text(words.lost)] }, ...typed] };
}

/** Whether anything was typed. */
export function hasTyped(data: unknown): boolean {
  return quotes(data).length > 0;
}

function quotes(data: unknown): Block[] {
  return Object.entries(Data.catch({}).parse(data)).flatMap(([id, value]): Block[] => {
    const isField = id.startsWith(FIELD) || id.startsWith('new.');
    return isField && typeof value === 'string' && value.trim() !== '' && !CHOSEN.test(value)
      ? [{ b: 'quote', label: '', text: value }]
      : [];
  });
}
