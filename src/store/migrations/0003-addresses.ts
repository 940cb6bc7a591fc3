import { type Kysely, sql } from 'kysely';
import { APP_ROLE } from '../database.ts';

/** Where the conversations and people of a connection are reached. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const bound = "any (string_to_array((select current_setting('kept.workspaces', true)), ',')::uuid[])";
  await sql
    .raw(
      `
create table kept.address (
  workspace_id uuid not null,
  connection_id text not null,
  of text not null,
  facts jsonb not null,
  seen_at bigint not null,
  primary key (workspace_id, connection_id, of),
  foreign key (workspace_id, connection_id) references kept.connection (workspace_id, id)
);
alter table kept.address enable row level security;
create policy tenant on kept.address to ${APP_ROLE}
  using (workspace_id = ${bound}) with check (workspace_id = ${bound});
grant select, insert, update, delete on kept.address to ${APP_ROLE};
`,
    )
    .execute(db);
}
