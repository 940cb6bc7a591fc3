import { Cluster, Redis } from 'ioredis';
import type { RedisTarget } from './redis-url.ts';
import { RETRY } from './retry.ts';

export type RedisClient = Redis | Cluster;

/**
 * Connects, and keeps trying for ever. For `ring` a command fails at once when Redis is away, and soon when
 * it hangs; for `work` it waits, as BullMQ's workers demand. Errors come as 'error' events, which need a listener.
 */
export function connectRedis(target: RedisTarget, use: 'ring' | 'work'): RedisClient {
  const enableOfflineQueue = use === 'work';
  const patience =
    use === 'work' ? { maxRetriesPerRequest: null } : { maxRetriesPerRequest: 1, commandTimeout: RETRY.ring };
  if (target.kind === 'cluster') {
    return new Cluster(target.nodes, {
      ...target.options,
      enableOfflineQueue,
      clusterRetryStrategy: RETRY.redisConnect,
      redisOptions: { ...target.login, ...patience },
    });
  }
  return new Redis({
    ...target.options,
    ...patience,
    enableOfflineQueue,
    retryStrategy: RETRY.redisConnect,
    sentinelRetryStrategy: RETRY.redisConnect,
  });
}

/** True when commands would reach Redis now. */
export function isConnected(client: RedisClient): boolean {
  return client.status === 'ready';
}
