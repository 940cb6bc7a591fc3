import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { PoolConfig } from 'pg';

/**
 * A way to a Postgres on which every message to it takes `ms` more, as to one that is far away or has too much to
 * do. Messages of one connection stay in order, and each waits on its own.
 */
export async function slowPostgres(to: PoolConfig, ms: number) {
  const target = new URL(to.connectionString ?? 'postgres://127.0.0.1:5432');
  const sockets = new Set<Socket>();
  let delayMs = ms;
  const server = createServer((incoming) => {
    const outgoing = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    incoming.setNoDelay(true);
    incoming.on('data', (message) => {
      setTimeout(() => outgoing.writable && outgoing.write(message), delayMs);
    });
    outgoing.on('data', (message) => incoming.write(message));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const through = new URL(target);
  through.hostname = '127.0.0.1';
  through.port = String(address.port);
  return {
    poolConfig: { ...to, connectionString: through.href },
    /** From now on. */
    slow: (by: number) => {
      delayMs = by;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
