import type { Clock } from './clock.ts';
import type { Connection, ConnectionKind, Connections } from './connections.ts';
import type { Log } from './deps.ts';

/** After this long a connection is read anew, behind the back of whoever asks. */
const FRESH_FOR_MS = 30_000;

/** Connections of one kind, by what its platform calls them. */
export type KnownConnections<C> = {
  /** Null when there is none. Of one that was found before, it waits for nothing. */
  find(externalId: string): Promise<C | null>;
  /** What is known of it from now on. */
  put(connection: C): void;
  forget(externalId: string): void;
  /** Waits for the reading that nobody waits for. Call it before the database is closed. */
  idle(): Promise<void>;
};

/** Remembers connections, so that hearing doesn't wait for the database twice. */
export function createKnownConnections<C extends Connection>(parts: {
  kind: ConnectionKind;
  connections: Pick<Connections, 'find'>;
  /** Reads its facts. */
  read: (connection: Connection) => C;
  clock: Clock;
  log: Log;
}): KnownConnections<C> {
  const { kind, connections, read, clock, log } = parts;
  const known = new Map<string, { connection: C; readAt: number; isBeingRead: boolean }>();
  const later = new Set<Promise<void>>();

  function put(connection: C): void {
    if (connection.status === 'connected') {
      known.set(connection.externalId, { connection, readAt: clock(), isBeingRead: false });
    } else {
      // It may be connected again at any time, and whoever speaks then is to be heard at once.
      known.delete(connection.externalId);
    }
  }

  async function readNow(externalId: string): Promise<C | null> {
    const found = await connections.find(kind, externalId);
    const connection = found === null ? null : read(found);
    if (connection === null) {
      known.delete(externalId);
    } else {
      put(connection);
    }
    return connection;
  }

  async function readAgain(externalId: string): Promise<void> {
    try {
      await readNow(externalId);
    } catch (error) {
      log.warn({ err: error, kind, externalId }, 'a connection could not be read again');
      const entry = known.get(externalId);
      if (entry !== undefined) {
        entry.isBeingRead = false;
      }
    }
  }

  return {
    find: async (externalId) => {
      const entry = known.get(externalId);
      if (entry === undefined) {
        return readNow(externalId);
      }
      if (!entry.isBeingRead && clock() - entry.readAt > FRESH_FOR_MS) {
        entry.isBeingRead = true;
        const reading = readAgain(externalId).finally(() => later.delete(reading));
        later.add(reading);
      }
      return entry.connection;
    },
    put,
    forget: (externalId) => {
      known.delete(externalId);
    },
    idle: async () => {
      await Promise.all(later);
    },
  };
}
