import { type Kysely, sql } from 'kysely';
import { APP_ROLE } from '../database.ts';

/**
 * Row-level security says no more which rows to look for, only which of those found may be seen. Every statement names
 * its workspaces; with the same said twice the planner took them for far fewer rows, and read all promises of a
 * workspace to find those of one case (docs/decisions/0027).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(POLICIES).execute(db);
}

/** A test for truth is no condition that an index can be asked for. */
const POLICIES = `
do $$
declare
  name text;
  bound text;
begin
  for name in select tablename from pg_policies where schemaname = 'kept' and policyname = 'tenant' loop
    bound := format('(%I = any ((select string_to_array(current_setting(''kept.workspaces'', true), '','')::uuid[])::uuid[])) is true',
      case name when 'workspace' then 'id' else 'workspace_id' end);
    execute format('alter policy tenant on kept.%I to ${APP_ROLE} using (%s) with check (%s)', name, bound, bound);
  end loop;
end $$;
`;
