import { type Card, noSubject } from '../../src/conversation/card.ts';
import { strong, text } from '../../src/conversation/view.ts';
import { hearingWords } from './hearing-words.ts';
import type { Where } from './told.ts';

/** The hello's key among the posts. */
export const HELLO = 'hello';

/** What Kept says where it is added: what it does, and how to begin. */
export function helloCard(kind: Where['kind']): Card {
  const { heading, what, personal, shared, open } = hearingWords.hello;
  return {
    tone: 'calm',
    heading: [strong(heading)],
    blocks: [
      { b: 'text', line: [text(what)] },
      { b: 'text', line: [text(kind === 'personal' ? personal : shared)] },
    ],
    actions: [{ id: 'open', label: open, style: 'primary', subject: noSubject }],
  };
}
