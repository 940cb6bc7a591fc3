import { Migrator, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from './database.ts';
import { up as thePromise } from './migrations/0001-the-promise.ts';
import { up as connections } from './migrations/0002-connections.ts';
import { up as addresses } from './migrations/0003-addresses.ts';
import { up as duties } from './migrations/0004-duties.ts';
import { up as size } from './migrations/0005-size.ts';
import { up as speed } from './migrations/0006-speed.ts';
import { up as said } from './migrations/0007-said.ts';
import { up as plans } from './migrations/0008-plans.ts';
import { up as saidAsWritten } from './migrations/0009-said-as-written.ts';
import { up as saidInFewWords } from './migrations/0010-said-in-few-words.ts';
import { up as jsonAsWritten } from './migrations/0011-json-as-written.ts';

/** All of them, by their names in order. */
export const migrations = {
  '0001-the-promise': { up: thePromise },
  '0002-connections': { up: connections },
  '0003-addresses': { up: addresses },
  '0004-duties': { up: duties },
  '0005-size': { up: size },
  '0006-speed': { up: speed },
  '0007-said': { up: said },
  '0008-plans': { up: plans },
  '0009-said-as-written': { up: saidAsWritten },
  '0010-said-in-few-words': { up: saidInFewWords },
  '0011-json-as-written': { up: jsonAsWritten },
};

/** Words for a database that has been through migrations which this version doesn't know. */
export function newerDatabase(unknown: readonly string[]): { why: string; mend: string } {
  return {
    why: `A newer Kept has changed this database (${unknown.join(', ')}).`,
    mend: 'Run that version, or restore the backup from before it.',
  };
}

/** Its message has these words. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';

  constructor(unknown: readonly string[]) {
    const { why, mend } = newerDatabase(unknown);
    super(`${why} ${mend}`);
  }
}

/**
 * Brings schema `kept` up to date, under a lock that lets one process at a time do it.
 * Returns the names of the migrations that were run; throws NewerDatabaseError where a newer version was here, and with the
 * cause when one fails.
 */
export async function migrate(db: Database): Promise<string[]> {
  const { unknown } = await migrationState(db);
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableSchema: 'kept',
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw error instanceof Error ? error : new Error('Migration failed', { cause: error });
  }
  return (results ?? [])
    .filter(({ status }) => status === 'Success')
    .map(({ migrationName }) => migrationName);
}

const Name = z.object({ name: z.string() });

/** Which migrations were run, which `migrate` would run, and which only a newer version knows. */
export async function migrationState(
  db: Database,
): Promise<{ run: string[]; pending: string[]; unknown: string[] }> {
  const { rows: tables } = await sql`select 1 where to_regclass('kept.kysely_migration') is not null`.execute(
    db,
  );
  const { rows } =
    tables.length === 0
      ? { rows: [] }
      : await sql`select name from kept.kysely_migration order by name`.execute(db);
  const run = z
    .array(Name)
    .parse(rows)
    .map(({ name }) => name);
  const known = Object.keys(migrations);
  return {
    run,
    pending: known.filter((name) => !run.includes(name)),
    unknown: run.filter((name) => !known.includes(name)),
  };
}
