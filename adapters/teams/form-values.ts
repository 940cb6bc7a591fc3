import { z } from 'zod';
import { cutPoint } from '../../src/conversation/cut.ts';
import type { Field, Form, Values } from '../../src/conversation/form.ts';
import { Typed } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { FIELD } from './meta.ts';

/** Comes before a customer field's name in the id of the input for a new one's name. */
const NEW = 'new.';
/** The value of an option that stands for there being none: clients want one. */
export const NO_OPTION = '-';
/** Comes before a member's id as an option, which a people picker's own answers (Entra object ids) don't have. */
const MEMBER = 'member:';

const Kind = z.enum(['text', 'choice', 'member', 'customer']);
type Kind = z.infer<typeof Kind>;

/** What a form's buttons carry beside what they do: its fields, for clients leave out what is empty. */
const Along = z.object({
  fields: z.record(z.string(), Kind).catch({}),
  /** Of fields that had no room for their whole value: how much of it was shown, in characters. */
  cut: z.record(z.string(), z.int().nonnegative()).catch({}),
});
export type Along = z.infer<typeof Along>;

const Data = z.record(z.string(), z.unknown());
const ObjectId = z.guid();
/** What people pickers give: an Entra object id, or in local development an id of Teams' own. */
const PersonId = z.union([ObjectId, z.string().startsWith('29:')]);

/** The `id`s of a field's inputs. */
export function inputIds(name: string): { field: string; isNew: string } {
  return { field: `${FIELD}${name}`, isNew: `${NEW}${name}` };
}

/** A member as an option's value. */
export function memberValue(id: string): string {
  return id === '' ? '' : `${MEMBER}${id}`;
}

/** What goes along with a form's buttons. */
export function alongOf(form: Form, cut: Record<string, number>): Along {
  return { fields: Object.fromEntries(form.fields.map((field) => [field.name, kindOf(field)])), cut };
}

function kindOf({ input }: Field): Kind {
  switch (input.kind) {
    case 'line':
    case 'lines':
    case 'time':
    case 'number':
      return 'text';
    case 'select':
    case 'channel':
    case 'yes or no':
      return 'choice';
    case 'member':
      return 'member';
    case 'customer':
      return 'customer';
    default:
      return unreachable(input);
  }
}

/**
 * What a form's inputs hold, as they come beside a button's `kept`. `people` has, by field, the ids of people who
 * were picked (Entra's, or Teams' own `29:…`); they are no values yet, for who was picked may not be a member. `cut` says of fields that
 * showed the beginning of their value how long that was. What is no field of the form is left out.
 */
export function readValues(data: unknown): {
  values: Values;
  people: Record<string, string>;
  cut: Record<string, number>;
} {
  const given = Data.catch({}).parse(data);
  const { fields, cut } = Along.parse({ fields: given['fields'], cut: given['cut'] });
  const named = Object.keys(given).flatMap((id) => (id.startsWith(FIELD) ? [id.slice(FIELD.length)] : []));
  const values = new Map<string, string>();
  const people = new Map<string, string>();
  const kinds = new Map(Object.entries(fields));
  for (const name of new Set([...kinds.keys(), ...named])) {
    const ids = inputIds(name);
    const value = textOf(given[ids.field]);
    const kind = kinds.get(name) ?? 'text';
    switch (kind) {
      case 'text':
        values.set(name, value);
        break;
      case 'choice':
        values.set(name, value === NO_OPTION ? '' : value);
        break;
      case 'member':
        if (PersonId.safeParse(value).success) people.set(name, value);
        else values.set(name, value === NO_OPTION ? '' : value.replace(MEMBER, ''));
        break;
      case 'customer':
        values.set(name, customerOf(value, textOf(given[ids.isNew])));
        break;
      default:
        return unreachable(kind);
    }
  }
  return { values: Object.fromEntries(values), people: Object.fromEntries(people), cut };
}

/** A name that was typed counts before one that was chosen: a choice can't be taken back on every client. */
function customerOf(chosen: string, name: string): string {
  if (name.trim() !== '') return `new:${name.trim()}`;
  if (chosen === NO_OPTION || chosen.trim() === '') return '';
  // Some clients let words be typed where one chooses, and send them as they are.
  return chosen.startsWith('new:') || ObjectId.safeParse(chosen).success ? chosen : `new:${chosen.trim()}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? Typed.parse(value) : typeof value === 'number' ? String(value) : '';
}

/** As much of a value as a field shows. What follows is the rest, and is kept by whoever knows the whole. */
export function cutForField(value: string, max: number): string {
  return value.slice(0, cutPoint(value, max));
}

/** What is left of a text that has been written anew: where it broke off, nothing stands as it was. */
const SEAM = 20;

/**
 * What somebody made of the beginning of a text in its field, with the rest that the field had no room for. Who wrote
 * something else in its place, much shorter and with another end, means that alone.
 */
export function withRest(value: string, whole: string, shown: number): string {
  const seam = whole.slice(Math.max(0, shown - SEAM), shown);
  const isAnother = value.length < shown / 2 && !value.endsWith(seam);
  return isAnother ? value : `${value}${whole.slice(shown)}`;
}
