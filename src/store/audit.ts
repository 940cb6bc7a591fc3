import { sql } from 'kysely';
import { z } from 'zod';
import type { Audit, Gauges } from '../app/store.ts';
import type { Instant } from '../domain/instant.ts';
import type { Database } from './database.ts';

/** An alarm, a message or something heard that is this late has been passed over by every sweep. */
const OVERDUE_MS = 60_000;

const AuditRow = z.object({
  silent: z.int(),
  overdueAlarms: z.int(),
  stuckOutbox: z.int(),
  lateInbox: z.int(),
  unsaid: z.int(),
});

/** Counts violations over all workspaces. Each count has an index of its own that is empty when all is well. */
export async function audit(db: Database, now: Instant): Promise<Audit> {
  const { rows } = await sql`
    select
      (select count(*) from kept.alarm where needed and due_at is null)
        + (select count(*) from kept.care_case where status = 'open' and not promised and waiting_since is null)
        as silent,
      (select count(*) from kept.alarm where due_at <= ${now - OVERDUE_MS}) as "overdueAlarms",
      -- What waits behind a message that was put off isn't stuck: it waits for its turn.
      (select count(*) from kept.outbox o
        where o.sent_at is null and o.unsaid_at is null and o.due_at <= ${now - OVERDUE_MS}
          and not exists (
            select from kept.outbox earlier
            where earlier.workspace_id = o.workspace_id and earlier.destination = o.destination
              and earlier.id < o.id and earlier.sent_at is null and earlier.unsaid_at is null
              and earlier.due_at > ${now - OVERDUE_MS})) as "stuckOutbox",
      (select count(*) from kept.inbox
        where done_at is null and lease_until <= ${now - OVERDUE_MS}) as "lateInbox",
      (select count(*) from kept.outbox where unsaid_at is not null) as unsaid`.execute(db);
  return AuditRow.parse(rows[0]);
}

const GaugesRow = z.object({
  livePromises: z.int(),
  atRisk: z.int(),
  openCases: z.int(),
  oldestOwedMs: z.number(),
});

/** What the metrics show, over all workspaces. */
export async function gauges(db: Database, now: Instant): Promise<Gauges> {
  const { rows } = await sql`
    select
      (select count(*) from kept.promise where unsettled and status = 'live') as "livePromises",
      (select count(*) from kept.promise where at_risk) as "atRisk",
      (select count(*) from kept.care_case where status = 'open') as "openCases",
      coalesce((select ${now} - min(owed_since) from kept.outbox where sent_at is null and unsaid_at is null), 0)
        as "oldestOwedMs"`.execute(db);
  return GaugesRow.parse(rows[0]);
}
