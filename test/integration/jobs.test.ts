import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { AHEAD_MS, createBell, wakeBell } from '../../jobs/bell.ts';
import { every } from '../../jobs/every.ts';
import { type Engine, openQueues, type Ring } from '../../jobs/queues.ts';
import { checkRedisUrl } from '../../jobs/redis-check.ts';
import { parseRedisUrl } from '../../jobs/redis-url.ts';
import { startSchedule } from '../../jobs/schedule.ts';
import { singleFlight } from '../../jobs/single-flight.ts';
import { startJobs } from '../../jobs/start.ts';
import { aheadBy } from '../../jobs/wake.ts';
import {
  enginesToTest,
  type RunningEngine,
  runnable,
  silentLog,
  startEngine,
  startRedis,
  startSentinel,
} from '../support/engines.ts';
import { startClusterEngine, startRedisCluster } from '../support/redis-cluster.ts';
import { latenessOfBell, leastOf, runningJobs } from '../support/running-jobs.ts';

const engines = await enginesToTest();
const log = silentLog();

/** What carries the bells: each engine, and a Redis Cluster, whose scripts may touch keys of one slot alone. */
const carriers: { name: string; start: () => Promise<RunningEngine> }[] = [
  ...engines.map((name) => ({ name, start: () => startEngine(name) })),
  ...(engines.includes('redis') ? [{ name: 'redis cluster', start: startClusterEngine }] : []),
];

