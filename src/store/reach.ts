import { Socket } from 'node:net';
import { Client, type PoolConfig } from 'pg';
import { askByName, createNames } from './prepare.ts';

/** The figures, and why: docs/decisions/0019-when-postgres-goes-away.md. */
const LIMITS = { patienceMs: 15_000, idleInTransactionMs: 10_000 };
const LOOK_EVERY_MS = 1_000;
/**
 * So many connections stay when nothing is to do, the others for 10 s: a wake in three lanes and one that delivers. A new
 * one costs a process of Postgres, which knows nothing of our tables yet.
 */
const STANDING = 4;

/** What has gone over a socket, since when nothing has, and whether an answer is owed there. */
type Watched = { bytes: number; silentSince: number; isAsking: () => boolean };

/**
 * How Postgres is reached by that URL, for pools of `pg`: never waiting for ever. A connection is made, or had
 * of the pool, within 15 s. One that leaves a question without a single byte for 15 s is given up, and with it
 * every other that has been as silent since: the machine behind may have lost its power, which no packet tells.
 * A transaction that we leave alone for 10 s, frozen or cut off, ends at the server and lets go of its rows.
 */
export function reachPostgres(databaseUrl: string, { patienceMs, idleInTransactionMs } = LIMITS): PoolConfig {
  const watch = watchSilence(patienceMs);
  const nameOf = createNames();
  return {
    connectionString: databaseUrl,
    keepAlive: true,
    keepAliveInitialDelayMillis: patienceMs,
    connectionTimeoutMillis: patienceMs,
    min: STANDING,
    stream: watch.open,
    // pg-pool waits for it, and gives the connection up if it fails; its types don't know that yet.
    // oxlint-disable-next-line typescript/no-misused-promises
    onConnect: async (client) => {
      if (client instanceof Client) watch.ask(client);
      askByName(client, nameOf);
      await client.query(`set idle_in_transaction_session_timeout = ${idleInTransactionMs}`);
    },
  };
}

/** The same for work that may take long without a word, as building an index does: it is waited for. */
export function unhurried(config: PoolConfig): PoolConfig {
  const left = new Set(['stream', 'onConnect']);
  return Object.fromEntries(Object.entries(config).filter(([name]) => !left.has(name)));
}

function watchSilence(patienceMs: number) {
  const sockets = new Map<Socket, Watched>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    for (const [socket, watched] of sockets) {
      const bytes = bytesOf(socket);
      if (bytes !== watched.bytes) sockets.set(socket, { ...watched, bytes, silentSince: now });
    }
    const lost = [...sockets.values()].filter(
      ({ isAsking, silentSince }) => isAsking() && now - silentSince > patienceMs,
    );
    if (lost.length === 0) return;
    const since = Math.max(...lost.map(({ silentSince }) => silentSince));
    for (const [socket, { silentSince }] of sockets) {
      if (silentSince <= since) {
        socket.destroy(new Error('Postgres has gone silent: this connection is given up'));
      }
    }
  }

  function watch(socket: Socket, isAsking: () => boolean): void {
    sockets.set(socket, { bytes: bytesOf(socket), silentSince: performance.now(), isAsking });
    timer ??= setInterval(look, LOOK_EVERY_MS).unref();
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  }

  return {
    /** Makes the socket of a connection. */
    open: (): Socket => {
      const socket = new Socket();
      watch(socket, () => false);
      return socket;
    },
    /** Watches a connection's questions, too. With TLS its stream is another than the socket below. */
    ask: ({ connection }: Client): void => {
      const { stream, query, sync } = connection;
      if (!(stream instanceof Socket)) return;
      // Each of the two has an answer of its own, and several may be on their way (database.ts).
      let owed = 0;
      const counted =
        <Args extends unknown[]>(send: (...args: Args) => void) =>
        (...args: Args): void => {
          owed += 1;
          send.apply(connection, args);
        };
      Object.assign(connection, { query: counted(query), sync: counted(sync) });
      connection.prependListener('readyForQuery', () => {
        owed -= 1;
      });
      watch(stream, () => owed > 0);
    },
  };
}

function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten;
}
