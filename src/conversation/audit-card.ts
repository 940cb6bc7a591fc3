import type { Say } from '../domain/say.ts';
import { auditWords } from './audit-words.ts';
import type { Block, Card } from './card.ts';
import { text } from './view.ts';

/** What the auditor found in a workspace, for who looks after it: what it was, what was done, what is left to do. */
export function auditCard(say: Extract<Say, { what: 'audit found' }>): Card {
  const line = (words: (cases: string, many: boolean) => string, numbers: readonly number[]): Block[] =>
    numbers.length === 0 ? [] : [{ b: 'text', line: [text(words(casesIn(numbers), numbers.length > 1))] }];
  const late = (words: (count: number) => string, count: number): Block[] =>
    count === 0 ? [] : [{ b: 'text', line: [text(words(count))] }];
  const isLeft = say.unsaid.length + say.failing.length + say.stuck + say.unheard > 0;
  return {
    tone: isLeft ? 'attention' : 'calm',
    heading: [text(auditWords.heading)],
    blocks: [
      ...line(auditWords.silent, say.silent),
      ...line(auditWords.missing, say.missing),
      ...line(auditWords.unsaid, say.unsaid),
      ...line(auditWords.failing, say.failing),
      ...late(auditWords.stuck, say.stuck),
      ...late(auditWords.unheard, say.unheard),
      { b: 'note', line: [text(isLeft ? auditWords.left : auditWords.nothingLeft)] },
    ],
    actions: [],
  };
}

/** How many case numbers are named one by one. */
const NAMED = 5;

function casesIn(numbers: readonly number[]): string {
  const named = numbers.slice(0, NAMED).map((number) => `${number}`);
  const more = numbers.length - named.length;
  const list = [...named, ...(more > 0 ? [auditWords.more(more)] : [])];
  const last = list.at(-1) ?? '';
  return list.length === 1 ? `Case ${last}` : `Cases ${list.slice(0, -1).join(', ')} and ${last}`;
}
