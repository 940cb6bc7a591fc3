import type { WorkspaceId } from '../domain/ids.ts';

/**
 * What is counted by itself: `asked`, that somebody waits for; `overheard`, what people say among themselves where
 * Kept listens, which must never use up what they may ask; `told`, that it is said to somebody that they are too fast,
 * where that costs a call; `links`, what anybody may ask without saying who they are.
 */
export type Counted =
  | { of: 'asked' | 'overheard' | 'told'; workspaceId: WorkspaceId; person: string }
  | { of: 'links' };

/** It comes too fast. */
export type TooFast = { againInMs: number };

/** How much is taken in at a time, so that nobody's flood is at the cost of others. */
export type Pace = {
  /** Counts one more; null while it may go on. */
  take(counted: Counted): Promise<TooFast | null>;
};

/** A pace that lets everything in. */
export const anyPace: Pace = { take: () => Promise.resolve(null) };
