import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seed } from '../../bench/seed.ts';
import type { AtHand } from '../../src/app/store.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import type { CaseId } from '../../src/domain/ids.ts';
import { enginesToTest } from '../support/engines.ts';
import { eventually } from '../support/running-kept.ts';
import { useCases } from '../support/use-cases.ts';

const HOUR = 3_600_000;
const AHEAD_MS = 20;

const engines = (await enginesToTest()).filter((name) => name !== 'redis');

describe.each(engines)('a wake that is made ready before its time, on %s', (engine) => {
  let on: Awaited<ReturnType<typeof useCases>>;

  beforeEach(async () => {
    on = await useCases(engine);
  });
  afterEach(() => on.stop());

  /** A case with a promise whose first step comes in half an hour. */
  async function promised(): Promise<CaseId> {
    const caseId = await on.open('made ready');
    await on.promised(caseId);
    return caseId;
  }
  const nudges = async (caseId: CaseId) =>
    (
      await on.db
        .selectFrom('kept.timeline_event')
        .select(['at', 'what'])
        .where('case_id', '=', caseId)
        .orderBy('seq')
        .execute()
    ).filter(({ what }) => JSON.stringify(what).includes('"nudged"'));
  const nextDue = async () => (await on.deps.store.upcoming(on.clock.now() + HOUR, 10)).at(0) ?? Number.NaN;
  const isTime = async (at: number) => on.clock.forward(Math.max(0, at - on.clock.now()));

  it('is decided for its time, and committed then', async () => {
    const caseId = await promised();
    const due = await nextDue();
    on.clock.forward(due - on.clock.now() - 15);
    const asked: number[] = [];

    const { cases, latenessMs } = await wakeDue(on.deps, {
      ms: AHEAD_MS,
      until: async (at) => {
        asked.push(at);
        if (engine === 'postgres') expect(await nudges(caseId)).toEqual([]);
        await isTime(at);
      },
    });

    expect({ cases, latenessMs, asked }).toEqual({ cases: 1, latenessMs: [0], asked: [due] });
    expect(await nudges(caseId)).toMatchObject([{ at: due }]);
  });

  it('is left alone while it is further away, and not waited for once it is due', async () => {
    const caseId = await promised();
    const due = await nextDue();
    const never = { ms: AHEAD_MS, until: () => Promise.reject(new Error('Nothing was to be waited for')) };

    on.clock.forward(due - on.clock.now() - AHEAD_MS - 1);
    expect(await wakeDue(on.deps, never)).toMatchObject({ cases: 0 });
    on.clock.forward(AHEAD_MS + 6);
    expect(await wakeDue(on.deps, never)).toMatchObject({ cases: 1, latenessMs: [5] });
    expect(await nudges(caseId)).toMatchObject([{ at: due + 5 }]);
  });

  it('hands over what its messages are drawn from, as whoever reads it after the commit', async () => {
    const caseId = await promised();
    const { store, clock } = on.deps;
    const at = clock();
    for (const row of await store.claimOutbox(at, 100, 1_000)) {
      const { message, key, tried } = row;
      const stands = { key, caseId, tried, connection: 'console', ref: `at ${key}` };
      const post = message.op === 'redraw' ? null : { ...stands, to: message.to, say: message.say };
      await store.recordOutcomes([{ how: 'sent', row, at, post }]);
    }
    on.clock.forward((await nextDue()) - clock() - 15);
    const handed: AtHand[] = [];

    await wakeDue(on.deps, { ms: AHEAD_MS, until: isTime }, (atHand) => handed.push(atHand));

    const [{ rowIds, data, card } = never()] = handed;
    const { workspaceId } = data.file.case;
    expect(data).toEqual(await store.caseData({ workspaceId, caseId }));
    expect(card).toEqual(await store.post(workspaceId, `${caseId}/card`));
    expect(card).not.toBeNull();
    const owed = await store.claimOutbox(clock(), 100, 1_000);
    expect(rowIds).toEqual(expect.arrayContaining(owed.map(({ id }) => id)));
    expect(owed.length).toBeGreaterThan(0);
  });

  it('is made ready with as many more as fill three batches', async () => {
    const due = on.clock.now() + HOUR;
    const alarms = { from: due, until: due };
    await seed(on.db, { promises: 1_100, workspaces: 2, madeAt: on.clock.now() - HOUR, alarms });
    on.clock.forward(HOUR - 15);
    // Embedded, one transaction at a time is all there is.
    const batches = engine === 'postgres' ? 3 : 1;
    const ready: number[] = [];

    const { cases, latenessMs } = await wakeDue(on.deps, {
      ms: AHEAD_MS,
      until: async (at) => {
        ready.push(at);
        await eventually(() => Promise.resolve(ready.length >= batches));
        await isTime(at);
      },
    });

    expect(cases).toBe(1_100);
    expect(new Set(latenessMs)).toEqual(new Set([0]));
    expect(new Set(ready)).toEqual(new Set([due]));
  });

  it('changes nothing when its time doesn’t come', async () => {
    const caseId = await promised();
    const due = await nextDue();
    on.clock.forward(due - on.clock.now() - 15);
    const setBack = { ms: AHEAD_MS, until: () => Promise.reject(new Error('The clock was set back')) };

    await expect(wakeDue(on.deps, setBack)).rejects.toThrow('The clock was set back');
    expect(await nudges(caseId)).toEqual([]);

    on.clock.forward(15);
    expect(await wakeDue(on.deps)).toMatchObject({ cases: 1 });
    expect(await nudges(caseId)).toMatchObject([{ at: due }]);
  });
});

function never(): never {
  throw new Error('Nothing was handed over');
}
