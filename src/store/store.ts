import { sql } from 'kysely';
import type { CaseRef, Outcome, Store, StoreTx, WorkspaceData } from '../app/store.ts';
import { CaseId, WorkspaceId } from '../domain/ids.ts';
import type { Customer } from '../domain/people.ts';
import { gauges, owe } from './audit.ts';
import { batched } from './batch.ts';
import { readCaseData } from './case-data.ts';
import { caseWriteOf, writeCases } from './case-writes.ts';
import { lockCase, pullAlarms, readFiles } from './cases.ts';
import { insertConnection } from './connections.ts';
import {
  bindTo,
  type Database,
  oneAtATime,
  readingWorkspaces,
  type Tx,
  withinWorkspaces,
} from './database.ts';
import {
  allCases,
  casesOpenedBy,
  followUpsBetween,
  readDisconnected,
  readTimeline,
  readUnsaid,
  troubledPromises,
  unsettledPromises,
  waitingCases,
} from './lists.ts';
import { claimOutbox, readPostAt, readPosts, recordOutcomes, releaseLeases } from './outbox.ts';
import {
  customersNamed,
  findCustomers,
  insertWorkspace,
  readCustomer,
  readWorkspaces,
  updateWorkspace,
  upsertCustomer,
  upsertMember,
} from './people.ts';
import { upcoming, wakeBatch } from './wake.ts';

/** Messages' outcomes come one conversation at a time; those that come while others are written go together. */
const RECORDED_AT_ONCE = 100;
/** Cases, or posts, read together for their cards. */
const READ_AT_ONCE = 100;

/** The store in Postgres, or in the embedded one: the same SQL by the same driver. */
export function createStore(db: Database): Store {
  const recording = batched(async (some: readonly (readonly Outcome[])[]) => {
    await recordOutcomes(db, some.flat());
    return some.map(() => true);
  }, RECORDED_AT_ONCE);
  const reading = batched((refs: readonly CaseRef[]) => readCaseData(db, refs), READ_AT_ONCE);
  const posts = batched((keys: Parameters<typeof readPosts>[1]) => readPosts(db, keys), READ_AT_ONCE);
  return {
    caseData: async (ref) => orThrow(await reading.add(ref)),
    transact: (workspaceId, work) =>
      withinWorkspaces(db, [workspaceId], (tx) => work(storeTx(tx, workspaceId))),
    read: (workspaceId, work) => readingWorkspaces(db, [workspaceId], (tx) => work(storeTx(tx, workspaceId))),
    consoleWorkspace: () => consoleWorkspace(db),
    createConsoleWorkspace: (data, customers) => createConsoleWorkspace(db, data, customers),
    wakeBatch: (...how) => wakeBatch(db, ...how),
    upcoming: (until, limit) => upcoming(db, until, limit),
    claimOutbox: (now, limit, leaseMs) => claimOutbox(db, now, limit, leaseMs),
    recordOutcomes: async (outcomes) => {
      await recording.add(outcomes);
    },
    releaseLeases: () => releaseLeases(db),
    post: async (workspaceId, key) => orThrow(await posts.add({ workspaceId, key })),
    postAt: (workspaceId, connection, ref) => readPostAt(db, workspaceId, connection, ref),
    gauges: (now) => gauges(db, now),
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    close: async () => {
      await Promise.all([recording.settled(), reading.settled(), posts.settled()]);
      await db.destroy();
    },
  };
}

/** Of what was read together each has its own trouble. */
function orThrow<Read extends object>(read: Read | null | { error: unknown }): Read | null {
  if (read !== null && 'error' in read) throw read.error;
  return read;
}

async function consoleWorkspace(db: Database | Tx): Promise<WorkspaceId | null> {
  const row = await db
    .selectFrom('kept.connection')
    .select('workspace_id')
    .where('kind', '=', 'console')
    .limit(1)
    .executeTakeFirst();
  return row ? WorkspaceId.parse(row.workspace_id) : null;
}

