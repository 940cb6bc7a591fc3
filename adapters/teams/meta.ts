import { z } from 'zod';
import { ActionId, Subject } from '../../src/conversation/card.ts';
import { FormId } from '../../src/conversation/form.ts';
import { Place } from '../../src/conversation/intent.ts';

/** The version of what our buttons carry: an older one is answered, not misread. */
export const META_VERSION = 1;

/** What is to be shown whole: a post by its key, or the answer to something that was heard. */
export const WholeRef = z.discriminatedUnion('of', [
  z.object({ of: z.literal('post'), key: z.string() }),
  z.object({ of: z.literal('heard'), id: z.uuid() }),
]);
export type WholeRef = z.infer<typeof WholeRef>;

/** What a form's buttons carry of it. */
export const FormMeta = z.object({
  form: FormId,
  nonce: z.uuid(),
  subject: Subject,
  place: Place,
  /** The message it was opened from: its text lies in the inbox under `heard`. */
  source: z.object({ heard: z.uuid(), link: z.string().nullable() }).nullable(),
  /** What stood in its place before it, to go back to; null where it stands by itself. */
  under: WholeRef.nullable(),
  /** What the form says against what was typed: sent all the same, it is meant so. */
  warned: z.string().default(''),
  /** Where its values lie whole, when its fields had no room for all of them: in the inbox. */
  rest: z.uuid().nullable().default(null),
});
export type FormMeta = z.infer<typeof FormMeta>;

/**
 * What a button does, as the `kept` of its data. The inputs of its card come beside it, by field name behind `f.`
 * (`f.happened`). Execute, Submit, a dialog and the tab carry the same.
 */
export const Pressed = z.discriminatedUnion('do', [
  z.object({
    v: z.literal(META_VERSION),
    do: z.literal('act'),
    action: ActionId,
    subject: Subject,
    under: WholeRef.nullable(),
  }),
  /** The form, sent. */
  z.object({ v: z.literal(META_VERSION), do: z.literal('submit'), meta: FormMeta }),
  /** The form drawn again: with a value that is offered, or as it was typed. Nothing is saved. */
  z.object({
    v: z.literal(META_VERSION),
    do: z.literal('preview'),
    meta: FormMeta,
    set: z.object({ field: z.string(), value: z.string() }).nullable(),
  }),
  /** Back to what stood there before the form, or the page. */
  z.object({ v: z.literal(META_VERSION), do: z.literal('back'), to: WholeRef.nullable() }),
  /** Show what was cut, from a page on (0 is the first). */
  z.object({
    v: z.literal(META_VERSION),
    do: z.literal('whole'),
    ref: WholeRef,
    page: z.int().nonnegative(),
  }),
  /** Hear that again and show what comes of it, to the one who said it. */
  z.object({ v: z.literal(META_VERSION), do: z.literal('again'), heard: z.uuid() }),
]);
export type Pressed = z.infer<typeof Pressed>;

/** The `verb` of every Action.Execute of ours. */
export const VERB = 'kept';
/** Comes before a field's name in the ids of inputs. */
export const FIELD = 'f.';
