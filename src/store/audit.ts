import { sql } from 'kysely';
import { z } from 'zod';
import type { Auditing, Counts } from '../app/auditing.ts';
import { CONNECTION_KINDS, type ConnectionKind } from '../app/connections.ts';
import type { Finding, Missing } from '../app/repair.ts';
import type { Gauges } from '../app/store.ts';
import { CaseId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Post } from '../domain/said.ts';
import { readEachFile, refKey } from './cases.ts';
import { bindTo, type Database, type Tx, withinWorkspaces } from './database.ts';
import { readWorkspaces } from './people.ts';

/** An alarm, a message or something heard that is this late has been passed over by every sweep. */
const OVERDUE_MS = 60_000;
/** A decision that failed so often won't go well by itself. */
const FAILED = 3;
/** No lease is taken for longer; one that ends later was taken by a clock that ran ahead. */
const LEASE_MOST_MS = 120_000;

const CountsRow = z.object({
  silent: z.int(),
  overdueAlarms: z.int(),
  failingCases: z.int(),
  stuckOutbox: z.int(),
  lateInbox: z.int(),
  unsaid: z.int(),
});

/** What may be one workspace's or one case's trouble alone: where it is found, each by an index that is empty when all is well. */
function localOnes(now: Instant, heard: readonly ConnectionKind[]) {
  return {
    failingCases: sql`kept.alarm o where o.failures > 0 and o.failures >= ${FAILED}`,
    // What waits behind a message that was put off isn't stuck: it waits for its turn.
    stuckOutbox: sql`kept.outbox o
      where o.sent_at is null and o.unsaid_at is null and o.due_at <= ${now - OVERDUE_MS}
        and not exists (
          select from kept.outbox earlier
          where earlier.workspace_id = o.workspace_id and earlier.destination = o.destination
            and earlier.id < o.id and earlier.sent_at is null and earlier.unsaid_at is null
            and earlier.due_at > ${now - OVERDUE_MS})`,
    lateInbox: sql`kept.inbox o
      where o.done_at is null and o.lease_until <= ${now - OVERDUE_MS}
        and split_part(o.connection, '/', 1) = any (${[...heard]}::text[])`,
  };
}

/**
 * The counts, each over the whole of what it looks at, by an index of its own that is empty when all is well. They are
 * apart, so that a test can ask of each how it is carried out. What a surface heard that is switched off now (not one
 * of `heard`) waits until it is on again: nobody is at fault.
 */
export function countsOf(now: Instant, heard: readonly ConnectionKind[] = CONNECTION_KINDS) {
  const local = localOnes(now, heard);
  return {
    silent: sql<number>`select
      (select count(*) from kept.alarm where needed and due_at is null)
      + (select count(*) from kept.care_case where status = 'open' and not promised and waiting_since is null)`,
    overdueAlarms: sql<number>`select count(*) from kept.alarm where due_at <= ${now - OVERDUE_MS}`,
    failingCases: sql<number>`select count(*) from ${local.failingCases}`,
    stuckOutbox: sql<number>`select count(*) from ${local.stuckOutbox}`,
    lateInbox: sql<number>`select count(*) from ${local.lateInbox}`,
    // As on the board: it is over with its case.
    unsaid: sql<number>`select count(*) from kept.outbox o
      join kept.care_case c on c.workspace_id = o.workspace_id and c.id = o.case_id
      where o.unsaid_at is not null and c.status = 'open'`,
  };
}

/** What couldn't be said of what the auditor says itself isn't told of again. */
const OWN_WORDS = sql`o.message->'say'->>'what' is not distinct from 'audit found'`;

function untoldOf(workspaceId: WorkspaceId, until: Instant) {
  return sql`o.workspace_id = ${workspaceId} and o.unsaid_at <= ${until} and o.told_at is null and not ${OWN_WORDS}`;
}

