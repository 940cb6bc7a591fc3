import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Commit, Locked, ToRing } from '../app/store.ts';
import type { Ask } from '../domain/ask.ts';
import type { CareCase } from '../domain/care-case.ts';
import { type CarePromise, isUnsettled } from '../domain/care-promise.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { Instant } from '../domain/instant.ts';
import type { OutMessage } from '../domain/say.ts';
import { executeLast } from './begin-late.ts';
import { refKey } from './cases.ts';
import { rowsOf } from './columns.ts';
import type { Tx } from './database.ts';
import { docOf, saidOf, WITH_ALARM } from './said.ts';

/** What decisions write, and when their alarms ring. It holds nothing of what they were made from. */
export type CaseWrite = { statement: Write | null; alarms: Instant[] };

/**
 * What any number of decisions write of states, timeline, outbox and alarms, all in one statement (invariant 3).
 * `places`: by `refKey`, where an alarm's row lies that is locked (ctid).
 */
export function caseWriteOf(changes: readonly Commit[], places?: ReadonlyMap<string, string>): CaseWrite {
  if (changes.length === 0) {
    return { statement: null, alarms: [] };
  }
  const writes = [
    ...caseWrites(changes),
    ...partWrites('promise', changes, (file) => file.promises),
    ...partWrites('ask', changes, (file) => file.asks),
    timelineWrite(changes),
    ...alarmWrites(changes, places),
  ].map((write, nr) => sql`${sql.id(`write_${nr}`)} as (${write})`);
  const statement = sql`with ${sql.join(writes)} ${outboxWrite(changes)}`;
  return { statement, alarms: changes.flatMap(({ alarmAt }) => alarmAt ?? []) };
}

