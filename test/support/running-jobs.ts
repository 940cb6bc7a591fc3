import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFailed, onTestFinished, vi } from 'vitest';
import type { Engine } from '../../jobs/queues.ts';
import { type Jobs, startJobs, type Work } from '../../jobs/start.ts';

/** So seldom that within a test only the first sweep, at the start, comes. */
const NEVER = 600_000;
/** When each wake and each delivery began, in epoch ms. */
type Seen = { wakes: number[]; deliveries: number[] };

/**
 * Jobs whose work notes when it began. With `consume` they have swept once and answered a bell when this
 * resolves, and forgotten it. What they log is shown when the test fails.
 */
export async function runningJobs(
  engine: Engine,
  {
    sweepEveryMs = NEVER,
    consume = true,
    isReachable = true,
    wakeDue,
    deliverDue,
    hearLate = async () => undefined,
    upcoming = async () => [],
    duties = [],
  }: Partial<Work> & { sweepEveryMs?: number; consume?: boolean; isReachable?: boolean } = {},
): Promise<{ jobs: Jobs; seen: Seen }> {
  const seen: Seen = { wakes: [], deliveries: [] };
  const said: unknown[] = [];
  const note = (fields: object, message: string) => void said.push([message, fields]);
  const jobs = await startJobs({
    engine,
    clock: Date.now,
    log: { debug: note, info: note, warn: note, error: note },
    sweepEveryMs,
    consume,
    work: {
      wakeDue: async (ahead) => {
        seen.wakes.push(Date.now());
        await wakeDue?.(ahead);
      },
      deliverDue: async () => {
        seen.deliveries.push(Date.now());
        await deliverDue?.();
      },
      hearLate,
      upcoming,
      duties,
    },
  });
  onTestFinished(jobs.stop);
  onTestFailed(() => console.error(said));
  await vi.waitFor(async () => {
    expect((await jobs.health()).detail).toContain(isReachable ? 'bells ring' : 'bells are away');
  }, 5_000);
  if (consume && isReachable) {
    await vi.waitFor(async () => {
      await jobs.bell.ringAt([Date.now()]);
      await jobs.bell.ringOutbox([`probe-${Date.now()}`]);
      await sleep(50);
      expect(Math.min(seen.wakes.length, seen.deliveries.length)).toBeGreaterThan(1);
    }, 10_000);
  }
  await sleep(500);
  seen.wakes.length = 0;
  seen.deliveries.length = 0;
  return { jobs, seen };
}

/** The least of five, in ms: the machine is shared, and what is late by design is late every time. */
export async function leastOf(latenessOf: () => Promise<number>): Promise<number> {
  const late: number[] = [];
  for (let round = 0; round < 5; round++) late.push(await latenessOf());
  return Math.min(...late);
}

/** How late a bell for a moment soon to come rings. */
export async function latenessOfBell({ jobs, seen }: { jobs: Jobs; seen: Seen }): Promise<number> {
  const before = seen.wakes.length;
  const at = Date.now() + 200;
  await jobs.bell.ringAt([at]);
  await vi.waitFor(() => expect(seen.wakes.length).toBeGreaterThan(before), 3_000);
  return (seen.wakes[before] ?? Number.NaN) - at;
}
