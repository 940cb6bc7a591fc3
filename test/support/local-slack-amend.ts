import { z } from 'zod';
import { type Interaction, isUntouched, State, stateOf, View } from './local-slack-shapes.ts';
import { channels, people } from './local-slack-team.ts';

export type Fields = Record<string, unknown>;
export const Fields = z.record(z.string(), z.unknown());

/** An answer of the Web API with who is a guest, and which channel is shared: local-slack has no word for it. */
export function told(reply: Fields): Fields {
  const user = Fields.safeParse(reply['user']).data;
  const members = z.array(Fields).safeParse(reply['members']).data;
  const channel = Fields.safeParse(reply['channel']).data;
  // Who has given no other name is called by their full one.
  const person = ({ profile, ...one }: Fields) => ({
    ...one,
    profile: { ...Fields.safeParse(profile).data, display_name: '' },
    is_restricted: one['id'] === people.Gus.id,
  });
  const isShared = channel?.['id'] === channels.partner;
  return {
    ...reply,
    ...(user ? { user: person(user) } : {}),
    ...(members ? { members: members.map(person) } : {}),
    ...(isShared ? { channel: { ...channel, is_shared: true, is_ext_shared: true } } : {}),
  };
}

/** An interaction as Slack sends it: where it took place, and in a form what nobody touched as it was. */
export function asSlackSends(it: Interaction, home: View | null): Fields {
  if (it.type === 'block_actions' && it.channel?.id === '' && home !== null) {
    const { channel: _channel, message: _message, ...rest } = it;
    return { ...rest, container: { type: 'view', view_id: home.id }, view: home };
  }
  if (it.message?.subtype === 'ephemeral') {
    const { message, ...rest } = it;
    const at = { message_ts: message['ts'], channel_id: it.channel?.id };
    return { ...rest, container: { type: 'message', is_ephemeral: true, ...at } };
  }
  if (it.type !== 'view_submission' && it.type !== 'view_closed') return it;
  const view = withItsMark(View.parse(it.view));
  const values = z.looseObject({ values: State }).safeParse(view['state']).data?.values ?? {};
  return {
    ...it,
    view: { ...view, state: { values: withoutBlanks(stateOf(view.blocks, touched(values))) } },
  };
}

/** A view under the id that it keeps, which it carries as its mark. */
export function withItsMark(view: View): View {
  const { external_id: mark, ...rest } = view;
  return mark === undefined ? view : { ...rest, id: mark };
}

/** What somebody put in. */
function touched(state: State): State {
  return Object.fromEntries(
    Object.entries(state).map(([block, actions]) => [
      block,
      Object.fromEntries(Object.entries(actions).filter(([, put]) => !isUntouched(put))),
    ]),
  );
}

/** An input that was emptied has no value. */
export function withoutBlanks(state: State): State {
  return Object.fromEntries(
    Object.entries(state).map(([block, actions]) => [
      block,
      Object.fromEntries(
        Object.entries(actions).map(([action, put]) => [
          action,
          put['value'] === '' ? { ...put, value: null } : put,
        ]),
      ),
    ]),
  );
}
