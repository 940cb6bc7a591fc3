import { sql } from 'kysely';
import { z } from 'zod';
import type { Commit, Locked, ToRing } from '../app/store.ts';
import { Ask } from '../domain/ask.ts';
import { CareCase } from '../domain/care-case.ts';
import { CarePromise, isUnsettled } from '../domain/care-promise.ts';
import type { CaseFile } from '../domain/case-file.ts';
import { CaseId, type MemberId, type WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { OutMessage } from '../domain/say.ts';
import type { Tx } from './database.ts';

type Ref = { workspaceId: WorkspaceId; caseId: CaseId };

const FileRow = z.object({
  case: CareCase,
  promises: z.array(CarePromise),
  asks: z.array(Ask),
});

/** The files of these cases, by case id. Promises and asks come in the order in which they were made. */
export async function readFiles(tx: Tx, refs: readonly Ref[]): Promise<Map<CaseId, CaseFile>> {
  const files = new Map<CaseId, CaseFile>();
  for (const [id, read] of await readEachFile(tx, refs)) {
    if (!read.success) {
      throw new Error(`The case ${id} in the store can't be read`, { cause: read.error });
    }
    files.set(id, read.data);
  }
  return files;
}

/** The same, each by itself: one that can't be read says why, and leaves the others alone. */
export async function readEachFile(
  tx: Tx,
  refs: readonly Ref[],
): Promise<Map<CaseId, z.ZodSafeParseResult<CaseFile>>> {
  if (refs.length === 0) {
    return new Map();
  }
  const { rows } = await sql`
    select c.id, c.doc as case,
      coalesce((select jsonb_agg(p.doc order by (p.doc->>'madeAt')::bigint, p.id) from kept.promise p
        where p.workspace_id = c.workspace_id and p.case_id = c.id), '[]') as promises,
      coalesce((select jsonb_agg(a.doc order by (a.doc->>'askedAt')::bigint, a.id) from kept.ask a
        where a.workspace_id = c.workspace_id and a.case_id = c.id), '[]') as asks
    from jsonb_to_recordset(${JSON.stringify(refs)}::jsonb) as r("workspaceId" uuid, "caseId" uuid)
    join kept.care_case c on c.workspace_id = r."workspaceId" and c.id = r."caseId"`.execute(tx);
  const found = z.array(z.looseObject({ id: CaseId })).parse(rows);
  return new Map(found.map((row) => [row.id, FileRow.safeParse(row)]));
}

/** Locks a case's alarm row, which is the mutex of the case, and reads its file. */
export async function lockCase(tx: Tx, ref: Ref): Promise<Locked | null> {
  const alarm = await tx
    .selectFrom('kept.alarm')
    .select('version')
    .where('workspace_id', '=', ref.workspaceId)
    .where('subject_kind', '=', 'case')
    .where('subject_id', '=', ref.caseId)
    .forUpdate()
    .executeTakeFirst();
  const file = alarm && (await readFiles(tx, [ref])).get(ref.caseId);
  return file ? { file, version: alarm.version } : null;
}

/** Makes the cases of an owner's unsettled promises, or all open cases, due at `at`, where they were due later or never. */
export async function pullAlarms(
  tx: Tx,
  workspaceId: WorkspaceId,
  ownerId: MemberId | null,
  at: Instant,
): Promise<void> {
  const which =
    ownerId === null
      ? sql`a.needed`
      : sql`a.subject_id in (
        select case_id from kept.promise
        where workspace_id = ${workspaceId} and owner_id = ${ownerId} and unsettled)`;
  // In one order, as every decision locks one row at a time.
  await sql`
    with owned as (
      select a.subject_id from kept.alarm a
      where a.workspace_id = ${workspaceId} and a.subject_kind = 'case' and ${which}
      order by a.subject_id for update)
    update kept.alarm a set due_at = least(a.due_at, ${at}) from owned
    where a.workspace_id = ${workspaceId} and a.subject_kind = 'case' and a.subject_id = owned.subject_id`.execute(
    tx,
  );
}

/** Writes states, timeline, outbox and alarms of any number of decisions, set by set (invariant 3). */
export async function commitCases(tx: Tx, changes: readonly Commit[]): Promise<ToRing> {
  if (changes.length === 0) {
    return { rowIds: [], alarms: [] };
  }
  await writeCases(tx, changes);
  await writeParts(
    tx,
    'promise',
    changes.flatMap((change) => changedParts(change, (file) => file.promises)),
  );
  await writeParts(
    tx,
    'ask',
    changes.flatMap((change) => changedParts(change, (file) => file.asks)),
  );
  await writeTimeline(tx, changes);
  await writeAlarms(tx, changes);
  const rowIds = await writeOutbox(tx, changes);
  return { rowIds, alarms: changes.flatMap(({ alarmAt }) => alarmAt ?? []) };
}

async function writeCases(tx: Tx, changes: readonly Commit[]): Promise<void> {
  const rows = changes.map(({ decision: { file } }) => ({
    workspace_id: file.case.workspaceId,
    id: file.case.id,
    number: file.case.number,
    doc: file.case,
    promised: file.promises.some(isUnsettled),
  }));
  await sql`
    insert into kept.care_case (workspace_id, id, number, doc, promised)
    select workspace_id, id, number, doc, promised from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(workspace_id uuid, id uuid, number integer, doc jsonb, promised boolean)
    on conflict (workspace_id, id) do update set doc = excluded.doc, promised = excluded.promised`.execute(
    tx,
  );
}

type Part = { id: string; workspaceId: string; caseId: string };

/** Parts keep their identity when a decision leaves them alone, so only new objects are written. */
function changedParts(change: Commit, parts: (file: CaseFile) => readonly Part[]): Part[] {
  const before = new Set(change.before === null ? [] : parts(change.before.file));
  return parts(change.decision.file).filter((part) => !before.has(part));
}

async function writeParts(tx: Tx, table: 'promise' | 'ask', parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) {
    return;
  }
  const rows = parts.map((doc) => ({ workspace_id: doc.workspaceId, id: doc.id, case_id: doc.caseId, doc }));
  await sql`
    insert into ${sql.table(`kept.${table}`)} (workspace_id, id, case_id, doc)
    select workspace_id, id, case_id, doc from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(workspace_id uuid, id uuid, case_id uuid, doc jsonb)
    on conflict (workspace_id, id) do update set doc = excluded.doc`.execute(tx);
}

