import { sql } from 'kysely';
import { z } from 'zod';
import { type Canaries, Canary } from '../app/canary.ts';
import { MemberId, WorkspaceId } from '../domain/ids.ts';
import { bindTo, type Database } from './database.ts';
import { insertWorkspace, upsertMember } from './people.ts';

const Perch = z.object({
  workspaceId: WorkspaceId,
  connection: z.string(),
  memberIds: z.array(MemberId).nullable(),
});

/** Where what a canary's flight leaves behind stands. */
const TRACES = [
  'outbox',
  'post',
  'timeline_event',
  'ask',
  'promise',
  'alarm',
  'care_case',
  'received',
  'customer',
];

/** The canaries in Postgres. They belong to the installation, so no tenant's role reads this table. */
export function createCanaries(db: Database): Canaries {
  return {
    perches: async () => {
      const { rows } = await sql`
        select distinct on (c.workspace_id) c.workspace_id as "workspaceId", c.id as connection,
          case when c.kind = 'console' then null else coalesce((
            select jsonb_agg(i.member_id) from kept.identity i
            where i.workspace_id = c.workspace_id and i.connection_id = c.id), '[]') end as "memberIds"
        from kept.connection c where c.status = 'connected' and exists (
          select from kept.member m where m.workspace_id = c.workspace_id and (m.doc->>'active')::boolean
            and (c.kind = 'console' or exists (
              select from kept.identity i
              where i.workspace_id = c.workspace_id and i.connection_id = c.id and i.member_id = m.id)))
        order by c.workspace_id, c.kind = 'console', c.id`.execute(db);
      return z.array(Perch).parse(rows);
    },
    all: () => read(db, null),
    find: async (fliesIn) => (await read(db, fliesIn))[0] ?? null,
    settle: ({ workspaceId, fliesIn, memberId, connection }, data) =>
      db.transaction().execute(async (tx) => {
        const { numAffectedRows } = await sql`
          update kept.canary set ref = case when member_id = ${memberId} and connection = ${connection} then ref end,
            member_id = ${memberId}, connection = ${connection}
          where workspace_id = ${workspaceId}`.execute(tx);
        if (numAffectedRows === 0n) {
          await insertWorkspace(tx, data);
          await sql`
            insert into kept.canary (workspace_id, flies_in, member_id, connection)
            values (${workspaceId}, ${fliesIn}, ${memberId}, ${connection})`.execute(tx);
        }
        for (const table of TRACES) {
          await sql`delete from ${sql.table(`kept.${table}`)} where workspace_id = ${fliesIn}`.execute(tx);
        }
        await bindTo(tx, [data.workspace.id]);
        for (const member of data.members) {
          await upsertMember(tx, member);
        }
      }),
    begin: async (fliesIn, { key, at, dueAt }) => {
      await sql`
        update kept.canary set key = ${key}, begun_at = ${at}, due_at = ${dueAt},
          ended_at = null, lateness_ms = null
        where flies_in = ${fliesIn}`.execute(db);
    },
    end: async (fliesIn, { at, latenessMs, cameThrough }) => {
      await sql`
        with silenced as (
          update kept.alarm set due_at = null, needed = false where workspace_id = ${fliesIn})
        update kept.canary set ended_at = ${at}, lateness_ms = ${latenessMs}, came_through = ${cameThrough},
          last_ok_at = case when ${cameThrough} then ${at}::bigint else last_ok_at end
        where flies_in = ${fliesIn}`.execute(db);
    },
    landed: async (fliesIn, ref) => {
      await sql`update kept.canary set ref = ${ref} where flies_in = ${fliesIn}`.execute(db);
    },
  };
}

async function read(db: Database, fliesIn: WorkspaceId | null): Promise<Canary[]> {
  const { rows } = await sql`
    select c.workspace_id as "workspaceId", c.flies_in as "fliesIn", c.member_id as "memberId", c.connection, c.ref,
      c.key, c.begun_at as "begunAt", c.due_at as "dueAt", c.ended_at as "endedAt",
      c.came_through as "cameThrough", c.lateness_ms as "latenessMs", c.last_ok_at as "lastOkAt",
      (select o.sent_at from kept.outbox o where o.workspace_id = c.flies_in and o.key = c.key) as "sentAt"
    from kept.canary c
    where ${fliesIn}::uuid is null or c.flies_in = ${fliesIn}
    order by c.workspace_id`.execute(db);
  return z.array(Canary).parse(rows);
}
