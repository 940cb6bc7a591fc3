import { z } from 'zod';
import { withItsMark, withoutBlanks } from './local-slack-amend.ts';
import type { SlackPage } from './local-slack-page.ts';
import {
  type Answer,
  type Block,
  Choice,
  type Put,
  type State,
  stateOf,
  type View,
} from './local-slack-shapes.ts';
import { APP_ID, channels, people, TEAM_ID } from './local-slack-team.ts';
import type { Wire } from './local-slack-wire.ts';
import { buttonsOf, wordsOf } from './local-slack-words.ts';
import { eventually } from './running-kept.ts';

/** What became of a submission. */
export type Submitted =
  | { kind: 'closed' }
  /** By the label of the field. */
  | { kind: 'errors'; errors: Record<string, string> }
  | { kind: 'view'; words: string };

const Suggestions = z.object({
  options: z.array(Choice).default([]),
  option_groups: z.array(z.object({ options: z.array(Choice) })).default([]),
});

/** By view, what was typed into it: that stays when the view is updated and the input keeps its ids. */
export type Typed = Map<string, State>;

/**
 * The modal that is open for a person, as they see it and fill it in. It follows the view: after an update its
 * fields are the new ones.
 */
export function openModal(parts: {
  wire: Wire;
  page: SlackPage;
  typedInto: Typed;
  userId: string;
  channel: string;
}) {
  const { wire, page, typedInto, userId } = parts;

  /** The uppermost modal of this person's. */
  const top = (): View | null => {
    const view = page.stack().at(-1);
    return view !== undefined && wire.ownerOf(view) === userId ? view : null;
  };
  const need = (): View => top() ?? missing('A modal is not open');
  const markOf = (view: View) => view.external_id ?? view.id;
  const typed = (view: View): State => typedInto.get(markOf(view)) ?? {};
  const state = (view: View) => stateOf(view.blocks, typed(view));

  async function payload(view: View, more: object) {
    const spare = await wire.spare(userId, parts.channel);
    const person = Object.values(people).find(({ id }) => id === userId);
    return {
      user: { id: userId, username: person?.name, name: person?.name, team_id: TEAM_ID },
      api_app_id: APP_ID,
      token: 'verification-token',
      team: { id: TEAM_ID, domain: 'example' },
      enterprise: null,
      is_enterprise_install: false,
      container: { type: 'view', view_id: markOf(view) },
      trigger_id: spare.trigger_id,
      view: { ...withItsMark(view), state: { values: withoutBlanks(state(view)) } },
      ...more,
    };
  }

  /** A click in the modal, or a change of an input that tells of it. */
  const act = async (view: View, action: object) => {
    const actions = [{ ...action, action_ts: String(Date.now() / 1000) }];
    await wire.deliver('interactive', { ...(await payload(view, { actions })), type: 'block_actions' });
  };

  async function suggestions(label: string, query: string): Promise<Choice[]> {
    const view = need();
    const block = fieldOf(view, label);
    const at = { action_id: block.element?.action_id, block_id: block.block_id, value: query };
    const asked = { ...(await payload(view, at)), type: 'block_suggestion' };
    const found = Suggestions.parse(await wire.deliver('interactive', asked));
    return [...found.options, ...found.option_groups.flatMap(({ options }) => options)];
  }

  async function putOne(label: string, value: string): Promise<void> {
    const view = need();
    const block = fieldOf(view, label);
    const { element, block_id: id = '' } = block;
    const action = element?.action_id ?? '';
    const what = await filled(block, value, (query) => suggestions(label, query));
    const before = typed(view);
    typedInto.set(markOf(view), { ...before, [id]: { ...before[id], [action]: what } });
    if (block.dispatch_action === true) await act(view, { ...what, block_id: id, action_id: action });
  }

  return {
    isOpen: () => top() !== null,
    /** Whether it only says that something is being looked up or saved. */
    isWaiting: () => isWaiting(need()),
    view: need,
    title: () => need().title?.text ?? '',
    words: () => wordsOf(need()),
    /** Labels of the fields. */
    labels: () => need().blocks.flatMap(({ label }) => (label ? [label.text] : [])),
    /** What a field holds now: what was typed, chosen or stood there. */
    value: (label: string): string => {
      const view = need();
      const block = fieldOf(view, label);
      return textOf(state(view)[block.block_id ?? '']?.[block.element?.action_id ?? '']);
    },
    suggestions,
    /** Fills fields in by label or by name, one after the other, as a person does. */
    put: async (values: Record<string, string>) => {
      for (const [label, value] of Object.entries(values)) await putOne(label, value);
    },
    press: async (label: string) => {
      const view = need();
      const button = buttonsOf(view).find((one) => one.label === label);
      if (button === undefined) throw new Error(`The modal has no button ${label}: ${wordsOf(view)}`);
      await act(view, { ...button.element, block_id: button.blockId });
    },
    /** Sends the form; waits until it is closed, refused or drawn anew, and no longer says that it waits. */
    submit: async (): Promise<Submitted> => {
      const view = need();
      const answered = wire.answered(markOf(view));
      page.say({ t: 'view_submit', user: userId, values: state(view) });
      const answer = await within(answered, 'Kept didn’t answer the submission');
      if (answer.response_action === 'errors') return { kind: 'errors', errors: byLabel(view, answer) };
      let isDrawn = false;
      return eventually(async (): Promise<Submitted | null> => {
        const now = top();
        if (now === null || markOf(now) !== markOf(view)) return { kind: 'closed' };
        // A field that was changed just before may still draw the form itself anew.
        isDrawn ||= answer.view !== undefined && now.id !== view.id && wire.isAnswer(now);
        return isDrawn && !isWaiting(now) ? { kind: 'view', words: wordsOf(now) } : null;
      });
    },
    /** What Slack sends when the form is sent, for a test that sends it itself. */
    submission: async () => ({ ...(await payload(need(), {})), type: 'view_submission', response_urls: [] }),
    close: async () => {
      page.say({ t: 'view_close', user: userId });
      await eventually(async () => top() === null);
    },
  };
}

