import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CANARY, canarySurface, flyCanaries } from '../../src/app/canary.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import type { SendResult, Surface } from '../../src/app/surface.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { canaryCard } from '../../src/conversation/canary-card.ts';
import type { Card } from '../../src/conversation/card.ts';
import { loadView } from '../../src/conversation/load.ts';
import { createMetrics } from '../../src/operation/metrics.ts';
import { createAuditing } from '../../src/store/audit.ts';
import { createCanaries } from '../../src/store/canary.ts';
import { createDuties } from '../../src/store/duty.ts';
import { watchDuties } from '../../src/watch.ts';
import { said } from '../support/case-view.ts';
import { outsideWatch } from '../support/outside-watch.ts';
import { useCases } from '../support/use-cases.ts';

/** One workspace with its canary on, a surface that does what the test says, and the watch's rounds by hand. */
async function watchman() {
  const on = await useCases();
  const outside = await outsideWatch();
  const canaries = createCanaries(on.db);
  const duties = createDuties(on.db);
  let result: () => SendResult = () => ({ ok: true, ref: 'm1' });
  const calls: string[] = [];
  let before = 0;
  const real: Surface<Card> = {
    send: (message) => {
      calls.push(`send ${message.workspaceId === on.workspaceId ? 'here' : '?'} ${message.target.kind}`);
      return Promise.resolve(result());
    },
    redraw: (message) => {
      calls.push(`redraw ${message.ref} ${said(message.drawn.heading)}`);
      return Promise.resolve(result());
    },
  };
  const surfaces = new Map([['console', real]]);
  surfaces.set(CANARY, canarySurface(surfaces, { canaries, draw: canaryCard, clock: on.deps.clock }));
  const deliver = () =>
    deliverDue({
      ...on.deps,
      surfaces,
      draw: async ({ workspaceId, caseId }) => {
        const view = await loadView(on.deps, { workspaceId }, caseId);
        if (view === null) throw new Error('The case is not there');
        return { drawn: canaryCard(0), file: view.file, team: view.team };
      },
    });
  const rounds = watchDuties({
    deps: { ...on.deps, auditing: createAuditing(on.db), canaries, deliver, hear: async () => {} },
    duties,
    config: { canaryMs: 300_000, heartbeatUrl: outside.url },
    repaired: () => {},
  });
  const round = async (name: string) => {
    const duty = rounds.find((one) => one.name === name);
    if (duty === undefined) throw new Error(`There is no duty ${name}`);
    await sql`update kept.duty set due_at = 0, started_at = 0`.execute(on.db);
    const mine = await duties.take(name, 1, 30_000);
    if (mine !== null) await duties.done(name, mine, await duty.run());
  };
  return {
    ...on,
    canaries,
    calls,
    deliver,
    round,
    pings: () => outside.pings() - before,
    setResult: (next: () => SendResult) => {
      result = next;
    },
    /** A flight from its beginning to its end; `isWoken`: bells or sweep do their work on the way. */
    fly: async (isWoken = true) => {
      await round('canary');
      if (isWoken) await deliver();
      for (const ms of [24_000, 3_000, 3_100]) {
        on.clock.forward(ms);
        if (isWoken) await wakeDue(on.deps);
        if (isWoken) await deliver();
      }
      on.clock.forward(31_000);
      await round('canary');
      await round('audit');
      await round('heartbeat');
      on.clock.forward(300_000);
    },
    /** As if no canary had ever flown. */
    reset: async () => {
      for (const table of [
        'canary',
        'duty',
        'outbox',
        'post',
        'timeline_event',
        'promise',
        'alarm',
        'care_case',
      ]) {
        await sql`delete from ${sql.table(`kept.${table}`)}`.execute(on.db);
      }
      calls.length = 0;
      result = () => ({ ok: true, ref: 'm1' });
      before = outside.pings();
    },
    stop: async () => {
      await on.stop();
      await outside.stop();
    },
  };
}

