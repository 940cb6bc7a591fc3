import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { wakeDue } from '../../src/app/wake-due.ts';
import { NOTHING_SAID } from '../../src/store/said.ts';
import { useCases } from '../support/use-cases.ts';

describe('a case that cannot be decided', () => {
  it('is put off and holds back no other', async () => {
    const on = await useCases();
    const good = await on.open('good');
    const bad = await on.open('bad');
    await sql`update kept.alarm set due_at = ${on.deps.clock() - 1}`.execute(on.db);
    await sql`update kept.care_case set doc = jsonb_set(doc, '{stakes}', '""') where id = ${bad}`.execute(
      on.db,
    );
    on.clock.forward(6 * 60_000);

    await expect(wakeDue(on.deps)).resolves.toMatchObject({ cases: 2 });

    const { rows } = await sql<{ id: string; failures: number; late: boolean }>`
      select subject_id as id, failures, due_at <= ${on.deps.clock()} as late from kept.alarm`.execute(on.db);
    expect(rows).toContainEqual({ id: good, failures: 0, late: false });
    expect(rows).toContainEqual({ id: bad, failures: 1, late: false });
    await on.stop();
  });

  it('nor does a whole workspace that cannot be read hold back another', async () => {
    const on = await useCases();
    const good = await on.open('good');
    const other = '00000000-0000-4000-8000-000000000001';
    await sql`insert into kept.workspace (id, doc, policy) values (${other}, '{}', '{}')`.execute(on.db);
    await sql`insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed, said)
      values (${other}, 'case', ${other}, 1, 1, true, ${JSON.stringify(NOTHING_SAID)})`.execute(on.db);
    on.clock.forward(6 * 60_000);

    await expect(wakeDue(on.deps)).resolves.toMatchObject({ cases: 2 });

    const { rows } = await sql<{ id: string; failures: number }>`
      select subject_id as id, failures from kept.alarm order by failures`.execute(on.db);
    expect(rows).toEqual([
      { id: good, failures: 0 },
      { id: other, failures: 1 },
    ]);
    await on.stop();
  });
});