async function writeTimeline(tx: Tx, changes: readonly Commit[]): Promise<void> {
  const rows = changes.flatMap(({ decision: { file, events } }) =>
    events.map(({ caseId, at, by, what }) => ({
      workspace_id: file.case.workspaceId,
      case_id: caseId,
      at,
      by,
      what,
    })),
  );
  await sql`
    insert into kept.timeline_event (workspace_id, case_id, at, by, what)
    select workspace_id, case_id, at, by, what from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(workspace_id uuid, case_id uuid, at bigint, by uuid, what jsonb)`.execute(tx);
}

async function writeAlarms(tx: Tx, changes: readonly Commit[]): Promise<void> {
  const rows = changes.map(({ before, decision: { file }, alarmAt }) => ({
    workspace_id: file.case.workspaceId,
    subject_id: file.case.id,
    due_at: alarmAt,
    version: versionAfter(before),
    needed: file.case.status === 'open',
  }));
  await sql`
    insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed)
    select workspace_id, 'case', subject_id, due_at, version, needed from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(workspace_id uuid, subject_id uuid, due_at bigint, version integer, needed boolean)
    on conflict (workspace_id, subject_kind, subject_id) do update
      set due_at = excluded.due_at, version = excluded.version, needed = excluded.needed, failures = 0`.execute(
    tx,
  );
}

async function writeOutbox(tx: Tx, changes: readonly Commit[]): Promise<string[]> {
  const rows = changes.flatMap(({ before, at, decision: { file, messages } }) =>
    messages.map((message) => ({
      workspace_id: file.case.workspaceId,
      case_id: file.case.id,
      key: message.op === 'post' ? message.key : `${message.of}#${versionAfter(before)}`,
      destination: destinationOf(file, message),
      message: withoutKey(message),
      owed_since: at,
    })),
  );
  if (rows.length === 0) {
    return [];
  }
  const { rows: written } = await sql`
    insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at)
    select r.workspace_id, r.case_id, r.key,
      coalesce((select post.destination from kept.outbox post
        where post.workspace_id = r.workspace_id and post.key = r.message->>'of'), r.destination),
      r.message, r.owed_since, r.owed_since
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(workspace_id uuid, case_id uuid, key text, destination text, message jsonb, owed_since bigint)
    on conflict (workspace_id, key) do nothing returning id`.execute(tx);
  return z
    .array(z.object({ id: z.number() }))
    .parse(written)
    .map(({ id }) => String(id));
}

function versionAfter(before: Locked | null): number {
  return (before?.version ?? 0) + 1;
}

/**
 * Messages of one destination keep their order; a destination that is held back holds back no other. A redraw
 * goes where its post went, and so comes after it.
 */
function destinationOf(file: CaseFile, message: OutMessage): string {
  const isDm = message.op === 'post' && message.to.kind === 'member';
  return isDm && message.to.kind === 'member' ? `member/${message.to.memberId}` : `case/${file.case.id}`;
}

function withoutKey(message: OutMessage) {
  return message.op === 'post'
    ? { op: message.op, to: message.to, say: message.say }
    : { op: message.op, of: message.of };
}
