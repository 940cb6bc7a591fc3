import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import type { StoreTx } from '../../src/app/store.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { type CaseId, type CustomerId, NonBlank, PromiseId, WorkspaceId } from '../../src/domain/ids.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createConsoleMessages } from '../../src/store/console.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { enginesToTest } from '../support/engines.ts';
import { rowSecurity, sumsOf, twinWorkspace } from '../support/twin-workspace.ts';
import { useCases } from '../support/use-cases.ts';

const HOUR = 3_600_000;

/*
 * Invariant 9 stands on two legs: every query names its workspace, and row-level security stands behind it. Here the
 * second leg is taken away, and a twin workspace has the same ids, keys and numbers.
 */
describe.runIf((await enginesToTest()).includes('postgres'))('with no row-level security', () => {
  let on: Awaited<ReturnType<typeof useCases>>;
  let caseId: CaseId;
  let customerId: CustomerId;
  let key: string;
  let inbox: ReturnType<typeof createInbox>;
  const twin = WorkspaceId.parse(randomUUID());
  const ada = () => on.memberOf('Ada').id;

  beforeAll(async () => {
    on = await useCases('postgres');
    inbox = createInbox(on.db, on.poolConfig, () => {});
    const { store, clock } = on.deps;
    caseId = await on.open('ours');
    await on.open('waiting');
    const terms = {
      id: PromiseId.parse(randomUUID()),
      ownerId: ada(),
      action: NonBlank.parse('Call Acme'),
      contactBy: ada(),
      contactTo: '',
      followUpAt: clock() + HOUR,
    };
    await act(on.deps, on.whoIs('Ada'), caseId, { do: 'promise', terms }, 'pressed once');
    const rows = await store.claimOutbox(clock(), 100, 1_000);
    await store.recordOutcomes(
      rows.map((row) => {
        const { message } = row;
        if (message.op !== 'post') return { how: 'sent', row, at: clock(), post: null };
        const post = { key: row.key, caseId: row.caseId, to: message.to, say: message.say, tried: [] };
        return { how: 'sent', row, at: clock(), post: { ...post, connection: 'console', ref: row.key } };
      }),
    );
    key = `${caseId}/card`;
    const [customer] = await store.transact(on.workspaceId, (tx) => tx.customersLike('Acme', 1));
    if (customer === undefined) throw new Error('Acme is not there');
    customerId = customer.id;
    const { db } = on;
    await createAddresses(db).save(on.workspaceId, 'console', { of: 'person/1', facts: { a: 1 }, seenAt: 1 });
    await messages().add(on.workspaceId, {
      room: 'care',
      threadId: null,
      memberId: ada(),
      at: 1,
      body: 'Acme',
      key: 'said',
    });
    await connections().meet(on.workspaceId, 'console', 'ada', on.memberOf('Ada'));
    await connections().saveSecret(on.workspaceId, 'console', { token: 'ours' });
    await inbox.accept(
      {
        workspaceId: on.workspaceId,
        id: heardId,
        connection: 'console',
        key: 'heard',
        body: { text: 'Acme' },
      },
      1,
      HOUR,
    );
    await twinWorkspace(db, on.workspaceId, twin);
    await rowSecurity(db, 'disable');
  });
  afterAll(async () => {
    await inbox.close();
    await on.stop();
  });

  const heardId = randomUUID();
  const seal = createSeal([randomBytes(32).toString('base64')]);
  const connections = () => createConnections(on.db, seal);
  const messages = () => createConsoleMessages(on.db, (body) => body);

  /** One call of each, as a use case makes it. A new one of StoreTx does not compile until it is here. */
  const calls: Record<keyof StoreTx, (tx: StoreTx) => Promise<unknown>> = {
    workspace: (tx) => tx.workspace(),
    lockCase: (tx) => tx.lockCase(caseId),
    readCase: (tx) => tx.readCase(caseId),
    caseByNumber: (tx) => tx.caseByNumber(1),
    nextCaseNumber: (tx) => tx.nextCaseNumber(),
    commit: (tx) => tx.commit([]),
    owe: (tx) =>
      tx.owe(
        caseId,
        [{ op: 'post', key: `${caseId}/owed again`, to: { kind: 'thread' }, say: { what: 'history' } }],
        5,
      ),
    receiveOnce: (tx) => tx.receiveOnce('pressed once', 2),
    forget: (tx) => tx.forget('pressed once'),
    customer: (tx) => tx.customer(customerId),
    customersNamed: (tx) => tx.customersNamed(['acme', 'Globex']),
    customersLike: (tx) => tx.customersLike('', 100),
    saveCustomer: async (tx) => {
      const customer = await tx.customer(customerId);
      if (customer !== null) await tx.saveCustomer({ ...customer, notes: 'written anew' });
    },
    lockTeam: (tx) => tx.lockTeam(),
    saveMember: (tx) => tx.saveMember({ ...on.memberOf('Ada'), name: NonBlank.parse('Ada Anew') }),
    pullAlarms: async (tx) => {
      await tx.pullAlarms(null, 5);
      await tx.pullAlarms(ada(), 4);
    },
    unsettledPromises: async (tx) => [
      await tx.unsettledPromises(null, 100),
      await tx.unsettledPromises(ada(), 100),
    ],
    troubledPromises: (tx) => tx.troubledPromises(100),
    waitingCases: (tx) => tx.waitingCases(null, 100),
    cases: (tx) => tx.cases(100),
    followUpsBetween: (tx) => tx.followUpsBetween(ada(), 0, 9e15),
    timeline: (tx) => tx.timeline(caseId, 100),
    casesOpenedBy: (tx) => tx.casesOpenedBy(ada(), 100),
    saveWorkspace: async (tx) => {
      const { workspace } = await tx.workspace();
      await tx.saveWorkspace({ ...workspace, name: NonBlank.parse('Renamed') });
    },
    disconnected: (tx) => tx.disconnected(),
    unsaid: (tx) => tx.unsaid(100),
  };

  it.each(Object.keys(calls))('%s sees and touches its own workspace alone', async (name) => {
    const call = Object.entries(calls).find(([one]) => one === name)?.[1];
    if (call === undefined) throw new Error(`No ${name}`);
    const before = await sumsOf(on.db, twin);
    const found = await on.deps.store.transact(on.workspaceId, call);
    expect(await sumsOf(on.db, twin)).toEqual(before);
    const text = JSON.stringify(found ?? null);
    expect(text).not.toContain('Twin');
    expect(text).not.toContain(twin);
    const ids = [...text.matchAll(/"number":(\d+)/gu)].map(([, number]) => number);
    expect(ids.length, 'each once').toBe(new Set(ids).size * occurrences(name));
  });

  /** How many lists one call asks for. */
  const occurrences = (name: string) => (name === 'unsettledPromises' ? 2 : 1);

  it('so do cards, posts, addresses, connections, what was heard, and the console’s messages', async () => {
    const { store } = on.deps;
    const before = await sumsOf(on.db, twin);
    const found = [
      await store.caseData({ workspaceId: on.workspaceId, caseId }),
      await store.post(on.workspaceId, key),
      await store.postAt(on.workspaceId, 'console', key),
      await createAddresses(on.db).list(on.workspaceId, 'console', ''),
      await connections().get(on.workspaceId, 'console'),
      await connections().secret(on.workspaceId, 'console'),
      await connections().memberOf(on.workspaceId, 'console', 'ada'),
      [...(await connections().everybody(on.workspaceId, 'console'))],
      [...(await connections().identitiesOf(on.workspaceId, 'console', [ada()]))],
      await inbox.get(on.workspaceId, heardId),
    ];
    expect(found.every((one) => one !== null)).toBe(true);
    const text = JSON.stringify(found);
    expect(text).not.toContain('Twin');
    expect(text).not.toContain(twin);
    // asked for at the same time, each has its own, and once
    const [ours, again, theirs, nobodys] = await Promise.all(
      [on.workspaceId, on.workspaceId, twin, WorkspaceId.parse(randomUUID())].map((workspaceId) =>
        store.caseData({ workspaceId, caseId }),
      ),
    );
    expect(again).toEqual(ours);
    expect(nobodys).toBeNull();
    expect(JSON.stringify(theirs)).toContain('Twin');
    expect(JSON.stringify(ours)).not.toContain('Twin');
    expect(ours?.file.promises.length).toBeGreaterThan(0);
    for (const { promises, asks } of [ours?.file, theirs?.file].flatMap((file) => file ?? [])) {
      const ids = [...promises, ...asks].map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)]);
    }
    // of two that have one key, each has its own
    expect((await store.post(twin, key))?.ref).toMatch(/-Twin$/u);
    await connections().addFacts(on.workspaceId, 'console', { more: true });
    await connections().setStatus(on.workspaceId, 'console', 'disconnected');
    await connections().saveSecret(on.workspaceId, 'console', { token: 'anew' });
    await inbox.done({ workspaceId: on.workspaceId, id: heardId }, 3, null);
    expect(await sumsOf(on.db, twin)).toEqual(before);
  });

  it('a wake of both writes the alarm of each', async () => {
    await sql`update kept.alarm set due_at = ${on.deps.clock() - 1} where subject_id = ${caseId}`.execute(
      on.db,
    );
    const alarms = async () =>
      (
        await sql<{ version: number; is_due: boolean }>`
          select version, due_at <= ${on.deps.clock()} as is_due from kept.alarm
          where subject_id = ${caseId} order by workspace_id`.execute(on.db)
      ).rows;
    const before = await alarms();
    expect(before).toMatchObject([{ is_due: true }, { is_due: true }]);

    await wakeDue(on.deps);

    expect(await alarms()).toEqual(before.map(({ version }) => ({ version: version + 1, is_due: false })));
  });
});
