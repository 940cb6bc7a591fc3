import { type Finding, ok, warning, wrong } from '../app/finding.ts';
import type { Database } from '../store/database.ts';
import { migrationState, newerDatabase } from '../store/migrate.ts';

/** Whether the tables are those that this version works with. */
export async function checkMigrations(db: Database): Promise<Finding[]> {
  const { run, pending, unknown } = await migrationState(db);
  if (unknown.length > 0) {
    const { why, mend } = newerDatabase(unknown);
    return [wrong(why, mend)];
  }
  if (run.length === 0) {
    return [ok('The tables are not there yet: the first start makes them, or npm run migrate.')];
  }
  return pending.length === 0
    ? [ok('The tables are up to date.')]
    : [
        warning(
          `The tables are behind by: ${pending.join(', ')}.`,
          'The next start brings them up to date. To do it before: npm run migrate',
        ),
      ];
}
