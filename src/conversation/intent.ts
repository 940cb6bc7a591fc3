import { z } from 'zod';
import { CaseId, Typed } from '../domain/ids.ts';
import { ActionId, type Card, Subject } from './card.ts';
import { type Form, FormId, type Option, Values } from './form.ts';

/** Where something was said: which connection, and its channel. */
export const Place = z.object({ connection: z.string(), channel: z.string() });
export type Place = z.infer<typeof Place>;

const source = z.object({ text: Typed, link: Typed.nullable() }).nullable();
const filled = { form: FormId, nonce: z.uuid(), subject: Subject, values: Values, source, place: Place };

/** What a member wants, as every surface says it. */
export const Intent = z.discriminatedUnion('kind', [
  /** The words after `/care`, or after the bot's name. */
  z.object({ kind: z.literal('command'), text: Typed, place: Place }),
  /** *Open care case* on a message. */
  z.object({
    kind: z.literal('open from message'),
    text: Typed,
    /** Who wrote it, where `text` begins with their name and a colon. */
    author: Typed.nullable().optional(),
    link: Typed.nullable(),
    place: Place,
  }),
  /** `nonce` names the press: carried out again after a crash, it changes nothing that has changed since. */
  z.object({
    kind: z.literal('press'),
    action: ActionId,
    subject: Subject,
    place: Place,
    nonce: z.string().optional(),
  }),
  /** A live field has changed: the form drawn again, nothing saved. */
  z.object({ kind: z.literal('preview'), ...filled }),
  z.object({ kind: z.literal('submit'), ...filled }),
  z.object({ kind: z.literal('suggest'), query: Typed }),
  /** What concerns a member: their promises, what is at risk in their team, the cases they opened. */
  z.object({ kind: z.literal('home'), place: Place }),
  /** A word in a case's thread: a sign of life. */
  z.object({ kind: z.literal('said'), caseId: CaseId, text: Typed }),
]);
export type Intent = z.infer<typeof Intent>;

/** What the member gets at once, for their eyes alone. What the others see comes through the outbox. */
export type Reply =
  /** Shown to be filled in; after a submit: with its errors, and everything that was typed. */
  | { kind: 'form'; form: Form }
  | { kind: 'card'; card: Card }
  | { kind: 'done' }
  | { kind: 'suggestions'; options: Option[] }
  /** Take the reader to the case's thread. */
  | { kind: 'go'; caseId: CaseId };
