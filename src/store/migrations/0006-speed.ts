import { type Kysely, sql } from 'kysely';
import { APP_ROLE } from '../database.ts';

/**
 * Row-level security reads which workspaces it is bound to once a statement, and no more once a row. Every document
 * has room for its next version beside it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(POLICIES).execute(db);
  await sql.raw(ROOM).execute(db);
}

/** A subquery that depends on no row is run once; the cast of what it gives was made anew for every row. */
const POLICIES = `
do $$
declare
  name text;
  bound text;
begin
  for name in select tablename from pg_policies where schemaname = 'kept' and policyname = 'tenant' loop
    bound := format('%I = any ((select string_to_array(current_setting(''kept.workspaces'', true), '','')::uuid[])::uuid[])',
      case name when 'workspace' then 'id' else 'workspace_id' end);
    execute format('alter policy tenant on kept.%I to ${APP_ROLE} using (%s) with check (%s)', name, bound, bound);
  end loop;
end $$;
`;

/**
 * When all rows of a page are due at once, each needs room for its new version there, or every index of it is written:
 * at 80 a fifth of the updates of a burst found room, at 50 all do. A vacuum gives the room of old versions back.
 */
const ROOM = `
alter table kept.care_case set (fillfactor = 50);
alter table kept.promise set (fillfactor = 50);
`;
