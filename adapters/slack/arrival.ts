/** What Slack is answered on something that it sent. */
export type Answered =
  /** Accepted. `body` is an answer in place; null for none. */
  | { how: 'accepted'; body: object | null }
  /** Not written down anywhere: Slack is to send it again. */
  | { how: 'turned away' }
  | { how: 'unreadable' };

/** Something that has just come in, and that Slack waits for an answer to. The first answer counts. */
export type Arrival = {
  /** When it came in, in ms of a clock that is never set (`performance.now()`). */
  at: number;
  isOpen: () => boolean;
  accept: (body?: object) => void;
  turnAway: () => void;
  unreadable: () => void;
};

/** A new arrival, and what Slack is answered in the end. */
export function arrive(): { arrival: Arrival; answered: Promise<Answered> } {
  let settle: ((answer: Answered) => void) | null = null;
  const answered = new Promise<Answered>((resolve) => {
    settle = resolve;
  });
  let isOpen = true;
  const answer = (what: Answered) => {
    isOpen = false;
    settle?.(what);
  };
  const arrival: Arrival = {
    at: performance.now(),
    isOpen: () => isOpen,
    accept: (body) => answer({ how: 'accepted', body: body ?? null }),
    turnAway: () => answer({ how: 'turned away' }),
    unreadable: () => answer({ how: 'unreadable' }),
  };
  return { arrival, answered };
}

/** What is left of a budget that began when it came in, in ms; 0 when it is spent. */
export function leftOf(budgetMs: number, { at }: Pick<Arrival, 'at'>): number {
  return Math.max(0, at + budgetMs - performance.now());
}
