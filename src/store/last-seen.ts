import { sql } from 'kysely';
import type { WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { type Database, withinWorkspaces } from './database.ts';

/** When anything was last seen of a connection's conversations and people; null when it never was. */
export function lastSeen(
  db: Database,
  workspaceId: WorkspaceId,
  connection: string,
): Promise<Instant | null> {
  return withinWorkspaces(db, [workspaceId], async (tx) => {
    const row = await tx
      .selectFrom('kept.address')
      .select(sql`max(seen_at)`.as('at'))
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connection)
      .executeTakeFirst();
    return Instant.nullable().parse(row?.at ?? null);
  });
}
