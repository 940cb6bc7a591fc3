import { z } from 'zod';
import { ActionId, Subject } from '../../src/conversation/card.ts';
import { FormId } from '../../src/conversation/form.ts';
import { Place } from '../../src/conversation/intent.ts';

/** What is to be shown whole: a post by its key, or the answer to something that was heard. */
export const WholeRef = z.discriminatedUnion('of', [
  z.object({ of: z.literal('post'), key: z.string() }),
  z.object({ of: z.literal('heard'), id: z.uuid() }),
]);
export type WholeRef = z.infer<typeof WholeRef>;

/** The version of what our views and buttons carry: an older one is answered, not misread. */
export const META_VERSION = 1;

/** A modal's `private_metadata` (3,000 characters at most, so a message's text goes by reference). */
export const ViewMeta = z.discriminatedUnion('kind', [
  z.object({
    v: z.literal(META_VERSION),
    kind: z.literal('form'),
    form: FormId,
    nonce: z.uuid(),
    subject: Subject,
    place: Place,
    /** The message it was opened from: its text lies in the inbox under `heard`. */
    source: z.object({ heard: z.uuid(), link: z.string().nullable() }).nullable(),
    /** Field names → how often Kept has filled them in itself: part of their block ids, so that Slack shows it. */
    filled: z.record(z.string(), z.int()),
    /** A mark of what the view says against what was typed: sent all the same, it is meant so. */
    warned: z.string().default(''),
  }),
  z.object({ v: z.literal(META_VERSION), kind: z.literal('card') }),
  /** Stands while something is being looked up or saved. */
  z.object({ v: z.literal(META_VERSION), kind: z.literal('wait'), heard: z.uuid() }),
]);
export type ViewMeta = z.infer<typeof ViewMeta>;
export type FormMeta = Extract<ViewMeta, { kind: 'form' }>;

/**
 * What a button does, as its `value` (2,000 characters at most) has it in JSON. Its `action_id` is `kind/n`,
 * with `n` counting the buttons of a message, for Slack wants each but once.
 */
export const Pressed = z.discriminatedUnion('do', [
  z.object({ v: z.literal(META_VERSION), do: z.literal('act'), action: ActionId, subject: Subject }),
  /** Show what was cut, from a page on (0 is the first). */
  z.object({
    v: z.literal(META_VERSION),
    do: z.literal('whole'),
    ref: WholeRef,
    page: z.int().nonnegative(),
  }),
  /** Hear that again, with the trigger of this press: its form opens with what was typed. */
  z.object({ v: z.literal(META_VERSION), do: z.literal('again'), heard: z.uuid() }),
  /** Fill a field of this view in with a value that is offered. */
  z.object({ v: z.literal(META_VERSION), do: z.literal('choose'), field: z.string(), value: z.string() }),
]);
export type Pressed = z.infer<typeof Pressed>;
