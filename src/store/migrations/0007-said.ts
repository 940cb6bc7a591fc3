import { type Kysely, sql } from 'kysely';

/** What a case has said lies with its alarm from now on (../said.ts): every wake writes that row, and mostly no other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(COPY).execute(db);
  await sql.raw(REMOVE).execute(db);
}

/** Without a default: a version from before, which knows nothing of it, can open no case here. */
const COPY = `
alter table kept.alarm add said jsonb;
update kept.alarm a set said = jsonb_build_object(
  'standing', coalesce((select c.doc->'standing' from kept.care_case c
    where c.workspace_id = a.workspace_id and c.id = a.subject_id), '[]'),
  'steps', coalesce((select jsonb_object_agg(p.id, p.doc->'said') from kept.promise p
    where p.workspace_id = a.workspace_id and p.case_id = a.subject_id and p.doc ? 'said'), '{}'));
alter table kept.alarm alter said set not null;
`;

/** Where an alarm has taken it over. */
const REMOVE = `
update kept.care_case c set doc = c.doc - 'standing' from kept.alarm a
where a.workspace_id = c.workspace_id and a.subject_id = c.id and c.doc ? 'standing';
update kept.promise p set doc = p.doc - 'said' from kept.alarm a
where a.workspace_id = p.workspace_id and a.subject_id = p.case_id and p.doc ? 'said';
`;
