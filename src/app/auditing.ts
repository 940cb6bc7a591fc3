import { z } from 'zod';
import type { CaseFile } from '../domain/case-file.ts';
import { CaseId, type WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Policy } from '../domain/policy.ts';
import type { Post } from '../domain/said.ts';
import type { Finding, Missing } from './repair.ts';
import { Told } from './tell-owners.ts';

/** What the auditor counts, over all workspaces. */
export const Audit = z.object({
  /** Open cases that nothing would ever speak up for again (invariant 1). */
  silent: z.int(),
  /** Alarms that nobody answered for a minute. */
  overdueAlarms: z.int(),
  /** Cases whose decision has failed three times and more. */
  failingCases: z.int(),
  /** Messages that nobody sent for a minute. */
  stuckOutbox: z.int(),
  /** What was heard and not carried out for a minute. */
  lateInbox: z.int(),
  /** Messages that a case's state says were said, and that are neither owed nor sent. */
  missing: z.int(),
  /** Messages of open cases that could not be said anywhere: on the board, and not against readiness. */
  unsaid: z.int(),
});
export type Audit = z.infer<typeof Audit>;
/** What one count over the tables gives. */
export type Counts = Omit<Audit, 'missing'>;

/** What may be the trouble of one workspace, or of one case, while all others are well. */
export const Local = Audit.keyof().extract(['failingCases', 'stuckOutbox', 'lateInbox']);
export type Local = z.infer<typeof Local>;

/** One run: what was found, what of it was mended, what is left; and where the next one goes on. */
export const AuditReport = z.object({
  found: Audit,
  repaired: z.partialRecord(Audit.keyof(), z.int()),
  left: Audit,
  /** What of it is no single workspace's trouble, but the fleet's. */
  wide: z.array(Local),
  /** Where in the timeline the last runs began: the next one goes over what they read once more. */
  cursors: z.array(z.int()),
  /** What the owners of workspaces were told lately. */
  told: z.array(Told),
  /** Cases that can't be decided and that their owners know of. */
  toldFailing: z.array(CaseId),
});
export type AuditReport = z.infer<typeof AuditReport>;

/** So much of something is amiss in a workspace. */
export type Trouble = {
  workspaceId: WorkspaceId;
  kind: Local | 'unsaid';
  count: number;
};

/** What the auditor asks of the store. */
export type Auditing = {
  count(now: Instant): Promise<Counts>;
  /** Open cases that nothing speaks up for, at most `limit`. */
  silentCases(limit: number): Promise<Finding[]>;
  failingCases(limit: number): Promise<Finding[]>;
  /** What is amiss in which workspace, canaries' left out. Unsaid are messages that no owner was told of. */
  troubles(now: Instant): Promise<Trouble[]>;
  /** The newest case of a workspace with nothing amiss, failing that the newest; null where it has none. */
  wellCase(workspaceId: WorkspaceId): Promise<CaseId | null>;
  /** How many workspaces there are, canaries' left out. */
  workspaces(): Promise<number>;
  /** A workspace's cases with a message that couldn't be said anywhere until `until`, and that no owner was told of. */
  untold(workspaceId: WorkspaceId, until: Instant): Promise<Finding[]>;
  /** Its owner was told of them. */
  toldUnsaid(workspaceId: WorkspaceId, until: Instant): Promise<void>;
  /** Frees leases that end later than any can that was rightly taken. */
  freeLeases(now: Instant): Promise<number>;
  /**
   * Reads `limit` entries of the timeline after the cursor, and which messages the cases they belong to miss of those
   * they are expected to have. `read` is less than `limit` when none are left.
   */
  missing(
    after: number,
    limit: number,
    expected: (file: CaseFile, policy: Policy) => Post[],
  ): Promise<{ cursor: number; read: number; missing: Missing[] }>;
  /** The cursor that has the last `limit` entries of the timeline after it. */
  lastEntries(limit: number): Promise<number>;
  /** Owes them, each under its key: what is there already isn't there twice. Returns those that are owed now. */
  owe(missing: readonly Missing[], now: Instant): Promise<{ owed: Missing[]; rowIds: string[] }>;
};
