import { sql } from 'kysely';
import { z } from 'zod';
import type { CaseRef, Locked } from '../app/store.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { CaseId, MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Tx } from './database.ts';
import { fileOf, NOTHING_SAID } from './said.ts';

const PartRow = z.object({
  part: z.enum(['case', 'promise', 'ask', 'said']),
  workspaceId: z.string(),
  caseId: z.string(),
  doc: z.unknown(),
});

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

/** What a case has said, for whom its alarm was read before. */
type Known = CaseRef & { said: unknown };

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
  const { rows } = await sql`
    with r as materialized (
      select distinct * from unnest(${refs.map(({ workspaceId }) => workspaceId)}::uuid[],
        ${refs.map(({ caseId }) => caseId)}::uuid[]) as r(workspace_id, case_id))
    select 'case' as part, c.workspace_id as "workspaceId", c.id as "caseId", c.doc, 0 as made, c.id
    from r join kept.care_case c on c.workspace_id = r.workspace_id and c.id = r.case_id
    union all
    select 'promise', p.workspace_id, p.case_id, p.doc, (p.doc->>'madeAt')::bigint, p.id
    from r join kept.promise p on p.workspace_id = r.workspace_id and p.case_id = r.case_id
    union all
    select 'ask', a.workspace_id, a.case_id, a.doc, (a.doc->>'askedAt')::bigint, a.id
    from r join kept.ask a on a.workspace_id = r.workspace_id and a.case_id = r.case_id
    ${known.length > 0 ? sql`` : WHAT_WAS_SAID}
    order by 5, 6`.execute(tx);
  const parts = new Map<string, { case?: unknown; promises: unknown[]; asks: unknown[]; said: unknown }>();
  for (const { said, ...ref } of known) parts.set(refKey(ref), { promises: [], asks: [], said });
  for (const { part, doc, ...of } of z.array(PartRow).parse(rows)) {
    const found = parts.get(refKey(of)) ?? { promises: [], asks: [], said: NOTHING_SAID };
    parts.set(refKey(of), found);
    if (part === 'case' || part === 'said') found[part] = doc;
    else found[part === 'promise' ? 'promises' : 'asks'].push(doc);
  }
  const files = new Map<string, z.ZodSafeParseResult<CaseFile>>();
  for (const [key, read] of parts) {
    if (read.case !== undefined) files.set(key, fileOf({ ...read, case: read.case }));
  }
  return (ref) => files.get(refKey(ref));
}

const WHAT_WAS_SAID = sql`
    union all
    select 'said', a.workspace_id, a.subject_id, a.said, 0, a.subject_id
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
    .select(['version', 'said'])
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
