import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Commit, Locked, ToRing } from '../app/store.ts';
import type { Ask } from '../domain/ask.ts';
import { type CarePromise, isUnsettled } from '../domain/care-promise.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { OutMessage } from '../domain/say.ts';
import { executeLast } from './begin-late.ts';
import { refKey } from './cases.ts';
import type { Tx } from './database.ts';
import { docOf, saidOf, WITH_ALARM } from './said.ts';

/** `isLast`: the transaction is committed with it. `places`: by `refKey`, where an alarm's row lies that is locked (ctid). */
type How = { isLast: boolean; places?: ReadonlyMap<string, string> };

/** Writes states, timeline, outbox and alarms of any number of decisions, all in one statement (invariant 3). */
export async function commitCases(
  tx: Tx,
  changes: readonly Commit[],
  { isLast, places }: How,
): Promise<ToRing> {
  if (changes.length === 0) {
    return { rowIds: [], alarms: [] };
  }
  const writes = [
    ...caseWrites(changes),
    ...partWrites('promise', changes, (file) => file.promises),
    ...partWrites('ask', changes, (file) => file.asks),
    timelineWrite(changes),
    ...alarmWrites(changes, places),
  ].map((write, nr) => sql`${sql.id(`write_${nr}`)} as (${write})`);
  const statement = sql`with ${sql.join(writes)} ${outboxWrite(changes)}`;
  const { rows } = await (isLast ? executeLast(tx, statement) : statement.execute(tx));
  return {
    rowIds: z
      .array(Written)
      .parse(rows)
      .map(({ id }) => String(id)),
    alarms: changes.flatMap(({ alarmAt }) => alarmAt ?? []),
  };
}

/** A statement, or a part of one, that isn't executed by itself. */
type Write = RawBuilder<unknown>;
const Written = z.object({ id: z.number() });

/**
 * What is there already is updated: an insert that runs into its row builds it twice. Of a document only those
 * fields go over that are others now, and none where all are as before: what is written is read and decided under
 * the lock of its alarm.
 */
function caseWrites(changes: readonly Commit[]): Write[] {
  const writes: Write[] = [];
  const isPromised = (file: CaseFile) => file.promises.some(isUnsettled);
  const added = changes.flatMap(({ before, decision: { file } }) =>
    before === null
      ? [{ ...keyOf(file.case), number: file.case.number, doc: docOf(file.case), promised: isPromised(file) }]
      : [],
  );
  if (added.length > 0) {
    writes.push(sql`
      insert into kept.care_case (workspace_id, id, number, doc, promised)
      select workspace_id, id, number, doc, promised from jsonb_to_recordset(${JSON.stringify(added)}::jsonb)
        as r(workspace_id uuid, id uuid, number integer, doc jsonb, promised boolean)`);
  }
  const changed = changes.flatMap(({ before, isAnew, decision: { file } }) => {
    if (before === null) return [];
    const promised = isPromised(file);
    const changed = patch(before.file.case, file.case);
    const isSame = changed === null && isPromised(before.file) === promised && isAnew !== true;
    return isSame ? [] : [{ ...keyOf(file.case), ...(changed ?? UNCHANGED), promised }];
  });
  if (changed.length > 0) {
    // The limit tells the planner how many there are; it would take a hundred for granted, and read the table whole.
    writes.push(sql`
      update kept.care_case c set doc = ${patched(sql`c.doc`)}, promised = r.promised
      from (select * from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb)
        as r(workspace_id uuid, id uuid, gone text[], now jsonb, promised boolean) limit ${changed.length}) r
      where c.workspace_id = r.workspace_id and c.id = r.id`);
  }
  return writes;
}

type Part = CarePromise | Ask;

/** Parts keep their identity when a decision leaves them alone, so only new objects are written. */
function partWrites(
  table: 'promise' | 'ask',
  changes: readonly Commit[],
  partsOf: (file: CaseFile) => readonly Part[],
): Write[] {
  const writes: Write[] = [];
  const added: object[] = [];
  const changed: object[] = [];
  for (const { before, decision } of changes) {
    const known = new Map(before === null ? [] : partsOf(before.file).map((part) => [part.id, part]));
    for (const part of partsOf(decision.file)) {
      const was = known.get(part.id);
      if (was === undefined) {
        added.push({ ...keyOf(part), case_id: part.caseId, doc: docOf(part) });
        continue;
      }
      const change = patch(was, part);
      if (change !== null) changed.push({ ...keyOf(part), ...change });
    }
  }
  const name = sql.table(`kept.${table}`);
  if (added.length > 0) {
    writes.push(sql`
      insert into ${name} (workspace_id, id, case_id, doc)
      select workspace_id, id, case_id, doc from jsonb_to_recordset(${JSON.stringify(added)}::jsonb)
        as r(workspace_id uuid, id uuid, case_id uuid, doc jsonb)`);
  }
  if (changed.length > 0) {
    writes.push(sql`
      update ${name} p set doc = ${patched(sql`p.doc`)}
      from (select * from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb)
        as r(workspace_id uuid, id uuid, gone text[], now jsonb) limit ${changed.length}) r
      where p.workspace_id = r.workspace_id and p.id = r.id`);
  }
  return writes;
}

