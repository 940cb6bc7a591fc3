import { sql } from 'kysely';
import { z } from 'zod';
import type { CaseData, CaseRef } from '../app/store.ts';
import { CaseId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { Customer } from '../domain/people.ts';
import { readEachFile, refKey } from './cases.ts';
import { type Database, readingWorkspaces, type Tx } from './database.ts';
import { readWorkspaces } from './people.ts';

/** A customer of many years is judged by the latest of them: counting all would make every card wait. */
const DEALINGS = 200;

const EarlierCase = z.object({
  number: z.int(),
  id: CaseId,
  title: z.string(),
  openedAt: Instant,
  status: z.enum(['open', 'closed']),
});

const OfCase = z.looseObject({ workspaceId: z.string(), caseId: z.string() });
const Dealings = z
  .object({
    customer: Customer,
    cases: z.array(EarlierCase),
    kept: z.int(),
    movedEarly: z.int(),
    broken: z.int(),
    many: z.int(),
  })
  .transform(({ customer, many, ...counts }) => ({
    customer,
    history: { ...counts, latest: many > DEALINGS ? DEALINGS : null },
  }));

/** What of each case there is: itself, its workspace, its customer; each by itself, why it can't be read. */
export type CaseDataRead = CaseData | null | { error: unknown };

/** What cards are drawn from, of any number of cases of any workspaces, in the order of `refs`. */
export async function readCaseData(db: Database, refs: readonly CaseRef[]): Promise<CaseDataRead[]> {
  const workspaceIds = [...new Set(refs.map(({ workspaceId }) => workspaceId))];
  const read = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => readingWorkspaces(db, workspaceIds, work);
  const [fileOf, data, dealings] = await Promise.all([
    read((tx) => readEachFile(tx, refs)),
    read((tx) => readWorkspaces(tx, workspaceIds)),
    read((tx) => readDealings(tx, refs)),
  ]);
  return refs.map((ref) => {
    const file = fileOf(ref);
    if (file === undefined) return null;
    const [workspace, known] = [data.get(ref.workspaceId), dealings.get(refKey(ref))];
    if (!file.success || workspace?.success !== true || known?.success !== true) {
      const why = file.error ?? workspace?.error ?? known?.error;
      return { error: new Error(`The case ${ref.caseId} in the store can't be read`, { cause: why }) };
    }
    return { file: file.data, data: workspace.data, ...known.data };
  });
}

/** The customer of one case and the dealings with them, within a transaction. Null when they can't be read. */
export async function readDealingsOf(
  tx: Tx,
  ref: CaseRef,
): Promise<Pick<CaseData, 'customer' | 'history'> | null> {
  return (await readDealings(tx, [ref])).get(refKey(ref))?.data ?? null;
}

/** The customer of each case, and what was promised to them before and became of it, in their latest cases. */
async function readDealings(tx: Tx, refs: readonly CaseRef[]) {
  const { rows } = await sql`
    with r as materialized (
      select distinct * from unnest(${refs.map(({ workspaceId }) => workspaceId)}::uuid[],
        ${refs.map(({ caseId }) => caseId)}::uuid[]) as r(workspace_id, case_id))
    select c.workspace_id as "workspaceId", c.id as "caseId", u.doc as customer, earlier.cases, dealings.*
    from r
    join kept.care_case c on c.workspace_id = r.workspace_id and c.id = r.case_id
    join kept.customer u on u.workspace_id = c.workspace_id and u.id = c.customer_id
    cross join lateral (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.number desc), '[]') as cases from (
        select o.number, o.id, o.doc->>'title' as title, o.opened_at as "openedAt", o.status from kept.care_case o
        where o.workspace_id = c.workspace_id and o.customer_id = c.customer_id and o.id <> c.id
        order by o.number desc limit 5) e) earlier
    cross join lateral (
      select count(distinct l.id)::int as many,
        count(*) filter (where l.place <= ${DEALINGS} and p.status = 'kept')::int as kept,
        count(*) filter (where l.place <= ${DEALINGS} and p.status = 'moved')::int as "movedEarly",
        count(*) filter (where l.place <= ${DEALINGS} and p.status = 'broken')::int as broken
      from (
        select o.workspace_id, o.id, row_number() over (order by o.number desc) as place from kept.care_case o
        where o.workspace_id = c.workspace_id and o.customer_id = c.customer_id
        order by o.number desc limit ${DEALINGS + 1}) l
      left join kept.promise p on p.workspace_id = l.workspace_id and p.case_id = l.id
        and p.doc->>'kind' = 'contact') dealings`.execute(tx);
  return new Map(
    z
      .array(OfCase)
      .parse(rows)
      .map((row) => [refKey(row), Dealings.safeParse(row)]),
  );
}
