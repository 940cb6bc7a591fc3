import { sql, type Updateable } from 'kysely';
import { z } from 'zod';
import type { OutboxRow, Outcome, Post } from '../app/store.ts';
import { CaseId, WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { Audience, Say } from '../domain/say.ts';
import { unreachable } from '../domain/unreachable.ts';
import { executeLast } from './begin-late.ts';
import { acrossWorkspaces, type Database, readingWorkspaces, type Tx, withinWorkspaces } from './database.ts';
import type { Tables } from './tables.ts';

const Message = z.discriminatedUnion('op', [
  z.object({ op: z.literal('post'), to: Audience, say: Say }),
  z.object({ op: z.literal('redraw'), of: z.string() }),
]);

const ClaimedRow = z.object({
  id: z.number().transform(String),
  workspaceId: WorkspaceId,
  caseId: CaseId,
  key: z.string(),
  destination: z.string(),
  attempts: z.int(),
  owedSince: Instant,
  doubtSince: Instant.nullable(),
  leaseUntil: Instant,
  tried: z.array(Audience),
  message: Message,
});

/**
 * Leases owed messages, oldest first. A message waits while an earlier one to the same destination is being
 * sent or is put off, so each conversation stays in order and a slow one holds back no other. What is claimed
 * is a beginning of `order by`, so an earlier message that comes later in it counts as put off.
 * A claim counts as a try that may have been made until its outcome is written down.
 */
export function claimOutbox(
  db: Database,
  now: Instant,
  limit: number,
  leaseMs: number,
): Promise<OutboxRow[]> {
  const claim = async (tx: Tx) => {
    const claimed = sql`
      with owed as (
        select o.id, o.workspace_id, o.destination, o.tried_at from kept.outbox o
        where o.sent_at is null and o.unsaid_at is null and o.due_at <= ${now}
          and (o.lease_until is null or o.lease_until <= ${now})
          and not exists (
            select from kept.outbox earlier
            where earlier.workspace_id = o.workspace_id and earlier.destination = o.destination
              and earlier.id < o.id and earlier.sent_at is null and earlier.unsaid_at is null
              and (earlier.due_at > o.due_at or earlier.lease_until > ${now}))
        order by o.due_at, o.id limit ${limit} for update of o skip locked),
      -- Never past one that waits behind an earlier message itself, or that somebody has locked.
      next as (
        select owed.id, owed.tried_at from owed
        where not exists (
          select from kept.outbox earlier
          where earlier.workspace_id = owed.workspace_id and earlier.destination = owed.destination
            and earlier.id < owed.id and earlier.sent_at is null and earlier.unsaid_at is null
            and earlier.id not in (select id from owed)))
      update kept.outbox o set lease_until = ${now + leaseMs}, attempts = o.attempts + 1,
        tried_at = coalesce(o.tried_at, ${now}::bigint)
      from next where o.id = next.id
      returning o.id, o.workspace_id as "workspaceId", o.case_id as "caseId", o.key, o.destination, o.attempts,
        o.owed_since as "owedSince", next.tried_at as "doubtSince", o.lease_until as "leaseUntil", o.tried,
        o.message`;
    const { rows } = await executeLast(tx, claimed);
    return z
      .array(ClaimedRow)
      .parse(rows)
      .toSorted((a, b) => Number(a.id) - Number(b.id));
  };
  // One at a time: whoever claims while another does would not see that an earlier message is being sent.
  return acrossWorkspaces(db, claim, 'kept.claim-outbox');
}

/** Writes down what became of owed messages. */
export async function recordOutcomes(db: Database, outcomes: readonly Outcome[]): Promise<void> {
  const workspaces = [...new Set(outcomes.map(({ row }) => row.workspaceId))];
  if (workspaces.length === 0) {
    return;
  }
  await withinWorkspaces(db, workspaces, async (tx) => {
    for (const outcome of outcomes) {
      if (outcome.how !== 'sent') {
        await recordTrouble(tx, outcome);
      }
    }
    await recordSent(
      tx,
      outcomes.filter((outcome) => outcome.how === 'sent'),
    );
  });
}

/** Frees every lease of outbox and inbox: only for a process that knows itself to be the only one. */
export async function releaseLeases(db: Database): Promise<void> {
  await acrossWorkspaces(db, async (tx) => {
    await tx
      .updateTable('kept.outbox')
      .set({ lease_until: null })
      .where('lease_until', 'is not', null)
      .execute();
    await tx.updateTable('kept.inbox').set({ lease_until: 0 }).where('done_at', 'is', null).execute();
  });
}

const PostRow = z.object({
  key: z.string(),
  caseId: CaseId,
  to: Audience,
  say: Say,
  tried: z.array(Audience),
  connection: z.string(),
  ref: z.string(),
});
const Numbered = z.looseObject({ nr: z.int() });
const POST = sql`p.key, p.case_id as "caseId", p.audience as "to", p.say, p.tried, p.connection, p.ref`;

/** The post that stands at that reference; null when there is none. */
export function readPostAt(
  db: Database,
  workspaceId: WorkspaceId,
  connection: string,
  ref: string,
): Promise<Post | null> {
  return readingWorkspaces(db, [workspaceId], async (tx) => {
    const { rows } = await sql`
      select ${POST} from kept.post p
      where p.workspace_id = ${workspaceId} and p.connection = ${connection} and p.ref = ${ref}`.execute(tx);
    return rows.length === 0 ? null : PostRow.parse(rows[0]);
  });
}

/** One post, within a transaction; null when there is none, or it can't be read. */
export async function readPostIn(tx: Tx, workspaceId: WorkspaceId, key: string): Promise<Post | null> {
  const { rows } = await sql`
    select ${POST} from kept.post p where p.workspace_id = ${workspaceId} and p.key = ${key}`.execute(tx);
  return PostRow.safeParse(rows[0]).data ?? null;
}

/** Posts of any workspaces by their keys, in that order; null where there is none, or why one can't be read. */
export function readPosts(
  db: Database,
  which: readonly { workspaceId: WorkspaceId; key: string }[],
): Promise<(Post | null | { error: unknown })[]> {
  return readingWorkspaces(db, [...new Set(which.map(({ workspaceId }) => workspaceId))], async (tx) => {
    const { rows } = await sql`
      select r.nr, ${POST}
      from unnest(${which.map(({ workspaceId }) => workspaceId)}::uuid[], ${which.map(({ key }) => key)}::text[])
        with ordinality as r(workspace_id, key, nr)
      join kept.post p on p.workspace_id = r.workspace_id and p.key = r.key`.execute(tx);
    const found = new Map(
      z
        .array(Numbered)
        .parse(rows)
        .map((row) => [row.nr, PostRow.safeParse(row)]),
    );
    return which.map((_, at) => {
      const read = found.get(at + 1);
      if (read === undefined) return null;
      return read.success ? read.data : { error: read.error };
    });
  });
}

/** The last of a transaction, which ends with it. */
async function recordSent(tx: Tx, sent: readonly Extract<Outcome, { how: 'sent' }>[]): Promise<void> {
  if (sent.length === 0) {
    return;
  }
  const rows = sent.map(({ row, at }) => ({ id: row.id, workspace_id: row.workspaceId, at }));
  const posts = sent.flatMap(({ row, post }) =>
    post === null
      ? []
      : [{ ...post, workspace_id: row.workspaceId, case_id: post.caseId, audience: post.to }],
  );
  const written = sql`
    with r as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id bigint, workspace_id uuid, at bigint)),
    ours as (
      -- In one order, for another process may have taken some of them over.
      select o.id, r.at from r join kept.outbox o on o.id = r.id and o.workspace_id = r.workspace_id
      order by o.id for update of o),
    posted as (
      insert into kept.post (workspace_id, key, case_id, audience, say, tried, connection, ref)
      select workspace_id, key, case_id, audience, say, tried, connection, ref
      from jsonb_to_recordset(${JSON.stringify(posts)}::jsonb)
        as r(workspace_id uuid, key text, case_id uuid, audience jsonb, say jsonb, tried jsonb, connection text,
          ref text)
      on conflict (workspace_id, key) do nothing)
    update kept.outbox o set sent_at = ours.at, lease_until = null, tried_at = null, error = null
    from ours where o.id = ours.id`;
  await executeLast(tx, written);
}

/** Whose lease has gone to another process in the meantime changes nothing: that one looks, and tells. */
async function recordTrouble(tx: Tx, outcome: Exclude<Outcome, { how: 'sent' }>): Promise<void> {
  const { row } = outcome;
  await tx
    .updateTable('kept.outbox')
    .set({ ...changeFor(outcome), lease_until: null })
    .where('workspace_id', '=', row.workspaceId)
    .where('id', '=', Number(row.id))
    .where('lease_until', '=', row.leaseUntil)
    .execute();
}

function changeFor(outcome: Exclude<Outcome, { how: 'sent' }>): Updateable<Tables['kept.outbox']> {
  const { row } = outcome;
  const { message, tried } = row;
  switch (outcome.how) {
    case 'again':
      return { due_at: outcome.at, error: outcome.error, tried_at: outcome.doubtSince };
    case 'left':
      // The claim counted a try that was not made.
      return {
        due_at: outcome.at,
        attempts: row.attempts - 1,
        tried_at: row.doubtSince,
        ...(outcome.error === null ? {} : { error: outcome.error }),
      };
    case 'unsaid':
      return { unsaid_at: outcome.at, error: outcome.error, tried_at: null };
    case 'next way':
      return {
        message: JSON.stringify({ ...message, to: outcome.to }),
        tried: JSON.stringify(message.op === 'post' ? [...tried, message.to] : tried),
        attempts: 0,
        tried_at: null,
        error: outcome.error,
      };
    default:
      return unreachable(outcome);
  }
}
