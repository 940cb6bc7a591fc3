import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { act } from '../../src/app/act.ts';
import { type AuditReport, audit, auditVerdict } from '../../src/app/audit.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { auditCard } from '../../src/conversation/audit-card.ts';
import { NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { Say } from '../../src/domain/say.ts';
import { createMetrics } from '../../src/operation/metrics.ts';
import { absentKeys, countsOf, createAuditing, recentEvents } from '../../src/store/audit.ts';
import { createDuties } from '../../src/store/duty.ts';
import { linesOf } from '../support/case-view.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const hasPostgres = (await enginesToTest()).includes('postgres');

describe('the auditor', () => {
  let on: Awaited<ReturnType<typeof useCases>>;
  let before: AuditReport | null;
  let watched: { id: string; doc: string };
  beforeAll(async () => {
    on = await useCases();
    const id = await on.open('watched');
    const { rows } = await sql<{ doc: string }>`select doc::text from kept.care_case`.execute(on.db);
    watched = { id, doc: rows[0]?.doc ?? '' };
  });
  afterAll(() => on.stop());
  /** One case, as it was opened, all of it said. */
  beforeEach(async () => {
    for (const table of ['outbox', 'promise', 'timeline_event', 'alarm', 'care_case']) {
      const caseId = { alarm: 'subject_id', care_case: 'id' }[table] ?? 'case_id';
      await sql`delete from ${sql.table(`kept.${table}`)} where ${sql.ref(caseId)} <> ${watched.id}`.execute(
        on.db,
      );
    }
    await sql`delete from kept.outbox where key like '%/wait/2/%' or key like '%/audit/%'`.execute(on.db);
    await sql`update kept.care_case set doc = ${watched.doc}::jsonb, promised = false`.execute(on.db);
    await sql`update kept.outbox set sent_at = owed_since, lease_until = null, unsaid_at = null`.execute(
      on.db,
    );
    await sql`update kept.alarm set due_at = ${on.deps.clock() + 60_000}, failures = 0`.execute(on.db);
    await sql`delete from kept.inbox`.execute(on.db);
    before = await run(null);
    expect(before.found).toEqual(nothing);
    expect(await told()).toEqual([]);
  });

  /** Sending and hearing, as far as this test needs them: what is owed is sent, and what was heard is done. */
  const parts = () => ({
    ...on.deps,
    auditing: createAuditing(on.db),
    deliver: () =>
      sql`update kept.outbox set sent_at = ${on.deps.clock()}
        where sent_at is null and unsaid_at is null and coalesce(lease_until, 0) <= ${on.deps.clock()}`.execute(
        on.db,
      ),
    hear: () => sql`update kept.inbox set done_at = ${on.deps.clock()}`.execute(on.db),
  });
  const run = (last: AuditReport | null) => audit(parts(), last);
  const nothing = {
    silent: 0,
    overdueAlarms: 0,
    failingCases: 0,
    stuckOutbox: 0,
    lateInbox: 0,
    missing: 0,
    unsaid: 0,
  };
  /** What the owner of the workspace was told, as they read it, since this was asked last. */
  const told = async () => {
    const { rows } = await sql<{ say: unknown; destination: string }>`
      delete from kept.outbox where key like '%/audit/%' returning message->'say' as say, destination`.execute(
      on.db,
    );
    return rows.map(({ say, destination }) => {
      const read = Say.parse(say);
      if (read.what !== 'audit found') throw new Error('Something else was said');
      expect(destination).toBe(`member/${on.memberOf('Dora').id}`);
      return linesOf(auditCard(read));
    });
  };

  it('finds nothing amiss where nothing is, and tells nobody', async () => {
    const report = await run(before);
    expect(report).toMatchObject({ found: nothing, left: nothing });
    expect(await told()).toEqual([]);
  });

  it.each([
    ['an open case whose alarm is gone', sql`update kept.alarm set due_at = null`, 'silent', 1],
    [
      'an open case that neither has a promise nor waits for one',
      sql`update kept.care_case set doc = jsonb_set(doc, '{waiting}', 'null')`,
      'silent',
      1,
    ],
    [
      'an alarm that nobody answered for a minute',
      sql`update kept.alarm set due_at = due_at - 130000`,
      'overdueAlarms',
      0,
    ],
    [
      'a message that nobody sent for a minute',
      sql`update kept.outbox set sent_at = null, due_at = due_at - 61000 where key like '%/card'`,
      'stuckOutbox',
      0,
    ],
    [
      'a message that a clock which ran ahead has leased for a year',
      sql`update kept.outbox set sent_at = null, due_at = due_at - 61000, lease_until = due_at + 31536000000
        where key like '%/card'`,
      'stuckOutbox',
      0,
    ],
    [
      'something heard that nobody carried out for a minute',
      sql`insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until)
        select id, gen_random_uuid(), 'slack/T1', 'Ev1', '{}', 1, 2 from kept.workspace`,
      'lateInbox',
      0,
    ],
    [
      'a message that was dropped before it was sent',
      sql`delete from kept.outbox where key like '%/wait/1/0'`,
      'missing',
      1,
    ],
  ] as const)('finds %s, mends it, and says so', async (_what, planted, kind, tellings) => {
    await told();
    await planted.execute(on.db);

    const report = await run(before);

    expect(report).toMatchObject({ found: { ...nothing, [kind]: 1 }, left: nothing });
    expect(report.repaired).toMatchObject({ [kind]: 1 });
    expect(await told()).toHaveLength(tellings);
    expect(await run(report)).toMatchObject({ found: nothing, left: nothing });
    expect(await told()).toEqual([]);
  });

  it('holds what a surface heard that is switched off now against nobody', async () => {
    await sql`insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until)
      select id, gen_random_uuid(), 'slack/T1', 'Ev2', '{}', 1, 2 from kept.workspace`.execute(on.db);
    const now = on.deps.clock();
    expect(await createAuditing(on.db, ['console', 'slack']).count(now)).toMatchObject({ lateInbox: 1 });
    expect(await createAuditing(on.db, ['console', 'teams']).count(now)).toMatchObject({ lateInbox: 0 });
    await sql`delete from kept.inbox`.execute(on.db);
  });

  it('owes a dropped message again, as it was, and says it once', async () => {
    const key = sql`key like '%/wait/1/0'`;
    const row = () =>
      sql<{ message: unknown; destination: string }>`
        select message, destination from kept.outbox where ${key}`.execute(on.db);
    const first = (await row()).rows;
    await sql`delete from kept.outbox where ${key}`.execute(on.db);

    const report = await run(before);
    await run(before);
    await run(report);

    expect((await row()).rows).toEqual(first);
    expect((await told())[0]).toEqual([
      'I checked on myself and found something',
      'Case 1: a message had gone missing before it was sent. I have sent it now.',
      'There is nothing for you to do.',
    ]);
  });

  it('finds the call of a holder and the word that a promise was kept, too', async () => {
    const id = await on.open('escalated');
    const promiseId = PromiseId.parse(on.deps.newId());
    const terms = {
      id: promiseId,
      ownerId: on.memberOf('Ada').id,
      action: NonBlank.parse('Call'),
      contactBy: on.memberOf('Ada').id,
      contactTo: '',
      followUpAt: on.deps.clock() + 600_000,
    };
    await act(on.deps, on.whoIs('Ada'), id, { do: 'promise', terms });
    on.clock.forward(580_000);
    await sql`update kept.alarm set due_at = ${on.deps.clock()} where subject_id = ${id}`.execute(on.db);
    await wakeDue(on.deps);
    await sql`update kept.outbox set sent_at = owed_since`.execute(on.db);
    const called = sql`key like ${`${id}/%/climb/1/1`}`;
    const dropped = await sql`delete from kept.outbox where ${called}`.execute(on.db);
    expect(dropped.numAffectedRows).toBe(1n);

    const report = await run(before);

    expect(report.repaired).toMatchObject({ missing: 1 });
    const { rows } = await sql`select 1 from kept.outbox where ${called}`.execute(on.db);
    expect(rows).toHaveLength(1);

    await act(on.deps, on.whoIs('Ada'), id, { do: 'keep', promiseId, proof: NonBlank.parse('Called') });
    await sql`update kept.outbox set sent_at = owed_since`.execute(on.db);
    await sql`delete from kept.outbox where key like ${`${id}/%/kept`}`.execute(on.db);
    expect((await run(report)).repaired).toMatchObject({ missing: 1 });
  });

  it('mends a promise that its case’s row doesn’t know of, and tells of it once', async () => {
    await told();
    const id = await on.open('promised');
    const terms = {
      id: PromiseId.parse(on.deps.newId()),
      ownerId: on.memberOf('Ada').id,
      action: NonBlank.parse('Call'),
      contactBy: on.memberOf('Ada').id,
      contactTo: '',
      followUpAt: on.deps.clock() + 600_000,
    };
    await act(on.deps, on.whoIs('Ada'), id, { do: 'promise', terms });
    await sql`update kept.outbox set sent_at = owed_since`.execute(on.db);
    await sql`update kept.care_case set promised = false where id = ${id}`.execute(on.db);

    const report = await run(before);
    const again = await run(report);

    expect(again).toMatchObject({ found: nothing, left: nothing });
    expect(await told()).toHaveLength(1);
  });

  it('tells of a message that could not be said anywhere once, and turns no readiness red for it', async () => {
    await told();
    await sql`update kept.outbox set sent_at = null, unsaid_at = owed_since where key like '%/wait/1/0'`.execute(
      on.db,
    );

    const report = await run(before);
    const again = await run(report);

    expect(report.left).toMatchObject({ ...nothing, unsaid: 1 });
    expect(auditVerdict({ ageMs: 1, result: again })).toMatchObject({ ok: true });
    const [lines, ...more] = await told();
    expect(lines?.[1]).toContain('could not be delivered');
    expect(lines?.at(-1)).toContain('I say this once');
    expect(more).toEqual([]);
  });

  it('turns readiness of every process red while a case can’t be decided, and tells its owner once', async () => {
    await told();
    await sql`update kept.alarm set failures = 3`.execute(on.db);
    const duties = createDuties(on.db);
    const write = async (report: AuditReport) => {
      await sql`delete from kept.duty`.execute(on.db);
      const mine = await duties.take('audit', 60_000, 30_000);
      if (mine === null) throw new Error('Somebody else has it');
      await duties.done('audit', mine, report);
    };

    const report = await run(before);
    await write(report);
    await run(report);

    const verdict = auditVerdict(await duties.state('audit'));
    expect(verdict).toMatchObject({ ok: false, isCurrent: true });
    const metrics = createMetrics(
      () => on.deps.store.gauges(on.deps.clock()),
      () => Promise.resolve({ report: verdict.report, canaries: [] }),
    );
    expect((await metrics.read()).body).toMatch(/^kept_invariant_violations\{kind="failingCases"\} [1-9]/mu);
    expect(await told()).toHaveLength(1);

    await write(await run(report));
    await sql`update kept.alarm set failures = 0`.execute(on.db);
    await write(await run(report));
    expect(auditVerdict(await duties.state('audit'))).toMatchObject({ ok: true });
    await sql`update kept.duty set done_at = done_at - 600000`.execute(on.db);
    expect(auditVerdict(await duties.state('audit'))).toMatchObject({ ok: false, isCurrent: false });
  });

  it('names the same of many cases that can’t be decided at every run', async () => {
    const ids = [await on.open('one'), await on.open('two'), await on.open('three')];
    await sql`update kept.alarm set failures = 3 where subject_id <> ${watched.id}`.execute(on.db);
    const auditing = createAuditing(on.db);
    const first = await auditing.failingCases(2);
    for (const id of ids) {
      await sql`update kept.alarm set failures = 4, due_at = due_at + 1 where subject_id = ${id}`.execute(
        on.db,
      );
      expect(await auditing.failingCases(2)).toEqual(first);
    }
  });

  it('takes what waits behind a message that was put off for waiting, not for stuck', async () => {
    const later = on.deps.clock() + 60_000;
    await sql`update kept.outbox set sent_at = null, due_at = due_at - 61000`.execute(on.db);
    await sql`update kept.outbox set due_at = ${later} where key like '%/card'`.execute(on.db);

    expect(await run(before)).toMatchObject({ found: { stuckOutbox: 0 } });
  });
});

describe.runIf(hasPostgres)('where a canary clears its last flight away at this moment', () => {
  it('what it said is not missing', async () => {
    const on = await useCases('postgres');
    const id = await on.open('flying');
    const other = new Client(on.poolConfig);
    await other.connect();
    await other.query('begin; lock table kept.post in access exclusive mode');
    const look = createAuditing(on.db).missing(0, 100, ({ case: { id: caseId } }) => [
      { op: 'post', key: `${caseId}/card`, to: { kind: 'channel' }, say: { what: 'case card' } },
    ]);
    await vi.waitFor(async () => {
      const { rows } = await other.query('select 1 from pg_locks where not granted');
      expect(rows).not.toHaveLength(0);
    });
    await other.query('delete from kept.outbox where case_id = $1', [id]);
    await other.query('commit');

    expect((await look).missing).toEqual([]);
    await other.end();
    await on.stop();
  });
});

describe('among 20,000 cases', () => {
  it('each look goes by an index of its own', async () => {
    const on = await useCases();
    await on.open('one of many');
    const many = sql`generate_series(1, 20000) as n`;
    await sql`
      insert into kept.care_case (workspace_id, id, number, doc, promised)
      select c.workspace_id, gen_random_uuid(), 100 + n, c.doc, true from kept.care_case c, ${many}`.execute(
      on.db,
    );
    await sql`
      insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed)
      select workspace_id, 'case', id, ${on.deps.clock() + 3_600_000}::bigint, 1, true from kept.care_case
      on conflict do nothing`.execute(on.db);
    await sql`
      insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at, sent_at)
      select workspace_id, id, id || '/x', 'case/' || id, '{}', 1, 1, 1 from kept.care_case`.execute(on.db);
    await sql`
      insert into kept.post (workspace_id, key, case_id, audience, say, connection, ref)
      select workspace_id, id || '/x', id, '{}', '{}', 'console', id from kept.care_case`.execute(on.db);
    await sql`
      insert into kept.timeline_event (workspace_id, case_id, at, what)
      select workspace_id, id, 1, '{}' from kept.care_case`.execute(on.db);
    await sql`
      insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until, done_at)
      select workspace_id, id, 'console', id, '{}', 1, 1, 1 from kept.care_case`.execute(on.db);
    await sql`vacuum analyze`.execute(on.db);
    const counts = countsOf(on.deps.clock());
    const posts = [
      {
        workspaceId: on.workspaceId,
        post: { op: 'post', key: 'k', to: { kind: 'thread' }, say: { what: 'history' } } as const,
      },
    ];
    const looks = [
      [counts.silent, 'alarm_missing', 'case_adrift'],
      [counts.overdueAlarms, 'alarm_due'],
      [counts.failingCases, 'alarm_failing'],
      [counts.stuckOutbox, 'outbox_owed'],
      [counts.lateInbox, 'inbox_late'],
      [counts.unsaid, 'outbox_un'],
      [recentEvents(20_000, 100), 'timeline_event_seq'],
      [absentKeys(posts), 'outbox_workspace_id_key_key', 'post_pkey'],
    ] as const;

    for (const [look, ...indexes] of looks) {
      const plan = await sql<{ 'QUERY PLAN': string }>`explain ${look}`.execute(on.db);
      const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
      for (const index of indexes) expect(text).toContain(index);
      expect(text).not.toMatch(/Seq Scan on (?:care_case|alarm|outbox|inbox|timeline_event|post)/u);
    }
    await on.stop();
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
