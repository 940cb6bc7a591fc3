import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import type { Field, Option } from '../../src/conversation/form.ts';
import { words as said } from '../../src/conversation/words.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Element, inert } from './card-text.ts';
import type { DrawContext } from './drawn.ts';
import { cutForField, inputIds, memberValue, NO_OPTION } from './form-values.ts';
import { bytesOf, LIMIT } from './limits.ts';
import type { FormMeta } from './meta.ts';

const words = drawingWords.field;

/**
 * What fields are drawn with. `share`: how much of what they would like to have, from 1 downwards; `most`: how much
 * may be typed into one of them.
 */
export type FieldPen = { meta: FormMeta; context: DrawContext; share: number; most: number };

/** What is asked of Teams as one types: customers of ours, and everybody in the tenant. */
const CUSTOMERS = { type: 'Data.Query', dataset: 'customers' };
const PEOPLE = { type: 'Data.Query', dataset: 'graph.microsoft.com/users' };
/** Options of one field, in bytes. */
const OPTIONS = 6_000;
/** What every label, hint and error has room for, in characters. */
const LEAST_WORDS = 40;

/** A field's inputs: one, or for a customer another one for a new name. `isCut`: not every option fits. */
export function inputsOf(pen: FieldPen, field: Field): { inputs: Element[]; isCut: boolean } {
  const { input, value } = field;
  const { field: id, isNew } = inputIds(field.name);
  const basics = { id, label: labelOf(pen, field) };
  switch (input.kind) {
    case 'line':
    case 'lines':
    case 'time':
    case 'number':
      return { inputs: [textInput(pen, field, basics)], isCut: false };
    case 'select':
      return choose(pen, basics, input.options, value, { style: 'compact' });
    case 'member': {
      const options = input.options.map((option) => ({ ...option, value: memberValue(option.value) }));
      return choose(pen, basics, options, memberValue(value), {
        placeholder: words.member,
        ...found(pen, PEOPLE),
      });
    }
    case 'channel':
      return choose(pen, basics, channelsOf(pen, value), value, { style: 'compact' });
    case 'customer': {
      const chosen = value === '' ? [] : [{ value, label: input.shown }];
      const { inputs, isCut } = choose(pen, basics, chosen, value, {
        placeholder: words.customer,
        ...found(pen, CUSTOMERS),
      });
      const name = { type: 'Input.Text', id: isNew, placeholder: words.newCustomer, maxLength: 200 };
      return { inputs: [...inputs, { ...name, spacing: 'Small' }], isCut };
    }
    case 'yes or no': {
      const choices = [
        { title: said.form.yes, value: 'yes' },
        { title: said.form.no, value: 'no' },
      ];
      const chosen = value === 'yes' || value === 'no' ? { value } : {};
      return {
        inputs: [{ type: 'Input.ChoiceSet', ...basics, style: 'expanded', choices, ...chosen }],
        isCut: false,
      };
    }
    default:
      return unreachable(input);
  }
}

/** Choices that are found as one types, where the client can. */
function found({ context }: FieldPen, data: Element): Element {
  return context.lookups === 'none' ? { style: 'compact' } : { style: 'filtered', 'choices.data': data };
}

/** As much of a field's value as it shows. */
export function shownOf({ share, most }: FieldPen, { value }: Field): string {
  return cutForField(value, Math.floor(most * share));
}

/** How much of its words a field has room for, in characters. */
export function roomFor({ share }: FieldPen, most: number): number {
  return Math.max(LEAST_WORDS, Math.floor(most * share));
}

/** Whether a field is one that is typed into. */
export function isTyped({ input: { kind } }: Field): boolean {
  return kind === 'line' || kind === 'lines' || kind === 'time' || kind === 'number';
}

/** Nothing keeps a form from being sent while a field is empty: what is missing is said with all else. */
function labelOf(pen: FieldPen, { name, label, required, input }: Field): string {
  const unit = input.kind === 'number' && input.unit !== '' ? ` (${input.unit})` : '';
  const heading = cutText(label.trim() === '' ? name : label.trim(), roomFor(pen, LIMIT.label));
  const whole = `${heading}${unit}`;
  return inert(required ? whole : words.optional(whole));
}

function textInput(pen: FieldPen, field: Field, basics: Element): Element {
  const shown = shownOf(pen, field);
  const isMultiline = field.input.kind === 'lines' || /[\r\n]/.test(field.value);
  return {
    type: 'Input.Text',
    ...basics,
    ...(isMultiline ? { isMultiline } : {}),
    maxLength: pen.most,
    ...(shown === '' ? {} : { value: shown }),
  };
}

function choose(
  { share }: FieldPen,
  basics: Element,
  options: readonly Option[],
  value: string,
  look: Element,
): { inputs: Element[]; isCut: boolean } {
  const once = [...new Map(options.map((option) => [option.value, option])).values()];
  const known = once.filter((option) => option.value.length <= LIMIT.optionValue && option.value !== '');
  const chosen = known.find((option) => option.value === value);
  const first = chosen === undefined ? known : [chosen, ...known.filter((option) => option !== chosen)];
  let room = OPTIONS * share;
  const fitting = new Set(
    first.filter((option) => {
      room -= bytesOf(choiceOf(option));
      return room >= 0 || option === chosen;
    }),
  );
  const choices = known.filter((option) => fitting.has(option)).map(choiceOf);
  const none = { title: drawingWords.nothing, value: NO_OPTION };
  const input = {
    type: 'Input.ChoiceSet',
    ...basics,
    ...look,
    choices: choices.length > 0 ? choices : [none],
    ...(chosen === undefined ? {} : { value }),
  };
  return { inputs: [input], isCut: choices.length < known.length };
}

function choiceOf({ value, label }: Option): Element {
  const title = label.replaceAll(/\s+/g, ' ').trim();
  return { title: inert(cutText(title === '' ? drawingWords.nothing : title, LIMIT.optionText)), value };
}

/** The channels that can be chosen: those that Kept knows of, where the form was opened, and what is set. */
function channelsOf({ meta, context }: FieldPen, value: string): Option[] {
  const here = meta.place.channel;
  const isChannel = /@thread\.(?:tacv2|skype)$/.test(here);
  const known = context.channels ?? [];
  const isKnown = (id: string) => known.some((option) => option.value === id);
  return [
    { value: NO_OPTION, label: words.noChannel },
    ...(isChannel && !isKnown(here) ? [{ value: here, label: words.thisChannel }] : []),
    ...(value !== '' && value !== here && !isKnown(value) ? [{ value, label: words.sameChannel }] : []),
    ...known.map((option) =>
      isChannel && option.value === here ? { ...option, label: words.thisChannelOf(option.label) } : option,
    ),
  ];
}