describe.each(carriers)('on $name', ({ start }) => {
  let started: RunningEngine;
  let engine: Engine;

  beforeAll(async () => {
    started = await start();
    engine = started.engine;
  });

  afterAll(() => started.stop());

  test('a duty comes after a sweep, so that what fell due while nothing ran is no violation', async () => {
    const order: string[] = [];
    const ran = (name: string) => async () => void order.push(name);

    await runningJobs(engine, {
      wakeDue: ran('wake'),
      deliverDue: ran('deliver'),
      duties: [{ name: 'audit', run: ran('audit') }],
    });

    expect(order).toContain('audit');
    expect(order.slice(0, order.indexOf('audit'))).toEqual(expect.arrayContaining(['wake', 'deliver']));
  });

  test('a bell rings within 100 ms of its instant, and no sooner than a wake is made ready', async () => {
    const host = await runningJobs(engine);

    const late = await leastOf(() => latenessOfBell(host));

    expect(late).toBeGreaterThanOrEqual(-AHEAD_MS);
    expect(late).toBeLessThan(100);
  });

  test('a wake that is made ready begins before its time, and waits for it', async () => {
    let at = Number.POSITIVE_INFINITY;
    const began: number[] = [];
    const waited: number[] = [];
    const { jobs } = await runningJobs(engine, {
      wakeDue: async (ahead) => {
        if (Date.now() + ahead.ms < at) return;
        began.push(Date.now() - at);
        await ahead.until(at);
        waited.push(Date.now() - at);
        at = Number.POSITIVE_INFINITY;
      },
    });

    for (let round = 1; round <= 5; round += 1) {
      at = Date.now() + 300;
      await jobs.bell.ringAt([at]);
      await vi.waitFor(() => expect(waited).toHaveLength(round), 3_000);
    }

    // On Redis BullMQ rings up to a tenth of a second late.
    if (engine.kind === 'postgres') expect(Math.min(...began)).toBeLessThan(0);
    expect(Math.min(...waited)).toBeGreaterThanOrEqual(0);
  });

  test('a bell that came before it was stopped has its wake', async () => {
    let woken = 0;
    const { jobs } = await runningJobs(engine, { wakeDue: async () => void (woken += 1) });
    woken = 0;
    const at = Date.now() + 60;
    await jobs.bell.ringAt([at]);
    await sleep(50);

    await jobs.stop();

    // Taken before, or left in the queue for another: never taken and forgotten.
    const queues = await openQueues(engine, log);
    onTestFinished(queues.close);
    await vi.waitFor(
      async () => expect(woken > 0 || (await queues.has('wake', wakeBell(at)))).toBe(true),
      5_000,
    );
  });

  test('a bell hung later but due sooner is not kept waiting by the one before', async () => {
    const host = await runningJobs(engine);
    await host.jobs.bell.ringAt([Date.now() + 60_000]);

    const late = await leastOf(async () => {
      // Until the worker sleeps towards the bell of the far moment.
      await sleep(100);
      return latenessOfBell(host);
    });

    expect(late).toBeLessThan(100);
  });

  test('what is far is hung in a moment, many in one go, and before it stops', async () => {
    const calls: number[] = [];
    const counting = {
      isReachable: () => true,
      add: async (_: string, rings: readonly Ring[]) => void calls.push(rings.length),
    };
    const bells = createBell(counting, { clock: Date.now, log });
    const far = Date.now() + 60_000;

    for (let nr = 0; nr < 10; nr += 1) await bells.ringAt([far + nr, far]);
    expect(calls).toEqual([]);
    await sleep(100);
    expect(calls).toEqual([10]);

    await bells.ringAt([far]);
    await bells.stop();
    await bells.stop();
    expect(calls).toEqual([10, 1]);
  });

  test('what is past or written rings at once, even while the workers sleep', async () => {
    const { jobs, seen } = await runningJobs(engine);
    let rows = 0;

    const late = await leastOf(async () => {
      await sleep(100);
      rows += 1;
      const now = Date.now();
      await jobs.bell.ringAt([now - 5_000, now - 60_000]);
      await jobs.bell.ringOutbox([`row:${rows}`, 'row:other']);
      await vi.waitFor(
        () => expect([seen.wakes.length, seen.deliveries.length]).toEqual([rows, rows]),
        3_000,
      );
      return Math.max(...seen.wakes, ...seen.deliveries) - now;
    });

    expect(late).toBeLessThan(100);
  });

  test('doubled rings run once, whoever rings', async () => {
    const one = await runningJobs(engine);
    const other = await runningJobs(engine, { consume: false });
    const at = Date.now() + 1_500;

    await Promise.all(Array.from({ length: 5 }, () => one.jobs.bell.ringAt([at, at])));
    await other.jobs.bell.ringAt([at]);
    await one.jobs.bell.ringAt([at]);
    await sleep(at + 400 - Date.now());

    expect(one.seen.wakes).toHaveLength(1);
    expect(other.seen.wakes).toHaveLength(0);
  });

  test('an instant that has rung can ring again', async () => {
    const { jobs, seen } = await runningJobs(engine);
    const at = Date.now() + 200;
    await jobs.bell.ringAt([at]);
    await vi.waitFor(() => expect(seen.wakes).toHaveLength(1), 2_000);

    await jobs.bell.ringAt([at]);

    await vi.waitFor(() => expect(seen.wakes).toHaveLength(2), 2_000);
  });

  test('a burst of bells is rung in few runs, none beside another', async () => {
    let going = 0;
    let most = 0;
    let runs = 0;
    const { jobs } = await runningJobs(engine, {
      wakeDue: async () => {
        runs += 1;
        going += 1;
        most = Math.max(most, going);
        await sleep(20);
        going -= 1;
      },
    });
    runs = 0;
    const at = Date.now() + 300;

    await jobs.bell.ringAt(Array.from({ length: 200 }, (_, i) => at + i));
    await sleep(1_200);

    expect(most).toBe(1);
    expect(runs).toBeGreaterThan(2);
    expect(runs).toBeLessThan(80);
  });

  test('work that fails is followed by work that does not', async () => {
    let fails = true;
    const { jobs, seen } = await runningJobs(engine, {
      deliverDue: async () => {
        if (fails) throw new Error('out of order');
      },
    });
    await jobs.bell.ringOutbox(['first']);
    await vi.waitFor(() => expect(seen.deliveries).toHaveLength(1), 3_000);
    fails = false;

    await jobs.bell.ringOutbox(['second']);

    await vi.waitFor(() => expect(seen.deliveries).toHaveLength(2), 3_000);
  });

  test('work in flight is finished before stopping ends', async () => {
    let begun = 0;
    let finished = 0;
    const { jobs } = await runningJobs(engine, {
      wakeDue: async () => {
        begun += 1;
        await sleep(400);
        finished += 1;
      },
    });
    await jobs.bell.ringAt([Date.now()]);
    await vi.waitFor(() => expect(begun).toBeGreaterThan(finished), 3_000);

    await jobs.stop();

    expect(finished).toBe(begun);
    expect(begun).toBeGreaterThan(0);
  });

  test('what was heard and left undone is looked for by a sweep of its own, and its failures show', async () => {
    let times = 0;
    let fails = false;
    const { jobs } = await runningJobs(engine, {
      sweepEveryMs: 200,
      hearLate: async () => {
        times += 1;
        if (fails) throw new Error('out of order');
      },
    });
    times = 0;
    await sleep(1_000);
    expect(times).toBeGreaterThanOrEqual(3);
    expect((await jobs.health()).detail).toContain(', 0 failed');

    fails = true;

    await vi.waitFor(async () => expect((await jobs.health()).detail).toMatch(/, [1-9]\d* failed/u), 2_000);
  });

  test('with the bells gone from the queue the sweep goes on', async () => {
    const { jobs, seen } = await runningJobs(engine, { sweepEveryMs: 200 });
    await jobs.bell.ringAt([Date.now() + 5_000]);
    // What is far is gathered before it is hung.
    await sleep(100);
    await started.empty();
    seen.wakes.length = 0;

    await sleep(1_000);

    expect(seen.wakes.length).toBeGreaterThanOrEqual(3);
    expect(seen.deliveries.length).toBeGreaterThanOrEqual(3);
    expect(await jobs.health()).toMatchObject({ ok: true });
  });

  test('bells that were flushed hang again within seconds, and what was overdue is done at once', async () => {
    const at = Date.now() + 60_000;
    const { seen } = await runningJobs(engine, { upcoming: async () => [at] });
    await sleep(2_500);
    seen.wakes.length = 0;
    seen.deliveries.length = 0;
    const queues = await openQueues(engine, log);
    onTestFinished(queues.close);
    await vi.waitFor(async () => expect(await queues.waiting('wake')).toBe(1), 5_000);

    await started.empty();
    await vi.waitFor(async () => expect(await queues.waiting('wake')).toBe(1), 5_000);

    await vi.waitFor(() => expect([seen.wakes.length, seen.deliveries.length]).toEqual([1, 1]), 2_000);
  });

  test('a process that stopped has nothing open, and ends', { timeout: 30_000 }, async () => {
    const script = `
      const { startJobs } = await import(${JSON.stringify(await runnable('jobs/start.ts'))});
      const quiet = () => {};
      const done = () => Promise.resolve();
      const jobs = await startJobs({
        engine: ${JSON.stringify(engine)}, clock: Date.now, consume: true,
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        work: { wakeDue: done, deliverDue: done, hearLate: done, duties: [], upcoming: () => Promise.resolve([Date.now() + 1000]) },
      });
      await new Promise((resolve) => setTimeout(resolve, 500));
      await jobs.stop();
      console.log('stopped');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');

    const stoppedAt = performance.now();
    const [code]: unknown[] = await once(child, 'exit');

    expect(code).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
  });
});

describe.runIf(engines.includes('postgres'))('Postgres in trouble', () => {
  test('bells ring again after it has dropped every connection', async () => {
    const { engine, poolConfig, stop } = await startEngine('postgres');
    onTestFinished(stop);
    const host = await runningJobs(engine);
    const client = new Client(poolConfig);
    await client.connect();
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
    await client.end();
    await sleep(1_500);

    expect(await leastOf(() => latenessOfBell(host))).toBeLessThan(100);
  });
});

describe.runIf(engines.includes('redis'))('Redis in trouble', () => {
  const away = 'redis://127.0.0.1:1';

  test('without Redis everything starts, a ring takes no time, and the sweep does the work', async () => {
    const { jobs, seen } = await runningJobs(
      { kind: 'redis', url: away },
      { sweepEveryMs: 200, isReachable: false },
    );

    const startedAt = performance.now();
    await jobs.bell.ringAt([Date.now()]);
    await jobs.bell.ringOutbox(['row']);

    expect(performance.now() - startedAt).toBeLessThan(50);
    await vi.waitFor(() => expect(seen.wakes.length).toBeGreaterThan(2), 2_000);
    expect(await jobs.health()).toMatchObject({
      ok: true,
      detail: expect.stringContaining('bells are away'),
    });

    const stoppingAt = performance.now();
    await jobs.stop();
    expect(performance.now() - stoppingAt).toBeLessThan(3_000);
  });

  test('killed and started again: rings are quick, the sweep goes on, then all bells are back', {
    timeout: 30_000,
  }, async () => {
    const first = await startRedis();
    const alarms = [Date.now() + 200_000, Date.now() + 300_000];
    const engine: Engine = { kind: 'redis', url: first.url };
    const { jobs, seen } = await runningJobs(engine, { sweepEveryMs: 1_000, upcoming: async () => alarms });

    await first.kill();
    await sleep(100);
    seen.wakes.length = 0;
    const took = await timed(async () => {
      for (let i = 0; i < 20; i++) await jobs.bell.ringAt([Date.now() + i]);
    });
    expect(took).toBeLessThan(1_500);
    await vi.waitFor(() => expect(seen.wakes.length).toBeGreaterThanOrEqual(2), 5_000);

    const second = await startRedis({ port: first.port });
    onTestFinished(second.stop);
    const client = new Redis(second.url);
    onTestFinished(() => client.disconnect());
    await vi.waitFor(async () => expect(await client.zcard('{kept}:wake:delayed')).toBe(2), 5_000);
  });

  test('there from the second try: bells ring as soon as it is', { timeout: 30_000 }, async () => {
    const gone = await startRedis();
    await gone.kill();
    const host = await runningJobs({ kind: 'redis', url: gone.url }, { isReachable: false });
    const here = await startRedis({ port: gone.port });
    onTestFinished(here.stop);
    await vi.waitFor(async () => expect((await host.jobs.health()).detail).toContain('bells ring'), 5_000);

    expect(await leastOf(() => latenessOfBell(host))).toBeLessThan(100);
  });

  test('hanging: the first ring waits a second, the next ones not at all, and afterwards all is well', {
    timeout: 30_000,
  }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const { jobs, seen } = await runningJobs({ kind: 'redis', url: redis.url });

    process.kill(redis.pid, 'SIGSTOP');
    const first = await timed(() => jobs.bell.ringAt([Date.now()]));
    const next = await timed(() => jobs.bell.ringAt([Date.now()]));
    process.kill(redis.pid, 'SIGCONT');
    await sleep(3_100);
    seen.wakes.length = 0;
    await jobs.bell.ringAt([Date.now()]);

    expect(first).toBeGreaterThan(900);
    expect(first).toBeLessThan(1_300);
    expect(next).toBeLessThan(20);
    await vi.waitFor(() => expect(seen.wakes.length).toBeGreaterThan(0), 2_000);
  });

  test.each([
    { args: [], says: [] },
    {
      args: ['--maxmemory-policy', 'allkeys-lru'],
      says: [
        'Redis drops bells when full (maxmemory-policy allkeys-lru), which delays reminders: set it to noeviction.',
      ],
    },
    { args: ['--rename-command', 'CONFIG', ''], says: [] },
    {
      args: ['--rename-command', 'CONFIG', '', '--maxmemory-policy', 'volatile-ttl'],
      says: [
        'Redis drops bells when full (maxmemory-policy volatile-ttl), which delays reminders: set it to noeviction.',
      ],
    },
  ])('checked with $args it says $says', async ({ args, says }) => {
    const redis = await startRedis({ args });
    onTestFinished(redis.stop);

    expect(await checkRedisUrl(redis.url)).toEqual(says);
  });

  test('checked by a user who may not ask for its settings, it says what it can', async () => {
    const redis = await startRedis({
      args: ['--user', 'kept', 'on', '>pass', '~*', '&*', '+@all', '-config'],
    });
    onTestFinished(redis.stop);

    expect(await checkRedisUrl(`redis://kept:pass@127.0.0.1:${redis.port}`)).toEqual([]);
  });

  test('of a user with a password, a cluster, or found by Sentinel, it rings', async () => {
    const redis = await startRedis({
      args: ['--user', 'kept', 'on', '>p@ss', '~*', '&*', '+@all', '-config'],
    });
    onTestFinished(redis.stop);
    const sentinel = await startSentinel(redis);
    onTestFinished(sentinel.stop);
    const cluster = await startRedisCluster();
    onTestFinished(cluster.stop);
    const urls = [`redis://kept:p%40ss@127.0.0.1:${redis.port}/2`, sentinel.url, cluster.url];

    for (const url of urls) {
      const { jobs, seen } = await runningJobs({ kind: 'redis', url });
      await vi.waitFor(async () => expect((await jobs.health()).detail).toContain('bells ring'), 5_000);
      const at = Date.now() + 300;
      await jobs.bell.ringAt([at]);
      await vi.waitFor(() => expect(seen.wakes, url).toHaveLength(1), 2_000);
      await jobs.stop();
    }
  });

  test('checked when away it says so', async () => {
    expect(await checkRedisUrl(away)).toEqual([
      expect.stringMatching(/^Redis can't be reached \(.+\): check REDIS_URL and that it runs\.$/),
    ]);
  });
});

test('whoever waits for a time gives up when the clock is set back', async () => {
  let now = 1_000_000;
  const { until } = aheadBy(() => now);
  await until(now);

  const reached = until(now + 10);
  now += 10;
  await reached;

  const setBack = until(now + 10);
  now -= 200;
  await expect(setBack).rejects.toThrow('The clock was set back');
  // One that stands still comes to no time at all.
  await expect(until(now + 10)).rejects.toThrow('The clock was set back');
});

describe('the refill', () => {
  afterEach(() => vi.useRealTimers());

  test('hangs each moment once, and all of them again after a flush, within a minute', async () => {
    vi.useFakeTimers();
    const moments = Array.from({ length: 1_200 }, (_, i) => Date.now() + 300_000 + i);
    const { hanging, added } = scheduleWith(moments);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(hanging.size).toBe(1_200);
    expect(added).toEqual([500, 500, 200]);

    for (const id of [...hanging.keys()].slice(0, -1)) hanging.delete(id);
    await vi.advanceTimersByTimeAsync(20_000);

    expect(hanging.size).toBe(1_200);
  });

  test('sees a flush within two seconds, has what is overdue done, and hangs the nearest first', async () => {
    vi.useFakeTimers();
    const near = [Date.now() + 10_000, Date.now() + 11_000];
    const far = Array.from({ length: 5_000 }, (_, i) => Date.now() + 300_000 + i);
    const { hanging, added, sweeps } = scheduleWith([...near, ...far]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([hanging.size, sweeps.count]).toEqual([5_002, 0]);

    added.length = 0;
    hanging.clear();
    await vi.advanceTimersByTimeAsync(2_000);

    expect(hanging.size).toBe(5_002);
    expect(added[0]).toBe(2);
    expect(sweeps.count).toBe(1);
  });

  test('goes on looking for what rang long ago no more, and hangs what a flush in the middle took', async () => {
    vi.useFakeTimers();
    const moments = Array.from({ length: 5_000 }, (_, i) => Date.now() + 300_000 + i);
    const { hanging, added, sweeps, onAdd } = scheduleWith(moments);
    onAdd(() => added.length === 6 && hanging.clear());
    await vi.advanceTimersByTimeAsync(3_000);
    expect([hanging.size, sweeps.count]).toEqual([5_000, 1]);

    // The last has rung.
    await vi.advanceTimersByTimeAsync(300_000);
    hanging.clear();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(sweeps.count).toBe(1);
  });

  test('hangs all of them again at once when the connection is back', async () => {
    vi.useFakeTimers();
    const { hanging, reconnect } = scheduleWith([Date.now() + 300_000]);
    await vi.advanceTimersByTimeAsync(1_000);
    hanging.clear();

    reconnect();
    await vi.advanceTimersByTimeAsync(0);

    expect(hanging.size).toBe(1);
  });
});

describe('what is repeated', () => {
  afterEach(() => vi.useRealTimers());

  test('starts every interval, however long the work takes, and waits for work that takes longer', async () => {
    vi.useFakeTimers();
    const startedAt: number[] = [];
    const tookMs = [300, 900, 2_500, 0];
    const begin = Date.now();
    const repeating = every(
      1_000,
      'test',
      async () => {
        startedAt.push(Date.now() - begin);
        await new Promise((resolve) => setTimeout(resolve, tookMs[startedAt.length - 1] ?? 0));
      },
      log,
    );

    await vi.advanceTimersByTimeAsync(6_000);
    await repeating.stop();

    // Fake timers round a wait of nothing up to a millisecond.
    expect(startedAt).toEqual([0, 1_000, 2_000, 4_501, 5_501]);
  });

  test('goes on after failures, and counts them', async () => {
    vi.useFakeTimers();
    let runs = 0;
    const repeating = every(
      100,
      'test',
      async () => {
        runs += 1;
        if (runs % 2 === 0) throw new Error('out of order');
      },
      log,
    );

    await vi.advanceTimersByTimeAsync(1_050);
    await repeating.stop();

    expect(runs).toBe(11);
    expect(repeating.state().failures).toBe(5);
  });
});

describe('the first sweep', () => {
  test('duties wait for the first sweep, for five seconds and with one warning at most', {
    timeout: 30_000,
  }, async () => {
    const started = await startEngine(engines[0] ?? 'embedded');
    onTestFinished(started.stop);
    let runs = 0;
    const warnings: string[] = [];
    const jobs = await startJobs({
      engine: started.engine,
      clock: Date.now,
      log: { ...log, warn: (_, message) => void warnings.push(message) },
      consume: true,
      work: {
        wakeDue: () => sleep(6_000),
        deliverDue: async () => undefined,
        hearLate: async () => undefined,
        upcoming: async () => [],
        duties: [{ name: 'rounds', run: async () => (runs += 1) }],
      },
    });
    onTestFinished(jobs.stop);
    await vi.waitFor(() => expect(runs).toBeGreaterThan(1), 15_000);
    expect(warnings.filter((message) => message.includes('before the first sweep'))).toHaveLength(1);
  });
});

describe('a single flight', () => {
  test.each([
    { lanes: 1, asked: 1, runs: 1, most: 1 },
    { lanes: 1, asked: 2, runs: 2, most: 1 },
    { lanes: 1, asked: 50, runs: 2, most: 1 },
    { lanes: 4, asked: 3, runs: 3, most: 3 },
    { lanes: 4, asked: 50, runs: 5, most: 4 },
  ])(
    'with $lanes lanes, asked $asked times at once, runs $runs times, $most at a time',
    async ({ lanes, asked, runs, most }) => {
      let going = 0;
      const seen: number[] = [];
      const flight = singleFlight(async () => {
        going += 1;
        seen.push(going);
        await sleep(5);
        going -= 1;
      }, lanes);

      await Promise.all(Array.from({ length: asked }, () => flight()));

      expect(seen).toHaveLength(runs);
      expect(Math.max(...seen)).toBe(most);
    },
  );

  test('a failure belongs to those who asked for that run, and the next run comes', async () => {
    let runs = 0;
    const flight = singleFlight(async () => {
      runs += 1;
      await sleep(5);
      if (runs === 1) throw new Error('out of order');
    });

    const asked = await Promise.allSettled([flight(), flight(), flight()]);

    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    await flight();
    expect(runs).toBe(3);
  });
});

describe('REDIS_URL', () => {
  test.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
    ['redis://10.0.0.7:7000/3', { host: '10.0.0.7', port: 7000, db: 3 }],
    ['redis://:pass@localhost/', { host: 'localhost', port: 6379, db: 0, password: 'pass' }],
    [
      'redis://kept:p%40ss%2F@r.example:1',
      { host: 'r.example', port: 1, db: 0, username: 'kept', password: 'p@ss/' },
    ],
    ['rediss://[::1]:6380', { host: '::1', port: 6380, db: 0, tls: {} }],
    [
      'redis+sentinel://:pass@a,b:26380/mymaster/2?sentinelPassword=s%26cret',
      {
        sentinels: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
        ],
        name: 'mymaster',
        db: 2,
        password: 'pass',
        sentinelPassword: 's&cret',
      },
    ],
    [
      'rediss+sentinel://a/m',
      {
        sentinels: [{ host: 'a', port: 26379 }],
        name: 'm',
        db: 0,
        tls: {},
        enableTLSForSentinelMode: true,
        sentinelTLS: {},
      },
    ],
  ])('%s', (url, options) => {
    expect(parseRedisUrl(url)).toEqual({ kind: 'server', options });
  });

  test.each([
    ['redis+cluster://a:7000,b', {}, {}],
    [
      'rediss+cluster://kept:pass@a:7000,b',
      { username: 'kept', password: 'pass', tls: {} },
      { dnsLookup: expect.any(Function) },
    ],
  ])('%s', (url, login, options) => {
    const nodes = [
      { host: 'a', port: 7000 },
      { host: 'b', port: 6379 },
    ];
    expect(parseRedisUrl(url)).toEqual({ kind: 'cluster', nodes, login, options });
  });

  test.each([
    ['localhost:6379', 'it has to look like redis://user:password@host:6379/0'],
    ['http://localhost', 'it has to look like redis://user:password@host:6379/0'],
    ['redis://', 'it has to look like redis://user:password@host:6379/0'],
    ['redis://a:secret@b@c', 'it has to look like redis://user:password@host:6379/0'],
    ['redis://a,b', 'for several hosts begin with redis+sentinel:// or redis+cluster://'],
    ['redis://a:99999', 'a host is written name:port, with a port to 65535'],
    ['redis://::1', 'a host is written name:port, with a port to 65535'],
    ['redis://a/b', 'the database is a number'],
    ['redis://a/1/2', 'after the host comes at most a database number'],
    ['redis://u:100%@a', 'a % in the user, password or master name has to be written %25'],
    [
      'redis://a?family=6',
      'after the ? only sentinelUsername and sentinelPassword are known, for redis+sentinel',
    ],
    ['redis+sentinel://a', 'after the Sentinels comes the master: /mymaster'],
    ['redis+cluster://a/1', 'a cluster has no database number'],
  ])('%s is refused with what is wrong', (url, why) => {
    expect(() => parseRedisUrl(url)).toThrow(`REDIS_URL can't be read: ${why}.`);
  });
});

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

