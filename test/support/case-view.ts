import type { Block, Card, Inline } from '../../src/conversation/card.ts';
import type { View } from '../../src/conversation/view.ts';
import { NonBlank } from '../../src/domain/ids.ts';
import type { Customer } from '../../src/domain/people.ts';
import type { Story } from './case-story.ts';
import { customerId, NAMES, workspaceId } from './domain-fixtures.ts';

/** The customer of every story. */
export const acme: Customer = {
  id: customerId,
  workspaceId,
  name: NonBlank.parse('Acme'),
  zone: 'America/New_York',
  contact: 'Ann Example',
  notes: 'Pays late.',
};

/** A story's case as cards are drawn from it. */
export function viewOf({ file, team, policy, now }: Story): View {
  const history = { cases: [], kept: 2, movedEarly: 0, broken: 1, latest: null };
  return { file, customer: acme, team, policy, now, history };
}

/** The names of those whom a card calls: surfaces mention members in headings and texts alone. */
export function calledBy({ heading, blocks }: Card): string[] {
  const lines = [heading, ...blocks.flatMap((block) => (block.b === 'text' ? [block.line] : []))];
  return lines.flat().flatMap((inline) => (inline.t === 'member' ? [NAMES.get(inline.id) ?? '?'] : []));
}

/** The words of a line, its times left out. */
export function said(line: readonly Inline[]): string {
  return line
    .map((inline) => ('text' in inline ? inline.text : inline.t === 'member' ? inline.name : '…'))
    .join('');
}

/** A card's words, a line for each heading, text, note, quote, fact and item. */
export function linesOf({ heading, blocks }: Card): string[] {
  return [said(heading), ...blocks.flatMap(linesIn)].filter((line) => line !== '');
}

function linesIn(block: Block): string[] {
  switch (block.b) {
    case 'text':
    case 'note':
      return [said(block.line)];
    case 'quote':
      return [`${block.label}: ${block.text}`];
    case 'facts':
      return block.rows.map(({ label, value }) => `${label}: ${said(value)}`);
    case 'draft':
      return [block.text];
    case 'list':
      return block.items.map(({ line, detail }) => `- ${said(line)} (${said(detail)})`);
  }
}
