import type { Option } from '../../src/conversation/form.ts';
import type { AdaptiveCard, DrawnMessage } from './drawn.ts';

/** What somebody is shown. `summary` is what notifications show of a card. */
export type Shown =
  | { is: 'card'; card: AdaptiveCard; summary: string }
  /** Plain words of ours. `isForAll`: nothing in them is for one person's eyes. */
  | { is: 'sentence'; said: string; isForAll: boolean };

/** What Teams is answered on something that it sent. */
export type Answered =
  | { how: 'accepted' }
  | { how: 'shown'; shown: Shown }
  | { how: 'suggested'; options: readonly Option[] }
  /** A link, with what it leads to; null: it stays a link. */
  | { how: 'unfurled'; drawn: DrawnMessage | null }
  /** Not written down anywhere. */
  | { how: 'turned away' }
  /** From a tenant that isn't let in. */
  | { how: 'not let in' }
  | { how: 'unreadable' }
  /** Something that Kept has nothing to say to. */
  | { how: 'unknown' };

/** Something that has just come in, and that Teams waits for an answer to. The first answer counts. */
export type Arrival = {
  /** When it came in, in ms of a clock that is never set (`performance.now()`). */
  at: number;
  isOpen: () => boolean;
  answer: (what: Answered) => void;
};

/** A new arrival, and what Teams is answered in the end. */
export function arrive(): { arrival: Arrival; answered: Promise<Answered> } {
  let settle: ((answer: Answered) => void) | null = null;
  const answered = new Promise<Answered>((resolve) => {
    settle = resolve;
  });
  let isOpen = true;
  const arrival: Arrival = {
    at: performance.now(),
    isOpen: () => isOpen,
    answer: (what) => {
      isOpen = false;
      settle?.(what);
    },
  };
  return { arrival, answered };
}

/** What is left of a budget that began when it came in, in ms; 0 when it is spent. */
export function leftOf(budgetMs: number, { at }: Pick<Arrival, 'at'>): number {
  return Math.max(0, at + budgetMs - performance.now());
}
