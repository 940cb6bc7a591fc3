import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { act } from '../../src/app/act.ts';
import type { AuditReport } from '../../src/app/auditing.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { type CaseId, NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { absentKeys, countsOf, createAuditing, recentEvents } from '../../src/store/audit.ts';
import { NOTHING_SAID } from '../../src/store/said.ts';
import { audited, NOTHING } from '../support/audited.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const hasPostgres = (await enginesToTest()).includes('postgres');

describe('the auditor', () => {
  let on: Awaited<ReturnType<typeof audited>>;
  let before: AuditReport;
  beforeAll(async () => {
    on = await audited();
  });
  afterAll(() => on.stop());
  beforeEach(async () => {
    before = await on.reset();
  });

  /** Ada promises a call in ten minutes. */
  const promised = async (caseId: CaseId) => {
    const promiseId = PromiseId.parse(on.deps.newId());
    const ada = on.memberOf('Ada').id;
    const action = NonBlank.parse('Call');
    const followUpAt = on.deps.clock() + 600_000;
    const terms = { id: promiseId, ownerId: ada, action, contactBy: ada, contactTo: '', followUpAt };
    await act(on.deps, on.whoIs('Ada'), caseId, { do: 'promise', terms });
    return promiseId;
  };

  it('finds nothing amiss where nothing is, and tells nobody', async () => {
    const report = await on.run(before);
    expect(report).toMatchObject({ found: NOTHING, left: NOTHING });
    expect(await on.told()).toEqual([]);
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
    await on.told();
    await planted.execute(on.db);

    const report = await on.run(before);

    expect(report).toMatchObject({ found: { ...NOTHING, [kind]: 1 }, left: NOTHING });
    expect(report.repaired).toMatchObject({ [kind]: 1 });
    expect(await on.told()).toHaveLength(tellings);
    expect(await on.run(report)).toMatchObject({ found: NOTHING, left: NOTHING });
    expect(await on.told()).toEqual([]);
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

    const report = await on.run(before);
    await on.run(before);
    await on.run(report);

    expect((await row()).rows).toEqual(first);
    expect((await on.told())[0]).toEqual([
      'I checked on myself and found something',
      'Case 1: a message had gone missing before it was sent. I have sent it now.',
      'There is nothing for you to do.',
    ]);
  });

  it('finds the call of a holder and the word that a promise was kept, too', async () => {
    const id = await on.open('escalated');
    const promiseId = await promised(id);
    on.clock.forward(580_000);
    await sql`update kept.alarm set due_at = ${on.deps.clock()} where subject_id = ${id}`.execute(on.db);
    await wakeDue(on.deps);
    await sql`update kept.outbox set sent_at = owed_since`.execute(on.db);
    const called = sql`key like ${`${id}/%/climb/1/1`}`;
    const dropped = await sql`delete from kept.outbox where ${called}`.execute(on.db);
    expect(dropped.numAffectedRows).toBe(1n);

    const report = await on.run(before);

    expect(report.repaired).toMatchObject({ missing: 1 });
    const { rows } = await sql`select 1 from kept.outbox where ${called}`.execute(on.db);
    expect(rows).toHaveLength(1);

    await act(on.deps, on.whoIs('Ada'), id, { do: 'keep', promiseId, proof: NonBlank.parse('Called') });
    await sql`update kept.outbox set sent_at = owed_since`.execute(on.db);
    await sql`delete from kept.outbox where key like ${`${id}/%/kept`}`.execute(on.db);
    expect((await on.run(report)).repaired).toMatchObject({ missing: 1 });
  });

  it('mends a promise that its case’s row doesn’t know of, and tells of it once', async () => {
    await on.told();
    const id = await on.open('promised');
    await promised(id);
    await sql`update kept.outbox set sent_at = owed_since`.execute(on.db);
    await sql`update kept.care_case set promised = false where id = ${id}`.execute(on.db);

    const report = await on.run(before);
    const again = await on.run(report);

    expect(again).toMatchObject({ found: NOTHING, left: NOTHING });
    expect(await on.told()).toHaveLength(1);
  });

  it('takes what waits behind a message that was put off for waiting, not for stuck', async () => {
    const later = on.deps.clock() + 60_000;
    await sql`update kept.outbox set sent_at = null, due_at = due_at - 61000`.execute(on.db);
    await sql`update kept.outbox set due_at = ${later} where key like '%/card'`.execute(on.db);

    expect(await on.run(before)).toMatchObject({ found: { stuckOutbox: 0 } });
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
      insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed, said)
      select workspace_id, 'case', id, ${on.deps.clock() + 3_600_000}::bigint, 1, true, ${JSON.stringify(NOTHING_SAID)}::jsonb from kept.care_case
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
