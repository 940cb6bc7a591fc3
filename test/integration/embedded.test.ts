import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool, type PoolConfig } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DataDirLockedError } from '../../src/store/data-lock.ts';
import { type Embedded, startEmbedded } from '../../src/store/embedded.ts';
import { runnable, silentLog } from '../support/engines.ts';

const root = mkdtempSync(path.join(tmpdir(), 'kept-embedded-'));
const log = silentLog();

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function connected(poolConfig: PoolConfig): Promise<Client> {
  const client = new Client(poolConfig);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

describe('a running database', () => {
  let embedded: Embedded;
  let pool: Pool;

  beforeAll(async () => {
    embedded = await startEmbedded({ dataDir: path.join(root, 'shared'), log });
    pool = new Pool({ ...embedded.poolConfig, max: 8 });
    await pool.query('create table public.note (id int, text text)');
  });

  afterAll(async () => {
    await pool.end();
    await embedded.stop();
  });

  afterEach(async () => {
    vi.useRealTimers();
    await pool.query('truncate public.note');
  });

  async function countOf(id: number): Promise<number> {
    const { rows } = await pool.query<{ count: string }>('select count(*) from public.note where id = $1', [
      id,
    ]);
    return Number(rows[0]?.count);
  }

  test('names fall into bullmq first, and every commit is flushed', async () => {
    const { rows } = await pool.query<{ path: string; fsync: string; method: string }>(
      "select current_setting('search_path') as path, current_setting('fsync') as fsync, " +
        "current_setting('wal_sync_method') as method",
    );

    expect(rows).toEqual([{ path: 'bullmq, public', fsync: 'on', method: 'fsync' }]);
  });

  test('statements that waited for a transaction keep their own parameters', async () => {
    const first = await connected(embedded.poolConfig);
    await first.query('begin');
    await first.query('select 1');

    const answers = Array.from({ length: 8 }, async (_, i) => {
      const { rows } = await pool.query<{ said: string }>(`select $1::text || ' for ${i}' as said`, [`${i}`]);
      return rows[0]?.said;
    });
    await sleep(50);
    await first.query('commit');

    expect(await Promise.all(answers)).toEqual(Array.from({ length: 8 }, (_, i) => `${i} for ${i}`));
    await first.end();
  });

  test('a statement of several megabytes is not mixed with those that arrive meanwhile', async () => {
    const answers = Array.from({ length: 16 }, async (_, i) => {
      const text = 'x'.repeat(i % 2 === 0 ? 2_000_000 : 10);
      const { rows } = await pool.query<{ size: number }>(`select length($1::text) + ${i} as size`, [text]);
      return rows[0]?.size;
    });

    const expected = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 2_000_000 : 10) + i);
    expect(await Promise.all(answers)).toEqual(expected);
  });

  test('others wait for an open transaction and see all of it or nothing', async () => {
    const writer = await connected(embedded.poolConfig);
    await writer.query('begin');
    await writer.query("insert into public.note values (1, 'half')");

    let seen: number | undefined;
    const reading = (async () => {
      seen = await countOf(1);
    })();
    await sleep(100);
    expect(seen).toBeUndefined();

    await writer.query("insert into public.note values (1, 'whole')");
    await writer.query('commit');
    await reading;
    expect(seen).toBe(2);
    await writer.end();
  });

  test('a failed statement leaves the others of its transaction to be rolled back, and the rest working', async () => {
    const writer = await connected(embedded.poolConfig);
    await writer.query('begin');
    await writer.query("insert into public.note values (2, 'lost')");
    await expect(writer.query('select 1 / $1::int', [0])).rejects.toThrow('division by zero');
    await expect(writer.query('select 1')).rejects.toThrow('current transaction is aborted');
    await writer.query('rollback');

    expect(await countOf(2)).toBe(0);
    await writer.end();
  });

  test('a client that goes away in a transaction has it rolled back, whenever it goes', async () => {
    for (let round = 0; round < 30; round++) {
      const gone = await connected(embedded.poolConfig);
      const sent = [gone.query('begin'), gone.query("insert into public.note values (3, 'gone')")];
      const settled = Promise.allSettled(sent);
      if (round % 3 === 0) await Promise.all(sent);
      if (round % 3 === 1) await sleep(round / 10);
      gone.connection.stream.destroy();

      expect(await countOf(3)).toBe(0);
      await settled;
    }
  });

  test('a client that goes silent in a transaction loses it, and the others go on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const silent = await connected(embedded.poolConfig);
    const ended = new Promise((resolve) => void silent.once('end', resolve));
    await silent.query('begin');
    await silent.query("insert into public.note values (4, 'silent')");

    await vi.advanceTimersByTimeAsync(30_000);

    await ended;
    expect(await countOf(4)).toBe(0);
  });

  test('a notification reaches those who listen, and at once', async () => {
    const listener = await connected(embedded.poolConfig);
    await listener.query('listen bell');
    const heard = once(listener, 'notification');

    const sentAt = performance.now();
    await pool.query("select pg_notify('bell', 'rings')");

    expect(await heard).toMatchObject([{ channel: 'bell', payload: 'rings' }]);
    expect(performance.now() - sentAt).toBeLessThan(100);
    await listener.end();
  });

  test('a second opener is refused and does no harm', async () => {
    await expect(startEmbedded({ dataDir: path.join(root, 'shared'), log })).rejects.toThrow(
      DataDirLockedError,
    );

    expect(await countOf(5)).toBe(0);
  });
});