/** What the auditor asks of Postgres. It looks over all workspaces, and reads and writes cases only as their own. */
export function createAuditing(db: Database, heard: readonly ConnectionKind[] = CONNECTION_KINDS): Auditing {
  return {
    count: (now) => count(db, countsOf(now, heard)),
    silentCases: async (limit) => {
      const { rows } = await sql`
        select c.workspace_id as "workspaceId", c.id as "caseId", c.number from (
          select workspace_id, subject_id as id from kept.alarm where needed and due_at is null
          union select workspace_id, id from kept.care_case
            where status = 'open' and not promised and waiting_since is null) silent
        join kept.care_case c using (workspace_id, id) limit ${limit}`.execute(db);
      return z.array(FindingRow).parse(rows);
    },
    failingCases: async (limit) => {
      const { rows } = await sql`
        select c.workspace_id as "workspaceId", c.id as "caseId", c.number from kept.alarm a
        join kept.care_case c on c.workspace_id = a.workspace_id and c.id = a.subject_id
        where a.failures > 0 and a.failures >= ${FAILED}
        order by a.workspace_id, a.subject_id limit ${limit}`.execute(db);
      return z.array(FindingRow).parse(rows);
    },
    troubles: async (now) => {
      const { failingCases, stuckOutbox, lateInbox } = localOnes(now, heard);
      const { rows } = await sql`
        select kind, workspace_id as "workspaceId", count from (
          select 'failingCases' as kind, o.workspace_id, count(*) from ${failingCases} group by o.workspace_id
          union all select 'stuckOutbox', o.workspace_id, count(*) from ${stuckOutbox} group by o.workspace_id
          union all select 'lateInbox', o.workspace_id, count(*) from ${lateInbox} group by o.workspace_id
          union all select 'unsaid', o.workspace_id, count(*) from kept.outbox o
            where o.unsaid_at is not null and o.told_at is null and not ${OWN_WORDS} group by o.workspace_id) t
        where workspace_id not in (select flies_in from kept.canary) order by workspace_id, kind`.execute(db);
      return z.array(TroubleRow).parse(rows);
    },
    wellCase: async (workspaceId) => {
      const { rows } = await sql`
        select coalesce(
          (select c.id from kept.care_case c
            join kept.alarm a on a.workspace_id = c.workspace_id and a.subject_kind = 'case' and a.subject_id = c.id
            where c.workspace_id = ${workspaceId} and a.failures = 0 and (a.due_at is not null or not a.needed)
            order by c.number desc limit 1),
          (select id from kept.care_case where workspace_id = ${workspaceId} order by number desc limit 1)) as id`.execute(
        db,
      );
      return z.array(z.object({ id: CaseId.nullable() })).parse(rows)[0]?.id ?? null;
    },
    workspaces: async () => {
      const { rows } = await sql`
        select count(*) from kept.workspace where id not in (select flies_in from kept.canary)`.execute(db);
      return z.array(z.object({ count: z.int() })).parse(rows)[0]?.count ?? 0;
    },
    untold: async (workspaceId, until) => {
      const { rows } = await sql`
        select c.workspace_id as "workspaceId", c.id as "caseId", c.number from kept.care_case c
        where c.workspace_id = ${workspaceId} and c.id in (
          select o.case_id from kept.outbox o where ${untoldOf(workspaceId, until)}) order by c.number`.execute(
        db,
      );
      return z.array(FindingRow).parse(rows);
    },
    toldUnsaid: async (workspaceId, until) => {
      await sql`update kept.outbox o set told_at = ${until} where ${untoldOf(workspaceId, until)}`.execute(
        db,
      );
    },
    freeLeases: async (now) => {
      // By both clocks: one that runs behind would take every lease for one of these.
      const { numAffectedRows } = await sql`
        update kept.outbox set lease_until = null
        where sent_at is null and unsaid_at is null and due_at <= ${now - OVERDUE_MS} and lease_until
          > greatest(${now}::bigint, (extract(epoch from clock_timestamp()) * 1000)::bigint) + ${LEASE_MOST_MS}::bigint`.execute(
        db,
      );
      return Number(numAffectedRows ?? 0);
    },
    lastEntries: async (limit) => {
      const { rows } = await sql`
        select greatest(0, max(seq) - ${limit}::bigint) as seq from kept.timeline_event`.execute(db);
      return z.array(z.object({ seq: z.number().nullable() })).parse(rows)[0]?.seq ?? 0;
    },
    missing: (after, limit, expected) =>
      // All of it as it stood at one moment: a canary clears its last flight away in between.
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((tx) => missing(tx, after, limit, expected)),
    owe: async (found, now) => {
      if (found.length === 0) {
        return { owed: [], rowIds: [] };
      }
      const workspaceIds = [...new Set(found.map(({ workspaceId }) => workspaceId))];
      const written = await withinWorkspaces(db, workspaceIds, (tx) => owe(tx, found, now));
      const keys = new Set(written.map(({ workspaceId, key }) => `${workspaceId}/${key}`));
      return {
        owed: found.filter(({ workspaceId, post }) => keys.has(`${workspaceId}/${post.key}`)),
        rowIds: written.map(({ id }) => id),
      };
    },
  };
}

async function count(db: Database, counts: ReturnType<typeof countsOf>): Promise<Counts> {
  const { rows } =
    await sql`select (${counts.silent}) as silent, (${counts.overdueAlarms}) as "overdueAlarms",
    (${counts.failingCases}) as "failingCases", (${counts.stuckOutbox}) as "stuckOutbox",
    (${counts.lateInbox}) as "lateInbox", (${counts.unsaid}) as unsaid`.execute(db);
  return CountsRow.parse(rows[0]);
}

const FindingRow = z.object({ workspaceId: WorkspaceId, caseId: CaseId, number: z.int() });
const TroubleRow = z.object({
  kind: z.enum(['failingCases', 'stuckOutbox', 'lateInbox', 'unsaid']),
  workspaceId: WorkspaceId,
  count: z.int(),
});
const EventRow = z.object({ seq: z.number(), workspaceId: WorkspaceId, caseId: CaseId });

