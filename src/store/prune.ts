import { sql } from 'kysely';
import { z } from 'zod';
import type { Pruning } from '../app/prune.ts';
import { acrossWorkspaces, type Database } from './database.ts';

const Said = z.object({ looked: z.int(), gone: z.int(), last: z.number().nullable(), young: z.int() });

/** Taking away from Postgres what is over, under the role that claims: it sees messages and keys, and no case. */
export function createPruning(db: Database): Pruning {
  return {
    // Ids grow with time, so the oldest come first and no index is needed for it. A redraw's key holds its case's
    // version and never comes again; a post's is remembered by where it stands.
    said: (until, cursor, limit) =>
      acrossWorkspaces(db, async (tx) => {
        const { rows } = await sql`
          with looked as (
            select o.id, o.workspace_id, o.key, o.owed_since, o.sent_at, o.message->>'op' as op from kept.outbox o
            where o.id > ${cursor} and o.sent_at is not null order by o.id limit ${limit} for update skip locked),
          gone as (
            delete from kept.outbox o using looked s
            where o.id = s.id and s.sent_at < ${until}::bigint and (s.op = 'redraw' or exists (
              select from kept.post p where p.workspace_id = s.workspace_id and p.key = s.key))
            returning o.id)
          select count(*) as looked, (select count(*) from gone) as gone, max(id) as last,
            count(*) filter (where owed_since >= ${until}::bigint) as young
          from looked`.execute(tx);
        const { looked, gone, last, young } = Said.parse(rows[0]);
        return { gone, next: looked < limit || young === looked ? null : last };
      }),
    received: (until, limit) =>
      acrossWorkspaces(db, async (tx) => {
        const { numAffectedRows } = await sql`
          delete from kept.received where (workspace_id, key) in (
            select workspace_id, key from kept.received where at < ${until}::bigint order by at limit ${limit})`.execute(
          tx,
        );
        return Number(numAffectedRows ?? 0n);
      }),
  };
}

/** Tables that are written all the time: every change leaves an old version behind. */
const BUSY = ['alarm', 'outbox', 'promise', 'care_case', 'inbox', 'received', 'duty'] as const;

/**
 * Makes room where old versions of rows lay, and counts anew for the planner: what a server of Postgres does by
 * itself, and the embedded one never does.
 */
export async function tidy(db: Database): Promise<void> {
  for (const table of BUSY) {
    await sql`vacuum (analyze) ${sql.table(`kept.${table}`)}`.execute(db);
  }
}
