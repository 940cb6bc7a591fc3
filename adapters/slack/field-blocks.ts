import type { ActionsBlock, InputBlock, KnownBlock, PlainTextInput } from '@slack/types';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import type { Field, Option } from '../../src/conversation/form.ts';
import { words as said } from '../../src/conversation/words.ts';
import { MemberId } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Buttons } from './buttons.ts';
import type { DrawContext } from './drawn.ts';
import { blockIdOf, cutForField } from './form-values.ts';
import { LIMIT } from './limits.ts';
import type { FormMeta } from './meta.ts';
import { plain } from './modal.ts';
import { drawOption, drawOptions, NO_OPTION } from './options.ts';
import { buttonRows } from './pieces.ts';

const words = drawingWords.field;
type Element = InputBlock['element'];

/** What a field is drawn with: buttons of its view, and who is who in Slack. */
export type FieldPen = { meta: FormMeta; context: DrawContext; buttons: Buttons };

/** A field as an input with, under it, what is wrong with it and how it was read. `more`: what it can do without. */
export function fieldBlocks(pen: FieldPen, field: Field): { input: KnownBlock[]; more: KnownBlock[] } {
  const { input, value, error } = field;
  const below: KnownBlock[] = [];
  if (error !== null) {
    below.push({ type: 'section', text: plain(cutText(words.error(error), LIMIT.sectionText)) });
  }
  if (input.kind === 'time' && input.resolved !== null && input.resolved.trim() !== '') {
    below.push(small(words.resolved(input.resolved)));
  }
  if (input.kind === 'customer' && value.startsWith('new:')) below.push(small(words.isNew(value.slice(4))));
  if (isTyped(input.kind) && cutForField(value) !== value) below.push(small(words.rest));
  if ((input.kind === 'select' || input.kind === 'member') && input.options.length > LIMIT.options) {
    if (!isPeoplePicker(pen, field)) below.push(small(words.fewer));
  }
  const choices = input.kind === 'time' ? choiceRow(pen, field, input.choices) : [];
  const picker = input.kind === 'time' ? [pickerRow(pen, field)] : [];
  return { input: [inputBlock(pen, field), ...below, ...choices], more: picker };
}

function inputBlock(pen: FieldPen, field: Field): InputBlock {
  const { name, label, hint, required, live, input } = field;
  const unit = input.kind === 'number' && input.unit !== '' ? ` (${input.unit})` : '';
  const heading = label.trim() === '' ? name : label;
  const dispatches = live && !isManyLines(field);
  return {
    type: 'input',
    block_id: blockIdOf(pen.meta, name),
    label: plain(cutText(`${heading}${unit}`, LIMIT.label)),
    ...(hint === null || hint.trim() === '' ? {} : { hint: plain(cutText(hint, LIMIT.label)) }),
    optional: !required,
    ...(dispatches ? { dispatch_action: true } : {}),
    element: elementOf(pen, field),
  };
}

function elementOf(pen: FieldPen, field: Field): Element {
  const { input, value, name } = field;
  const action_id = `field/${name}`;
  switch (input.kind) {
    case 'line':
    case 'lines':
    case 'number':
    case 'time':
      return textInput(field);
    case 'select':
      return select(action_id, input.options, value);
    case 'member': {
      if (!isPeoplePicker(pen, field)) return select(action_id, input.options, value);
      const user = userIdOf(pen, value);
      const initial = user === undefined ? {} : { initial_user: user };
      return { type: 'users_select', action_id, placeholder: plain(words.member), ...initial };
    }
    case 'channel': {
      // Slack turns a whole form away for an id that isn't one.
      const initial = /^[CG][A-Z0-9]+$/.test(value) ? { initial_conversation: value } : {};
      // It is for the team's own talk: a channel that another company reads can't be chosen.
      const filter = {
        include: ['public' as const, 'private' as const],
        exclude_external_shared_channels: true,
      };
      return {
        type: 'conversations_select',
        action_id,
        filter,
        placeholder: plain(words.channel),
        ...initial,
      };
    }
    case 'customer': {
      const chosen = drawOption({ value, label: input.shown });
      return {
        type: 'external_select',
        action_id: `suggest/${name}`,
        min_query_length: 1,
        placeholder: plain(words.customer),
        ...(chosen === null ? {} : { initial_option: chosen }),
      };
    }
    case 'yes or no': {
      const yes = { value: 'yes', text: plain(said.form.yes) };
      const no = { value: 'no', text: plain(said.form.no) };
      const chosen = value === 'yes' ? yes : value === 'no' ? no : null;
      const initial = chosen === null ? {} : { initial_option: chosen };
      return { type: 'radio_buttons', action_id, options: [yes, no], ...initial };
    }
    default:
      return unreachable(input);
  }
}

function textInput(field: Field): PlainTextInput {
  const { name, value, live } = field;
  const multiline = isManyLines(field);
  const shown = cutForField(value);
  return {
    type: 'plain_text_input',
    action_id: `field/${name}`,
    multiline,
    max_length: LIMIT.inputValue,
    ...(shown === '' ? {} : { initial_value: shown }),
    ...(live && !multiline ? { dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } } : {}),
  };
}

/**
 * Whether a field takes more than a line, also because it holds more already. Enter makes a new line there, so it
 * can't send the field as well.
 */
function isManyLines({ input, value }: Field): boolean {
  return input.kind === 'lines' || (isTyped(input.kind) && /[\r\n]/.test(value));
}

function select(action_id: string, options: readonly Option[], value: string): Element {
  const drawn = drawOptions(options, value);
  const chosen = drawn.find((option) => option.value === value);
  return {
    type: 'static_select',
    action_id,
    placeholder: plain(words.choose),
    // Slack wants one at least; nothing can be meant by this one.
    options: drawn.length > 0 ? drawn : [{ value: NO_OPTION, text: plain(drawingWords.nothing) }],
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  };
}

function isTyped(kind: Field['input']['kind']): boolean {
  return ['line', 'lines', 'number', 'time'].includes(kind);
}

/** A member whom Slack doesn't know, as one of the console, can only stay chosen in a list of names. */
function isPeoplePicker(pen: FieldPen, { input, value }: Field): boolean {
  return input.kind === 'member' && (value === '' || userIdOf(pen, value) !== undefined);
}

function userIdOf({ context }: FieldPen, value: string): string | undefined {
  const id = MemberId.safeParse(value);
  return id.success ? context.userIds.get(id.data) : undefined;
}

function choiceRow({ buttons }: FieldPen, { name }: Field, choices: readonly Option[]): KnownBlock[] {
  const drawn = choices
    .slice(0, LIMIT.actions)
    .map(({ value, label }) => buttons.press(label, { do: 'choose', field: name, value }))
    .filter((button) => button !== null);
  return buttonRows(drawn);
}

/** A date-time picker beside the words; what is picked becomes the field's value. */
function pickerRow({ meta }: FieldPen, { name, value }: Field): ActionsBlock {
  const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Math.floor(Date.parse(value) / 1_000) : Number.NaN;
  // Slack wants ten digits.
  const initial = at >= 1e9 && at < 1e10 ? { initial_date_time: at } : {};
  return {
    type: 'actions',
    block_id: blockIdOf(meta, name, 'pick'),
    elements: [{ type: 'datetimepicker', action_id: `pick/${name}`, ...initial }],
  };
}

function small(text: string): KnownBlock {
  return { type: 'context', elements: [plain(cutText(text, LIMIT.contextText))] };
}
