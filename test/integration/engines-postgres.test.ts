import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { reachPostgres } from '../../src/store/reach.ts';
import { promisedCase } from '../support/care-case.ts';
import { enginesToTest, freshDatabase } from '../support/engines.ts';
import { handClock } from '../support/hand-clock.ts';
import { startPostgresPair } from '../support/postgres-pair.ts';
import { type Ending, startPostgresServer } from '../support/postgres-server.ts';
import { latenessOfBell, runningJobs } from '../support/running-jobs.ts';
import { eventually, runningKept } from '../support/running-kept.ts';
import { STEPS, said, saidOnce } from '../support/seeded-kept.ts';

const SLOW = { timeout: 120_000 };
const isHere = (await enginesToTest()).includes('postgres');
const MINUTE = 60_000;
/** As the real limits, and shorter, in ms. */
const SHORT = { patienceMs: 2_000, idleInTransactionMs: 1_000 };
/** From when Postgres takes writes again. */
const BACK_WITHIN_MS = 15_000;

// What is logged while the database is away is no news here.
beforeAll(() => void vi.stubEnv('KEPT_TEST_LOG', 'silent'));
afterAll(() => void vi.unstubAllEnvs());

describe.runIf(isHere)('Postgres ends and begins again in the middle of the loop', () => {
  test.each<Ending>(['fast', 'immediate'])(
    '%s: Kept goes on by itself, and says each thing once',
    async (how) => {
      const postgres = await startPostgresServer();
      const { kept, clock, step } = await loop(await freshDatabase(postgres));
      onTestFinished(async () => {
        await kept.stop();
        await postgres.stop();
      });
      await promisedCase(() => kept.client, 'restarted', 'in 60 minutes');
      await step('restarted', 0);

      await postgres.end(how);
      clock.forward(STEPS[1].minutes * MINUTE);
      await sleep(500);
      const away = await kept.client.get('/readyz');
      await postgres.begin();

      expect(away.status).toBe(503);
      await said(kept.client, 'restarted', STEPS[1].words, BACK_WITHIN_MS);
      await step('restarted', 2);
      await saidOnce(kept.client, ['restarted']);
    },
  );
});

describe.runIf(isHere)('the primary is lost, and its standby promoted', () => {
  test('what was acknowledged is there, and Kept goes on by itself', SLOW, async () => {
    const pair = await startPostgresPair();
    const { kept, clock, step } = await loop(await freshDatabase(pair));
    onTestFinished(async () => {
      await kept.stop();
      await pair.stop();
    });
    const titles = ['acknowledged', 'as well'];
    for (const title of titles) await promisedCase(() => kept.client, title, 'in 60 minutes');

    await pair.switchOver();
    clock.forward(STEPS[0].minutes * MINUTE);

    await Promise.all(titles.map((title) => said(kept.client, title, STEPS[0].words, BACK_WITHIN_MS)));
    await promisedCase(() => kept.client, 'on the new one', 'in 60 minutes');
    await step('on the new one', 0);
    await saidOnce(kept.client, [...titles, 'on the new one']);
  });

  test('bells ring again through the queue on Postgres, and not by the sweep alone', async () => {
    const pair = await startPostgresPair();
    onTestFinished(pair.stop);
    const connectionString = await freshDatabase(pair);
    const host = await runningJobs({
      kind: 'postgres',
      connection: { ...reachPostgres(connectionString), max: 2 },
    });

    await pair.switchOver();

    await eventually(async () => (await latenessOfBell(host)) < 1_000, BACK_WITHIN_MS);
    expect(await latenessOfBell(host)).toBeLessThan(1_000);
  });
});

describe.runIf(isHere)('a connection that says nothing', () => {
  test('is given up when a question stays open, and its silent siblings with it', async () => {
    const pair = await startPostgresPair();
    onTestFinished(pair.stop);
    const lost: string[] = [];
    const pool = new Pool({ ...reachPostgres(pair.url, SHORT), max: 2 });
    pool.on('error', ({ message }) => lost.push(message));
    onTestFinished(() => pool.end());
    const [one, other] = await Promise.all([pool.connect(), pool.connect()]);
    one.on('error', () => undefined);
    other.on('error', ({ message }) => lost.push(message));
    await pair.switchOver({ silently: true });

    const began = performance.now();
    await expect(one.query('select 1')).rejects.toThrow('gone silent');
    expect(performance.now() - began).toBeLessThan(5_000);
    one.release();
    await eventually(() => Promise.resolve(lost.length > 0));
    other.release();

    expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
  });

  test('is given up where one question of several that were sent together stays open', async () => {
    const postgres = await startPostgresServer();
    onTestFinished(postgres.stop);
    const gate = await mutedAfterFirstAnswer(postgres.url);
    onTestFinished(gate.stop);
    const db = openDatabase({ ...reachPostgres(gate.url, SHORT), max: 1 }, () => {});
    onTestFinished(() => db.destroy());
    await sql`select 1`.execute(db);

    gate.mute();
    const began = performance.now();
    const asked = db
      .transaction()
      .setAccessMode('read only')
      .execute((tx) => sql`select 1`.execute(tx));

    await expect(asked).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(6_000);
  });

  test('leaves no row locked: a transaction that nobody goes on with ends by itself', async () => {
    const postgres = await startPostgresServer();
    onTestFinished(postgres.stop);
    const pool = new Pool({ ...reachPostgres(postgres.url, SHORT), max: 2 });
    pool.on('error', () => undefined);
    onTestFinished(() => pool.end());
    await pool.query('create table held as select 1 as n');
    const frozen = await pool.connect();
    frozen.on('error', () => undefined);
    await frozen.query('begin');
    await frozen.query('select n from held for update');

    const began = performance.now();
    await pool.query('update held set n = 2');

    expect(performance.now() - began).toBeLessThan(4_000);
    frozen.release(true);
  });
});

/** A way to Postgres that lets one more answer through once it is told to be mute, and then nothing. */
async function mutedAfterFirstAnswer(url: string) {
  const { hostname, port } = new URL(url);
  let isMute = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let left = 1;
    for (const one of [near, far]) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', () => sockets.delete(one));
    }
    near.pipe(far);
    far.on('data', (bytes: Buffer) => {
      if (isMute && left === 0) return;
      // The first answer ends with ReadyForQuery: a type, a length of five, and a letter.
      const end = bytes.indexOf(Buffer.from('Z\0\0\0\x05', 'latin1')) + 6;
      near.write(isMute ? bytes.subarray(0, end) : bytes);
      if (isMute) left -= 1;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(address.port);
  return {
    url: through.href,
    mute: () => {
      isMute = true;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function loop(databaseUrl: string) {
  const clock = handClock('2026-11-23T10:00:00Z');
  const kept = await runningKept({ databaseUrl, redisUrl: null }, clock.now);
  await kept.client.startExample();
  return {
    kept,
    clock,
    /** Goes on to one of STEPS, and waits until it is said. */
    step: async (title: string, at: number) => {
      const { minutes, words } = STEPS[at] ?? { minutes: 0, words: /$^/u };
      clock.forward(minutes * MINUTE);
      await said(kept.client, title, words, BACK_WITHIN_MS);
    },
  };
}
