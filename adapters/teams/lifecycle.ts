import { unreachable } from '../../src/domain/unreachable.ts';
import type { AudienceOf } from './audience.ts';
import type { Asked } from './gated-deps.ts';
import { HELLO, helloCard } from './hello.ts';
import { drawMessage } from './message.ts';
import type { People } from './people.ts';
import type { Places } from './places.ts';
import { drawContextOf } from './post-context.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { Tenants } from './tenants.ts';
import type { Told } from './told.ts';
import type { Whisper } from './whisper.ts';

type ByTeams = Extract<Told, { by: 'teams' }>;

/** Takes over what the life of an installation brings. */
export type TakeOver = (connection: TeamsConnection, told: ByTeams) => Promise<void>;

/** Hands each on to whom it concerns. */
export function createLifecycle(parts: {
  asked: Pick<Asked, 'connections' | 'threadOf'>;
  audience: Pick<AudienceOf, 'forget'>;
  people: Pick<People, 'membersChanged'>;
  tenants: Pick<Tenants, 'membersChanged'>;
  places: Pick<Places, 'seen' | 'shut'>;
  whisper: Pick<Whisper, 'post'>;
}): TakeOver {
  const { asked, audience, people, tenants, places, whisper } = parts;
  return async (connection, told) => {
    const { lifecycle, where } = told;
    switch (lifecycle.is) {
      case 'installed': {
        audience.forget(connection.id, where.conversation);
        people.membersChanged(connection);
        const card = helloCard(where.kind);
        const context = await drawContextOf(asked, connection, card, { of: 'post', key: HELLO });
        await whisper.post(connection, where, { is: 'card', ...drawMessage(card, context) });
        return;
      }
      case 'uninstalled':
        // From one chat or team alone: what is known of the others stays.
        return places.shut(connection, where.conversation, 'uninstalled');
      case 'members changed':
        audience.forget(connection.id, where.conversation);
        people.membersChanged(connection);
        return tenants.membersChanged(connection);
      case 'renamed':
        return places.seen(connection, { where, from: null }, lifecycle.name);
      default:
        return unreachable(lifecycle);
    }
  };
}
