import { sql } from 'kysely';
import { z } from 'zod';
import type { CaseRow, History, PromiseRow } from '../app/store.ts';
import { CaseId, type CustomerId, type MemberId, PromiseId, type WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { Customer } from '../domain/people.ts';
import { TimelineEvent } from '../domain/timeline.ts';
import { readFiles } from './cases.ts';
import type { Tx } from './database.ts';

const Found = z.object({ case_id: CaseId, customer: Customer });
const FoundPromise = Found.extend({ promise_id: PromiseId });

/** Unsettled promises of one owner, or of all, the soonest first. */
export async function unsettledPromises(
  tx: Tx,
  workspaceId: WorkspaceId,
  ownerId: MemberId | null,
  limit: number,
): Promise<PromiseRow[]> {
  const { rows } = await sql`
    select p.id as promise_id, p.case_id, cu.doc as customer from kept.promise p
    join kept.care_case c on c.workspace_id = p.workspace_id and c.id = p.case_id
    join kept.customer cu on cu.workspace_id = c.workspace_id and cu.id = c.customer_id
    where p.workspace_id = ${workspaceId} and p.unsettled and (${ownerId}::uuid is null or p.owner_id = ${ownerId})
    order by p.follow_up_at limit ${limit}`.execute(tx);
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

/** Open cases that wait for a promise, the longest waiting first. */
export function waitingCases(tx: Tx, workspaceId: WorkspaceId, limit: number): Promise<CaseRow[]> {
  const which = sql`c.waiting_since is not null order by c.waiting_since`;
  return caseRows(tx, workspaceId, which, limit);
}

/** Cases, open ones first, then the latest. */
export function allCases(tx: Tx, workspaceId: WorkspaceId, limit: number): Promise<CaseRow[]> {
  return caseRows(tx, workspaceId, sql`true order by c.status desc, c.number desc`, limit);
}

/** Cases that a member opened, open ones first, then the latest. */
export function casesOpenedBy(
  tx: Tx,
  workspaceId: WorkspaceId,
  memberId: MemberId,
  limit: number,
): Promise<CaseRow[]> {
  const which = sql`c.doc->>'openedBy' = ${memberId} order by c.status desc, c.number desc`;
  return caseRows(tx, workspaceId, which, limit);
}

async function caseRows(
  tx: Tx,
  workspaceId: WorkspaceId,
  which: ReturnType<typeof sql>,
  limit: number,
): Promise<CaseRow[]> {
  const { rows } = await sql`
    select c.id as case_id, cu.doc as customer from kept.care_case c
    join kept.customer cu on cu.workspace_id = c.workspace_id and cu.id = c.customer_id
    where c.workspace_id = ${workspaceId} and ${which} limit ${limit}`.execute(tx);
  const found = z.array(Found).parse(rows);
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
    .where('unsettled', '=', true)
    .where('status', '=', 'live')
    .where('follow_up_at', '>=', from)
    .where('follow_up_at', '<=', to)
    .execute();
  return rows.map(({ follow_up_at }) => follow_up_at);
}

const EarlierCase = z
  .object({
    number: z.int(),
    id: CaseId,
    title: z.string(),
    opened_at: Instant,
    status: z.enum(['open', 'closed']),
  })
  .transform(({ opened_at, ...rest }) => ({ ...rest, openedAt: opened_at }));
const Counts = z.object({ kept: z.int(), moved_early: z.int(), broken: z.int() });

/** What was promised to this customer before, and what became of it. */
export async function customerHistory(
  tx: Tx,
  workspaceId: WorkspaceId,
  customerId: CustomerId,
  except: CaseId | null,
): Promise<History> {
  const { rows: cases } = await sql`
    select number, id, doc->>'title' as title, opened_at, status from kept.care_case
    where workspace_id = ${workspaceId} and customer_id = ${customerId} and id is distinct from ${except}::uuid
    order by number desc limit 5`.execute(tx);
  const { rows: counts } = await sql`
    select count(*) filter (where p.status = 'kept') as kept,
      count(*) filter (where p.status = 'moved') as moved_early,
      count(*) filter (where p.status = 'broken') as broken
    from kept.care_case c join kept.promise p on p.workspace_id = c.workspace_id and p.case_id = c.id
    where c.workspace_id = ${workspaceId} and c.customer_id = ${customerId} and p.doc->>'kind' = 'contact'`.execute(
    tx,
  );
  const { kept, moved_early, broken } = Counts.parse(counts[0]);
  return { cases: z.array(EarlierCase).parse(cases), kept, movedEarly: moved_early, broken };
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
