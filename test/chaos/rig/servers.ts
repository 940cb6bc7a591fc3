import { Redis } from 'ioredis';
import { Client } from 'pg';
import { freshDatabase, startRedis } from '../../support/engines.ts';
import { startPostgresPair } from '../../support/postgres-pair.ts';
import type { Ending } from '../../support/postgres-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Postgres with its standby, Redis, and the ways to them. */
export type Servers = {
  postgres: {
    /** The database on the present primary, by no proxy. */
    url: () => string;
    /** A new way to it, which follows the primary; and the URL by which a process takes it. */
    way: () => Promise<{ proxy: TcpProxy; url: string }>;
    end: (how: Ending) => Promise<void>;
    begin: () => Promise<void>;
    /** Kills the primary. `silently`: its connections hang, as when its machine is gone. */
    lose: (silently: boolean) => Promise<void>;
    promote: () => Promise<void>;
    makeStandby: () => Promise<void>;
  };
  redis: {
    url: string;
    way: () => Promise<{ proxy: TcpProxy; url: string }>;
    /** Empties it, and gives how many keys there were. */
    flush: () => Promise<number>;
    /** Sets `maxmemory`; 0 is none. */
    limit: (bytes: string) => Promise<void>;
    kill: () => Promise<void>;
    begin: () => Promise<void>;
  };
  stop: () => Promise<void>;
};

/** Starts them on loopback, in temporary directories. */
export async function startServers(): Promise<Servers> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const postgres = await postgresOf(stops);
    const redis = await redisOf(stops);
    return { postgres, redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function postgresOf(stops: (() => Promise<void>)[]): Promise<Servers['postgres']> {
  const pair = await startPostgresPair();
  stops.push(pair.stop);
  const ways: TcpProxy[] = [];
  const database = new URL(await freshDatabase(pair.primary())).pathname;
  const onPort = (port: number) => `postgres://postgres@127.0.0.1:${port}${database}`;
  // A standby that was away for a moment must find what it missed.
  const keepWal = async () => {
    const client = new Client(pair.primary().url);
    await client.connect();
    await client.query("alter system set wal_keep_size = '512MB'");
    await client.query('select pg_reload_conf()');
    await client.end();
  };
  await keepWal();
  let wasSilent = false;
  return {
    url: () => onPort(pair.primary().port),
    way: async () => {
      const proxy = await startTcpProxy(pair.primary().port);
      stops.push(proxy.stop);
      ways.push(proxy);
      return { proxy, url: onPort(proxy.port) };
    },
    end: (how) => pair.primary().end(how),
    begin: () => pair.primary().begin(),
    lose: async (silently) => {
      wasSilent = silently;
      if (silently) for (const way of ways) way.forget();
      await pair.primary().end('killed');
    },
    promote: async () => {
      await pair.switchOver();
      await keepWal();
      for (const way of ways) {
        way.aim(pair.primary().port);
        if (!wasSilent) way.cut();
      }
    },
    makeStandby: pair.makeStandby,
  };
}

async function redisOf(stops: (() => Promise<void>)[]): Promise<Servers['redis']> {
  let server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
  const { port, url } = server;
  stops.push(() => server.stop());
  const asked = async <T>(ask: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      return await ask(client);
    } finally {
      client.disconnect();
    }
  };
  return {
    url,
    way: async () => {
      const proxy = await startTcpProxy(port);
      stops.push(proxy.stop);
      return { proxy, url: `redis://127.0.0.1:${proxy.port}` };
    },
    flush: () =>
      asked(async (client) => {
        const keys = await client.dbsize();
        await client.flushall();
        return keys;
      }),
    limit: (bytes) => asked(async (client) => void (await client.config('SET', 'maxmemory', bytes))),
    kill: () => server.kill(),
    begin: async () => {
      server = await startRedis({ port, args: ['--maxmemory-policy', 'noeviction'] });
    },
  };
}
