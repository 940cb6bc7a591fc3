import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkRedisUrl } from '../../jobs/redis-check.ts';
import { promisedCase } from '../support/care-case.ts';
import { enginesToTest, freshDatabase, startPostgres } from '../support/engines.ts';
import { handClock } from '../support/hand-clock.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { startRedisWithSentinels } from '../support/redis-sentinel.ts';
import { latenessOfBell, runningJobs } from '../support/running-jobs.ts';
import { runningKept } from '../support/running-kept.ts';
import { STEPS, said, saidOnce } from '../support/seeded-kept.ts';

const isHere = (await enginesToTest()).includes('redis');
const MINUTE = 60_000;
/** A bell that can't be hung is tried again after RETRY.ringPause, and ioredis looks every two seconds. */
const BELL_BACK_MS = 10_000;

/** Rings once more, and looks how late that is heard. */
async function ringsAgain(host: Awaited<ReturnType<typeof runningJobs>>): Promise<void> {
  await vi.waitFor(async () => expect(await latenessOfBell(host)).toBeLessThan(1_000), BELL_BACK_MS);
}

describe.runIf(isHere)('on a Redis Cluster of three masters', () => {
  test('every key of the queues lies in one slot, and its settings are looked at on each master', async () => {
    const cluster = await startRedisCluster();
    onTestFinished(cluster.stop);
    const { jobs } = await runningJobs({ kind: 'redis', url: cluster.url });
    await jobs.bell.ringAt(Array.from({ length: 40 }, (_, i) => Date.now() + 300_000 + i));
    // What is far is gathered before it is hung.
    await sleep(200);

    const keys = await cluster.keys();

    expect(keys.length).toBeGreaterThan(40);
    const master = await cluster.masterOf('{kept}');
    expect(keys.filter(({ key, port }) => !key.startsWith('{kept}:') || port !== master.port)).toEqual([]);
    expect(await checkRedisUrl(cluster.url)).toEqual([]);
    await cluster.nodes[2]?.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await checkRedisUrl(cluster.url)).toEqual([expect.stringContaining('allkeys-lru')]);
  });

  test('the master of the bells killed: rings take no time, the sweep goes on, and the bells come back', async () => {
    const cluster = await startRedisCluster();
    onTestFinished(cluster.stop);
    const alarms = [Date.now() + 200_000, Date.now() + 300_000];
    const host = await runningJobs(
      { kind: 'redis', url: cluster.url },
      { sweepEveryMs: 1_000, upcoming: async () => alarms },
    );
    const { jobs, seen } = host;
    const master = await cluster.masterOf('{kept}');

    await master.kill();
    const began = performance.now();
    for (let i = 0; i < 20; i++) await jobs.bell.ringAt([Date.now() + 500 + i]);
    expect(performance.now() - began).toBeLessThan(3_000);
    seen.wakes.length = 0;
    await vi.waitFor(() => expect(seen.wakes.length).toBeGreaterThanOrEqual(3), 6_000);
    expect(await jobs.health()).toMatchObject({ ok: true });

    await master.begin();
    await ringsAgain(host);
  });
});

describe.runIf(isHere)('with Sentinels, the master killed', () => {
  test('the bells hang and ring on the replica, through the queue, within seconds', async () => {
    const redis = await startRedisWithSentinels();
    onTestFinished(redis.stop);
    const alarms = [Date.now() + 300_000];
    const host = await runningJobs({ kind: 'redis', url: redis.url }, { upcoming: async () => alarms });

    await redis.failOver();
    const began = performance.now();
    await ringsAgain(host);
    expect(performance.now() - began).toBeLessThan(BELL_BACK_MS);

    const next = await redis.master();
    await vi.waitFor(
      async () => expect(await next.ask('ZCARD', '{kept}:wake:delayed')).toBeGreaterThanOrEqual(1),
      BELL_BACK_MS,
    );
    expect(await checkRedisUrl(redis.url)).toEqual([]);
  });
});

describe.runIf(isHere)('the whole loop', () => {
  test.each([
    {
      what: 'on a Redis Cluster, whose master of the bells is killed',
      begin: async () => {
        const cluster = await startRedisCluster();
        return { ...cluster, fault: async () => (await cluster.masterOf('{kept}')).kill() };
      },
    },
    {
      what: 'found by Sentinels, with the master killed and the replica promoted',
      begin: async () => {
        const redis = await startRedisWithSentinels();
        return { ...redis, fault: redis.failOver };
      },
    },
  ])('$what: each reminder comes, and once', { timeout: 120_000 }, async ({ begin }) => {
    const redis = await begin();
    const postgres = await startPostgres();
    const clock = handClock('2026-11-23T10:00:00Z');
    const kept = await runningKept(
      { databaseUrl: await freshDatabase(postgres), redisUrl: redis.url },
      clock.now,
    );
    onTestFinished(async () => {
      for (const stop of [kept.stop, redis.stop, postgres.stop]) await stop();
    });
    await kept.client.startExample();
    const titles = ['while all was well', 'without its master'] as const;
    await promisedCase(() => kept.client, titles[0], 'in 60 minutes');
    clock.forward(STEPS[0].minutes * MINUTE);
    await said(kept.client, titles[0], STEPS[0].words);

    await redis.fault();
    clock.forward(STEPS[1].minutes * MINUTE);
    await said(kept.client, titles[0], STEPS[1].words);
    await promisedCase(() => kept.client, titles[1], 'in 60 minutes');
    for (const { minutes, words } of STEPS) {
      clock.forward(minutes * MINUTE);
      await said(kept.client, titles[1], words);
    }

    await saidOnce(kept.client, titles);
  });
});
