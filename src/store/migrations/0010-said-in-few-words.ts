import { type Kysely, sql } from 'kysely';

/** What a case has said names the case no more in each key, and holds the steps of its promises as pairs (../said.ts). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SAID).execute(db);
}

const SAID = `
update kept.alarm a set said = json_build_object(
  'standing', coalesce((
    select json_agg(json_build_object('key', case when starts_with(post->>'key', a.subject_id || '/')
        then substr(post->>'key', 1 + length(a.subject_id::text)) else post->>'key' end, 'say', post->'say') order by nr)
    from json_array_elements(a.said->'standing') with ordinality as standing(post, nr)), '[]'),
  'steps', coalesce((select json_agg(json_build_array(id, taken)) from json_each(a.said->'steps') as steps(id, taken)), '[]'));
`;
