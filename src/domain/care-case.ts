import { z } from 'zod';
import { Climb } from './climb.ts';
import { CaseId, CustomerId, MemberId, NonBlank, WorkspaceId } from './ids.ts';
import { Instant } from './instant.ts';
import { Severity } from './policy.ts';
import { Say } from './say.ts';

/*
 *   open ──close──▶ closed
 *    ▲                │
 *    └────reopen──────┘
 * Within open: with a live promise (waiting is null), with a broken one nobody took yet (waiting is null),
 * or waiting for a promise. There is no fourth way.
 */

export const WaitingStep = z.enum(['again', 'channel', 'ladder']);
export type WaitingStep = z.infer<typeof WaitingStep>;

/** An open case without a promise: since when, why, and how far the asking has come. */
export const Waiting = z.object({
  since: Instant,
  /** Counts the times this case has waited; part of the dedupe keys. */
  turn: z.int(),
  why: z.enum(['opened', 'kept', 'taken', 'withdrawn', 'reopened']),
  said: z.array(WaitingStep),
  climb: Climb.nullable(),
});
export type Waiting = z.infer<typeof Waiting>;

const base = {
  id: CaseId,
  workspaceId: WorkspaceId,
  /** What people call it: `/care show 12`. Counted per workspace. */
  number: z.int().positive(),
  customerId: CustomerId,
  title: NonBlank,
  whatHappened: z.string(),
  /** What it means for the customer, in their words. Stands first on every card. */
  stakes: NonBlank,
  deadline: z.object({ at: Instant, reason: z.string() }).nullable(),
  severity: Severity,
  openedAt: Instant,
  openedBy: MemberId,
  ownerId: MemberId.nullable(),
  /** Where it lives: which connection, which channel. Its thread hangs from the case card. */
  place: z.object({ connection: z.string(), channel: z.string() }),
  /** The message it was opened from. */
  source: z.object({ text: z.string(), link: z.string().nullable() }).nullable(),
  /** Posts whose buttons still wait for an answer; they fold when it has come. */
  standing: z.array(z.object({ key: z.string(), say: Say })),
  /** How often the case has waited for a promise. */
  turns: z.int(),
};

export const OpenCase = z.object({ ...base, status: z.literal('open'), waiting: Waiting.nullable() });
export type OpenCase = z.infer<typeof OpenCase>;

export const ClosedCase = z.object({
  ...base,
  status: z.literal('closed'),
  closedAt: Instant,
  closedBy: MemberId,
  /** What solved it. */
  solved: NonBlank,
});
export type ClosedCase = z.infer<typeof ClosedCase>;

/** One customer's problem. */
export const CareCase = z.discriminatedUnion('status', [OpenCase, ClosedCase]);
export type CareCase = z.infer<typeof CareCase>;
