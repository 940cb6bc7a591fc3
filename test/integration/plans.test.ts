import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seed, seedPast } from '../../bench/seed.ts';
import { act } from '../../src/app/act.ts';
import type { Deps, Who } from '../../src/app/deps.ts';
import { prune } from '../../src/app/prune.ts';
import type { StoreTx } from '../../src/app/store.ts';
import { teamOf } from '../../src/app/team.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import type { CaseId, WorkspaceId } from '../../src/domain/ids.ts';
import { createAuditing } from '../../src/store/audit.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createPruning } from '../../src/store/prune.ts';
import { createStore } from '../../src/store/store.ts';
import { DAY, HOUR, MINUTE } from '../support/domain-fixtures.ts';
import {
  availableEngines,
  freshDatabase,
  type Server,
  silentLog,
  startPostgres,
} from '../support/engines.ts';
import { type PlanNode, type WatchedPlan, watchedDatabase } from '../support/watched-plans.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
/** What grows with work. */
const LARGE: ReadonlySet<string> = new Set([
  'care_case',
  'promise',
  'alarm',
  'outbox',
  'post',
  'timeline_event',
  'received',
  'inbox',
]);
const here = (await availableEngines()).some(
  ({ name, reason }) => name === 'postgres' && reason === undefined,
);

describe.runIf(here).each([
  ['made for the values that are asked for', false],
  ['that know no value', true],
])('with twenty thousand promises pending and years of work behind them, by plans %s', (_kind, isGeneric) => {
  let postgres: Server;
  let plain: Database;
  let watched: ReturnType<typeof watchedDatabase>;
  let inbox: ReturnType<typeof createInbox>;
  let deps: Deps;
  let who: Who;
  let caseId: CaseId;

  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await freshDatabase(postgres);
    plain = openDatabase({ connectionString: url, max: 2 }, () => {});
    await migrate(plain);
    const [workspaceId] = await seed(plain, {
      promises: 20_000,
      workspaces: 5,
      madeAt: NOW - MINUTE,
      alarms: { from: NOW + HOUR, until: NOW + 30 * DAY },
    });
    if (workspaceId === undefined) throw new Error('Nothing was seeded');
    await seedPast(plain, { workspaceId, cases: 3_000, from: NOW - 365 * DAY, until: NOW - 200 * DAY });
    await heardBefore(plain, workspaceId);
    watched = watchedDatabase(url, isGeneric);
    inbox = createInbox(watched.db, { connectionString: url }, () => {});
    const store = createStore(watched.db);
    const bell = { ringAt: async () => {}, ringOutbox: async () => {} };
    const log = silentLog();
    deps = { store, bell, clock: () => NOW, newId: randomUUID, teamOf, caseUrl: () => null, log };
    const { members, file } = await store.transact(workspaceId, async (tx) => ({
      members: (await tx.workspace()).members,
      file: await tx.caseByNumber(7),
    }));
    const agent = members.find(({ limit }) => limit === null);
    if (agent === undefined || file === null) throw new Error('The seeded workspace is not whole');
    who = { workspaceId, memberId: agent.id };
    caseId = file.case.id;
  }, 120_000);
  afterAll(async () => {
    await inbox.close();
    await watched.db.destroy();
    await plain.destroy();
    await postgres.stop();
  });

  const inTx = (work: (tx: StoreTx) => Promise<unknown>) => () => deps.store.transact(who.workspaceId, work);
  const dueNow = () =>
    sql`
    update kept.alarm set due_at = ${NOW - 1} where workspace_id = ${who.workspaceId} and subject_id = ${caseId}`.execute(
      plain,
    );

  /** Each, and how many rows it may read of a large table at most: what it gives back, and a few around it. */
  const works: Record<string, { run: () => Promise<unknown>; rows: number }> = {
    'the wake, with nothing due': { run: () => wakeDue(deps), rows: 0 },
    'the wake of one': { run: () => dueNow().then(() => wakeDue(deps)), rows: 5 },
    'the claim of what is owed': { run: () => deps.store.claimOutbox(NOW, 100, 30_000), rows: 20 },
    // Without values a batch that is forgotten may be most of so small a table, and then that is read whole.
    ...(isGeneric
      ? {}
      : {
          'the claim of what was heard': {
            run: () => inbox.claimLate('slack', NOW, 50, 30_000),
            rows: 0,
          },
        }),
    'the moments to hang bells for': { run: () => deps.store.upcoming(NOW + 10 * MINUTE, 100_000), rows: 5 },
    'a decision': {
      run: () => act(deps, who, caseId, { do: 'sign' }, randomUUID()),
      rows: 10,
    },
    'the counts of the audit': { run: () => createAuditing(watched.db).count(NOW), rows: 20 },
    'my promises': { run: inTx((tx) => tx.unsettledPromises(who.memberId, 100)), rows: 101 },
    'all that is promised': { run: inTx((tx) => tx.unsettledPromises(null, 100)), rows: 101 },
    'what is in trouble': { run: inTx((tx) => tx.troubledPromises(100)), rows: 101 },
    'cases that wait': { run: inTx((tx) => tx.waitingCases(null, 100)), rows: 101 },
    'the cases': { run: inTx((tx) => tx.cases(100)), rows: 101 },
    'cases that somebody opened': { run: inTx((tx) => tx.casesOpenedBy(who.memberId, 100)), rows: 101 },
    'a crowd of promises': {
      run: inTx((tx) => tx.followUpsBetween(who.memberId, NOW, NOW + 4 * HOUR)),
      rows: 60,
    },
    'a case’s timeline': { run: inTx((tx) => tx.timeline(caseId, 40)), rows: 40 },
    'a case by its number': { run: inTx((tx) => tx.caseByNumber(17)), rows: 5 },
    'what a card is drawn from, with the dealings with a customer': {
      run: () => deps.store.caseData({ workspaceId: who.workspaceId, caseId }),
      rows: 400,
    },
    'what could not be said': { run: inTx((tx) => tx.unsaid(20)), rows: 20 },
    'a post by its key': { run: () => deps.store.post(who.workspaceId, `${caseId}/card`), rows: 1 },
    'a post by where it stands': {
      run: () => deps.store.postAt(who.workspaceId, 'console', 'nowhere'),
      rows: 0,
    },
  };

  it.each(Object.entries(works))(
    '%s reads by an index, and no more than it needs',
    async (_, { run, rows }) => {
      const plans = await watched.plansOf(run);
      const reads = readsOf(plans);
      expect(plans.length).toBeGreaterThan(0);
      expect(reads.filter(({ node }) => node === 'Seq Scan')).toEqual([]);
      expect(reads.filter((read) => read.rows + read.removed > rows)).toEqual([]);
    },
  );

  it('the gauges count what is pending by indexes alone, and nothing of what is over', async () => {
    const reads = readsOf(await watched.plansOf(() => deps.store.gauges(NOW)));
    expect(reads.filter(({ node }) => node === 'Seq Scan')).toEqual([]);
    const counted = reads.filter(({ rows }) => rows > 100);
    expect(counted.map(({ node, index, rows }) => ({ node, index, rows: Math.round(rows) }))).toEqual([
      { node: 'Index Only Scan', index: 'promise_soonest', rows: 20_000 },
      { node: 'Index Only Scan', index: 'case_open', rows: 20_000 },
    ]);
  });

  if (isGeneric) return;
  it('pruning looks at what is old, and at the first of what isn’t', async () => {
    // Given all that was said a week ago, gone, and as much that was said since
    const later = NOW + 8 * DAY;
    const on = { pruning: createPruning(watched.db), clock: () => later };
    expect((await prune(on)).outbox).toBeGreaterThan(100_000);
    await seed(plain, {
      promises: 2_000,
      workspaces: 1,
      madeAt: later - DAY,
      alarms: { from: later + HOUR, until: later + DAY },
    });

    // When it is pruned once more
    const reads = readsOf(await watched.plansOf(() => prune(on)));

    // Then it reads one batch, and sees that the rest is younger
    expect(reads.filter(({ node }) => node === 'Seq Scan')).toEqual([]);
    expect(reads.filter(({ rows, removed }) => rows + removed > 1_000)).toEqual([]);
  }, 60_000);
});

