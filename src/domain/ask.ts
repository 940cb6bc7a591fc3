import { z } from 'zod';
import { Climb } from './climb.ts';
import { AskId, CaseId, MemberId, NonBlank, PromiseId, WorkspaceId } from './ids.ts';
import { Instant } from './instant.ts';

/*
 *   open ──approve / approve within / another option / decline with an option──▶ decided
 *    │ not mine: the next holder is called
 *    └──the case ends──▶ withdrawn
 */

/** The answer of an authority holder. A bare no can't be built: a decline carries an option. */
export const AskAnswer = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('approved'), note: z.string() }),
  z.object({ answer: z.literal('approved within'), limit: NonBlank, note: z.string() }),
  z.object({ answer: z.literal('another option'), option: NonBlank, note: z.string() }),
  z.object({ answer: z.literal('declined'), option: NonBlank, reason: NonBlank }),
]);
export type AskAnswer = z.infer<typeof AskAnswer>;

const base = {
  id: AskId,
  workspaceId: WorkspaceId,
  caseId: CaseId,
  promiseId: PromiseId.nullable(),
  /** What the customer needs. */
  need: NonBlank,
  /** In the workspace's currency; null where the ask is not about money. */
  money: z.number().nonnegative().nullable(),
  days: z.int().nonnegative().nullable(),
  by: Instant,
  options: z.string(),
  recommendation: z.string(),
  askedAt: Instant,
  askedBy: MemberId,
};

export const OpenAsk = z.object({
  ...base,
  status: z.literal('open'),
  climb: Climb,
  climbs: z.int(),
  /** Holders who said *not mine*: not called again for this ask. */
  notMine: z.array(MemberId),
});
export type OpenAsk = z.infer<typeof OpenAsk>;

export const DecidedAsk = z.object({
  ...base,
  status: z.literal('decided'),
  decidedAt: Instant,
  decidedBy: MemberId,
  answer: AskAnswer,
});
export type DecidedAsk = z.infer<typeof DecidedAsk>;

export const WithdrawnAsk = z.object({ ...base, status: z.literal('withdrawn'), withdrawnAt: Instant });
export type WithdrawnAsk = z.infer<typeof WithdrawnAsk>;

/** An authority request. */
export const Ask = z.discriminatedUnion('status', [OpenAsk, DecidedAsk, WithdrawnAsk]);
export type Ask = z.infer<typeof Ask>;