describe('starting and stopping', () => {
  test('starts within its bars, in a directory of its own, and keeps what was written', async () => {
    const dataDir = path.join(root, 'own', 'new');
    const first = await timed(() => startEmbedded({ dataDir, log }));
    const writer = await connected(first.value.poolConfig);
    await writer.query("create table public.kept as select 'kept' as word");
    await writer.end();
    await first.value.stop();

    const second = await timed(() => startEmbedded({ dataDir, log }));
    const reader = await connected(second.value.poolConfig);
    const { rows } = await reader.query('select word from public.kept');
    await reader.end();
    await second.value.stop();

    expect(rows).toEqual([{ word: 'kept' }]);
    expect(first.ms).toBeLessThan(10_000);
    expect(second.ms).toBeLessThan(3_000);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(existsSync(path.join(dataDir, '.s.PGSQL.5432'))).toBe(false);
  });

  test('stops with clients still connected, even in a transaction', async () => {
    const embedded = await startEmbedded({ dataDir: path.join(root, 'own', 'new'), log });
    const client = await connected(embedded.poolConfig);
    await client.query('begin');
    await client.query("insert into public.kept values ('not kept')");

    await embedded.stop();

    const again = await startEmbedded({ dataDir: path.join(root, 'own', 'new'), log });
    const reader = await connected(again.poolConfig);
    expect((await reader.query('select word from public.kept')).rows).toEqual([{ word: 'kept' }]);
    await reader.end();
    await again.stop();
  });

  test('a database engine that breaks says so, leaves nobody waiting, and starts again', async () => {
    const said: string[] = [];
    const dataDir = path.join(root, 'breaking');
    const loud = { ...log, error: (_: object, message: string) => void said.push(message) };
    const embedded = await startEmbedded({ dataDir, log: loud });
    const client = await connected(embedded.poolConfig);
    const waiting = await connected(embedded.poolConfig);
    await client.query('create table public.kept as select 1 as one');

    // Postgres in a single process can't ask a client for data, and ends.
    const [breaking, held] = await Promise.allSettled([
      client.query('copy public.kept from stdin'),
      waiting.query('select 1'),
    ]);
    await embedded.stop();

    expect([breaking.status, held.status]).toEqual(['rejected', 'rejected']);
    expect(said).toEqual(['The embedded database has stopped working: restart Kept']);
    const again = await startEmbedded({ dataDir, log });
    const reader = await connected(again.poolConfig);
    expect((await reader.query('select one from public.kept')).rows).toEqual([{ one: 1 }]);
    await reader.end();
    await again.stop();
  });

  test('a path longer than a socket may have is served all the same', async () => {
    const embedded = await startEmbedded({ dataDir: path.join(root, 'long', 'x'.repeat(120)), log });
    const client = await connected(embedded.poolConfig);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await embedded.stop();
  });

  test('says what is wrong with a database that is none, and frees the directory', async () => {
    const dataDir = path.join(root, 'broken');
    mkdirSync(path.join(dataDir, 'pg'), { recursive: true });
    writeFileSync(path.join(dataDir, 'pg', 'PG_VERSION'), '9\n');

    const opening = () => startEmbedded({ dataDir, log });

    await expect(opening).rejects.toThrow(/The database in .*broken\/pg can't be opened: .+ restore them/);
    await expect(opening).rejects.not.toThrow(DataDirLockedError);
  });
});

describe('upkeep', () => {
  afterEach(() => vi.useRealTimers());

  test('takes away dead rows and writes checkpoints, as nobody else does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const embedded = await startEmbedded({ dataDir: path.join(root, 'tidy'), log });
    const client = await connected(embedded.poolConfig);
    await client.query('create table public.note as select n as id from generate_series(1, 1000) n');
    await client.query('update public.note set id = id + 1');
    await client.query('select pg_stat_force_next_flush()');
    const state = async () => {
      const { rows } = await client.query<{ vacuumed: boolean; redo: string }>(
        'select last_vacuum is not null as vacuumed, (select redo_lsn::text from pg_control_checkpoint()) as redo ' +
          "from pg_stat_all_tables where relname = 'note'",
      );
      return rows[0];
    };
    const before = await state();

    vi.advanceTimersByTime(300_000);

    await vi.waitFor(async () => expect((await state())?.redo).not.toBe(before?.redo), 5_000);
    expect([before?.vacuumed, (await state())?.vacuumed]).toEqual([false, true]);
    await client.end();
    await embedded.stop();
  });
});

