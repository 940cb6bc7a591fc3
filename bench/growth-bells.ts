import { Redis } from 'ioredis';
import { createBell } from '../jobs/bell.ts';
import { openQueues } from '../jobs/queues.ts';
import { silentLog, startRedis } from '../test/support/engines.ts';
import type { Grown } from './growth-things.ts';
import type { BenchOptions, Figure } from './row.ts';

const HORIZON_MS = 600_000;

/**
 * What bells cost in Redis: those that hang for a database whose alarms are spread over a month, and those that hang
 * when all of `pending` are due within the horizon, each at a moment of its own.
 */
export async function bellMemory({ deps, now }: Grown, { pending, say }: BenchOptions): Promise<Figure[]> {
  // In an hour the first of the month's alarms come.
  const soon = now + 3_600_000;
  const spread = (await deps.store.upcoming(soon + HORIZON_MS, 100_000)).map((at) => at - soon + now);
  const dense = Array.from(
    { length: pending },
    (_, nr) => now + 1_000 + Math.floor((nr / pending) * (HORIZON_MS - 2_000)),
  );
  const figures: Figure[] = [];
  for (const [of, moments] of [
    ['Redis, bells of all that is pending', spread],
    [`Redis, bells of ${pending} within ten minutes`, dense],
  ] as const) {
    const redis = await startRedis();
    const watch = new Redis(redis.url);
    const queues = await openQueues({ kind: 'redis', url: redis.url }, silentLog());
    try {
      await reachable(queues);
      const bells = createBell(queues, { clock: () => now, log: silentLog() });
      // The first bell brings BullMQ's scripts along.
      await bells.hang([now + HORIZON_MS]);
      const before = await memoryOf(watch);
      if (!(await bells.hang(moments))) throw new Error('The bells could not be hung');
      const bytes = (await memoryOf(watch)) - before;
      const many = new Set(moments).size;
      say(`  ${of}: ${many} bells, ${bytes} bytes`);
      figures.push({ of, value: bytes, unit: 'bytes', better: 'less' });
      if (many > 0) figures.push({ of: `${of}, each`, value: bytes / many, unit: 'bytes', better: 'less' });
    } finally {
      await queues.close();
      watch.disconnect();
      await redis.stop();
    }
  }
  return figures;
}

async function reachable(queues: Awaited<ReturnType<typeof openQueues>>): Promise<void> {
  if (queues.isReachable()) return;
  await new Promise<void>((resolve) => {
    queues.onReachable(resolve);
  });
}

async function memoryOf(redis: Redis): Promise<number> {
  const info = await redis.info('memory');
  return Number(/^used_memory:(\d+)/mu.exec(info)?.[1] ?? Number.NaN);
}
