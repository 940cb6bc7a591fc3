import { z } from 'zod';
import { AskId, CaseId, MemberId, PromiseId } from './ids.ts';

export const NudgeStep = z.enum(['halfway', 'soon', 'due']);
export type NudgeStep = z.infer<typeof NudgeStep>;

/** What an escalation is about. */
export const Matter = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('promise'), promiseId: PromiseId }),
  z.object({ kind: z.literal('ask'), askId: AskId }),
  z.object({ kind: z.literal('case'), caseId: CaseId }),
]);
export type Matter = z.infer<typeof Matter>;

/**
 * What Kept says, as meaning: the conversation draws it from the state at the moment of sending, so a message
 * that is late or drawn again never says what is no longer so.
 */
export const Say = z.discriminatedUnion('what', [
  z.object({ what: z.literal('case card') }),
  z.object({ what: z.literal('history') }),
  /** Who owns it, what will you do, when do they hear from you? `round` 0 at once, 1 again, 2 in the channel. */
  z.object({ what: z.literal('wants promise'), turn: z.int(), round: z.int() }),
  z.object({ what: z.literal('promise made'), promiseId: PromiseId }),
  z.object({ what: z.literal('nudge'), promiseId: PromiseId, turn: z.int(), step: NudgeStep }),
  z.object({ what: z.literal('at risk'), promiseId: PromiseId, turn: z.int() }),
  z.object({ what: z.literal('broken'), promiseId: PromiseId }),
  z.object({ what: z.literal('kept'), promiseId: PromiseId }),
  z.object({ what: z.literal('moved'), promiseId: PromiseId }),
  z.object({ what: z.literal('withdrawn'), promiseId: PromiseId }),
  z.object({
    what: z.literal('handed over'),
    promiseId: PromiseId,
    turn: z.int(),
    from: MemberId,
    to: MemberId,
  }),
  /** The DM to an authority holder. `call` counts the calls of one climb. */
  z.object({ what: z.literal('call'), matter: Matter, climb: z.int(), call: z.int(), holderId: MemberId }),
  z.object({ what: z.literal('passed on'), matter: Matter, to: MemberId }),
  z.object({ what: z.literal('nobody'), matter: Matter }),
  z.object({ what: z.literal('taken'), matter: Matter, by: MemberId }),
  z.object({ what: z.literal('ask made'), askId: AskId }),
  z.object({ what: z.literal('ask decided'), askId: AskId }),
  z.object({ what: z.literal('closed'), by: MemberId, solved: z.string() }),
  z.object({ what: z.literal('reopened'), by: MemberId }),
  /** To who looks after Kept: what the auditor found in the workspace, as numbers of cases. */
  z.object({
    what: z.literal('audit found'),
    silent: z.array(z.int()),
    missing: z.array(z.int()),
    unsaid: z.array(z.int()),
    failing: z.array(z.int()),
    /** How many messages wait to be sent, and how much that was heard waits to be carried out. */
    stuck: z.int().default(0),
    unheard: z.int().default(0),
  }),
]);
export type Say = z.infer<typeof Say>;

/** To whom, seen from the case. */
export const Audience = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('channel') }),
  z.object({ kind: z.literal('thread') }),
  z.object({ kind: z.literal('member'), memberId: MemberId }),
]);
export type Audience = z.infer<typeof Audience>;

/**
 * A message to send, or an earlier one to draw again. `key` is unique for ever in a workspace (subject,
 * version, step), so a step speaks once; of a redraw, `of` is the key of the post.
 */
export type OutMessage = { op: 'post'; key: string; to: Audience; say: Say } | { op: 'redraw'; of: string };
