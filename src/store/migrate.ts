import { Migrator } from 'kysely';
import type { Database } from './database.ts';
import { up as thePromise } from './migrations/0001-the-promise.ts';

const migrations = { '0001-the-promise': { up: thePromise } };

/**
 * Brings schema `kept` up to date, under a lock that lets one process at a time do it.
 * Returns the names of the migrations that were run; throws with the cause when one fails.
 */
export async function migrate(db: Database): Promise<string[]> {
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