function scheduleWith(upcoming: number[]) {
  vi.useFakeTimers();
  const hanging = new Map<string, Ring>();
  const listeners: (() => void)[] = [];
  const added: number[] = [];
  const sweeps = { count: 0 };
  let afterAdd: () => unknown = () => undefined;
  const fake = {
    isReachable: () => true,
    onReachable: (listener: () => void) => void listeners.push(listener),
    add: async (_: string, rings: readonly Ring[]) => {
      added.push(rings.length);
      for (const ring of rings) hanging.set(ring.id, ring);
      afterAdd();
    },
    has: async (_: string, id: string) => hanging.has(id),
    waiting: async () => hanging.size,
    consume: () => ({ stop: async () => undefined }),
    redis: null,
    close: async () => undefined,
  };
  const bells = createBell(fake, { clock: Date.now, log });
  const refill = startSchedule(bells, {
    queues: fake,
    upcoming: async (until) => upcoming.filter((at) => at <= until && at > Date.now()),
    clock: Date.now,
    log,
    doOverdue: async () => {
      sweeps.count += 1;
    },
  });
  onTestFinished(refill.stop);
  return {
    hanging,
    added,
    sweeps,
    onAdd: (then: () => unknown) => {
      afterAdd = then;
    },
    reconnect: () => listeners.forEach((listener) => listener()),
  };
}
