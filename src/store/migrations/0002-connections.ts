import { type Kysely, sql } from 'kysely';
import { APP_ROLE, CLAIM_ROLE } from '../database.ts';

/** Connections with their secrets and identities, the inbox, and since when a try of a message is in doubt. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  await sql.raw(rights()).execute(db);
  await sql.raw(HEARING).execute(db);
}

const TABLES = `
alter table kept.outbox add tried_at bigint;
alter table kept.post add tried jsonb not null default '[]';
drop index kept.post_ref;
create index post_at on kept.post (workspace_id, connection, ref);
create index case_opened_by on kept.care_case (workspace_id, (doc->>'openedBy'));

create table kept.connection (
  workspace_id uuid not null references kept.workspace (id),
  id text not null,
  kind text not null,
  external_id text not null,
  status text not null check (status in ('connected', 'disconnected')),
  facts jsonb not null,
  secret_lease bigint,
  primary key (workspace_id, id),
  unique (kind, external_id)
);
create table kept.connection_secret (
  workspace_id uuid not null,
  connection_id text not null,
  sealed text not null,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references kept.connection (workspace_id, id)
);
create table kept.identity (
  workspace_id uuid not null,
  connection_id text not null,
  external_id text not null,
  member_id uuid not null,
  primary key (workspace_id, connection_id, external_id),
  unique (workspace_id, connection_id, member_id),
  foreign key (workspace_id, connection_id) references kept.connection (workspace_id, id),
  foreign key (workspace_id, member_id) references kept.member (workspace_id, id)
);
create table kept.inbox (
  workspace_id uuid not null,
  id uuid not null,
  connection text not null,
  key text not null,
  body jsonb not null,
  at bigint not null,
  lease_until bigint not null,
  attempts integer not null default 1,
  done_at bigint,
  error text,
  primary key (workspace_id, id),
  unique (workspace_id, key)
);
create index inbox_late on kept.inbox (lease_until) where done_at is null;
create index inbox_done on kept.inbox (done_at) where done_at is not null;

insert into kept.connection (workspace_id, id, kind, external_id, status, facts)
select id, 'console', 'console', id::text, 'connected', '{}' from kept.workspace;
`;

const OF_A_WORKSPACE = ['connection', 'connection_secret', 'identity', 'inbox'];

/** As in 0001. Claims see what was heard and the connections, never a secret. */
function rights(): string {
  const bound = "any (string_to_array((select current_setting('kept.workspaces', true)), ',')::uuid[])";
  const policies = OF_A_WORKSPACE.map(
    (table) => `
    alter table kept.${table} enable row level security;
    create policy tenant on kept.${table} to ${APP_ROLE}
      using (workspace_id = ${bound}) with check (workspace_id = ${bound});
    grant select, insert, update, delete on kept.${table} to ${APP_ROLE};`,
  );
  return [
    ...policies,
    `create policy claim on kept.inbox to ${CLAIM_ROLE} using (true) with check (true);
    grant select, update, delete on kept.inbox to ${CLAIM_ROLE};
    create policy claim on kept.connection for select to ${CLAIM_ROLE} using (true);
    grant select on kept.connection to ${CLAIM_ROLE};`,
  ].join('\n');
}

/**
 * One call each, for one round trip each. They bind themselves to the workspaces of their rows; outside of a
 * transaction that ends with the call. Rows go in by key, so that two processes don't wait for one another.
 */
const HEARING = `
create function kept.accept_heard(heard jsonb) returns setof uuid language plpgsql as $$
begin
  perform set_config('role', '${APP_ROLE}', true), set_config('kept.workspaces',
    (select string_agg(distinct r.workspace_id::text, ',') from jsonb_to_recordset(heard) as r(workspace_id uuid)), true);
  return query
    insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until)
    select r.workspace_id, r.id, r.connection, r.key, r.body, r.at, r.lease_until
    from jsonb_to_recordset(heard) as r(nr integer, workspace_id uuid, id uuid, connection text, key text, body jsonb,
      at bigint, lease_until bigint)
    order by r.workspace_id, r.key, r.nr
    on conflict (workspace_id, key) do nothing
    returning inbox.id;
end $$;

create function kept.settle_heard(settled jsonb) returns void language plpgsql as $$
begin
  perform set_config('role', '${APP_ROLE}', true), set_config('kept.workspaces',
    (select string_agg(distinct r.workspace_id::text, ',') from jsonb_to_recordset(settled) as r(workspace_id uuid)), true);
  update kept.inbox i
  set done_at = coalesce(i.done_at, r.done_at), lease_until = coalesce(r.lease_until, i.lease_until), error = r.error
  from jsonb_to_recordset(settled) as r(workspace_id uuid, id uuid, done_at bigint, lease_until bigint, error text)
  where i.workspace_id = r.workspace_id and i.id = r.id;
end $$;
`;