describe('kill -9', () => {
  let module: string;

  beforeAll(async () => {
    module = await runnable('src/store/embedded.ts');
  });

  function start(dataDir: string, then: string) {
    const script = `
      const { startEmbedded } = await import(${JSON.stringify(module)});
      const { default: pg } = await import(${JSON.stringify(import.meta.resolve('pg'))});
      const quiet = () => {};
      const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
      const { poolConfig } = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, log });
      ${then}`;
    const args = ['--input-type=module', '-e', script];
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  test('in the middle of writes, again and again, loses nothing that was acknowledged', {
    timeout: 120_000,
  }, async () => {
    const dataDir = path.join(root, 'killed');
    const acknowledged = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const child = start(
        dataDir,
        `const pool = new pg.Pool(poolConfig);
         await pool.query('create table if not exists public.promise (id text primary key, at timestamptz)');
         await Promise.all(Array.from({ length: 4 }, async (_, writer) => {
           for (let n = 0; ; n++) {
             const id = '${round}-' + writer + '-' + n;
             await pool.query('insert into public.promise values ($1, now())', [id]);
             process.stdout.write(id + '\\n');
           }
         }));`,
      );
      let said = '';
      child.stdout.on('data', (data) => {
        said += String(data);
      });
      await once(child.stdout, 'data');
      await sleep(200 + round * 150);
      child.kill('SIGKILL');
      await once(child, 'close');
      for (const id of said.split('\n').slice(0, -1)) acknowledged.add(id);
    }

    const embedded = await startEmbedded({ dataDir, log });
    const reader = await connected(embedded.poolConfig);
    const { rows } = await reader.query<{ id: string }>('select id from public.promise');
    await reader.end();
    await embedded.stop();

    const there = new Set(rows.map(({ id }) => id));
    expect(acknowledged.size).toBeGreaterThan(50);
    expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
  });

  test('during the first start, at any moment, leaves a directory that starts', {
    timeout: 120_000,
  }, async () => {
    for (const afterMs of [700, 1_500]) {
      const dataDir = path.join(root, `young-${afterMs}`);
      const child = start(dataDir, '');
      await sleep(afterMs);
      child.kill('SIGKILL');
      await once(child, 'close');

      const embedded = await startEmbedded({ dataDir, log });
      await embedded.stop();
    }
  });
});

/** Time by the clock, or on the processor where the machine is busy with something else. */
async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { value, ms: Math.min(performance.now() - startedAt, (user + system) / 1000) };
}
