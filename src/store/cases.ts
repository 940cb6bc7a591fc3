import { sql } from 'kysely';
import { z } from 'zod';
import type { CaseRef, Locked } from '../app/store.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { CaseId, MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { rowsOf } from './columns.ts';
import type { Tx } from './database.ts';
import { fileOf, NOTHING_SAID, type Stored } from './said.ts';

const PartRow = z.object({ nr: z.int(), part: z.enum(['case', 'promise', 'ask', 'said']), doc: z.string() });

/** The files of these cases, by case id. Promises and asks come in the order in which they were made. */
export async function readFiles(
  tx: Tx,
  refs: readonly CaseRef[],
  known: readonly Known[] = [],
): Promise<Map<CaseId, CaseFile>> {
  const files = new Map<CaseId, CaseFile>();
  const fileOf = await readEachFile(tx, refs, known);
  for (const ref of refs) {
    const read = fileOf(ref);
    if (read?.success === false) {
      throw new Error(`The case ${ref.caseId} in the store can't be read`, { cause: read.error });
    }
    if (read !== undefined) files.set(ref.caseId, read.data);
  }
  return files;
}

/** What a case has said as JSON, for whom its alarm was read before. */
type Known = CaseRef & { said: string };

/**
 * The same of any workspaces, each by itself: one that can't be read says why, and leaves the others alone. A case that
 * is asked for twice is read once, and none is found by another workspace's reference. `known`: of all of them or of none.
 */
export async function readEachFile(
  tx: Tx,
  refs: readonly CaseRef[],
  known: readonly Known[] = [],
): Promise<(ref: CaseRef) => z.ZodSafeParseResult<CaseFile> | undefined> {
  if (refs.length === 0) {
    return () => undefined;
  }
  const found = new Map<string, Found>();
  for (const ref of refs) found.set(refKey(ref), { ref, promises: [], asks: [], said: null });
  for (const one of known) {
    const of = found.get(refKey(one));
    if (of !== undefined) of.said = one.said;
  }
  const asked = [...found.values()];
  const { rows } = await sql`
    with r as materialized (select * from ${rowsOf([...asked.entries()], {
      nr: ['integer', ([nr]) => nr],
      workspace_id: ['uuid', ([, { ref }]) => ref.workspaceId],
      case_id: ['uuid', ([, { ref }]) => ref.caseId],
    })})
    select r.nr, 'case' as part, c.doc::text
    from r join kept.care_case c on c.workspace_id = r.workspace_id and c.id = r.case_id
    union all
    select r.nr, 'promise', p.doc::text
    from r join kept.promise p on p.workspace_id = r.workspace_id and p.case_id = r.case_id
    union all
    select r.nr, 'ask', a.doc::text
    from r join kept.ask a on a.workspace_id = r.workspace_id and a.case_id = r.case_id
    ${known.length > 0 ? sql`` : WHAT_WAS_SAID}`.execute(tx);
  for (const { nr, part, doc } of z.array(PartRow).parse(rows)) {
    const of = asked[nr];
    if (of === undefined) throw new Error('A case was read that nobody asked for');
    if (part === 'case' || part === 'said') of[part] = doc;
    else of[part === 'promise' ? 'promises' : 'asks'].push(doc);
  }
  return (ref) => {
    const of = found.get(refKey(ref));
    if (of?.case === undefined) return undefined;
    of.file ??= fileOf(parsed(of, of.case));
    return of.file;
  };
}

/** What is read of a case, as JSON until its file is asked for; without a document it isn't there. */
type Found = {
  ref: CaseRef;
  case?: string;
  promises: string[];
  asks: string[];
  said: string | null;
  file?: z.ZodSafeParseResult<CaseFile>;
};

function parsed({ promises, asks, said }: Found, document: string): Stored {
  const parse = (json: string): unknown => JSON.parse(json);
  return {
    case: parse(document),
    promises: promises.map(parse),
    asks: asks.map(parse),
    said: said === null ? NOTHING_SAID : parse(said),
  };
}

const WHAT_WAS_SAID = sql`
    union all
    select r.nr, 'said', a.said::text
    from r join kept.alarm a
      on a.workspace_id = r.workspace_id and a.subject_kind = 'case' and a.subject_id = r.case_id`;

/** A case by its workspace and its id: an id alone may come from anybody. */
export function refKey({ workspaceId, caseId }: Readonly<Record<keyof CaseRef, string>>): string {
  return `${workspaceId}/${caseId}`;
}

/** Locks a case's alarm row, which is the mutex of the case, and reads its file. */
export async function lockCase(tx: Tx, ref: CaseRef): Promise<Locked | null> {
  const alarm = await tx
    .selectFrom('kept.alarm')
    .select(['version', sql<string>`said::text`.as('said')])
    .where('workspace_id', '=', ref.workspaceId)
    .where('subject_kind', '=', 'case')
    .where('subject_id', '=', ref.caseId)
    .forUpdate()
    .executeTakeFirst();
  const file = alarm && (await readFiles(tx, [ref], [{ ...ref, said: alarm.said }])).get(ref.caseId);
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
