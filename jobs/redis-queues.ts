import { Queue, Worker } from 'bullmq';
import { Cluster } from 'ioredis';
import type { Log } from '../src/app/deps.ts';
import type { Carrier } from './queues.ts';
import { connectRedis, isConnected, type RedisClient } from './redis-client.ts';
import type { RedisTarget } from './redis-url.ts';
import { seldom } from './seldom.ts';

/** BullMQ on Redis. Returns at once, whether or not Redis can be reached, and connects whenever it can. */
export function carryOnRedis(target: RedisTarget, prefix: string, log: Log): Carrier {
  const clients = new Set<RedisClient>();
  const warn = seldom((leftOut, err: unknown) => log.warn({ err, leftOut }, "Redis can't be reached"));
  // BullMQ makes a worker's blocking connection from ours, and may leave it open when Redis is away.
  const adopting =
    <Args extends unknown[]>(duplicate: (...args: Args) => RedisClient) =>
    (...args: Args) =>
      adopt(duplicate(...args));
  const adopt = (client: RedisClient): RedisClient => {
    clients.add(client);
    client.on('error', warn);
    const duplicate =
      client instanceof Cluster
        ? adopting(client.duplicate.bind(client))
        : adopting(client.duplicate.bind(client));
    return Object.assign(client, { duplicate });
  };
  const ringing = adopt(connectRedis(target, 'ring'));
  const connected = { prefix, streams: { events: { maxLen: 100 } } };
  let working: RedisClient | undefined;
  return {
    openQueue: (name) => new Queue(name, { ...connected, connection: ringing }),
    openWorker: (name, work, settings) => {
      working ??= adopt(connectRedis(target, 'work'));
      return new Worker(name, work, { ...connected, ...settings, connection: working });
    },
    bulkFrom: 2,
    isReachable: () => isConnected(ringing),
    onReachable: (listener) => void ringing.on('ready', listener),
    client: ringing,
    close: () => {
      // Closing one that is closed already would keep the process waiting for ioredis' timer.
      for (const client of clients) if (client.status !== 'end') client.disconnect();
      return Promise.resolve();
    },
  };
}
