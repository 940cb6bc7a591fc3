import { z } from 'zod';
import { Climb } from './climb.ts';
import { CaseId, MemberId, NonBlank, PromiseId, WorkspaceId } from './ids.ts';
import { Instant } from './instant.ts';

/*
 *                ┌──keep (proof)──▶ kept
 *                ├──move──────────▶ moved      (a new promise is made)
 *   live ────────┼──withdraw──────▶ withdrawn
 *   (at risk?)   └──grace over────▶ broken ──▶ broken, settled (kept late, moved, taken, withdrawn)
 */

/** The steps of a promise's plan, in their order. */
export const PlanStep = z.enum(['halfway', 'soon', 'at risk', 'due', 'broken']);
export type PlanStep = z.infer<typeof PlanStep>;

export const Plan = z.object({
  /** Whether the shares were taken of working time or of the clock. */
  by: z.enum(['working time', 'clock']),
  from: Instant,
  steps: z.array(z.object({ step: PlanStep, at: Instant })),
});
export type Plan = z.infer<typeof Plan>;

export const RiskReason = z.enum([
  'no sign of life',
  'owner away',
  'owner paused',
  'owner left',
  'ask undecided',
  'customer deadline',
]);
export type RiskReason = z.infer<typeof RiskReason>;

const base = {
  id: PromiseId,
  workspaceId: WorkspaceId,
  caseId: CaseId,
  /** `hold` is "did it hold?", planned by a close. */
  kind: z.enum(['contact', 'hold']),
  ownerId: MemberId,
  action: NonBlank,
  /** Who contacts whom. */
  contactBy: MemberId,
  contactTo: z.string(),
  madeAt: Instant,
  madeBy: MemberId,
  followUpAt: Instant,
  /** The promise that this one took the place of by being moved. */
  movedFrom: PromiseId.nullable(),
};

export const LivePromise = z.object({
  ...base,
  status: z.literal('live'),
  plan: Plan,
  /** Counts the owners; part of the dedupe keys, for a new owner is nudged anew. */
  turn: z.int(),
  said: z.array(PlanStep),
  lastSignAt: Instant.nullable(),
  risk: z.object({ since: Instant, why: RiskReason }).nullable(),
  climb: Climb.nullable(),
  /** Counts the climbs; part of the dedupe keys. */
  climbs: z.int(),
});
export type LivePromise = z.infer<typeof LivePromise>;

export const KeptPromise = z.object({
  ...base,
  status: z.literal('kept'),
  keptAt: Instant,
  keptBy: MemberId,
  /** A note or a link. Acknowledging is not keeping. */
  proof: NonBlank,
});
export type KeptPromise = z.infer<typeof KeptPromise>;

export const MovedPromise = z.object({
  ...base,
  status: z.literal('moved'),
  movedAt: Instant,
  movedBy: MemberId,
  movedTo: PromiseId,
  reason: NonBlank,
  customerTold: z.boolean(),
});
export type MovedPromise = z.infer<typeof MovedPromise>;

/** How a broken promise came to rest. The miss stays on record whatever follows. */
export const Settlement = z.discriminatedUnion('how', [
  z.object({ how: z.literal('kept late'), at: Instant, by: MemberId, proof: NonBlank }),
  z.object({
    how: z.literal('moved'),
    at: Instant,
    by: MemberId,
    to: PromiseId,
    reason: NonBlank,
    customerTold: z.boolean(),
  }),
  z.object({ how: z.literal('taken'), at: Instant, by: MemberId }),
  z.object({ how: z.literal('withdrawn'), at: Instant, by: MemberId, reason: NonBlank }),
]);
export type Settlement = z.infer<typeof Settlement>;

export const BrokenPromise = z.object({
  ...base,
  status: z.literal('broken'),
  brokenAt: Instant,
  plan: Plan,
  turn: z.int(),
  climb: Climb,
  climbs: z.int(),
  settled: Settlement.nullable(),
});
export type BrokenPromise = z.infer<typeof BrokenPromise>;

export const WithdrawnPromise = z.object({
  ...base,
  status: z.literal('withdrawn'),
  withdrawnAt: Instant,
  withdrawnBy: MemberId,
  reason: NonBlank,
});
export type WithdrawnPromise = z.infer<typeof WithdrawnPromise>;

/** Owner, action, who contacts whom, follow-up time. */
export const CarePromise = z.discriminatedUnion('status', [
  LivePromise,
  KeptPromise,
  MovedPromise,
  BrokenPromise,
  WithdrawnPromise,
]);
export type CarePromise = z.infer<typeof CarePromise>;

/** A promise that still needs somebody: live, or broken and not settled. */
export function isUnsettled(promise: CarePromise): promise is LivePromise | BrokenPromise {
  return promise.status === 'live' || (promise.status === 'broken' && promise.settled === null);
}
