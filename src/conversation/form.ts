import { z } from 'zod';
import { Typed } from '../domain/ids.ts';
import { Block, Subject } from './card.ts';

export const FormId = z.enum([
  'open',
  'promise',
  'keep',
  'move',
  'hand over',
  'withdraw',
  'ask',
  'approve',
  'approve within',
  'another option',
  'decline',
  'close',
  'authority',
  'workspace',
]);
export type FormId = z.infer<typeof FormId>;

const Option = z.object({ value: z.string(), label: z.string() });
export type Option = z.infer<typeof Option>;

/** How a field is filled in. */
export const Input = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('line') }),
  z.object({ kind: z.literal('lines') }),
  /** Plain words for a time; `resolved` shows how they were read, `choices` what could have been meant. */
  z.object({ kind: z.literal('time'), resolved: z.string().nullable(), choices: z.array(Option) }),
  z.object({ kind: z.literal('select'), options: z.array(Option) }),
  /** A member by id. A surface that has a people picker may offer more people; they are members once picked. */
  z.object({ kind: z.literal('member'), options: z.array(Option) }),
  /** A channel of the connection the form is filled in on, by the connection's own id; empty for none. */
  z.object({ kind: z.literal('channel') }),
  /** Found as one types (intent *suggest*); a value `new:<name>` makes a new one. `shown` is the value's name. */
  z.object({ kind: z.literal('customer'), shown: z.string() }),
  z.object({ kind: z.literal('number'), unit: z.string() }),
  z.object({ kind: z.literal('yes or no') }),
]);
export type Input = z.infer<typeof Input>;

export const Field = z.object({
  name: z.string(),
  label: z.string(),
  hint: z.string().nullable(),
  required: z.boolean(),
  /** Ask for a preview when it has changed: other parts of the form depend on it. */
  live: z.boolean(),
  value: z.string(),
  error: z.string().nullable(),
  input: Input,
});
export type Field = z.infer<typeof Field>;

/** A form, described once. Values go back as strings by field name; a yes-or-no is `yes` or `no`. */
export const Form = z.object({
  id: FormId,
  /** Made when the form is shown: the same form sent twice does its work once. */
  nonce: z.uuid(),
  title: z.string(),
  intro: z.array(Block),
  fields: z.array(Field),
  /** Shown under the fields: what stands against it, the draft. */
  notes: z.array(Block),
  submit: z.string(),
  subject: Subject,
  /** The message a case is opened from. */
  source: z.object({ text: z.string(), link: z.string().nullable() }).nullable(),
});
export type Form = z.infer<typeof Form>;

/** What was typed, by field name. */
export const Values = z.record(z.string(), Typed);
export type Values = z.infer<typeof Values>;
