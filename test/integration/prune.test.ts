import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import { prune } from '../../src/app/prune.ts';
import type { Surface } from '../../src/app/surface.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { type CaseId, NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { createPruning, tidy } from '../../src/store/prune.ts';
import { DAY, HOUR, MINUTE } from '../support/domain-fixtures.ts';
import { availableEngines } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const engines = (await availableEngines())
  .filter(({ name, reason }) => name !== 'redis' && reason === undefined)
  .map(({ name }) => (name === 'postgres' ? name : 'embedded'));

describe.each(engines)('what is over goes, on %s', (engine) => {
  let on: Awaited<ReturnType<typeof useCases>>;
  /** What was sent and drawn again, by key. */
  const sent: string[] = [];
  const redrawn: string[] = [];

  beforeAll(async () => {
    on = await useCases(engine);
  });
  afterAll(() => on.stop());

  const surface: Surface<string> = {
    send: ({ key }) => {
      sent.push(key);
      return Promise.resolve({ ok: true, ref: randomUUID() });
    },
    redraw: ({ key }) => {
      redrawn.push(key);
      return Promise.resolve({ ok: true, ref: key });
    },
  };

  async function deliver(): Promise<void> {
    const draw = async (row: { caseId: CaseId }) => {
      const data = await on.deps.store.transact(on.workspaceId, async (tx) => ({
        file: await tx.readCase(row.caseId),
        people: await tx.workspace(),
      }));
      if (data.file === null) throw new Error('The case is not there');
      return { drawn: '', file: data.file, team: on.deps.teamOf(data.people, on.deps.clock()) };
    };
    await deliverDue({ ...on.deps, surfaces: new Map([['console', surface]]), draw });
  }

  const pruneNow = () => prune({ pruning: createPruning(on.db), clock: on.deps.clock });

  async function count(
    table: 'outbox' | 'post' | 'received' | 'timeline_event',
    where = sql`true`,
  ): Promise<number> {
    const { rows } = await sql<{ many: number }>`
      select count(*)::int as many from ${sql.table(`kept.${table}`)} where ${where}`.execute(on.db);
    return rows[0]?.many ?? 0;
  }

  async function promised(title: string): Promise<{ caseId: CaseId; promiseId: PromiseId }> {
    const caseId = await on.open(title);
    const promiseId = PromiseId.parse(randomUUID());
    const { memberId } = on.whoIs('Ada');
    const terms = {
      id: promiseId,
      ownerId: memberId,
      action: NonBlank.parse('Call them'),
      contactBy: memberId,
      contactTo: '',
      followUpAt: on.clock.now() + HOUR,
    };
    await act(on.deps, on.whoIs('Ada'), caseId, { do: 'promise', terms }, randomUUID());
    return { caseId, promiseId };
  }

  it('what was said a week ago goes, what is younger, owed or unsaid stays', async () => {
    // Given a case of which everything was said, and two messages that were not
    const { caseId } = await promised('Export');
    await deliver();
    const posts = await count('post');
    await sql`
      insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at, unsaid_at)
      values (${on.workspaceId}, ${caseId}, 'unsaid', 'x', '{}', 0, 0, 1), (${on.workspaceId}, ${caseId}, 'owed', 'y', '{}', 0, 9e15, null)`.execute(
      on.db,
    );
    const rows = await count('outbox');

    // When six days have passed, nothing goes
    on.clock.forward(6 * DAY);
    expect(await pruneNow()).toEqual({ outbox: 0, received: 0 });

    // And when a week has, all that was said goes, and where it stands is known still
    on.clock.forward(DAY + MINUTE);
    expect((await pruneNow()).outbox).toBe(rows - 2);
    expect(await count('outbox')).toBe(2);
    expect(await count('post')).toBe(posts);
    await sql`delete from kept.outbox where key in ('owed', 'unsaid')`.execute(on.db);
  });

  it('what was said can’t be said again when its row has gone (invariant 4)', async () => {
    // Given a case whose messages were all said, and pruned
    const { caseId } = await promised('Invoice');
    await deliver();
    on.clock.forward(8 * DAY);
    await pruneNow();
    expect(await count('outbox', sql`case_id = ${caseId} and sent_at is not null`)).toBe(0);
    const before = sent.length;

    // When a decision says every one of them once more
    const { rows: posts } = await sql<{ key: string }>`
      select key from kept.post where case_id = ${caseId}`.execute(on.db);
    expect(posts.length).toBeGreaterThan(3);
    await on.deps.store.transact(on.workspaceId, async (tx) => {
      const locked = await tx.lockCase(caseId);
      if (locked === null) throw new Error('The case is not there');
      const messages = posts.map(({ key }) => ({
        op: 'post' as const,
        key,
        to: { kind: 'thread' as const },
        say: { what: 'history' as const },
      }));
      const decision = { ok: true as const, file: locked.file, events: [], messages };
      await tx.commit([{ before: locked, at: on.clock.now(), decision, alarmAt: null }]);
    });
    await deliver();

    // Then none of them is owed, nor sent
    expect(sent.length).toBe(before);
  });

  it('a case that is opened again after a year has its card drawn anew, and speaks in its thread', async () => {
    // Given a case that was kept and closed, and a year of pruning since
    const { caseId, promiseId } = await promised('Login');
    const ada = on.whoIs('Ada');
    const proof = NonBlank.parse('Called them');
    await act(on.deps, ada, caseId, { do: 'keep', promiseId, proof }, randomUUID());
    const hold = { holdId: PromiseId.parse(randomUUID()), holdAt: on.clock.now() + DAY, holdAction: proof };
    await act(on.deps, ada, caseId, { do: 'close', solved: proof, ...hold }, randomUUID());
    await act(on.deps, ada, caseId, { do: 'keep', promiseId: hold.holdId, proof }, randomUUID());
    await deliver();
    const timeline = await count('timeline_event', sql`case_id = ${caseId}`);
    on.clock.forward(365 * DAY);
    await wakeDue(on.deps);
    await deliver();
    on.clock.forward(8 * DAY);
    await pruneNow();
    redrawn.length = 0;
    sent.length = 0;

    // When it is opened again
    const reopened = await act(on.deps, ada, caseId, { do: 'reopen', reason: proof }, randomUUID());
    await deliver();

    // Then its card is drawn anew, what is new is said, and its timeline is whole
    expect(reopened.ok).toBe(true);
    expect(redrawn).toContain(`${caseId}/card`);
    expect(sent.some((key) => key.startsWith(`${caseId}/reopened/`))).toBe(true);
    expect(await count('timeline_event', sql`case_id = ${caseId}`)).toBeGreaterThan(timeline);
  });

  it('a press counts once for ninety days, and its name goes then', async () => {
    // Given a press
    const nonce = randomUUID();
    const receive = () =>
      on.deps.store.transact(on.workspaceId, (tx) => tx.receiveOnce(nonce, on.clock.now()));
    expect(await receive()).toBe(true);

    // When 89 days have passed it is known still, and after that not any more
    on.clock.forward(89 * DAY);
    await pruneNow();
    expect(await receive()).toBe(false);
    on.clock.forward(2 * DAY);
    await pruneNow();
    expect(await count('received', sql`key = ${nonce}`)).toBe(0);
  });

  it('what has waited for long holds back nothing that may go', async () => {
    // Given messages that can’t be sent, and one after them that was
    await sql`
      insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at, sent_at)
      select ${on.workspaceId}, ${randomUUID()}::uuid, 'waits/' || n, 'x', '{"op": "redraw"}', 0, 9e15, case n when 3 then 1 end
      from generate_series(1, 3) as n`.execute(on.db);
    const { rows } = await sql<{ id: number }>`
      select min(id)::int - 1 as id from kept.outbox where key like 'waits/%'`.execute(on.db);

    // When the next two messages are looked at, then the one that may go has gone
    expect(await createPruning(on.db).said(on.clock.now(), rows[0]?.id ?? 0, 2)).toMatchObject({ gone: 1 });
    await sql`delete from kept.outbox where key like 'waits/%'`.execute(on.db);
  });

  it('a quarter of work leaves no more messages behind than a fortnight of it', async () => {
    // Given weeks of work, pruned as they go
    const left: number[] = [];
    for (let week = 0; week < 13; week += 1) {
      const { caseId, promiseId } = await promised(`Week ${week}`);
      const proof = NonBlank.parse('Called them');
      await act(on.deps, on.whoIs('Ada'), caseId, { do: 'keep', promiseId, proof }, randomUUID());
      await deliver();
      await sql`update kept.alarm set due_at = null, needed = false`.execute(on.db);
      on.clock.forward(7 * DAY);
      await pruneNow();
      left.push(await count('outbox', sql`owed_since > ${on.clock.now() - 400 * DAY}`));
    }

    // Then what is left after it is what was left after the second week
    expect(left.at(-1)).toBe(left[1]);
    await tidy(on.db);
  }, 30_000);
});