function createConsoleWorkspace(
  db: Database,
  data: WorkspaceData,
  customers: readonly Customer[],
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await oneAtATime(tx, 'kept.console-workspace');
    if ((await consoleWorkspace(tx)) !== null) {
      return false;
    }
    await bindTo(tx, [data.workspace.id]);
    await insertWorkspace(tx, data);
    await insertConnection(tx, {
      id: 'console',
      workspaceId: data.workspace.id,
      kind: 'console',
      externalId: data.workspace.id,
      status: 'connected',
      facts: {},
    });
    for (const customer of customers) {
      await upsertCustomer(tx, customer);
    }
    return true;
  });
}

function storeTx(tx: Tx, workspaceId: WorkspaceId): StoreTx {
  return {
    workspace: async () => {
      const read = (await readWorkspaces(tx, [workspaceId])).get(workspaceId);
      if (read?.success !== true) {
        throw new Error('A workspace is missing from the store, or can’t be read', { cause: read?.error });
      }
      return read.data;
    },
    lockCase: (caseId) => lockCase(tx, { workspaceId, caseId }),
    readCase: async (caseId) => (await readFiles(tx, [{ workspaceId, caseId }])).get(caseId) ?? null,
    caseByNumber: async (number) => {
      const row = await tx
        .selectFrom('kept.care_case')
        .select('id')
        .where('workspace_id', '=', workspaceId)
        .where('number', '=', number)
        .executeTakeFirst();
      const caseId = row && CaseId.parse(row.id);
      return caseId ? ((await readFiles(tx, [{ workspaceId, caseId }])).get(caseId) ?? null) : null;
    },
    nextCaseNumber: async () => {
      const { next_case_number } = await tx
        .updateTable('kept.workspace')
        .set((eb) => ({ next_case_number: eb('next_case_number', '+', 1) }))
        .where('id', '=', workspaceId)
        .returning('next_case_number')
        .executeTakeFirstOrThrow();
      return next_case_number - 1;
    },
    commit: (changes) => writeCases(tx, caseWriteOf(changes)),
    owe: (caseId, posts, now) =>
      owe(
        tx,
        posts.map((post) => ({ workspaceId, caseId, post })),
        now,
      ).then((owed) => owed.map(({ id }) => id)),
    receiveOnce: async (key, now) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('kept.received')
        .values({ workspace_id: workspaceId, key, at: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    forget: async (key) => {
      await tx
        .deleteFrom('kept.received')
        .where('workspace_id', '=', workspaceId)
        .where('key', '=', key)
        .execute();
    },
    customer: (id) => readCustomer(tx, workspaceId, id),
    customersNamed: (names) => customersNamed(tx, workspaceId, names),
    customersLike: (words, limit) => findCustomers(tx, workspaceId, words, limit),
    saveCustomer: (customer) => upsertCustomer(tx, customer),
    lockTeam: async () => {
      await tx
        .selectFrom('kept.workspace')
        .select('id')
        .where('id', '=', workspaceId)
        .forNoKeyUpdate()
        .execute();
    },
    saveMember: (member) => upsertMember(tx, member),
    saveWorkspace: (workspace) => updateWorkspace(tx, workspace),
    pullAlarms: (ownerId, at) => pullAlarms(tx, workspaceId, ownerId, at),
    unsettledPromises: (ownerId, limit) => unsettledPromises(tx, workspaceId, ownerId, limit),
    troubledPromises: (limit) => troubledPromises(tx, workspaceId, limit),
    waitingCases: (ownerId, limit) => waitingCases(tx, workspaceId, ownerId, limit),
    cases: (limit) => allCases(tx, workspaceId, limit),
    casesOpenedBy: (memberId, limit) => casesOpenedBy(tx, workspaceId, memberId, limit),
    followUpsBetween: (ownerId, from, to) => followUpsBetween(tx, workspaceId, ownerId, from, to),
    timeline: (caseId, limit) => readTimeline(tx, workspaceId, caseId, limit),
    disconnected: () => readDisconnected(tx, workspaceId),
    unsaid: (limit) => readUnsaid(tx, workspaceId, limit),
  };
}
