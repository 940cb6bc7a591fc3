import { z } from 'zod';
import { AskId, CaseId, MemberId, PromiseId } from '../domain/ids.ts';
import { Instant, Zone } from '../domain/instant.ts';

/** What a button or a form is about. Carried by the surface and handed back unchanged. */
export const Subject = z.object({
  caseId: CaseId.nullable(),
  promiseId: PromiseId.nullable(),
  askId: AskId.nullable(),
});
export type Subject = z.infer<typeof Subject>;

/** The subject of an action that is about nothing yet. */
export const noSubject: Subject = { caseId: null, promiseId: null, askId: null };

/** A run of text. `typed` is what somebody wrote: drawn as text whatever it holds, it never fires. */
export const Inline = z.discriminatedUnion('t', [
  z.object({ t: z.literal('text'), text: z.string() }),
  z.object({ t: z.literal('strong'), text: z.string() }),
  z.object({ t: z.literal('typed'), text: z.string() }),
  /** Leads to `url`. Only an address made by a program: what people typed never becomes a link. */
  z.object({ t: z.literal('link'), text: z.string(), url: z.url({ protocol: /^https?$/u }) }),
  z.object({ t: z.literal('member'), id: MemberId, name: z.string() }),
  /** Shown in the reader's zone, and in `also` beside it where that is another. */
  z.object({
    t: z.literal('time'),
    at: Instant,
    also: z.object({ zone: Zone, label: z.string() }).nullable(),
  }),
]);
export type Inline = z.infer<typeof Inline>;

export const ActionId = z.enum([
  'open',
  'promise',
  'keep',
  'move',
  'hand over',
  'withdraw',
  'take',
  'ask',
  'approve',
  'approve within',
  'another option',
  'decline',
  'not mine',
  'close',
  'reopen',
  'on it',
  'go',
  'show',
  'authority',
  'workspace',
]);
export type ActionId = z.infer<typeof ActionId>;

export const Action = z.object({
  id: ActionId,
  label: z.string(),
  style: z.enum(['primary', 'danger', 'plain']),
  subject: Subject,
});
export type Action = z.infer<typeof Action>;

const Line = z.array(Inline);

export const Block = z.discriminatedUnion('b', [
  z.object({ b: z.literal('text'), line: Line }),
  /** Small print. */
  z.object({ b: z.literal('note'), line: Line }),
  /** Somebody's own words, set apart, with who or what they are. */
  z.object({ b: z.literal('quote'), label: z.string(), text: z.string() }),
  z.object({ b: z.literal('facts'), rows: z.array(z.object({ label: z.string(), value: Line })) }),
  /** Words for the customer, for a person to send: copied by one click. `marks` say what is wrong with them. */
  z.object({
    b: z.literal('draft'),
    text: z.string(),
    marks: z.array(z.object({ words: z.string(), why: z.string() })),
  }),
  z.object({
    b: z.literal('list'),
    items: z.array(
      z.object({
        line: Line,
        detail: Line,
        tone: z.enum(['calm', 'attention', 'urgent', 'good']),
        actions: z.array(Action),
      }),
    ),
  }),
]);
export type Block = z.infer<typeof Block>;

/** What Kept shows, drawn by each surface in its own way. */
export const Card = z.object({
  tone: z.enum(['calm', 'attention', 'urgent', 'good']),
  heading: Line,
  blocks: z.array(Block),
  actions: z.array(Action),
});
export type Card = z.infer<typeof Card>;
