import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { count, promisedCase, saidOf } from '../support/care-case.ts';
import { enginesToTest, freshDatabase, type Server, startPostgres, startRedis } from '../support/engines.ts';
import { type KeptProcess, startKeptProcess } from '../support/kept-process.ts';
import { eventually } from '../support/running-kept.ts';

/** A promise of half a minute: soon 24 s, at risk 27 s, due 30 s. */
const PROMISE = 'in 30 seconds';
const WITHIN_SWEEP_MS = 5_000;
const LOOK_MS = 1_000;

const engines = await enginesToTest();
const cleanUp: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const one of cleanUp.toReversed()) await one();
});

describe.runIf(engines.includes('postgres'))('with BullMQ on Postgres', () => {
  it('goes on within 5 s when every queue is emptied in the middle', async () => {
    const { databaseUrl } = await postgres();
    const kept = await running({ DATABASE_URL: databaseUrl });
    await promisedCase(() => kept.client, 'queue emptied', PROMISE);
    const promisedAt = Date.now();

    const database = new pg.Client(databaseUrl);
    await database.connect();
    const { rows } = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname = 'bullmq' and tablename not like '%migration%'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    await database.query(`truncate ${rows.map(({ name }) => name).join(', ')}`);
    await database.end();

    await saidWithin(kept, 'queue emptied', promisedAt);
  });
});

describe.runIf(engines.includes('redis'))('with BullMQ on Redis', () => {
  it('goes on within 5 s when Redis is flushed in the middle', async () => {
    const { kept, redis } = await onRedis();
    await promisedCase(() => kept.client, 'redis flushed', PROMISE);
    const promisedAt = Date.now();
    const client = new Redis(redis.url);
    await client.flushall();
    await saidWithin(kept, 'redis flushed', promisedAt);
    client.disconnect();
  });

  it('still reminds with Redis stopped, and has its bells back when Redis is', async () => {
    const { kept, redis } = await onRedis();
    await redis.kill();
    await promisedCase(() => kept.client, 'redis stopped', PROMISE);
    const promisedAt = Date.now();
    await saidWithin(kept, 'redis stopped', promisedAt);
    expect((await kept.client.get('/readyz')).status).toBe(200);

    const again = await startRedis({ port: redis.port });
    cleanUp.push(again.stop);
    await promisedCase(() => kept.client, 'redis is back', 'in 9 minutes');
    const client = new Redis(again.url);
    await eventually(async () => (await client.keys('*wake*')).some((key) => /wake-\d+/u.test(key)), 60_000);
    client.disconnect();
  });
});

async function postgres() {
  const server = await startPostgres();
  cleanUp.push(server.stop);
  return { server, databaseUrl: await freshDatabase(server) };
}

async function onRedis(): Promise<{ kept: KeptProcess; redis: Server }> {
  const { databaseUrl } = await postgres();
  const redis = await startRedis();
  cleanUp.push(redis.stop);
  return { redis, kept: await running({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url }) };
}

async function running(env: Record<string, string>): Promise<KeptProcess> {
  const kept = await startKeptProcess(env);
  cleanUp.push(kept.stop);
  await kept.client.startExample();
  return kept;
}

/** Each reminder within a sweep of its time, and a second to look. `promisedAt` is when the promise stood. */
async function saidWithin(kept: KeptProcess, title: string, promisedAt: number): Promise<void> {
  const steps = [
    { words: /soon due: /u, afterMs: 24_000 },
    { words: /^At risk: /u, afterMs: 27_000 },
    { words: /now\. Kept\?/u, afterMs: 30_000 },
  ];
  for (const { words, afterMs } of steps) {
    const left = promisedAt + afterMs + WITHIN_SWEEP_MS + LOOK_MS - Date.now();
    await eventually(async () => count((await saidOf(() => kept.client, title)).thread, words) === 1, left);
  }
}
