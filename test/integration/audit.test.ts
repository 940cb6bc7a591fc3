import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit, isViolated } from '../../src/app/audit.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { createMetrics } from '../../src/operation/metrics.ts';
import { createReadiness } from '../../src/operation/readiness.ts';
import { useCases } from '../support/use-cases.ts';

describe('the auditor', () => {
  let on: Awaited<ReturnType<typeof useCases>>;
  beforeAll(async () => {
    on = await useCases();
    await on.open('watched');
  });
  afterAll(() => on.stop());
  beforeEach(async () => {
    await sql`update kept.outbox set sent_at = owed_since`.execute(on.db);
    await sql`update kept.alarm set due_at = ${on.deps.clock() + 60_000}`.execute(on.db);
    await sql`delete from kept.inbox`.execute(on.db);
    await sql`update kept.care_case set promised = false`.execute(on.db);
  });

  it('finds nothing amiss where nothing is', async () => {
    expect(await audit(on.deps)).toEqual({
      silent: 0,
      overdueAlarms: 0,
      stuckOutbox: 0,
      lateInbox: 0,
      unsaid: 0,
    });
  });

  it.each([
    ['an open case whose alarm is gone', sql`update kept.alarm set due_at = null`, { silent: 1 }],
    [
      'an open case that neither has a promise nor waits for one',
      sql`update kept.care_case set doc = jsonb_set(doc, '{waiting}', 'null')`,
      { silent: 1 },
    ],
    [
      'an alarm that nobody answered for a minute',
      sql`update kept.alarm set due_at = due_at - 130000`,
      { overdueAlarms: 1 },
    ],
    [
      'a message that nobody sent for a minute',
      sql`update kept.outbox set sent_at = null, due_at = due_at - 61000 where key like '%/card'`,
      { stuckOutbox: 1 },
    ],
    [
      'something heard that nobody carried out for a minute',
      sql`insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until)
        select id, gen_random_uuid(), 'slack/T1', 'Ev1', '{}', 1, 2 from kept.workspace`,
      { lateInbox: 1 },
    ],
  ])('finds %s, counts it, and turns readiness red', async (_what, planted, expected) => {
    const before = await sql<{ doc: string }>`select doc::text from kept.care_case`.execute(on.db);
    await planted.execute(on.db);

    const found = await audit(on.deps);

    expect(found).toMatchObject(expected);
    const readiness = createReadiness({
      store: on.deps.store,
      jobs: () => ({ health: async () => ({ ok: true, detail: '' }) }),
    });
    readiness.audited(!isViolated(found));
    expect((await readiness.check()).ok).toBe(false);
    const metrics = createMetrics(() => on.deps.store.gauges(on.deps.clock()));
    metrics.audited(found);
    expect((await metrics.read()).body).toMatch(/^kept_invariant_violations\{kind="\w+"\} 1$/mu);
    await sql`update kept.care_case set doc = ${before.rows[0]?.doc}::jsonb`.execute(on.db);
  });

  it('takes what waits behind a message that was put off for waiting, not for stuck', async () => {
    const later = on.deps.clock() + 60_000;
    await sql`update kept.outbox set sent_at = null, due_at = due_at - 61000`.execute(on.db);
    await sql`update kept.outbox set due_at = ${later} where key like '%/card'`.execute(on.db);

    expect(await audit(on.deps)).toMatchObject({ stuckOutbox: 0 });
  });

  it('counts by an index that is empty when all is well', async () => {
    await sql`set enable_seqscan to off`.execute(on.db);
    const plan = await sql<{ 'QUERY PLAN': string }>`explain
      select (select count(*) from kept.alarm where needed and due_at is null),
        (select count(*) from kept.care_case where status = 'open' and not promised and waiting_since is null)`.execute(
      on.db,
    );
    const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('alarm_missing');
    expect(text).toContain('case_adrift');
  });
});

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
    await sql`insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed)
      values (${other}, 'case', ${other}, 1, 1, true)`.execute(on.db);
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
