import { type Kysely, sql } from 'kysely';
import { APP_ROLE } from '../database.ts';

/** Row-level security reads which workspaces it is bound to once a statement, and no more once a row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(POLICIES).execute(db);
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
