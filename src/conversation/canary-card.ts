import type { Instant } from '../domain/instant.ts';
import { auditWords } from './audit-words.ts';
import type { Card } from './card.ts';
import { text } from './view.ts';

/** The one post of the canary: when its last promise came through. */
export function canaryCard(at: Instant): Card {
  return {
    tone: 'calm',
    heading: [text(auditWords.canary.heading)],
    blocks: [
      {
        b: 'text',
        line: [text(auditWords.canary.arrived), { t: 'time', at, also: null }, text(auditWords.canary.dot)],
      },
      { b: 'note', line: [text(auditWords.canary.why)] },
    ],
    actions: [],
  };
}
