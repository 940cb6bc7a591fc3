import { sql } from 'kysely';
import { isSilent } from '../../src/domain/case-file.ts';
import type { WorkspaceId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { createStore } from '../../src/store/store.ts';

/** What a rejected submission must not change. What Kept does by itself meanwhile, as the clock has it, is nobody's. */
export async function rowsOf(db: Database): Promise<unknown> {
  const { rows } = await sql`select
    (select count(*) from kept.care_case) as cases, (select count(*) from kept.promise) as promises,
    (select count(*) from kept.ask) as asks,
    (select count(*) from kept.timeline_event where by is not null) as events,
    (select count(*) from kept.customer) as customers,
    (select md5(string_agg(m.doc::text, '' order by m.id)) from kept.member m) as members,
    (select md5(string_agg(w.doc::text || w.policy::text, '' order by w.id)) from kept.workspace w) as workspaces`.execute(
    db,
  );
  return rows[0];
}

/** What is wrong with what is written down: nothing may be silent, half saved, or of a case that isn't there. */
export async function rowFaults(db: Database, workspaceIds: readonly WorkspaceId[]): Promise<string[]> {
  const store = createStore(db);
  const faults: string[] = [];
  for (const workspaceId of workspaceIds) {
    await store.transact(workspaceId, async (tx) => {
      const { policy } = await tx.workspace();
      for (const { file } of await tx.cases(100_000)) {
        if (isSilent(file, policy)) faults.push(`case ${file.case.number} is silent`);
      }
    });
  }
  const orphans = ['promise', 'ask', 'timeline_event', 'outbox', 'post'];
  for (const table of orphans) {
    const { rows } = await sql`select 1 from ${sql.table(`kept.${table}`)} one where not exists (
      select 1 from kept.care_case c where c.workspace_id = one.workspace_id and c.id = one.case_id) limit 1`.execute(
      db,
    );
    if (rows.length > 0) faults.push(`${table} has a row of no case`);
  }
  const { rows } = await sql`select 1 from kept.care_case c where c.status = 'open' and not exists (
    select 1 from kept.alarm a where a.workspace_id = c.workspace_id and a.subject_id = c.id and a.due_at is not null) limit 1`.execute(
    db,
  );
  if (rows.length > 0) faults.push('an open case has no alarm');
  return faults;
}
