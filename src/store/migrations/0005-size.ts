import { type Kysely, sql } from 'kysely';
import { CLAIM_ROLE } from '../database.ts';

/** What a million promises, and a year of them, ask for: indexes for the lists, room to write, and what may go. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(LISTS).execute(db);
  await sql.raw(ROOM).execute(db);
  await sql.raw(PRUNING).execute(db);
}

/**
 * An index over an expression of the document makes every writing of a case write all its indexes: so who opened it
 * is a column.
 */
const LISTS = `
drop index kept.case_opened_by;
alter table kept.care_case add opened_by uuid generated always as ((doc->>'openedBy')::uuid) stored;
create index case_opened_by on kept.care_case (workspace_id, opened_by, status, number);
create index case_open on kept.care_case (workspace_id, number) where status = 'open';
drop index kept.case_of_customer;
create index case_of_customer on kept.care_case (workspace_id, customer_id, number);
create index promise_soonest on kept.promise (workspace_id, follow_up_at) where unsettled;
drop index kept.promise_at_risk;
create index promise_in_trouble on kept.promise (workspace_id, follow_up_at)
  where unsettled and (at_risk or status = 'broken');
`;

/**
 * Room in each page, so that a new version of a document finds its place beside the old one and no index is written.
 * Vacuums by the number of changes and not by a fifth of the table: claims begin where what is done with lay.
 */
const ROOM = `
alter table kept.care_case set (fillfactor = 80);
alter table kept.promise set (fillfactor = 80);
alter table kept.alarm set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);
alter table kept.outbox set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);
`;

/** Whoever claims may take away what is over and done with, and sees of posts no more than their keys. */
const PRUNING = `
create index received_at on kept.received (at);
grant delete on kept.outbox to ${CLAIM_ROLE};
create policy claim on kept.received to ${CLAIM_ROLE} using (true);
grant select, delete on kept.received to ${CLAIM_ROLE};
create policy claim on kept.post for select to ${CLAIM_ROLE} using (true);
grant select (workspace_id, key) on kept.post to ${CLAIM_ROLE};
`;
