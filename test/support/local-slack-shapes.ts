import { z } from 'zod';

/** What tests read of Slack's payloads; the rest is passed on as it is. */
const Text = z.looseObject({ type: z.string().optional(), text: z.string() });
export const Choice = z.looseObject({ text: Text, value: z.string() });
export type Choice = z.infer<typeof Choice>;

export const Element = z.looseObject({
  type: z.string(),
  action_id: z.string().optional(),
  value: z.string().optional(),
  url: z.string().optional(),
  text: z.union([Text, z.string()]).optional(),
  options: z.array(Choice).optional(),
  option_groups: z.array(z.looseObject({ options: z.array(Choice) })).optional(),
});
export type Element = z.infer<typeof Element>;

export const Block = z.looseObject({
  type: z.string(),
  block_id: z.string().optional(),
  text: Text.optional(),
  fields: z.array(Text).optional(),
  label: Text.optional(),
  hint: Text.optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: Element.optional(),
  accessory: Element.optional(),
  elements: z.array(Element).optional(),
});
export type Block = z.infer<typeof Block>;

/** What was put into one input, as `view.state.values` has it. */
export const Put = z.looseObject({ type: z.string() });
export type Put = z.infer<typeof Put>;
/** By block id and action id. */
export const State = z.record(z.string(), z.record(z.string(), Put));
export type State = z.infer<typeof State>;

export const View = z.looseObject({
  id: z.string(),
  type: z.string(),
  hash: z.string().optional(),
  external_id: z.string().optional(),
  callback_id: z.string().optional(),
  private_metadata: z.string().optional(),
  title: Text.optional(),
  submit: Text.nullish(),
  close: Text.nullish(),
  blocks: z.array(Block),
});
export type View = z.infer<typeof View>;

export const Message = z.looseObject({
  ts: z.string(),
  channel: z.string(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  text: z.string().default(''),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  ephemeral_to: z.string().optional(),
  blocks: z.array(Block).nullish(),
});
export type Message = z.infer<typeof Message>;

/** What an app is sent when somebody clicks or submits. */
export const Interaction = z.looseObject({
  type: z.string(),
  user: z.looseObject({ id: z.string() }),
  view: z.looseObject({ id: z.string() }).optional(),
  message: z.looseObject({ subtype: z.string().optional() }).nullish(),
  channel: z.looseObject({ id: z.string() }).optional(),
});
export type Interaction = z.infer<typeof Interaction>;

/** How a view is answered. */
export const Answer = z.looseObject({
  response_action: z.enum(['errors', 'update', 'push', 'clear']).optional(),
  errors: z.record(z.string(), z.string()).optional(),
  view: z.looseObject({}).optional(),
});
export type Answer = z.infer<typeof Answer>;

/** What an input holds before anybody touches it: Slack submits that. */
export function initialOf(element: Element): Put {
  const { type } = element;
  const or = (name: string, none: unknown = null) => element[name] ?? none;
  if (type.startsWith('multi_') || type === 'checkboxes') {
    const kind = MANY[type] ?? 'options';
    return { type, [`selected_${kind}`]: or(`initial_${kind}`, []) };
  }
  const kind = ONE[type];
  return kind === undefined
    ? { type, value: or('initial_value') }
    : { type, [`selected_${kind}`]: or(`initial_${kind}`) };
}

const ONE: Partial<Record<string, string>> = {
  static_select: 'option',
  external_select: 'option',
  radio_buttons: 'option',
  users_select: 'user',
  conversations_select: 'conversation',
  channels_select: 'channel',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'date_time',
};

const MANY: Partial<Record<string, string>> = {
  multi_users_select: 'users',
  multi_conversations_select: 'conversations',
  multi_channels_select: 'channels',
};

/** The inputs of a view with what they hold: what was put in, else what they began with. */
export function stateOf(blocks: readonly Block[], put: State): State {
  const state: State = {};
  for (const block of blocks) {
    const { element, block_id: id } = block;
    const action = element?.action_id;
    if (block.type === 'input' && element && id !== undefined && action !== undefined) {
      state[id] = { [action]: put[id]?.[action] ?? initialOf(element) };
    }
  }
  return state;
}

/** Whether local-slack gave nothing for an input because nobody touched it in its page. */
export function isUntouched(put: Put): boolean {
  return Object.entries(put).every(
    ([name, value]) => name === 'type' || value === null || (Array.isArray(value) && value.length === 0),
  );
}