describe('a canary', () => {
  let on: Awaited<ReturnType<typeof watchman>>;
  beforeAll(async () => {
    on = await watchman();
  });
  afterAll(() => on.stop());
  beforeEach(() => on.reset());

  it('travels the whole way into one message, which is changed in its place, and the outside watch hears', async () => {
    await on.fly();
    await on.fly();
    await on.fly();

    expect(on.calls).toEqual([
      'send here member',
      'redraw m1 Everything works',
      'redraw m1 Everything works',
    ]);
    expect(on.pings()).toBe(3);
    const [canary] = await on.canaries.all();
    expect(canary).toMatchObject({
      workspaceId: on.workspaceId,
      memberId: on.memberOf('Dora').id,
      cameThrough: true,
      latenessMs: 100,
    });
    const metrics = createMetrics(
      () => on.deps.store.gauges(on.deps.clock()),
      async () => ({ report: null, canaries: await on.canaries.all() }),
    );
    const { body } = await metrics.read();
    expect(body).toContain(`kept_canary_lateness_seconds{workspace="${on.workspaceId}"} 0.1`);
    expect(body).toMatch(/kept_canary_last_success_timestamp_seconds\{workspace="[\w-]+"\} 17\d+/u);
    expect(body).toContain('kept_cases_open 0');
  });

  it('is in none of the team’s lists, and leaves one flight behind at most', async () => {
    await on.fly();
    await on.fly();

    const lists = await on.deps.store.transact(on.workspaceId, async (tx) => ({
      cases: await tx.cases(10),
      promises: await tx.unsettledPromises(null, 10),
      waiting: await tx.waitingCases(null, 10),
      customers: await tx.customersLike('canary', 10),
      next: await tx.nextCaseNumber(),
    }));
    expect(lists).toEqual({ cases: [], promises: [], waiting: [], customers: [], next: 1 });
    const { rows } = await sql<{ count: number }>`select count(*) as count from kept.care_case`.execute(
      on.db,
    );
    expect(rows[0]?.count).toBe(1);
  });

  it.each([
    ['says later', { ok: false, retry: 'later', afterMs: null, error: '503', doubtful: false } as const],
    ['holds back', { ok: false, retry: 'held', afterMs: 60_000, error: '429' } as const],
    ['says never', { ok: false, retry: 'never', error: 'gone' } as const],
  ])('whose surface %s doesn’t come through, and nobody outside hears a thing', async (_what, broken) => {
    on.setResult(() => broken);
    await on.fly();
    expect((await on.canaries.all())[0]).toMatchObject({ cameThrough: false, lastOkAt: null });
    expect(on.pings()).toBe(0);

    on.setResult(() => ({ ok: true, ref: 'm2' }));
    await on.fly();
    expect(on.pings()).toBe(1);

    on.setResult(() => broken);
    await on.fly();
    expect(on.pings()).toBe(1);
  });

  it('that nobody wakes doesn’t come through: with bells and sweep stopped, no ping goes out', async () => {
    await on.fly(false);
    await on.fly(false);

    expect((await on.canaries.all())[0]).toMatchObject({ cameThrough: false, latenessMs: null });
    expect(on.pings()).toBe(0);
  });

  it('that has not flown yet keeps the heartbeat back', async () => {
    await on.round('audit');
    await on.round('heartbeat');
    expect(on.pings()).toBe(0);
  });

  it('flies at night, on a Sunday and on a holiday, too', async () => {
    const began = on.clock.now();
    for (const night of ['2026-11-29T02:00:00Z', '2026-12-25T11:00:00Z']) {
      on.clock.forward(Date.parse(night) - on.clock.now());
      await on.fly();
      expect((await on.canaries.all())[0]).toMatchObject({ cameThrough: true, latenessMs: 100 });
    }
    expect(on.pings()).toBe(2);
    on.clock.forward(began - on.clock.now());
  });

  it('that is left in the air by a team that disconnects is no message that waits', async () => {
    on.setResult(() => ({ ok: false, retry: 'held', afterMs: 60_000, error: 'disconnected' }));
    await on.fly();
    await on.round('canary');
    await on.deliver();
    await sql`update kept.connection set status = 'disconnected'`.execute(on.db);
    on.clock.forward(3_600_000);
    await on.round('canary');
    await sql`update kept.connection set status = 'connected'`.execute(on.db);
    expect(await on.deps.store.gauges(on.deps.clock())).toMatchObject({ oldestOwedMs: 0 });
    expect(await wakeDue(on.deps)).toMatchObject({ cases: 0 });
  });

  it('that can’t even begin holds the heartbeat back, though another’s came through', async () => {
    await on.fly();
    const other = '00000000-0000-4000-8000-000000000001';
    await sql`insert into kept.workspace (id, doc, policy) values (${other}, '{}', '{}')`.execute(on.db);
    await sql`insert into kept.member (workspace_id, id, doc) values (${other}, ${other}, '{"active": true}')`.execute(
      on.db,
    );
    await sql`insert into kept.connection (workspace_id, id, kind, external_id, status, facts)
      values (${other}, 'console', 'console', 'other', 'connected', '{}')`.execute(on.db);
    await on.fly();
    for (const table of ['connection', 'member', 'workspace']) {
      const id = table === 'workspace' ? sql`id` : sql`workspace_id`;
      await sql`delete from ${sql.table(`kept.${table}`)} where ${id} = ${other}`.execute(on.db);
    }
    expect(on.pings()).toBe(1);
  });

  it('has nowhere to fly where nobody of the team is left', async () => {
    expect(await on.canaries.perches()).toHaveLength(1);
    const active = (is: boolean) =>
      sql`update kept.member set doc = doc || ${JSON.stringify({ active: is })}::jsonb where workspace_id = ${on.workspaceId}`.execute(
        on.db,
      );
    await active(false);
    expect(await on.canaries.perches()).toEqual([]);
    await active(true);
  });

  it('that is in the air when canaries are switched off lands, and calls nobody', async () => {
    await on.round('canary');
    await on.deliver();
    on.clock.forward(3_600_000);
    await flyCanaries({ ...on.deps, canaries: on.canaries }, null);
    expect(await wakeDue(on.deps)).toMatchObject({ cases: 0 });
  });

  it('flies on where the clock has gone back by a day', async () => {
    await on.fly();
    on.clock.forward(-86_400_000);
    await on.fly();
    expect(on.calls).toHaveLength(2);
  });

  it('holds the heartbeat back while the auditor finds anything, though canaries come through', async () => {
    await on.fly();
    const id = await on.open('lost');
    await sql`update kept.alarm set due_at = null where subject_id = ${id}`.execute(on.db);
    await on.round('audit');
    await on.round('heartbeat');
    expect(on.pings()).toBe(1);
  });

  it('stands anew where somebody has taken its message away', async () => {
    await on.fly();
    on.setResult(() =>
      on.calls.at(-1)?.startsWith('redraw')
        ? { ok: false, retry: 'never', error: 'message_not_found' }
        : { ok: true, ref: 'm2' },
    );
    await on.fly();
    expect(on.calls.slice(1)).toEqual(['redraw m1 Everything works', 'send here member']);
    expect((await on.canaries.all())[0]).toMatchObject({ cameThrough: true, ref: 'm2' });
  });
});
