import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Answer, type Call, Refused } from './fake-slack-call.ts';
import { type FakeView, type FakeWorld, viewOutput } from './fake-slack-world.ts';

const TRIGGER_MS = 3_000;
const MOST_VIEWS = 3;

const Json = z.record(z.string(), z.unknown());
const Element = z.looseObject({ type: z.string(), action_id: z.string().optional() });
const InputBlock = z.looseObject({
  type: z.string(),
  block_id: z.string().optional(),
  element: Element.optional(),
  elements: z.array(Element).optional(),
  accessory: Element.optional(),
});
const Blocks = z.array(InputBlock);

/** What an element holds before anybody has touched it, as `state.values` has it; null where it holds nothing. */
function untouched(element: z.infer<typeof Element>): Record<string, unknown> | null {
  const { type } = element;
  switch (type) {
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { type, value: element['initial_value'] ?? null };
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: element['initial_option'] ?? null };
    case 'checkboxes':
      return { type, selected_options: element['initial_options'] ?? [] };
    case 'users_select':
      return { type, selected_user: element['initial_user'] ?? null };
    case 'conversations_select':
      return { type, selected_conversation: element['initial_conversation'] ?? null };
    case 'channels_select':
      return { type, selected_channel: element['initial_channel'] ?? null };
    case 'datetimepicker':
      return { type, selected_date_time: element['initial_date_time'] ?? null };
    case 'datepicker':
      return { type, selected_date: element['initial_date'] ?? null };
    case 'timepicker':
      return { type, selected_time: element['initial_time'] ?? null };
    default:
      return null;
  }
}

/** The blocks of a view or a message, as far as they can be read. */
export function blocksOf(blocks: unknown): z.infer<typeof Blocks> {
  const read = Blocks.safeParse(blocks);
  return read.success ? read.data : [];
}

/** Every element of a block that a person can use. */
export function elementsOf(block: z.infer<typeof InputBlock>): z.infer<typeof Element>[] {
  return [block.element, block.accessory, ...(block.elements ?? [])].filter(
    (element) => element !== undefined,
  );
}

/**
 * The state of a view's inputs. As in Slack, an input whose block_id and action_id are as before keeps what was
 * typed into it whatever the new view says, and one with a new id starts with its initial value.
 */
export function stateOf(blocks: unknown, before: FakeView['state']): FakeView['state'] {
  const state: FakeView['state'] = {};
  for (const block of blocksOf(blocks)) {
    for (const element of elementsOf(block)) {
      const fresh = untouched(element);
      if (fresh === null || block.block_id === undefined || element.action_id === undefined) continue;
      const old = before[block.block_id]?.[element.action_id];
      state[block.block_id] = { ...state[block.block_id], [element.action_id]: old ?? fresh };
    }
  }
  return state;
}

/** Puts a new drawing into a view that stands. */
export function drawInto(world: FakeWorld, view: FakeView, drawn: Record<string, unknown>): void {
  world.saw(drawn, 'view');
  view.view = drawn;
  view.state = stateOf(drawn['blocks'], view.state);
  view.externalId = typeof drawn['external_id'] === 'string' ? drawn['external_id'] : view.externalId;
  view.hash = `${Math.floor(world.now() / 1000)}.${randomUUID().slice(0, 8)}`;
}

/** Opens a view for a person; on top of `under` when it is pushed. */
export function addView(
  world: FakeWorld,
  at: { team: string; user: string; type: FakeView['type']; under: FakeView | null },
  drawn: Record<string, unknown>,
): FakeView {
  const { under, ...place } = at;
  const id = `V${world.views.length + 1}`;
  const external = drawn['external_id'];
  if (
    typeof external === 'string' &&
    world.views.some((other) => other.open && sameExternal(other, at.team, external))
  ) {
    throw new Refused('duplicate_external_id');
  }
  const view: FakeView = {
    ...place,
    id,
    view: drawn,
    state: {},
    hash: '',
    externalId: '',
    rootId: under?.rootId ?? id,
    previousId: under?.id ?? null,
    open: true,
  };
  world.views.push(view);
  drawInto(world, view, drawn);
  return view;
}

function sameExternal(view: FakeView, team: string, externalId: string): boolean {
  return view.team === team && view.externalId === externalId;
}

function drawnOf({ args }: Call): Record<string, unknown> {
  const read = Json.safeParse(JSON.parse(args['view'] ?? 'null'));
  if (!read.success || !('type' in read.data)) throw new Refused('invalid_arguments');
  return read.data;
}

function useTrigger({ world, args, team }: Call): { user: string; view: string | null } {
  const trigger = world.triggers.get(args['trigger_id'] ?? '');
  if (trigger === undefined || trigger.team !== team.id) throw new Refused('invalid_trigger_id');
  if (world.now() - trigger.at > TRIGGER_MS) throw new Refused('expired_trigger_id');
  if (trigger.used) throw new Refused('exchanged_trigger_id');
  trigger.used = true;
  return trigger;
}

/** The views that stand open for a person, the lowest first. */
export function stackOf(world: FakeWorld, team: string, user: string): FakeView[] {
  return world.views.filter((v) => v.open && v.type === 'modal' && v.team === team && v.user === user);
}

export const viewMethods: Record<string, (call: Call) => Answer> = {
  'views.open': (call) => {
    const { world, team } = call;
    const drawn = drawnOf(call);
    const { user } = useTrigger(call);
    for (const other of stackOf(world, team.id, user)) other.open = false;
    const view = addView(world, { team: team.id, user, type: 'modal', under: null }, drawn);
    return { view: viewOutput(world, view) };
  },
  'views.push': (call) => {
    const { world, team } = call;
    const drawn = drawnOf(call);
    const { user } = useTrigger(call);
    const stack = stackOf(world, team.id, user);
    if (stack.length >= MOST_VIEWS) throw new Refused('push_limit_reached');
    const view = addView(world, { team: team.id, user, type: 'modal', under: stack.at(-1) ?? null }, drawn);
    return { view: viewOutput(world, view) };
  },
  'views.update': (call) => {
    const { world, team, args } = call;
    const drawn = drawnOf(call);
    const view = world.views.findLast(
      (other) =>
        other.open &&
        other.team === team.id &&
        (args['view_id'] === undefined
          ? other.externalId !== '' && other.externalId === args['external_id']
          : other.id === args['view_id']),
    );
    if (view === undefined) throw new Refused('not_found');
    if (args['hash'] !== undefined && args['hash'] !== view.hash) throw new Refused('hash_conflict');
    drawInto(world, view, drawn);
    return { view: viewOutput(world, view) };
  },
  'views.publish': (call) => {
    const { world, team, args } = call;
    const drawn = drawnOf(call);
    const user = team.users.get(args['user_id'] ?? '');
    if (user === undefined || user.team_id !== team.id) throw new Refused('user_not_found');
    const standing = world.views.find(
      (view) => view.type === 'home' && view.team === team.id && view.user === user.id,
    );
    if (standing !== undefined && args['hash'] !== undefined && args['hash'] !== standing.hash) {
      throw new Refused('hash_conflict');
    }
    if (standing === undefined) {
      const view = addView(world, { team: team.id, user: user.id, type: 'home', under: null }, drawn);
      return { view: viewOutput(world, view) };
    }
    drawInto(world, standing, drawn);
    return { view: viewOutput(world, standing) };
  },
};
