import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from './app/clock.ts';
import type { Store } from './app/store.ts';
import type { Config } from './config.ts';
import { clockOf } from './operation/shared-clock.ts';
import { type Database, openDatabase } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { migrate } from './store/migrate.ts';
import { reachPostgres, unhurried } from './store/reach.ts';
import { createStore } from './store/store.ts';

/** The store, its database, and the time that all who share it go by. */
type Opened = { poolConfig: PoolConfig; db: Database; store: Store; clock: Clock };

/** Opens the database that is configured, the embedded one if none is, and brings it up to date. */
export async function openStore(
  { config, log, clock }: { config: Config; log: Logger; clock: Clock | undefined },
  stops: (() => Promise<void>)[],
): Promise<Opened> {
  const poolConfig = await database(config, log, stops);
  const migrated = await migrateFirst(poolConfig, log);
  log.info({ migrated }, 'The database is up to date');
  const db = openDatabase(poolConfig, (err) => log.warn({ err }, 'A database connection was lost'));
  const store = createStore(db);
  stops.push(store.close);
  if (config.databaseUrl === null) {
    await store.releaseLeases();
  }
  return { poolConfig, db, store, clock: clock ?? (await clockFor(config, db, log, stops)) };
}

/** Processes that share a database share its clock; the embedded one is this process', and has no other. */
async function clockFor(
  config: Config,
  db: Database,
  log: Logger,
  stops: (() => Promise<void>)[],
): Promise<Clock> {
  if (config.databaseUrl === null) {
    return Date.now;
  }
  const shared = clockOf(db, log);
  await shared.start();
  stops.push(shared.stop);
  return shared.clock;
}

/** By a connection of its own, on which a migration may take its time. */
async function migrateFirst(poolConfig: PoolConfig, log: Logger): Promise<string[]> {
  const db = openDatabase({ ...unhurried(poolConfig), max: 1 }, (err) =>
    log.warn({ err }, 'A database connection was lost'),
  );
  try {
    return await migrate(db);
  } finally {
    await db.destroy();
  }
}

async function database(config: Config, log: Logger, stops: (() => Promise<void>)[]) {
  if (config.databaseUrl !== null) {
    return { ...reachPostgres(config.databaseUrl), max: 10 };
  }
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  stops.push(embedded.stop);
  return embedded.poolConfig;
}
