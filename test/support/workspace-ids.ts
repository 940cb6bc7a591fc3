import type { Database } from '../../src/store/database.ts';

/** The workspaces there are. */
export async function workspaceIds(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('kept.workspace').select('id').execute();
  return rows.map(({ id }) => id);
}
