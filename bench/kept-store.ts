import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Deps } from '../src/app/deps.ts';
import { teamOf } from '../src/app/team.ts';
import type { Instant } from '../src/domain/instant.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { reachPostgres } from '../src/store/reach.ts';
import { createStore } from '../src/store/store.ts';
import { silentLog } from '../test/support/engines.ts';

/** Kept's use cases on a database of their own, without jobs and surfaces, at a moment that stands still. */
export type KeptStore = { db: Database; deps: Deps; close: () => Promise<void> };

/** As many connections as Kept's own pool has. */
export const CONNECTIONS = 10;

/** As Kept reaches its Postgres, but that filling a million rows takes its time. */
const PATIENT = { patienceMs: 600_000, idleInTransactionMs: 600_000 };

/** Migrates that database. Bells ring nowhere; the clock shows `now`. */
export async function keptStore(url: string, now: () => Instant): Promise<KeptStore> {
  const db = openDatabase({ ...reachPostgres(url, PATIENT), max: CONNECTIONS }, () => {});
  await migrate(db);
  const bell = { ringAt: async () => {}, ringOutbox: async () => {} };
  const store = createStore(db);
  const log = silentLog();
  const deps: Deps = { store, bell, clock: now, newId: randomUUID, teamOf, caseUrl: () => null, log };
  return { db, deps, close: store.close };
}

/** Puts what was written before behind us, so that no run pays for another. */
export async function settled(db: Database): Promise<void> {
  await sql`vacuum analyze`.execute(db);
  await sql`checkpoint`.execute(db);
}
