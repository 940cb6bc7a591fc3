import { CONNECTION_KINDS } from '../../src/app/connections.ts';
import { createKnownConnections } from '../../src/app/known-connections.ts';
import { placeOf } from '../../src/app/place.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { NonBlank, Typed, WorkspaceId } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import { TeamsFacts } from './facts.ts';
import type { TeamsConfig } from './teams-config.ts';
import { teamsConnection } from './teams-connection.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { Told } from './told.ts';

/** What an activity says beside what it is about: what Kept is called there, and what the team or chat is called. */
export type SeenAs = { botId: string | null; botName: string | null; name: string | null };

export type Tenants = {
  /** Whether a tenant may use Kept at all. */
  isAllowed(tenantId: string): boolean;
  /** The connection of a tenant; null for one that was never connected or isn't let in. Remembered for a while. */
  find(tenantId: string): Promise<TeamsConnection | null>;
  /**
   * The connection of the tenant that this comes from, made when it is heard of for the first time: by somebody who
   * speaks, or by an installation, whose author runs the new workspace. Null when it isn't let in, or can't be
   * connected.
   */
  meet(
    told: Pick<Told, 'tenantId' | 'from'> & ({ by: 'person' } | Extract<Told, { by: 'teams' }>),
    seen?: SeenAs,
  ): Promise<TeamsConnection | null>;
  /** Somebody joined or left somewhere: every process looks again who reads along. */
  membersChanged(connection: TeamsConnection): Promise<void>;
  idle(): Promise<void>;
};

/** For how long a workspace that isn't there isn't looked for again. */
const REFUSED_FOR_MS = 30_000;

type First = { tenantId: string; by: string | null; zone: string | null; locale: string | null };

/** The tenants that Kept is used in, each a connection of a workspace. */
export function createTenants({ config, deps }: { config: TeamsConfig; deps: TeamsDeps }): Tenants {
  const { connections, clock, log, newId } = deps;
  const known = createKnownConnections({ kind: 'teams', connections, read: teamsConnection, clock, log });
  const allowed = config.tenants?.map((tenant) => tenant.toLowerCase()) ?? null;
  const connecting = new Map<string, Promise<TeamsConnection | null>>();
  let refusedUntil = -Infinity;

  function isAllowed(tenantId: string): boolean {
    return allowed === null || allowed.includes(tenantId.toLowerCase());
  }

  async function find(tenantId: string): Promise<TeamsConnection | null> {
    return isAllowed(tenantId) ? known.find(tenantId.toLowerCase()) : null;
  }

  /** Those who come at the same time make one. */
  function connectOnce(first: First, seen: SeenAs | undefined): Promise<TeamsConnection | null> {
    const under = connecting.get(first.tenantId);
    if (under !== undefined) {
      return under;
    }
    const work = connect(first, seen).finally(() => connecting.delete(first.tenantId));
    connecting.set(first.tenantId, work);
    return work;
  }

  async function connect(first: First, seen: SeenAs | undefined): Promise<TeamsConnection | null> {
    if (config.workspace !== null && !(await isThere(config.workspace))) {
      return null;
    }
    const name = named(seen?.name);
    const { tenantId } = first;
    const facts: TeamsFacts = {
      tenantId,
      name,
      botId: seen?.botId ?? botIdOf(config),
      botName: seen?.botName ?? 'Kept',
      // Whoever runs the workspace that is joined goes on running it.
      installedBy: config.workspace === null ? first.by : null,
    };
    const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const zone = Zone.safeParse(first.zone).data ?? here;
    const id = config.workspace ?? WorkspaceId.parse(newId());
    const { connection, isNew } = await connections.connect({
      kind: 'teams',
      externalId: tenantId,
      // Two processes may hear of it first: who installed it stays, whichever of them is faster.
      facts: (known) => {
        const before = TeamsFacts.nullable().parse(known);
        return before === null ? facts : { ...facts, installedBy: before.installedBy ?? facts.installedBy };
      },
      secret: null,
      workspace: newWorkspace({ id, name, zone, ...placeOf(first.locale, zone) }, []),
      identities: [],
    });
    log.info(
      { connection: connection.id, workspaceId: connection.workspaceId, isNew },
      'teams tenant connected',
    );
    return teamsConnection(connection);
  }

  /** Every workspace has a connection. One that is named and isn't there would else come to be, with nobody's name. */
  async function isThere(workspace: WorkspaceId): Promise<boolean> {
    if (clock() < refusedUntil) {
      return false;
    }
    const all = await Promise.all(CONNECTION_KINDS.map((kind) => connections.all(kind)));
    const found = all.flat().some(({ workspaceId }) => workspaceId === workspace);
    if (!found) {
      refusedUntil = clock() + REFUSED_FOR_MS;
      log.error({ workspaceId: workspace }, 'the workspace that teams is to join is not there');
    }
    return found;
  }

  async function reconnect(connection: TeamsConnection): Promise<TeamsConnection> {
    await connections.setStatus(connection.workspaceId, connection.id, 'connected');
    log.info({ connection: connection.id }, 'teams tenant is heard again');
    return { ...connection, status: 'connected' };
  }

  /** What Kept is called there may change. */
  async function freshen(connection: TeamsConnection, seen: SeenAs | undefined): Promise<TeamsConnection> {
    const { facts } = connection;
    const bot = { botId: seen?.botId ?? facts.botId, botName: seen?.botName ?? facts.botName };
    if (bot.botId === facts.botId && bot.botName === facts.botName) {
      return connection;
    }
    return addFacts(connection, bot);
  }

  async function addFacts(connection: TeamsConnection, facts: Partial<TeamsFacts>): Promise<TeamsConnection> {
    await connections.addFacts(connection.workspaceId, connection.id, facts);
    const changed = { ...connection, facts: { ...connection.facts, ...facts } };
    known.put(changed);
    return changed;
  }

  return {
    isAllowed,
    find,
    meet: async (told, seen) => {
      const tenantId = told.tenantId.toLowerCase();
      const found = await find(tenantId);
      if (found?.status === 'connected') {
        return freshen(found, seen);
      }
      const isInstalled = told.by === 'teams' && told.lifecycle.is === 'installed';
      if (!isAllowed(tenantId) || !(told.by === 'person' || isInstalled)) {
        return found;
      }
      const by = isInstalled ? (told.from?.personId ?? null) : null;
      const first = { tenantId, by, zone: told.from?.zone ?? null, locale: told.from?.locale ?? null };
      const made = found === null ? await connectOnce(first, seen) : await reconnect(found);
      if (made !== null) {
        known.put(made);
      }
      return made;
    },
    membersChanged: async (connection) => {
      await addFacts(connection, { membersMark: newId() });
    },
    idle: known.idle,
  };
}

function botIdOf({ identity }: TeamsConfig): string {
  return identity.by === 'nobody' ? 'kept' : `28:${identity.appId}`;
}

function named(name: string | null | undefined): NonBlank {
  return NonBlank.catch(NonBlank.parse('Microsoft Teams')).parse(Typed.parse(name ?? ''));
}
