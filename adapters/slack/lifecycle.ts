import { z } from 'zod';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { AudienceOf } from './audience.ts';
import type { Home } from './home.ts';
import type { Install } from './install.ts';
import type { KnownTeams } from './known-teams.ts';
import { Id } from './payloads.ts';
import type { People } from './people.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';
import type { Lifecycle } from './told.ts';

/** Takes over what the life of a team brings. */
export type TakeOver = (connection: SlackConnection, what: Lifecycle) => Promise<void>;

const Changed = z.object({ id: Id });

/** Hands each on to whom it concerns. */
export function createLifecycle(parts: {
  audience: Pick<AudienceOf, 'forget' | 'personChanged'>;
  people: Pick<People, 'userChanged' | 'dndChanged'>;
  install: Pick<Install, 'tokensRevoked' | 'appUninstalled'>;
  known: Pick<KnownTeams, 'forget'>;
  home: Pick<Home, 'takeBack'>;
  connections: Pick<SlackDeps['connections'], 'addFacts'>;
  newId: SlackDeps['newId'];
}): TakeOver {
  const { audience, people, install, known, home, connections, newId } = parts;

  /** Has the other processes look again, too: the news came to this one alone. */
  function mark({ workspaceId, id }: SlackConnection, which: 'channelsMark' | 'peopleMark'): Promise<void> {
    return connections.addFacts(workspaceId, id, { [which]: newId() });
  }

  return async (connection, what) => {
    switch (what.is) {
      case 'uninstalled':
        await install.appUninstalled(connection);
        return known.forget(connection.externalId);
      case 'tokens revoked':
        await install.tokensRevoked(connection, what.event);
        return known.forget(connection.externalId);
      case 'person changed': {
        if (audience.personChanged(connection, what.user)) {
          await mark(connection, 'peopleMark');
        }
        await people.userChanged(connection, what.user);
        const user = Changed.safeParse(what.user);
        return user.success ? home.takeBack(connection, user.data.id) : undefined;
      }
      case 'pause changed':
        return people.dndChanged(connection, what.event);
      case 'channel changed':
        audience.forget(connection.id, what.channel);
        return mark(connection, 'channelsMark');
      default:
        return unreachable(what);
    }
  };
}
