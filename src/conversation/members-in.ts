import type { MemberId } from '../domain/ids.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Action, Card, Inline } from './card.ts';

/** Every action of a card, those of its lists among them. */
export function actionsIn(card: Card): Action[] {
  const listed = card.blocks.flatMap((block) =>
    block.b === 'list' ? block.items.flatMap(({ actions }) => actions) : [],
  );
  return [...card.actions, ...listed];
}

/** The members that a card names, each once. */
export function membersIn(card: Card): MemberId[] {
  const lines = card.blocks.flatMap((block): Inline[][] => {
    switch (block.b) {
      case 'text':
      case 'note':
        return [block.line];
      case 'facts':
        return block.rows.map(({ value }) => value);
      case 'list':
        return block.items.flatMap(({ line, detail }) => [line, detail]);
      case 'quote':
      case 'draft':
        return [];
      default:
        return unreachable(block);
    }
  });
  const named = [card.heading, ...lines].flat().flatMap((part) => (part.t === 'member' ? [part.id] : []));
  return [...new Set(named)];
}
