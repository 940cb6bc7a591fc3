import { sql } from 'kysely';
import { z } from 'zod';
import type { Addresses } from '../app/addresses.ts';
import { Instant } from '../domain/instant.ts';
import { type Database, readingWorkspaces, withinWorkspaces } from './database.ts';

const Row = z.object({ of: z.string(), facts: z.unknown(), seenAt: Instant });

const MOST = 200;

/** The addresses in Postgres. */
export function createAddresses(db: Database): Addresses {
  return {
    get: (workspaceId, connection, of) =>
      readingWorkspaces(db, [workspaceId], async (tx) => {
        const row = await tx
          .selectFrom('kept.address')
          .select(['of', 'facts', 'seen_at as seenAt'])
          .where('workspace_id', '=', workspaceId)
          .where('connection_id', '=', connection)
          .where('of', '=', of)
          .executeTakeFirst();
        return row ? Row.parse(row) : null;
      }),
    list: (workspaceId, connection, begins) =>
      readingWorkspaces(db, [workspaceId], async (tx) => {
        const rows = await tx
          .selectFrom('kept.address')
          .select(['of', 'facts', 'seen_at as seenAt'])
          .where('workspace_id', '=', workspaceId)
          .where('connection_id', '=', connection)
          .where(sql<boolean>`starts_with(of, ${begins})`)
          .orderBy('seen_at', 'desc')
          .orderBy('of')
          .limit(MOST)
          .execute();
        return z.array(Row).parse(rows);
      }),
    save: (workspaceId, connection, { of, facts, seenAt }) =>
      withinWorkspaces(db, [workspaceId], async (tx) => {
        await sql`
          insert into kept.address as known (workspace_id, connection_id, of, facts, seen_at)
          values (${workspaceId}, ${connection}, ${of}, ${JSON.stringify(facts)}::jsonb, ${seenAt})
          on conflict (workspace_id, connection_id, of) do update
          set facts = known.facts || excluded.facts, seen_at = excluded.seen_at
          where known.seen_at <= excluded.seen_at`.execute(tx);
      }),
  };
}
