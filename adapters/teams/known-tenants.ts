import type { Clock } from '../../src/app/clock.ts';
import type { Connection, Connections } from '../../src/app/connections.ts';
import type { Log } from '../../src/app/deps.ts';
import { TeamsFacts } from './facts.ts';
import type { TeamsConnection } from './teams-deps.ts';

/** After this long a connection is read anew, behind the back of whoever asks. */
const FRESH_FOR_MS = 30_000;

export type KnownTenants = {
  /** The connection of a tenant, disconnected or not. Of one that was found before, it waits for nothing. */
  find(tenantId: string): Promise<TeamsConnection | null>;
  /** What is known of it from now on. */
  put(connection: TeamsConnection): void;
  /** Waits for the reading that nobody waits for. Call it before the database is closed. */
  idle(): Promise<void>;
};

/** Remembers connections, so that hearing doesn't wait for the database twice. */
export function createKnownTenants(parts: {
  connections: Pick<Connections, 'find'>;
  clock: Clock;
  log: Log;
}): KnownTenants {
  const { connections, clock, log } = parts;
  const known = new Map<string, { connection: TeamsConnection; readAt: number; isBeingRead: boolean }>();
  const later = new Set<Promise<void>>();

  function put(connection: TeamsConnection): void {
    if (connection.status === 'connected') {
      known.set(connection.externalId, { connection, readAt: clock(), isBeingRead: false });
    } else {
      // Whoever speaks then is heard at once.
      known.delete(connection.externalId);
    }
  }

  async function read(tenantId: string): Promise<TeamsConnection | null> {
    const found = await connections.find('teams', tenantId);
    const connection = found === null ? null : teamsConnection(found);
    if (connection === null) {
      known.delete(tenantId);
    } else {
      put(connection);
    }
    return connection;
  }

  async function readAgain(tenantId: string): Promise<void> {
    try {
      await read(tenantId);
    } catch (error) {
      log.warn({ err: error, tenantId }, 'a teams connection could not be read again');
      const entry = known.get(tenantId);
      if (entry !== undefined) {
        entry.isBeingRead = false;
      }
    }
  }

  return {
    find: async (tenantId) => {
      const entry = known.get(tenantId);
      if (entry === undefined) {
        return read(tenantId);
      }
      if (!entry.isBeingRead && clock() - entry.readAt > FRESH_FOR_MS) {
        entry.isBeingRead = true;
        const reading = readAgain(tenantId).finally(() => later.delete(reading));
        later.add(reading);
      }
      return entry.connection;
    },
    put,
    idle: async () => {
      await Promise.all(later);
    },
  };
}

/** A connection with its facts read. @throws ZodError when they aren't those of a tenant. */
export function teamsConnection(connection: Connection): TeamsConnection {
  return { ...connection, facts: TeamsFacts.parse(connection.facts) };
}
