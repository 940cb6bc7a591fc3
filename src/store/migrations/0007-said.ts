import { type Kysely, sql } from 'kysely';

/** What a case has said lies with its alarm from now on (../said.ts): every wake writes that row, and mostly no other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(COLUMN).execute(db);
  await sql.raw(MOVE).execute(db);
}

const COLUMN = `alter table kept.alarm add said jsonb not null default '{}'`;

const MOVE = `
update kept.alarm a set said = jsonb_build_object('standing', c.doc->'standing',
  'steps', (select coalesce(jsonb_object_agg(p.id, p.doc->'said'), '{}') from kept.promise p
    where p.workspace_id = c.workspace_id and p.case_id = c.id and p.doc ? 'said'))
from kept.care_case c
where c.workspace_id = a.workspace_id and c.id = a.subject_id and a.subject_kind = 'case' and c.doc ? 'standing';
update kept.care_case set doc = doc - 'standing' where doc ? 'standing';
update kept.promise set doc = doc - 'said' where doc ? 'said';
`;