/** An open modal. */
export type Modal = ReturnType<typeof openModal>;

function fieldOf(view: View, label: string): Block {
  const found = view.blocks.find(
    (block) =>
      block.type === 'input' &&
      (block.label?.text === label ||
        block.label?.text.startsWith(`${label} (`) === true ||
        block.block_id?.startsWith(`field/${label}/`) === true),
  );
  if (found === undefined) {
    throw new Error(`The modal has no field ${label}: ${JSON.stringify(view.blocks.map((b) => b.block_id))}`);
  }
  return found;
}

/** What is put into an input for a word of a person: a text, a choice's label, a name. */
async function filled(
  { element }: Block,
  word: string,
  suggest: (query: string) => Promise<Choice[]>,
): Promise<Put> {
  const type = element?.type ?? '';
  const options = [
    ...(element?.options ?? []),
    ...(element?.option_groups ?? []).flatMap((one) => one.options),
  ];
  switch (type) {
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: choiceIn(options, word) };
    case 'external_select':
      return { type, selected_option: choiceIn(await suggest(word), word) };
    case 'checkboxes':
      return { type, selected_options: word === '' ? [] : [choiceIn(options, word)] };
    case 'users_select':
      return {
        type,
        selected_user: idIn(
          Object.entries(people).map(([name, { id }]) => [name, id]),
          word,
        ),
      };
    case 'channels_select':
      return { type, selected_channel: idIn(Object.entries(channels), word) };
    case 'conversations_select':
      return { type, selected_conversation: idIn(Object.entries(channels), word) };
    default:
      return { type, value: word };
  }
}

function choiceIn(options: readonly Choice[], word: string): Choice {
  const found =
    options.find(({ text, value }) => text.text === word || value === word) ??
    options.find(({ text }) => text.text.includes(word));
  return found ?? missing(`${word} is not among ${options.map(({ text }) => text.text).join(', ')}`);
}

function idIn(known: [string, string][], word: string): string | null {
  return word === '' ? null : (known.find(([name]) => word.startsWith(name))?.[1] ?? word);
}

function textOf(put: Put | undefined): string {
  const option = Choice.safeParse(put?.['selected_option']).data;
  const options = z.array(Choice).safeParse(put?.['selected_options']).data;
  const picked = put?.['selected_user'] ?? put?.['selected_conversation'] ?? put?.['selected_channel'];
  const whole =
    option?.text.text ?? options?.map(({ text }) => text.text).join(', ') ?? picked ?? put?.['value'];
  return typeof whole === 'string' ? whole : '';
}

function byLabel(view: View, { errors = {} }: Answer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([id, words]) => [
      view.blocks.find((block) => block.block_id === id)?.label?.text ??
        missing(`No field ${id} to say ${words} at`),
      words,
    ]),
  );
}

/** Whether the view only says that something is being looked up or saved. */
function isWaiting({ private_metadata: meta }: View): boolean {
  const kind = z.object({ kind: z.string() });
  try {
    return kind.safeParse(JSON.parse(meta ?? '{}')).data?.kind === 'wait';
  } catch {
    return false;
  }
}

async function within<T>(work: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), 5_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function missing(words: string): never {
  throw new Error(words);
}
