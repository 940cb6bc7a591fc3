import type { WorkspaceId } from '../domain/ids.ts';

/**
 * What is counted by itself: `asked`, that somebody waits for; `overheard`, what people say among themselves where
 * Kept listens, which must never use up what they may ask; `links`, what anybody may ask without saying who they are.
 */
export type Counted =
  | { of: 'asked' | 'overheard'; workspaceId: WorkspaceId; person: string }
  | { of: 'links' };

/** It comes too fast. `isNews`: the first of those that do, so whoever sends it hasn't been told yet. */
export type TooFast = { againInMs: number; isNews: boolean };

/** How much is taken in at a time, so that nobody's flood is at the cost of others. */
export type Pace = {
  /** Counts one more; null while it may go on. */
  take(counted: Counted): Promise<TooFast | null>;
};

/** A pace that lets everything in. */
export const anyPace: Pace = { take: () => Promise.resolve(null) };
