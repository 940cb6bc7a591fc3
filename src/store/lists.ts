import { sql } from 'kysely';
import { z } from 'zod';
import type { CaseRow, PromiseRow } from '../app/store.ts';
import { CaseId, type MemberId, PromiseId, type WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { Customer } from '../domain/people.ts';
import { TimelineEvent } from '../domain/timeline.ts';
import { readFiles } from './cases.ts';
import type { Tx } from './database.ts';

const Found = z.object({ case_id: CaseId, customer: Customer });
const FoundPromise = Found.extend({ promise_id: PromiseId });

/** Unsettled promises of one owner, or of all, the soonest first. */
export function unsettledPromises(
  tx: Tx,
  workspaceId: WorkspaceId,
  ownerId: MemberId | null,
  limit: number,
): Promise<PromiseRow[]> {
  // Written out for each, since one condition for both would leave the planner without either index.
  return promiseRows(
    tx,
    workspaceId,
    ownerId === null ? sql`p.unsettled` : sql`p.unsettled and p.owner_id = ${ownerId}`,
    limit,
  );
}

/** Promises at risk, and broken ones that nobody has settled, the soonest first. */
export function troubledPromises(tx: Tx, workspaceId: WorkspaceId, limit: number): Promise<PromiseRow[]> {
  return promiseRows(tx, workspaceId, sql`p.unsettled and (p.at_risk or p.status = 'broken')`, limit);
}

async function promiseRows(
  tx: Tx,
  workspaceId: WorkspaceId,
  which: ReturnType<typeof sql>,
  limit: number,
): Promise<PromiseRow[]> {
  // The first of them are found by the index alone; what belongs to them is looked up for these.
  const { rows } = await sql`
    select p.id as promise_id, p.case_id, cu.doc as customer
    from (select p.workspace_id, p.id, p.case_id, p.follow_up_at from kept.promise p
      where p.workspace_id = ${workspaceId} and ${which} order by p.follow_up_at limit ${limit}) p
    join kept.care_case c on c.workspace_id = p.workspace_id and c.id = p.case_id
    join kept.customer cu on cu.workspace_id = c.workspace_id and cu.id = c.customer_id
    order by p.follow_up_at`.execute(tx);
  const found = z.array(FoundPromise).parse(rows);
  const files = await readFiles(
    tx,
    found.map(({ case_id }) => ({ workspaceId, caseId: case_id })),
  );
  return found.flatMap(({ case_id, promise_id, customer }) => {
    const file = files.get(case_id);
    return file ? [{ file, promiseId: promise_id, customer }] : [];
  });
}

/** Open cases that wait for a promise, of one owner or of all, the longest waiting first. */
export function waitingCases(
  tx: Tx,
  workspaceId: WorkspaceId,
  ownerId: MemberId | null,
  limit: number,
): Promise<CaseRow[]> {
  const theirs = ownerId === null ? sql`` : sql`and c.doc->>'ownerId' = ${ownerId}`;
  return caseRows(
    tx,
    workspaceId,
    [sql`c.waiting_since is not null ${theirs} order by c.waiting_since`],
    limit,
  );
}

/** Cases, open ones first, then the latest. */
export function allCases(tx: Tx, workspaceId: WorkspaceId, limit: number): Promise<CaseRow[]> {
  return caseRows(tx, workspaceId, openThenClosed(sql`true`), limit);
}

/** Cases that a member opened, open ones first, then the latest. */
export function casesOpenedBy(
  tx: Tx,
  workspaceId: WorkspaceId,
  memberId: MemberId,
  limit: number,
): Promise<CaseRow[]> {
  return caseRows(tx, workspaceId, openThenClosed(sql`c.opened_by = ${memberId}`), limit);
}

/** One after the other, as each has its index in its order, and the two together have none. */
function openThenClosed(which: ReturnType<typeof sql>): ReturnType<typeof sql>[] {
  return ['open', 'closed'].map(
    (status) => sql`${which} and c.status = ${sql.lit(status)} order by c.number desc`,
  );
}

/** What one query after the other finds, up to `limit` in all. */
async function caseRows(
  tx: Tx,
  workspaceId: WorkspaceId,
  queries: readonly ReturnType<typeof sql>[],
  limit: number,
): Promise<CaseRow[]> {
  const found: z.infer<typeof Found>[] = [];
  for (const which of queries) {
    if (found.length >= limit) break;
    const { rows } = await sql`
      select c.id as case_id, cu.doc as customer
      from (select c.workspace_id, c.id, c.customer_id, row_number() over () as nr from (
        select c.workspace_id, c.id, c.customer_id from kept.care_case c
        where c.workspace_id = ${workspaceId} and ${which} limit ${limit - found.length}) c) c
      join kept.customer cu on cu.workspace_id = c.workspace_id and cu.id = c.customer_id
      order by c.nr`.execute(tx);
    found.push(...z.array(Found).parse(rows));
  }
  const files = await readFiles(
    tx,
    found.map(({ case_id }) => ({ workspaceId, caseId: case_id })),
  );
  return found.flatMap(({ case_id, customer }) => {
    const file = files.get(case_id);
    return file ? [{ file, customer }] : [];
  });
}

/** Follow-up times of an owner's live promises from `from` to `to`, both included. */
export async function followUpsBetween(
  tx: Tx,
  workspaceId: WorkspaceId,
  ownerId: MemberId,
  from: Instant,
  to: Instant,
): Promise<Instant[]> {
  const rows = await tx
    .selectFrom('kept.promise')
    .select('follow_up_at')
    .where('workspace_id', '=', workspaceId)
    .where('owner_id', '=', ownerId)
    // Said as it stands in the index: a parameter would be anything to a generic plan.
    .where(sql<boolean>`unsettled and status = 'live'`)
    .where('follow_up_at', '>=', from)
    .where('follow_up_at', '<=', to)
    .execute();
  return rows.map(({ follow_up_at }) => follow_up_at);
}

/** The last `limit` entries of a case's timeline, the earliest of them first. */
export async function readTimeline(
  tx: Tx,
  workspaceId: WorkspaceId,
  caseId: CaseId,
  limit: number,
): Promise<TimelineEvent[]> {
  const rows = await tx
    .selectFrom('kept.timeline_event')
    .select(['case_id as caseId', 'at', 'by', 'what'])
    .where('workspace_id', '=', workspaceId)
    .where('case_id', '=', caseId)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return z.array(TimelineEvent).parse(rows.toReversed());
}

const Unsaid = z.object({ caseId: CaseId, number: z.int(), error: z.string(), at: Instant });

/** The connections of a workspace whose app was removed or whose token was revoked, with their teams' names. */
export async function readDisconnected(
  tx: Tx,
  workspaceId: WorkspaceId,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql`
    select id, coalesce(facts->>'name', external_id) as name from kept.connection
    where workspace_id = ${workspaceId} and status = 'disconnected' order by id`.execute(tx);
  return z.array(z.object({ id: z.string(), name: z.string() })).parse(rows);
}

/** Messages that could not be said anywhere, of cases that are still open; the latest first. */
export async function readUnsaid(
  tx: Tx,
  workspaceId: WorkspaceId,
  limit: number,
): Promise<z.infer<typeof Unsaid>[]> {
  const { rows } = await sql`
    select o.case_id as "caseId", c.number, coalesce(o.error, '') as error, o.unsaid_at as at from kept.outbox o
    join kept.care_case c on c.workspace_id = o.workspace_id and c.id = o.case_id
    where o.workspace_id = ${workspaceId} and o.unsaid_at is not null and c.status = 'open'
    order by o.unsaid_at desc limit ${limit}`.execute(tx);
  return z.array(Unsaid).parse(rows);
}