function keyOf({ workspaceId, id }: { workspaceId: string; id: string }) {
  return { workspace_id: workspaceId, id };
}

type Patch = { now: object; gone: string[] | null };
const UNCHANGED: Patch = { now: {}, gone: null };

/**
 * The fields of a document that are others than before, or not there any more, without those that lie with the alarm;
 * null when there are none. What is alike keeps its identity.
 */
function patch(before: object, after: object): Patch | null {
  if (before === after) return null;
  const were: Readonly<Record<string, unknown>> = { ...before };
  const are: Readonly<Record<string, unknown>> = { ...after };
  const now: Record<string, unknown> = {};
  let isSame = true;
  for (const name in are) {
    if (are[name] !== were[name] && !WITH_ALARM.has(name)) {
      now[name] = are[name];
      isSame = false;
    }
  }
  const gone = Object.keys(were).filter((name) => are[name] === undefined && !WITH_ALARM.has(name));
  if (gone.length > 0) return { now, gone };
  return isSame ? null : { now, gone: null };
}

function patched(doc: RawBuilder<unknown>) {
  return sql`case when r.gone is null then ${doc} else ${doc} - r.gone end || r.now`;
}

function timelineWrite(changes: readonly Commit[]): Write {
  const rows = changes.flatMap(({ decision: { file, events } }) =>
    events.map(({ caseId, at, by, what }) => ({
      workspace_id: file.case.workspaceId,
      case_id: caseId,
      at,
      by,
      what,
    })),
  );
  return sql`
    insert into kept.timeline_event (workspace_id, case_id, at, by, what)
    select workspace_id, case_id, at, by, what from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(workspace_id uuid, case_id uuid, at bigint, by uuid, what jsonb)`;
}

/** Of alarms that are locked already the place is known: no index is asked for them again. */
function alarmWrites(changes: readonly Commit[], places: How['places']): Write[] {
  const writes: Write[] = [];
  const rowsOf = (some: readonly Commit[]) =>
    JSON.stringify(
      some.map(({ before, decision: { file }, alarmAt }) => ({
        workspace_id: file.case.workspaceId,
        subject_id: file.case.id,
        place: places?.get(refKey({ workspaceId: file.case.workspaceId, caseId: file.case.id })),
        due_at: alarmAt,
        version: versionAfter(before),
        needed: file.case.status === 'open',
        said: saidOf(file),
      })),
    );
  const added = changes.filter(({ before }) => before === null);
  const changed = changes.filter(({ before }) => before !== null);
  if (added.length > 0) {
    writes.push(sql`
      insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed, said)
      select workspace_id, 'case', subject_id, due_at, version, needed, said
      from jsonb_to_recordset(${rowsOf(added)}::jsonb)
        as r(workspace_id uuid, subject_id uuid, due_at bigint, version integer, needed boolean, said jsonb)`);
  }
  if (changed.length > 0) {
    const isIt =
      places === undefined
        ? sql`a.workspace_id = r.workspace_id and a.subject_kind = 'case' and a.subject_id = r.subject_id`
        : sql`a.ctid = r.place and a.workspace_id = r.workspace_id and a.subject_id = r.subject_id`;
    writes.push(sql`
      update kept.alarm a
      set due_at = r.due_at, version = r.version, needed = r.needed, said = r.said, failures = 0
      from (select * from jsonb_to_recordset(${rowsOf(changed)}::jsonb)
        as r(workspace_id uuid, subject_id uuid, place tid, due_at bigint, version integer, needed boolean, said jsonb)
        limit ${changed.length}) r
      where ${isIt}`);
  }
  return writes;
}

/** Gives the ids of what is owed now. */
function outboxWrite(changes: readonly Commit[]): Write {
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
    return sql`select 0 as id where false`;
  }
  return sql`
    insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at)
    select r.workspace_id, r.case_id, r.key,
      case when r.message ? 'of' then coalesce((select post.destination from kept.outbox post
        where post.workspace_id = r.workspace_id and post.key = r.message->>'of'), r.destination)
      else r.destination end,
      r.message, r.owed_since, r.owed_since
    from jsonb_to_recordset(${JSON.stringify(rows.map((row, nr) => ({ ...row, nr })))}::jsonb)
      as r(nr int, workspace_id uuid, case_id uuid, key text, destination text, message jsonb, owed_since bigint)
    -- What was said long ago is owed no row any more (prune.ts): where it stands remembers it.
    where not exists (select from kept.post said where said.workspace_id = r.workspace_id and said.key = r.key)
    -- A row's id is its place in the order that messages go out in, and no join keeps one.
    order by r.nr
    on conflict (workspace_id, key) do nothing returning id`;
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