describe.runIf(here)('with two hundred workspaces of thirty promises each, all due at once', () => {
  it('a wake reads what it wakes, and nothing of its neighbours', async () => {
    const postgres = await startPostgres();
    const url = await freshDatabase(postgres);
    const plain = openDatabase({ connectionString: url, max: 2 }, () => {});
    await migrate(plain);
    const [workspaces, promises] = [200, 6_000];
    await seed(plain, { promises, workspaces, madeAt: NOW - DAY, alarms: { from: NOW, until: NOW } });
    const watched = watchedDatabase(url, true);
    const store = createStore(watched.db);

    const reads = readsOf(
      await watched.plansOf(() =>
        store.wakeBatch(NOW, 20, (before) => ({
          before,
          at: NOW,
          decision: { ok: true, file: before.file, events: [], messages: [] },
          alarmAt: NOW + HOUR,
        })),
      ),
    );

    // Twenty alarms are locked and written, twenty cases and promises read.
    expect(reads.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['alarm', 'care_case', 'promise']),
    );
    expect(reads.filter(({ rows, removed }) => rows > 20 || removed > 0)).toEqual([]);
    await store.close();
    await plain.destroy();
    await postgres.stop();
  }, 60_000);
});

/** What was read of tables that grow with work. */
function readsOf(plans: readonly WatchedPlan[]): (PlanNode & { query: string })[] {
  return plans.flatMap(({ query, nodes }) =>
    nodes.filter(({ table }) => table !== null && LARGE.has(table)).map((node) => ({ ...node, query })),
  );
}

/** Five thousand things that were heard and carried out. */
async function heardBefore(db: Database, workspaceId: WorkspaceId): Promise<void> {
  await sql`
    insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until, done_at)
    select ${workspaceId}, gen_random_uuid(), 'slack/T1', nr::text, '{}', ${NOW - HOUR}, ${NOW - HOUR}, ${NOW - HOUR}
    from generate_series(1, 5000) nr`.execute(db);
  await sql`vacuum analyze kept.inbox`.execute(db);
}
