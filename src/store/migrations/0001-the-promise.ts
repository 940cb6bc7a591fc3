import { type Kysely, sql } from 'kysely';
import { APP_ROLE, CLAIM_ROLE } from '../database.ts';

/** The tables of the promise loop, their indexes, roles and row-level security. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  await sql.raw(INDEXES).execute(db);
  await sql.raw(roles()).execute(db);
}

const TABLES = `
create table kept.workspace (
  id uuid primary key,
  doc jsonb not null,
  policy jsonb not null,
  next_case_number integer not null default 1
);
create table kept.member (
  workspace_id uuid not null references kept.workspace (id),
  id uuid not null,
  seq bigint generated always as identity,
  doc jsonb not null,
  primary key (workspace_id, id)
);
create table kept.customer (
  workspace_id uuid not null references kept.workspace (id),
  id uuid not null,
  doc jsonb not null,
  name text generated always as (doc->>'name') stored,
  primary key (workspace_id, id)
);
create table kept.care_case (
  workspace_id uuid not null references kept.workspace (id),
  id uuid not null,
  number integer not null,
  doc jsonb not null,
  promised boolean not null,
  status text generated always as (doc->>'status') stored,
  customer_id uuid generated always as ((doc->>'customerId')::uuid) stored,
  opened_at bigint generated always as ((doc->>'openedAt')::bigint) stored,
  waiting_since bigint generated always as ((doc->'waiting'->>'since')::bigint) stored,
  primary key (workspace_id, id),
  unique (workspace_id, number)
);
create table kept.promise (
  workspace_id uuid not null,
  id uuid not null,
  case_id uuid not null,
  doc jsonb not null,
  status text generated always as (doc->>'status') stored,
  unsettled boolean generated always as (
    doc->>'status' = 'live' or (doc->>'status' = 'broken' and doc->'settled' = 'null'::jsonb)
  ) stored,
  owner_id uuid generated always as ((doc->>'ownerId')::uuid) stored,
  follow_up_at bigint generated always as ((doc->>'followUpAt')::bigint) stored,
  at_risk boolean generated always as (
    doc->>'status' = 'live' and jsonb_typeof(doc->'risk') = 'object'
  ) stored,
  primary key (workspace_id, id),
  foreign key (workspace_id, case_id) references kept.care_case (workspace_id, id)
);
create table kept.ask (
  workspace_id uuid not null,
  id uuid not null,
  case_id uuid not null,
  doc jsonb not null,
  status text generated always as (doc->>'status') stored,
  primary key (workspace_id, id),
  foreign key (workspace_id, case_id) references kept.care_case (workspace_id, id)
);
create table kept.alarm (
  workspace_id uuid not null references kept.workspace (id),
  subject_kind text not null check (subject_kind in ('case')),
  subject_id uuid not null,
  due_at bigint,
  version integer not null,
  needed boolean not null,
  failures integer not null default 0,
  primary key (workspace_id, subject_kind, subject_id)
);
create table kept.timeline_event (
  workspace_id uuid not null,
  case_id uuid not null,
  seq bigint generated always as identity,
  at bigint not null,
  by uuid,
  what jsonb not null,
  primary key (workspace_id, case_id, seq)
);
create table kept.outbox (
  id bigint generated always as identity primary key,
  workspace_id uuid not null,
  case_id uuid not null,
  key text not null,
  destination text not null,
  message jsonb not null,
  tried jsonb not null default '[]',
  owed_since bigint not null,
  due_at bigint not null,
  attempts integer not null default 0,
  lease_until bigint,
  sent_at bigint,
  unsaid_at bigint,
  error text,
  unique (workspace_id, key)
);
create table kept.post (
  workspace_id uuid not null,
  key text not null,
  case_id uuid not null,
  audience jsonb not null,
  say jsonb not null,
  connection text not null,
  ref text not null,
  primary key (workspace_id, key)
);
create table kept.received (
  workspace_id uuid not null,
  key text not null,
  at bigint not null,
  primary key (workspace_id, key)
);
create table kept.console_message (
  workspace_id uuid not null,
  id uuid not null,
  seq bigint generated always as identity,
  rev bigint not null,
  room text not null,
  thread_id uuid,
  member_id uuid,
  at bigint not null,
  body jsonb not null,
  dedupe_key text,
  primary key (workspace_id, id),
  unique (workspace_id, dedupe_key)
);
create sequence kept.console_rev;
alter table kept.console_message alter column rev set default nextval('kept.console_rev');
`;

const INDEXES = `
create index case_of_customer on kept.care_case (workspace_id, customer_id);
create index case_waiting on kept.care_case (workspace_id, waiting_since) where waiting_since is not null;
create index case_adrift on kept.care_case (workspace_id)
  where status = 'open' and not promised and waiting_since is null;
create index promise_of_case on kept.promise (workspace_id, case_id);
create index promise_unsettled on kept.promise (workspace_id, owner_id, follow_up_at) where unsettled;
create index promise_at_risk on kept.promise (workspace_id, follow_up_at) where at_risk;
create index ask_of_case on kept.ask (workspace_id, case_id);
create index alarm_due on kept.alarm (due_at) where due_at is not null;
create index alarm_missing on kept.alarm (workspace_id) where needed and due_at is null;
create index outbox_owed on kept.outbox (due_at, id) where sent_at is null and unsaid_at is null;
create index outbox_owed_to on kept.outbox (workspace_id, destination, id) where sent_at is null and unsaid_at is null;
create index outbox_unsaid on kept.outbox (workspace_id) where unsaid_at is not null;
create index post_ref on kept.post (workspace_id, ref);
create index console_room on kept.console_message (workspace_id, room, seq) where thread_id is null;
create index console_thread on kept.console_message (workspace_id, thread_id, seq) where thread_id is not null;
create index console_rev_index on kept.console_message (workspace_id, rev);
`;

const OF_A_WORKSPACE = [
  'member',
  'customer',
  'care_case',
  'promise',
  'ask',
  'alarm',
  'timeline_event',
  'outbox',
  'post',
  'received',
  'console_message',
];

/** Roles belong to the whole server and may be there already, or be made by another database at this moment. */
function roles(): string {
  const bound = "any (string_to_array((select current_setting('kept.workspaces', true)), ',')::uuid[])";
  const make = (role: string) => `
    do $$ begin
      if to_regrole('${role}') is null then
        begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end;
      end if;
      if not pg_has_role(current_user, '${role}',
          case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end)
        then execute format('grant ${role} to %I', current_user); end if;
    end $$;
    grant usage on schema kept to ${role};`;
  const policies = OF_A_WORKSPACE.map(
    (table) => `
    alter table kept.${table} enable row level security;
    create policy tenant on kept.${table} to ${APP_ROLE}
      using (workspace_id = ${bound}) with check (workspace_id = ${bound});
    grant select, insert, update, delete on kept.${table} to ${APP_ROLE};`,
  );
  const claims = ['alarm', 'outbox'].map(
    (table) => `
    create policy claim on kept.${table} to ${CLAIM_ROLE} using (true) with check (true);
    grant select, update on kept.${table} to ${CLAIM_ROLE};`,
  );
  return [
    make(APP_ROLE),
    make(CLAIM_ROLE),
    ...policies,
    ...claims,
    `alter table kept.workspace enable row level security;
    create policy tenant on kept.workspace to ${APP_ROLE} using (id = ${bound}) with check (id = ${bound});
    grant select, insert, update on kept.workspace to ${APP_ROLE};
    grant usage on all sequences in schema kept to ${APP_ROLE};
    revoke update, delete on kept.timeline_event from ${APP_ROLE};`,
  ].join('\n');
}
