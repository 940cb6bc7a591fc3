import { sql } from 'kysely';
import { z } from 'zod';
import type { CaseRef, Locked } from '../app/store.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { CaseId, MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { rowsOf } from './columns.ts';
import type { Tx } from './database.ts';
import { fileOf, NOTHING_SAID } from './said.ts';

/** The documents of a case by its place among those asked for, and what it has said; both are JSON. */
const Row = z.object({ nr: z.int(), docs: z.string(), said: z.string().nullable() });

/** The files of these cases, by case id. Promises and asks come in the order in which they were made. */
export async function readFiles(tx: Tx, refs: readonly CaseRef[]): Promise<Map<CaseId, CaseFile>> {
  const files = new Map<CaseId, CaseFile>();
  const fileOf = await readEachFile(tx, refs);
  for (const ref of refs) {
    const file = readable(ref, fileOf(ref));
    if (file !== null) files.set(ref.caseId, file);
  }
  return files;
}

function readable({ caseId }: CaseRef, read: FileRead): CaseFile | null {
  if (read?.success === false) {
    throw new Error(`The case ${caseId} in the store can't be read`, { cause: read.error });
  }
  return read?.data ?? null;
}

/** A file, or why it can't be read; undefined of a case that isn't there. */
type FileRead = z.ZodSafeParseResult<CaseFile> | undefined;

/**
 * The same of any workspaces, each by itself: one that can't be read says why, and leaves the others alone. A case that
 * is asked for twice is read once, and none is found by another workspace's reference.
 */
export async function readEachFile(tx: Tx, refs: readonly CaseRef[]): Promise<(ref: CaseRef) => FileRead> {
  const byKey = new Map(refs.map((ref) => [refKey(ref), ref]));
  const fileAt = await readFilesAt(tx, [...byKey.values()], null);
  const places = new Map([...byKey.keys()].map((key, nr) => [key, nr]));
  const read = new Map<number, FileRead>();
  return (ref) => {
    const nr = places.get(refKey(ref));
    if (nr === undefined) return undefined;
    if (!read.has(nr)) read.set(nr, fileAt(nr));
    return read.get(nr);
  };
}

/**
 * The files of cases that come once each, by their place in `refs`. A file is parsed when it is asked for, and only then.
 * `said`: what each has said as JSON, where their alarms were read before.
 */
export async function readFilesAt(
  tx: Tx,
  refs: readonly CaseRef[],
  said: readonly string[] | null,
): Promise<(nr: number) => FileRead> {
  const found = new Map<number, z.infer<typeof Row>>();
  if (refs.length > 0) {
    const { rows } = await sql`
      select r.nr, concat('{"case":', c.doc,
        ',"promises":[', (select string_agg(p.doc::text, ',') from kept.promise p
          where p.workspace_id = r.workspace_id and p.case_id = r.case_id),
        '],"asks":[', (select string_agg(a.doc::text, ',') from kept.ask a
          where a.workspace_id = r.workspace_id and a.case_id = r.case_id), ']}') as docs,
        ${said === null ? WHAT_WAS_SAID : sql`null`} as said
      from ${rowsOf(refs.entries(), {
        nr: ['integer', ([nr]) => nr],
        workspace_id: ['uuid', ([, { workspaceId }]) => workspaceId],
        case_id: ['uuid', ([, { caseId }]) => caseId],
      })} join kept.care_case c on c.workspace_id = r.workspace_id and c.id = r.case_id`.execute(tx);
    for (const row of z.array(Row).parse(rows)) found.set(row.nr, row);
  }
  return (nr) => {
    const row = found.get(nr);
    return row && fileOf({ docs: JSON.parse(row.docs), said: parsed(said?.[nr] ?? row.said) });
  };
}

function parsed(said: string | null): unknown {
  return said === null ? NOTHING_SAID : JSON.parse(said);
}

const WHAT_WAS_SAID = sql`(select a.said::text from kept.alarm a
  where a.workspace_id = r.workspace_id and a.subject_kind = 'case' and a.subject_id = r.case_id)`;

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
  if (alarm === undefined) return null;
  const fileAt = await readFilesAt(tx, [ref], [alarm.said]);
  const file = readable(ref, fileAt(0));
  return file && { file, version: alarm.version };
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