async function missing(
  tx: Tx,
  after: number,
  limit: number,
  expected: Parameters<Auditing['missing']>[2],
): Promise<{ cursor: number; read: number; missing: Missing[] }> {
  const { rows } = await recentEvents(after, limit).execute(tx);
  const events = z.array(EventRow).parse(rows);
  const refs = [
    ...new Map(
      events.map(({ caseId, workspaceId }) => [refKey({ caseId, workspaceId }), { caseId, workspaceId }]),
    ).values(),
  ];
  const cursor = Math.max(after, ...events.map(({ seq }) => seq));
  if (refs.length === 0) {
    return { cursor, read: 0, missing: [] };
  }
  const workspaceIds = [...new Set(refs.map(({ workspaceId }) => workspaceId))];
  await bindTo(tx, workspaceIds);
  const workspaces = await readWorkspaces(tx, workspaceIds);
  const fileOf = await readEachFile(tx, refs);
  const posts = refs.flatMap((ref): Missing[] => {
    const { workspaceId, caseId } = ref;
    const [file, workspace] = [fileOf(ref), workspaces.get(workspaceId)];
    // What can't be read is found by its wake, which fails.
    return file?.success === true && workspace?.success === true
      ? expected(file.data, workspace.data.policy).map((post) => ({
          workspaceId,
          caseId,
          number: file.data.case.number,
          post,
        }))
      : [];
  });
  const { rows: absent } = await absentKeys(posts).execute(tx);
  const found = z.array(z.object({ nr: z.int() })).parse(absent);
  return { cursor, read: events.length, missing: found.flatMap(({ nr }) => posts[nr] ?? []) };
}

/** The timeline after a cursor. */
export function recentEvents(after: number, limit: number) {
  return sql`select seq, workspace_id as "workspaceId", case_id as "caseId" from kept.timeline_event
    where seq > ${after} order by seq limit ${limit}`;
}

/** Which of these messages are neither owed nor were sent: by number. */
export function absentKeys(posts: readonly Pick<Missing, 'workspaceId' | 'post'>[]) {
  const rows = posts.map(({ workspaceId, post }, nr) => ({ nr, workspace_id: workspaceId, key: post.key }));
  return sql`
    select r.nr from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(nr integer, workspace_id uuid, key text)
    where not exists (
        select from kept.outbox o where o.workspace_id = r.workspace_id and o.key = r.key)
      and not exists (
        select from kept.post p where p.workspace_id = r.workspace_id and p.key = r.key)`;
}

const OwedRow = z.object({ id: z.number().transform(String), workspaceId: WorkspaceId, key: z.string() });

/** Owes posts that no decision makes now. One whose key is there already isn't owed twice. */
export async function owe(
  tx: Tx,
  posts: readonly (Pick<Finding, 'workspaceId' | 'caseId'> & { post: Post })[],
  now: Instant,
): Promise<z.infer<typeof OwedRow>[]> {
  const rows = posts.map(({ workspaceId, caseId, post: { op, key, to, say } }) => ({
    workspace_id: workspaceId,
    case_id: caseId,
    key,
    destination: to.kind === 'member' ? `member/${to.memberId}` : `case/${caseId}`,
    message: { op, to, say },
  }));
  const { rows: written } = await sql`
    insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at)
    select workspace_id, case_id, key, destination, message, ${now}::bigint, ${now}::bigint
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(workspace_id uuid, case_id uuid, key text, destination text, message jsonb)
    on conflict (workspace_id, key) do nothing
    returning id, workspace_id as "workspaceId", key`.execute(tx);
  return z.array(OwedRow).parse(written);
}

const GaugesRow = z.object({
  livePromises: z.int(),
  atRisk: z.int(),
  openCases: z.int(),
  oldestOwedMs: z.number(),
});

/**
 * What the metrics show, over all workspaces; canaries are counted among none of it. Counted by indexes that hold
 * what is pending alone, without looking at the documents; so it grows with that, and not with what is over.
 */
export async function gauges(db: Database, now: Instant): Promise<Gauges> {
  const real = sql`workspace_id not in (select flies_in from kept.canary)`;
  const troubled = sql`unsettled and (at_risk or status = 'broken') and ${real}`;
  const { rows } = await sql`
    select
      (select count(*) from kept.promise where unsettled and ${real})
        - (select count(*) from kept.promise where status = 'broken' and ${troubled}) as "livePromises",
      (select count(*) from kept.promise where at_risk and ${troubled}) as "atRisk",
      (select count(*) from kept.care_case where status = 'open' and ${real}) as "openCases",
      coalesce((select ${now} - min(owed_since) from kept.outbox
        where sent_at is null and unsaid_at is null and ${real}), 0) as "oldestOwedMs"`.execute(db);
  return GaugesRow.parse(rows[0]);
}
