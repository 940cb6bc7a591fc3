import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditVerdict } from '../../src/app/audit-verdict.ts';
import type { AuditReport } from '../../src/app/auditing.ts';
import { createMetrics } from '../../src/operation/metrics.ts';
import { createReadiness } from '../../src/operation/readiness.ts';
import { createAuditing } from '../../src/store/audit.ts';
import { createCanaries } from '../../src/store/canary.ts';
import { createDuties } from '../../src/store/duty.ts';
import { NOTHING_SAID } from '../../src/store/said.ts';
import { watchOf } from '../../src/watch.ts';
import { audited, NOTHING } from '../support/audited.ts';

const MINUTE = 60_000;
const OTHER = '00000000-0000-4000-8000-000000000001';

describe('what the auditor can’t mend', () => {
  let on: Awaited<ReturnType<typeof audited>>;
  let before: AuditReport;
  beforeAll(async () => {
    on = await audited();
    await sql`insert into kept.workspace (id, doc, policy) values (${OTHER}, '{}', '{}')`.execute(on.db);
  });
  afterAll(() => on.stop());
  beforeEach(async () => {
    before = await on.reset();
  });

  /** As `/readyz` and `/metrics` of a process that hears and works tell it. */
  const seen = async (report: AuditReport) => {
    const duties = createDuties(on.db);
    await sql`delete from kept.duty`.execute(on.db);
    const mine = await duties.take('audit', MINUTE, 30_000);
    if (mine === null) throw new Error('Somebody else has it');
    await duties.done('audit', mine, report);
    const watch = watchOf({
      duties,
      canaries: createCanaries(on.db),
      config: { canaryMs: null, heartbeatUrl: null },
      isWorking: true,
    });
    const readiness = createReadiness({
      store: on.deps.store,
      jobs: () => ({ health: () => Promise.resolve({ ok: true, detail: 'bells ring' }) }),
      auditor: watch.auditor,
    });
    const metrics = createMetrics(() => on.deps.store.gauges(on.deps.clock()), watch.read);
    const { body } = await metrics.read();
    return {
      ready: (await readiness.check()).ok,
      count: (kind: keyof typeof NOTHING) =>
        Number(new RegExp(`^kept_invariant_violations\\{kind="${kind}"\\} (\\d+)$`, 'mu').exec(body)?.[1]),
    };
  };
  const heard = (count: number, workspaceId: string = on.workspaceId) =>
    sql`insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until)
      select ${workspaceId}, gen_random_uuid(), 'slack/T1', gen_random_uuid(), '{}', 1, 2
      from generate_series(1, ${count}::integer)`.execute(on.db);
  const failing = (workspaceId: string) =>
    sql`insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed, failures, said)
      values (${workspaceId}, 'case', gen_random_uuid(), ${on.deps.clock() + MINUTE}, 1, true, 3, ${JSON.stringify(NOTHING_SAID)})`.execute(
      on.db,
    );

  it('is told of a message that could not be said anywhere once, until its case is over', async () => {
    await sql`update kept.outbox set sent_at = null, unsaid_at = owed_since where key like '%/wait/1/0'`.execute(
      on.db,
    );

    const report = await on.run(before);
    const again = await on.run(report);

    expect(report.left).toMatchObject({ ...NOTHING, unsaid: 1 });
    expect(await seen(again)).toMatchObject({ ready: true });
    const [lines, ...more] = await on.told();
    expect(lines?.[1]).toContain('could not be delivered');
    expect(lines?.at(-1)).toContain('I say this once');
    expect(more).toEqual([]);

    await sql`update kept.care_case set doc = jsonb_set(doc, '{status}', '"closed"')`.execute(on.db);
    expect((await seen(await on.run(again))).count('unsaid')).toBe(0);
  });

  it('is told of a message that could not be said as soon as there is somebody to be told', async () => {
    const present = (active: boolean) =>
      sql`update kept.member set doc = jsonb_set(doc, '{active}', ${String(active)}::jsonb)`.execute(on.db);
    await sql`update kept.outbox set sent_at = null, unsaid_at = owed_since where key like '%/wait/1/0'`.execute(
      on.db,
    );
    try {
      await present(false);
      const report = await on.run(before);
      expect(await on.told()).toEqual([]);
      await present(true);
      await on.run(report);
      expect((await on.told())[0]?.[1]).toContain('could not be delivered');
    } finally {
      await present(true);
    }
  });

  it('is told of a message of a case that is over already, too', async () => {
    await sql`update kept.outbox set sent_at = null, unsaid_at = owed_since where key like '%/wait/1/0'`.execute(
      on.db,
    );
    await sql`update kept.care_case set doc = jsonb_set(doc, '{status}', '"closed"')`.execute(on.db);

    expect((await on.run(before)).left).toEqual(NOTHING);
    expect((await on.told())[0]?.[1]).toContain('could not be delivered');
  });

  it('is a silent case: every process is unready while it is left', async () => {
    await sql`update kept.alarm set due_at = null`.execute(on.db);
    await sql`update kept.care_case set doc = jsonb_set(doc, '{stakes}', '""')`.execute(on.db);

    const well = await on.open('well');

    const report = await on.run(before);
    await on.run(report);

    const now = await seen(report);
    expect(now.count('silent')).toBe(1);
    expect(now.ready).toBe(false);
    // A message that belonged to the case itself could not be drawn.
    const { rows } = await sql`select case_id as id from kept.outbox where key like '%/audit/%'`.execute(
      on.db,
    );
    expect(rows).toEqual([{ id: well }]);
    expect((await on.told())[0]?.[1]).toContain('Case 1: I can’t work out what comes next');
    await on.reset();
    expect(await seen(await on.run(report))).toMatchObject({ ready: true });
  });

  it('is one case that can’t be decided: it is counted and its owner told once, and nobody is unready', async () => {
    await sql`update kept.alarm set failures = 3`.execute(on.db);

    const report = await on.run(before);
    const again = await on.run(report);

    const now = await seen(again);
    expect(now.count('failingCases')).toBe(1);
    expect(now.ready).toBe(true);
    on.clock.forward(61 * MINUTE);
    await sql`update kept.alarm set due_at = ${on.deps.clock() + MINUTE}`.execute(on.db);
    await on.run(again);
    const [lines, ...more] = await on.told();
    expect(lines?.[1]).toContain('Case 1: I can’t work out what comes next');
    expect(more).toEqual([]);
  });

  it('is told when more cases can’t be decided, of those that are new', async () => {
    await on.open('two');
    await on.open('three');
    await on.open('four');
    await sql`update kept.alarm set failures = 3 where subject_id = ${on.watchedId}`.execute(on.db);
    const report = await on.run(before);
    await on.told();
    await sql`update kept.alarm set failures = 3`.execute(on.db);

    const worse = await on.run(report);
    await on.run(worse);

    const [lines, ...more] = await on.told();
    expect(lines?.[1]).toMatch(/^Cases \d+, \d+ and \d+: I can’t work out/u);
    expect(lines?.[1]).not.toMatch(/\b1\b/u);
    expect(more).toEqual([]);
  });

  it('is one workspace’s noise: its owner hears of it once an hour, or when it is twice as much', async () => {
    on.die();
    await sql`update kept.alarm set due_at = ${on.deps.clock() + 180 * MINUTE}`.execute(on.db);
    await heard(2);
    const told = async (report: AuditReport) => {
      const next = await on.run(report);
      const lines = await on.told();
      return { next, lines: lines.map((one) => one[1]) };
    };

    const first = await told(before);
    expect(first.lines).toEqual([expect.stringContaining('2 things that were said to me are waiting')]);
    const now = await seen(first.next);
    expect(now.count('lateInbox')).toBe(2);
    expect(now.ready).toBe(true);

    on.clock.forward(MINUTE);
    await heard(1);
    const second = await told(first.next);
    expect(second.lines).toEqual([]);

    await heard(1);
    const third = await told(second.next);
    expect(third.lines).toEqual([expect.stringContaining('4 things')]);

    on.clock.forward(59 * MINUTE);
    const fourth = await told(third.next);
    expect(fourth.lines).toEqual([]);
    on.clock.forward(MINUTE);
    expect((await told(fourth.next)).lines).toEqual([expect.stringContaining('4 things')]);
    on.clock.forward(-61 * MINUTE);
  });

  it('is one workspace’s stuck message: its owner is told, and nobody is unready', async () => {
    on.die();
    await sql`update kept.outbox set sent_at = null, due_at = due_at - 61000 where key like '%/card'`.execute(
      on.db,
    );

    const report = await on.run(before);

    const now = await seen(report);
    expect(now.count('stuckOutbox')).toBe(1);
    expect(now.ready).toBe(true);
    expect((await on.told()).map((lines) => lines[1])).toEqual([
      expect.stringContaining('A message is waiting to be sent'),
    ]);
  });

  it('is late in every workspace: Kept is unready, and sends no owner one message more', async () => {
    on.die();
    await heard(1);
    await heard(1, OTHER);

    const report = await on.run(before);

    expect(report.wide).toEqual(['lateInbox']);
    expect(await seen(report)).toMatchObject({ ready: false });
    expect(await on.told()).toEqual([]);
  });

  it('fails to decide cases in every workspace: Kept is unready', async () => {
    await failing(on.workspaceId);
    await failing(OTHER);

    expect(await seen(await on.run(before))).toMatchObject({ ready: false });
  });

  it('is late in two workspaces of many: those are in trouble, and Kept is not', async () => {
    on.die();
    await heard(1);
    await heard(1, OTHER);
    await sql`insert into kept.workspace (id, doc, policy)
      select gen_random_uuid(), '{"many": true}', '{}' from generate_series(1, 28)`.execute(on.db);

    const report = await on.run(before);

    await sql`delete from kept.workspace where doc = '{"many": true}'`.execute(on.db);
    expect(report).toMatchObject({ wide: [], left: { lateInbox: 2 } });
    expect(await seen(report)).toMatchObject({ ready: true });
    expect(await on.told()).toHaveLength(1);
  });

  it('is late in a workspace and for its canary: that is one workspace', async () => {
    on.die();
    await heard(1);
    await heard(1, OTHER);
    await sql`insert into kept.canary (workspace_id, flies_in, member_id, connection)
      values (${on.workspaceId}, ${OTHER}, ${on.memberOf('Dora').id}, 'console')`.execute(on.db);

    const report = await on.run(before);

    await sql`delete from kept.canary`.execute(on.db);
    expect(report).toMatchObject({ wide: [], left: { lateInbox: 2 } });
    expect(await on.told()).toHaveLength(1);
  });

  it('is nothing that a report of long ago could say', async () => {
    const age = 600_000;
    expect(auditVerdict({ ageMs: 1, result: before })).toMatchObject({ ok: true, isCurrent: true });
    expect(auditVerdict({ ageMs: age, result: before })).toMatchObject({ ok: false, isCurrent: false });
  });

  it('is named the same at every run, where many cases can’t be decided', async () => {
    const ids = [await on.open('one'), await on.open('two'), await on.open('three')];
    await sql`update kept.alarm set failures = 3 where subject_id <> ${on.watchedId}`.execute(on.db);
    const auditing = createAuditing(on.db);
    const first = await auditing.failingCases(2);
    for (const id of ids) {
      await sql`update kept.alarm set failures = 4, due_at = due_at + 1 where subject_id = ${id}`.execute(
        on.db,
      );
      expect(await auditing.failingCases(2)).toEqual(first);
    }
  });
});
