import type { WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { ConnectionKind } from './connections.ts';

/** Something that a chat platform told us. `key` is the platform's own id of it: the same one is accepted once. */
export type Heard = { id: string; workspaceId: WorkspaceId; connection: string; key: string; body: unknown };

/** The same as it lies in the inbox. */
export type InboxRow = Heard & { at: Instant; attempts: number };

/**
 * What was accepted and not carried out yet. A platform is told "accepted" only when it is written down here;
 * what a process accepted and didn't carry out, because it died, another finds and does.
 */
export type Inbox = {
  /**
   * Writes it down; durable when it returns. `repeat` when its key was accepted before. Many at the same time
   * share a statement, so it takes no more than two round trips to the database however many come.
   * It is leased to the caller for `leaseMs`.
   */
  accept(heard: Heard, now: Instant, leaseMs: number): Promise<'new' | 'repeat'>;
  get(workspaceId: WorkspaceId, id: string): Promise<InboxRow | null>;
  /** It is carried out; `error` says why it never will be. */
  done(row: Pick<Heard, 'workspaceId' | 'id'>, now: Instant, error: string | null): Promise<void>;
  /** It failed this time; it is found again from `at` on. */
  again(row: Pick<Heard, 'workspaceId' | 'id'>, at: Instant, error: string): Promise<void>;
  /** Leases what connections of a kind brought and whose lease ran out, oldest first, of whatever workspace. */
  claimLate(kind: ConnectionKind, now: Instant, limit: number, leaseMs: number): Promise<InboxRow[]>;
};