/** Writes it; with `isLast` the transaction is committed by it. Gives what to ring for then. */
export async function writeCases(tx: Tx, { statement, alarms }: CaseWrite, isLast = false): Promise<ToRing> {
  if (statement === null) return { rowIds: [], alarms };
  const { rows } = await (isLast ? executeLast(tx, statement) : statement.execute(tx));
  const ids = z.array(Written).parse(rows);
  return { rowIds: ids.map(({ id }) => String(id)), alarms };
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
      select * from ${rowsOf(added, {
        ...KEY,
        number: ['integer', ({ number }) => number],
        doc: ['jsonb', ({ doc }) => doc],
        promised: ['boolean', ({ promised }) => promised],
      })}`);
  }
  const changed = changes.flatMap(({ before, isAnew, decision: { file } }) => {
    if (before === null) return [];
    const promised = isPromised(file);
    const changed = patch(before.file.case, file.case);
    const isSame = changed === null && isPromised(before.file) === promised && isAnew !== true;
    return isSame ? [] : [{ ...keyOf(file.case), ...(changed ?? UNCHANGED), promised }];
  });
  if (changed.length > 0) {
    writes.push(sql`
      update kept.care_case c set doc = ${patched(sql`c.doc`)}, promised = r.promised
      from ${rowsOf(changed, { ...KEY, ...PATCH, promised: ['boolean', ({ promised }) => promised] })}
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
  const added: Part[] = [];
  const changed: (Key & Patch)[] = [];
  for (const { before, decision } of changes) {
    const known = new Map(before === null ? [] : partsOf(before.file).map((part) => [part.id, part]));
    for (const part of partsOf(decision.file)) {
      const was = known.get(part.id);
      if (was === undefined) {
        added.push(part);
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
      select * from ${rowsOf(added, {
        ...KEY,
        case_id: ['uuid', ({ caseId }) => caseId],
        doc: ['jsonb', docOf],
      })}`);
  }
  if (changed.length > 0) {
    writes.push(sql`
      update ${name} p set doc = ${patched(sql`p.doc`)}
      from ${rowsOf(changed, { ...KEY, ...PATCH })}
      where p.workspace_id = r.workspace_id and p.id = r.id`);
  }
  return writes;
}

type Key = { workspaceId: string; id: string };
const KEY = {
  workspace_id: ['uuid', ({ workspaceId }: Key) => workspaceId],
  id: ['uuid', ({ id }: Key) => id],
} as const;

function keyOf({ workspaceId, id }: Key): Key {
  return { workspaceId, id };
}

type Patch = { now: object; gone: string[] };
const UNCHANGED: Patch = { now: {}, gone: [] };
const PATCH = {
  now: ['jsonb', ({ now }: Patch) => now],
  gone: ['jsonb', ({ gone }: Patch) => gone],
} as const;

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
  return isSame && gone.length === 0 ? null : { now, gone };
}

function patched(doc: RawBuilder<unknown>) {
  return sql`case r.gone when '[]' then ${doc} else ${doc} - array(select jsonb_array_elements_text(r.gone)) end || r.now`;
}

function timelineWrite(changes: readonly Commit[]): Write {
  const rows = changes.flatMap(({ decision: { file, events } }) =>
    events.map((event) => ({ ...event, workspaceId: file.case.workspaceId })),
  );
  return sql`
    insert into kept.timeline_event (workspace_id, case_id, at, by, what)
    select * from ${rowsOf(rows, {
      workspace_id: ['uuid', ({ workspaceId }) => workspaceId],
      case_id: ['uuid', ({ caseId }) => caseId],
      at: ['bigint', ({ at }) => at],
      by: ['uuid', ({ by }) => by],
      what: ['jsonb', ({ what }) => what],
    })}`;
}

const ALARM = {
  workspace_id: ['uuid', ({ decision }: Commit) => decision.file.case.workspaceId],
  subject_id: ['uuid', ({ decision }: Commit) => decision.file.case.id],
  due_at: ['bigint', ({ alarmAt }: Commit) => alarmAt],
  version: ['integer', ({ before }: Commit) => versionAfter(before)],
  needed: ['boolean', ({ decision }: Commit) => decision.file.case.status === 'open'],
  said: ['json', ({ decision }: Commit) => saidOf(decision.file)],
} as const;

/** Of alarms that are locked already the place is known: no index is asked for them again. */
function alarmWrites(changes: readonly Commit[], places?: ReadonlyMap<string, string>): Write[] {
  const writes: Write[] = [];
  const added = changes.filter(({ before }) => before === null);
  const changed = changes.filter(({ before }) => before !== null);
  if (added.length > 0) {
    writes.push(sql`
      insert into kept.alarm (subject_kind, workspace_id, subject_id, due_at, version, needed, said)
      select 'case', r.* from ${rowsOf(added, ALARM)}`);
  }
  if (changed.length > 0) {
    const placeOf = ({ decision: { file } }: Commit) =>
      places?.get(refKey({ workspaceId: file.case.workspaceId, caseId: file.case.id }));
    const isThere = places === undefined ? sql`a.subject_kind = 'case'` : sql`a.ctid = r.place`;
    writes.push(sql`
      update kept.alarm a
      set due_at = r.due_at, version = r.version, needed = r.needed, said = r.said, failures = 0
      from ${rowsOf(changed, { ...ALARM, place: ['tid', placeOf] })}
      where ${isThere} and a.workspace_id = r.workspace_id and a.subject_id = r.subject_id`);
  }
  return writes;
}

/** Gives the ids of what is owed now. */
function outboxWrite(changes: readonly Commit[]): Write {
  const rows = changes.flatMap(({ before, at, decision: { file, messages } }) =>
    messages.map((message) => ({ file: file.case, at, message, version: versionAfter(before) })),
  );
  if (rows.length === 0) {
    return sql`select 0 as id where false`;
  }
  const columns = rowsOf(
    rows.map((row, nr) => ({ ...row, nr })),
    {
      nr: ['integer', ({ nr }) => nr],
      workspace_id: ['uuid', ({ file }) => file.workspaceId],
      case_id: ['uuid', ({ file }) => file.id],
      key: [
        'text',
        ({ message, version }) => (message.op === 'post' ? message.key : `${message.of}#${version}`),
      ],
      destination: ['text', ({ file, message }) => destinationOf(file, message)],
      message: ['jsonb', ({ message }) => withoutKey(message)],
      at: ['bigint', ({ at }) => at],
    },
  );
  return sql`
    insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at)
    select r.workspace_id, r.case_id, r.key,
      case when r.message ? 'of' then coalesce((select post.destination from kept.outbox post
        where post.workspace_id = r.workspace_id and post.key = r.message->>'of'), r.destination)
      else r.destination end,
      r.message, r.at, r.at
    from ${columns}
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
function destinationOf({ id }: CareCase, message: OutMessage): string {
  const isDm = message.op === 'post' && message.to.kind === 'member';
  return isDm && message.to.kind === 'member' ? `member/${message.to.memberId}` : `case/${id}`;
}

function withoutKey(message: OutMessage) {
  return message.op === 'post'
    ? { op: message.op, to: message.to, say: message.say }
    : { op: message.op, of: message.of };
}
