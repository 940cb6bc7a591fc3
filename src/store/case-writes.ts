import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Commit, Locked, ToRing } from '../app/store.ts';
import type { Ask } from '../domain/ask.ts';
import type { CareCase } from '../domain/care-case.ts';
import { type CarePromise, isUnsettled } from '../domain/care-promise.ts';
import type { WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { executeLast } from './begin-late.ts';
import { type Columns, type Gathered, gather } from './columns.ts';
import type { Tx } from './database.ts';
import { MESSAGE, outboxWrite } from './message-writes.ts';
import { docOf, saidOf, WITH_ALARM } from './said.ts';

/** What decisions write, and when their alarms ring. It holds nothing of what they were made from. */
export type CaseWrite = { statement: Write | null; alarms: Instant[] };

/** A statement, or a part of one, that isn't executed by itself. */
type Write = RawBuilder<unknown>;
/** What any number of decisions write of states, timeline, outbox and alarms. */
export function caseWriteOf(changes: readonly Commit[]): CaseWrite {
  const writes = gatherCaseWrites();
  for (const change of changes) writes.add(change);
  return writes.write();
}

/**
 * The same of decisions as they are made, none of which is held. `place`: where an alarm's row lies that is locked
 * (ctid); of all of them or of none. When `add` has thrown, what was gathered is of no use any more.
 */
export function gatherCaseWrites(): {
  add: (change: Commit, place?: string) => void;
  /** All in one statement (invariant 3). */
  write: () => CaseWrite;
} {
  const cases = gatherCases();
  const promises = gatherParts('promise');
  const asks = gatherParts('ask');
  const timeline = gather(EVENT);
  const alarms = gatherAlarms();
  const messages = gather(MESSAGE);
  const alarmsAt: Instant[] = [];
  return {
    add: (change, place) => {
      const { before, at, decision, alarmAt } = change;
      const { file } = decision;
      cases.add(change);
      promises.add(before?.file.promises ?? [], file.promises);
      asks.add(before?.file.asks ?? [], file.asks);
      for (const event of decision.events) timeline.add({ workspaceId: file.case.workspaceId, event });
      alarms.add(change, place);
      const version = versionAfter(before);
      for (const message of decision.messages) {
        messages.add({ nr: messages.count(), file: file.case, at, version, message });
      }
      if (alarmAt !== null) alarmsAt.push(alarmAt);
    },
    write: () => {
      if (alarms.count() === 0) return { statement: null, alarms: [] };
      const writes = [
        ...cases.writes(),
        ...promises.writes(),
        ...asks.writes(),
        ...writeOf(timeline, timelineWrite),
        ...alarms.writes(),
      ].map((write, nr) => sql`${sql.id(`write_${nr}`)} as (${write})`);
      const statement = sql`with ${sql.join(writes)} ${outboxWrite(messages)}`;
      return { statement, alarms: alarmsAt };
    },
  };
}

/** Writes it; with `isLast` the transaction is committed by it. Gives what to ring for then. */
export async function writeCases(tx: Tx, { statement, alarms }: CaseWrite, isLast = false): Promise<ToRing> {
  if (statement === null) return { rowIds: [], alarms };
  const { rows } = await (isLast ? executeLast(tx, statement) : statement.execute(tx));
  const ids = z.array(Written).parse(rows);
  return { rowIds: ids.map(({ id }) => String(id)), alarms };
}

const Written = z.object({ id: z.number() });

/** What is written of rows, where there are any. */
function writeOf(gathered: Gathered<never>, of: (rows: Write) => Write): Write[] {
  return gathered.count() === 0 ? [] : [of(gathered.rows())];
}

type AddedCase = { added: CareCase; promised: boolean };
const ADDED_CASE: Columns<AddedCase> = {
  workspace_id: ['uuid', ({ added }) => added.workspaceId],
  id: ['uuid', ({ added }) => added.id],
  number: ['integer', ({ added }) => added.number],
  doc: ['jsonb', ({ added }) => docOf(added)],
  promised: ['boolean', ({ promised }) => promised],
};

type Patch = { now: object; gone: string[] };
const UNCHANGED: Patch = { now: {}, gone: [] };
type Changed = { of: CareCase | Part; patch: Patch };
const CHANGED: Columns<Changed> = {
  workspace_id: ['uuid', ({ of }) => of.workspaceId],
  id: ['uuid', ({ of }) => of.id],
  now: ['jsonb', ({ patch }) => patch.now],
  gone: ['jsonb', ({ patch }) => patch.gone],
};
const CHANGED_CASE: Columns<Changed & { promised: boolean }> = {
  ...CHANGED,
  promised: ['boolean', ({ promised }) => promised],
};

/**
 * What is there already is updated: an insert that runs into its row builds it twice. Of a document only those
 * fields go over that are others now, and none where all are as before: what is written is read and decided under
 * the lock of its alarm.
 */
function gatherCases() {
  const added = gather(ADDED_CASE);
  const changed = gather(CHANGED_CASE);
  return {
    add: ({ before, isAnew, decision: { file } }: Commit): void => {
      const promised = file.promises.some(isUnsettled);
      if (before === null) {
        added.add({ added: file.case, promised });
        return;
      }
      const patch = patchOf(before.file.case, file.case);
      if (patch !== null || isAnew === true || before.file.promises.some(isUnsettled) !== promised) {
        changed.add({ of: file.case, patch: patch ?? UNCHANGED, promised });
      }
    },
    writes: (): Write[] => [
      ...writeOf(
        added,
        (rows) => sql`
          insert into kept.care_case (workspace_id, id, number, doc, promised) select * from ${rows}`,
      ),
      ...writeOf(
        changed,
        (rows) => sql`
          update kept.care_case c set doc = ${patched(sql`c.doc`)}, promised = r.promised
          from ${rows} where c.workspace_id = r.workspace_id and c.id = r.id`,
      ),
    ],
  };
}

type Part = CarePromise | Ask;
const ADDED_PART: Columns<Part> = {
  workspace_id: ['uuid', ({ workspaceId }) => workspaceId],
  id: ['uuid', ({ id }) => id],
  case_id: ['uuid', ({ caseId }) => caseId],
  doc: ['jsonb', docOf],
};

/** Parts keep their identity when a decision leaves them alone, so only new objects are written. */
function gatherParts(table: 'promise' | 'ask') {
  const name = sql.table(`kept.${table}`);
  const added = gather(ADDED_PART);
  const changed = gather(CHANGED);
  return {
    add: (were: readonly Part[], are: readonly Part[]): void => {
      for (const part of are) {
        const was = were.find(({ id }) => id === part.id);
        const patch = was === undefined ? null : patchOf(was, part);
        if (was === undefined) added.add(part);
        else if (patch !== null) changed.add({ of: part, patch });
      }
    },
    writes: (): Write[] => [
      ...writeOf(
        added,
        (rows) => sql`insert into ${name} (workspace_id, id, case_id, doc) select * from ${rows}`,
      ),
      ...writeOf(
        changed,
        (rows) => sql`
          update ${name} p set doc = ${patched(sql`p.doc`)}
          from ${rows} where p.workspace_id = r.workspace_id and p.id = r.id`,
      ),
    ],
  };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a document that are others than before, or not there any more, without those that lie with the alarm;
 * null when there are none. What is alike keeps its identity.
 */
function patchOf(were: Fields, are: Fields): Patch | null {
  if (were === are) return null;
  const isOther = (name: string) => are[name] !== were[name] && !WITH_ALARM.has(name);
  const now: Record<string, unknown> = {};
  const gone: string[] = [];
  for (const name in are) if (isOther(name)) now[name] = are[name];
  for (const name in were) if (are[name] === undefined && isOther(name)) gone.push(name);
  return Object.keys(now).length + gone.length === 0 ? null : { now, gone };
}

function patched(doc: RawBuilder<unknown>) {
  return sql`case r.gone when '[]' then ${doc} else ${doc} - array(select jsonb_array_elements_text(r.gone)) end || r.now`;
}

const EVENT: Columns<{ workspaceId: WorkspaceId; event: TimelineEvent }> = {
  workspace_id: ['uuid', ({ workspaceId }) => workspaceId],
  case_id: ['uuid', ({ event }) => event.caseId],
  at: ['bigint', ({ event }) => event.at],
  by: ['uuid', ({ event }) => event.by],
  what: ['json', ({ event }) => event.what],
};

function timelineWrite(rows: Write): Write {
  return sql`insert into kept.timeline_event (workspace_id, case_id, at, by, what) select * from ${rows}`;
}

type AlarmOf = Commit & { place: string | undefined };
const ALARM: Columns<AlarmOf> = {
  workspace_id: ['uuid', ({ decision }) => decision.file.case.workspaceId],
  subject_id: ['uuid', ({ decision }) => decision.file.case.id],
  due_at: ['bigint', ({ alarmAt }) => alarmAt],
  version: ['integer', ({ before }) => versionAfter(before)],
  needed: ['boolean', ({ decision }) => decision.file.case.status === 'open'],
  said: ['json', ({ decision }) => saidOf(decision.file)],
};
const LOCKED_ALARM: Columns<AlarmOf> = { ...ALARM, place: ['tid', ({ place }) => place] };

/** Of alarms that are locked already the place is known: no index is asked for them again. */
function gatherAlarms() {
  const added = gather(ALARM);
  const changed = gather(ALARM);
  const locked = gather(LOCKED_ALARM);
  const set = sql`update kept.alarm a
    set due_at = r.due_at, version = r.version, needed = r.needed, said = r.said, failures = 0`;
  const isOf = sql`a.workspace_id = r.workspace_id and a.subject_id = r.subject_id`;
  return {
    add: (change: Commit, place: string | undefined): void => {
      const isThere = place === undefined ? changed : locked;
      (change.before === null ? added : isThere).add({ ...change, place });
    },
    count: () => added.count() + changed.count() + locked.count(),
    writes: (): Write[] => [
      ...writeOf(
        added,
        (rows) => sql`
          insert into kept.alarm (subject_kind, workspace_id, subject_id, due_at, version, needed, said)
          select 'case', r.* from ${rows}`,
      ),
      ...writeOf(changed, (rows) => sql`${set} from ${rows} where a.subject_kind = 'case' and ${isOf}`),
      ...writeOf(locked, (rows) => sql`${set} from ${rows} where a.ctid = r.place and ${isOf}`),
    ],
  };
}

function versionAfter(before: Locked | null): number {
  return (before?.version ?? 0) + 1;
}
