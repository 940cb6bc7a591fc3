import { type Kysely, sql } from 'kysely';

/**
 * The fleet's duties with what their last run told, the canaries, and what the auditor's looks go by.
 * Duties and canaries belong to the installation and to no tenant: no tenant's role sees them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  await sql.raw(TOLD).execute(db);
  await sql.raw(INDEXES).execute(db);
}

const TABLES = `
create table kept.duty (
  name text primary key,
  run bigint not null,
  due_at bigint not null,
  lease_until bigint,
  started_at bigint not null,
  done_at bigint,
  result jsonb,
  failures integer not null default 0,
  error text
);
create table kept.canary (
  workspace_id uuid primary key references kept.workspace (id),
  flies_in uuid not null unique references kept.workspace (id),
  member_id uuid not null,
  connection text not null,
  ref text,
  key text,
  begun_at bigint,
  due_at bigint,
  ended_at bigint,
  came_through boolean,
  lateness_ms bigint,
  last_ok_at bigint
);
alter table kept.outbox add told_at bigint;
`;

/** What nobody could be told before there was an auditor is on the board, and no news. */
const TOLD = `update kept.outbox set told_at = unsaid_at where unsaid_at is not null`;

/** All but the first are empty while all is well. That one only ever grows at its end, and so costs little. */
const INDEXES = `
create index timeline_event_seq on kept.timeline_event (seq);
create index alarm_failing on kept.alarm (workspace_id) where failures > 0;
create index outbox_untold on kept.outbox (workspace_id) where unsaid_at is not null and told_at is null;
`;
