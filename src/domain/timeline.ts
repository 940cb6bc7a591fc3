import { z } from 'zod';
import { AskAnswer } from './ask.ts';
import { PlanStep, RiskReason } from './care-promise.ts';
import { AskId, CaseId, MemberId, PromiseId } from './ids.ts';
import { Instant } from './instant.ts';
import { Matter } from './say.ts';

const promise = { promiseId: PromiseId };

/** What happened, as the case's history keeps it. */
export const Happening = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened') }),
  z.object({ kind: z.literal('asked for a promise'), round: z.int() }),
  z.object({
    kind: z.literal('promised'),
    ...promise,
    ownerId: MemberId,
    action: z.string(),
    followUpAt: Instant,
  }),
  z.object({ kind: z.literal('nudged'), ...promise, step: PlanStep }),
  z.object({ kind: z.literal('sign of life'), ...promise }),
  z.object({ kind: z.literal('at risk'), ...promise, why: RiskReason }),
  z.object({ kind: z.literal('risk over'), ...promise }),
  z.object({ kind: z.literal('broken'), ...promise }),
  z.object({ kind: z.literal('kept'), ...promise, proof: z.string(), late: z.boolean() }),
  z.object({
    kind: z.literal('moved'),
    ...promise,
    followUpAt: Instant,
    reason: z.string(),
    early: z.boolean(),
    customerTold: z.boolean(),
  }),
  z.object({ kind: z.literal('handed over'), ...promise, to: MemberId }),
  z.object({ kind: z.literal('withdrawn'), ...promise, reason: z.string() }),
  z.object({ kind: z.literal('called'), matter: Matter, holderId: MemberId }),
  z.object({ kind: z.literal('nobody to call'), matter: Matter }),
  z.object({ kind: z.literal('taken'), matter: Matter }),
  z.object({ kind: z.literal('asked'), askId: AskId, need: z.string(), by: Instant }),
  z.object({ kind: z.literal('not mine'), askId: AskId }),
  z.object({ kind: z.literal('decided'), askId: AskId, answer: AskAnswer }),
  z.object({ kind: z.literal('closed'), solved: z.string() }),
  z.object({ kind: z.literal('reopened') }),
]);
export type Happening = z.infer<typeof Happening>;

/** One entry of the append-only timeline. `by` is null where Kept acted by its plan. */
export const TimelineEvent = z.object({
  caseId: CaseId,
  at: Instant,
  by: MemberId.nullable(),
  what: Happening,
});
export type TimelineEvent = z.infer<typeof TimelineEvent>;
