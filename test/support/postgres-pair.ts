import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startTcpProxy } from '../chaos/rig/tcp-proxy.ts';
import { type PostgresServer, postgresProgram, startPostgresServer } from './postgres-server.ts';

/**
 * A Postgres and its synchronous standby, behind one address: what the primary has acknowledged, the standby has
 * on its disk.
 */
export type PostgresPair = {
  /** The address that stays: database `postgres`, user `postgres`, no password. Give it to `freshDatabase`. */
  url: string;
  /** The primary of this moment, past the address. `end` and `begin` restart it. */
  primary: () => PostgresServer;
  /**
   * Kills the primary with -9, promotes the standby, and lets the address lead there. `silently` keeps the
   * connections to the old one open without an answer, as when its machine loses its power: whoever waits on one
   * has to give up by itself, and who connects in between hangs. Resolves when the new primary takes writes; it has no standby then.
   */
  switchOver: (how?: { silently?: boolean }) => Promise<void>;
  /** Gives a primary without a standby a new one, so that it can be switched once more. */
  makeStandby: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts the pair on loopback. Throws when Postgres is not installed. */
export async function startPostgresPair(): Promise<PostgresPair> {
  let primary = await startPostgresServer();
  let standby: PostgresServer | null = null;
  const address = await startTcpProxy(primary.port);

  const makeStandby = async () => {
    if (standby !== null) throw new Error('There is a standby already');
    const source = primary.url;
    standby = await startPostgresServer({
      fill: (data) =>
        postgresProgram('pg_basebackup', [
          '-D',
          data,
          '-d',
          source,
          '-R',
          '-X',
          'stream',
          '-c',
          'fast',
          '-N',
        ]),
    });
    await until(primary, 'select count(*) = 1 as well from pg_stat_replication where state = $1', [
      'streaming',
    ]);
    // Only now: with nobody to wait for, every commit would wait.
    await asked(primary, "alter system set synchronous_standby_names = '*'");
    await asked(primary, 'select pg_reload_conf()');
    await until(primary, 'select count(*) = 1 as well from pg_stat_replication where sync_state = $1', [
      'sync',
    ]);
  };
  const stop = async () => {
    await address.stop();
    await standby?.stop();
    await primary.stop();
  };
  try {
    await makeStandby();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `postgres://postgres@127.0.0.1:${address.port}/postgres`,
    primary: () => primary,
    switchOver: async ({ silently = false } = {}) => {
      if (standby === null) throw new Error('There is no standby to switch to');
      const [old, next] = [primary, standby];
      if (silently) address.hole();
      await old.end('killed');
      if (!silently) address.cut();
      await asked(next, 'select pg_promote(true, 60)');
      await until(next, 'select not pg_is_in_recovery() as well', []);
      address.aim(next.port);
      if (silently) address.open('forgotten');
      primary = next;
      standby = null;
      await old.stop();
    },
    makeStandby,
    stop,
  };
}

async function asked(server: PostgresServer, text: string, values: string[] = []): Promise<unknown[]> {
  const client = new Client(server.url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until the query's `well` is true, up to 20 s. */
async function until(server: PostgresServer, text: string, values: string[]): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const [row] = await asked(server, text, values);
    if (typeof row === 'object' && row !== null && 'well' in row && row.well === true) return;
    await sleep(50);
  }
  throw new Error(`It did not come to be: ${text}`);
}
