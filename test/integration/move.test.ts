import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, type PoolConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { lockDataDir } from '../../src/store/data-lock.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MoveInDoubt, moveRows } from '../../src/store/move.ts';
import { ownKey } from '../../src/store/own-key.ts';
import { createSeal } from '../../src/store/seal.ts';
import { readSecret } from '../../src/store/secrets.ts';
import { createStore } from '../../src/store/store.ts';
import { promisedCase } from '../support/care-case.ts';
import {
  enginesToTest,
  freshDatabase,
  runnable,
  type Server,
  silentLog,
  startPostgres,
} from '../support/engines.ts';
import { handClock } from '../support/hand-clock.ts';
import { runCommand } from '../support/run-command.ts';
import { runningKept } from '../support/running-kept.ts';
import { connectTeam, leaveOwed, STEPS, said, saidOnce } from '../support/seeded-kept.ts';

const isHere = (await enginesToTest()).includes('postgres');
const MINUTE = 60_000;
const log = silentLog();

describe.runIf(isHere)('npm run move', () => {
  let root: string;
  let command: string;
  let postgres: Server;

  beforeAll(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'kept-move-'));
    [command, postgres] = await Promise.all([runnable('src/move.ts'), startPostgres()]);
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const move = (env: Record<string, string>, ...args: string[]) =>
    runCommand(
      command,
      { LOG_LEVEL: 'silent', KEPT_DATA_DIR: path.join(root, 'nobody'), ...env },
      root,
      args,
    );

  test('moves everything, row by row, and Kept goes on there: what was owed is said, nothing twice', {
    timeout: 180_000,
  }, async () => {
    const dataDir = path.join(root, 'whole');
    const clock = handClock('2026-11-23T10:00:00Z');
    const before = await runningKept({ databaseUrl: null, redisUrl: null }, clock.now, { dataDir });
    await before.client.startExample();
    for (const title of ['first', 'second']) await promisedCase(() => before.client, title, 'in 60 minutes');
    clock.forward(STEPS[0].minutes * MINUTE);
    for (const title of ['first', 'second']) await said(before.client, title, STEPS[0].words);
    await before.stop();
    const key = await ownKey(dataDir, log);
    clock.forward(STEPS[1].minutes * MINUTE);
    const { workspaceId, old } = await withEmbedded(dataDir, async (poolConfig) => {
      const db = openDatabase(poolConfig, () => {});
      const id = await createStore(db).consoleWorkspace();
      if (id === null) throw new Error('There is no team');
      await connectTeam(db, createSeal([key]), id, 'xoxb-moved');
      await leaveOwed(db, clock.now);
      await db.destroy();
      return { workspaceId: id, old: await rowsOf(poolConfig) };
    });
    const databaseUrl = await freshDatabase(postgres);

    const moved = await move({ KEPT_DATA_DIR: dataDir }, '--to', withPassword(databaseUrl));

    expect(moved).toMatchObject({ status: 0, stderr: '' });
    expect(moved.stdout).toMatch(/ {2}care_case +2\n/u);
    expect(moved.stdout).toContain(
      `KEPT_ENCRYPTION_KEY  to what is in ${path.join(dataDir, 'encryption-key')}`,
    );
    expect(moved.stdout).not.toContain(key);
    expect(moved.stdout).not.toContain('s3cret');
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
      /was moved to test_.+ remove the file .+moved-away/u,
    );
    const there = await rowsOf({ connectionString: databaseUrl });
    expect(Object.keys(old).length).toBeGreaterThan(15);
    expect(old['outbox']?.some((row) => row.includes('"sent_at": null'))).toBe(true);
    expect(there).toEqual(old);

    const db = openDatabase({ connectionString: databaseUrl }, () => {});
    const kept = readFileSync(path.join(dataDir, 'encryption-key'), 'utf8').trim();
    expect(await readSecret(db, createSeal([kept]), workspaceId, 'slack-T1')).toEqual({
      token: 'xoxb-moved',
    });
    await db.destroy();
    const after = await runningKept({ databaseUrl, redisUrl: null }, clock.now);
    onTestFinished(after.stop);
    for (const title of ['first', 'second']) await said(after.client, title, STEPS[1].words);
    clock.forward(STEPS[2].minutes * MINUTE);
    for (const title of ['first', 'second']) await said(after.client, title, STEPS[2].words);
    await promisedCase(() => after.client, 'third', 'in 60 minutes');
    await saidOnce(after.client, ['first', 'second', 'third']);
  });

  test('killed in the middle it leaves nothing there, and can be run again', {
    timeout: 180_000,
  }, async () => {
    const from = await freshDatabase(postgres);
    const source = await madeDatabase(from);
    await source.query(`insert into kept.timeline_event (workspace_id, case_id, at, what)
      select '${ID}', '${ID}', n, jsonb_build_object('n', n, 'half', n / 2.0, 'é', '“”') from generate_series(1, 60000) n`);
    await source.query("select nextval('kept.console_rev') from generate_series(1, 41)");
    await source.end();
    const to = await freshDatabase(postgres);
    const target = await madeDatabase(to, { filled: false });
    onTestFinished(() => target.end());

    const child = spawn(process.execPath, [command, '--to', to], {
      env: { DATABASE_URL: from, LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
      if (/^ {2}\w/mu.test(printed)) child.kill('SIGKILL');
    });
    await once(child, 'close');

    expect(child.signalCode).toBe('SIGKILL');
    expect(printed).not.toContain('timeline_event');
    expect(Object.values(await rowsOf({ connectionString: to })).flat()).toEqual([]);
    const again = await move({ DATABASE_URL: from }, '--to', to);
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(again.stdout).toMatch(/ {2}timeline_event +60000\n/u);
    expect(await rowsOf({ connectionString: to })).toEqual(await rowsOf({ connectionString: from }));
    expect((await target.query("select nextval('kept.console_rev')::int as n")).rows).toEqual([{ n: 42 }]);
    const { rows } = await target.query(
      `insert into kept.timeline_event (workspace_id, case_id, at, what) values ('${ID}', '${ID}', 1, '{}') returning seq::int`,
    );
    expect(rows).toEqual([{ seq: 60_001 }]);
  });

  test('a target with rows of somebody’s is left as it is, whenever they came', async () => {
    const from = await freshDatabase(postgres);
    await (await madeDatabase(from)).end();
    const to = await freshDatabase(postgres);
    await (await madeDatabase(to)).end();
    const before = await rowsOf({ connectionString: to });

    const refused = await move({ DATABASE_URL: from }, '--to', to);

    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toMatch(
      /^Nothing was moved\.\nThat database has data of Kept’s already \(in kept\./u,
    );
    expect(await rowsOf({ connectionString: to })).toEqual(before);
  });

  test('what is refused isn’t brought up to date either: an older Kept may live on it', async () => {
    const from = await freshDatabase(postgres);
    const source = await madeDatabase(from);
    const to = await freshDatabase(postgres);
    const target = await madeDatabase(to);
    onTestFinished(() => target.end());
    const older = "delete from kept.kysely_migration where name = '0006-speed'";
    await source.query(older);
    await target.query(older);
    const versions = async (client: Client) =>
      (await client.query('select count(*)::int as count from kept.kysely_migration')).rows;
    const before = [await versions(source), await versions(target)];

    const busy = await move({ DATABASE_URL: from }, '--to', to);
    const after = [await versions(source), await versions(target)];
    await source.end();
    const filled = await move({ DATABASE_URL: from }, '--to', to);

    expect(busy.stderr).toContain('has 1 other connections');
    expect(filled.stderr).toContain('has data of Kept’s already');
    expect(after).toEqual(before);
    expect(await versions(target)).toEqual(before[1]);
  });

  test('a newer Kept’s database is refused in words, on either side', async () => {
    const [one, other] = [await freshDatabase(postgres), await freshDatabase(postgres)];
    const newer = await madeDatabase(one, { filled: false });
    await newer.query("insert into kept.kysely_migration values ('0999-later', '2027-01-01')");
    await newer.end();
    const both = [
      await move({ DATABASE_URL: one }, '--to', other),
      await move({ DATABASE_URL: other }, '--to', one),
    ];
    for (const { status, stderr } of both) {
      expect(status).toBe(1);
      expect(stderr).toMatch(/^Nothing was moved\.\n.+newer/u);
      expect(stderr).not.toMatch(/ at .+:\d+:\d+/u);
    }
  });

  test('moved, and the old directory can’t be marked: it says both', { timeout: 60_000 }, async () => {
    const dataDir = path.join(root, 'unmarked');
    await withEmbedded(dataDir, async (poolConfig) => {
      const db = openDatabase(poolConfig, () => {});
      await migrate(db);
      await db.destroy();
    });
    symlinkSync(path.join(root, 'nowhere', 'at-all'), path.join(dataDir, 'moved-away'));
    const moved = await move({ KEPT_DATA_DIR: dataDir }, '--to', await freshDatabase(postgres));
    expect(moved.stderr).toBe('');
    expect(moved.stdout).toMatch(/^Moved \d+ rows/mu);
    expect(moved.stdout).toContain('could not be marked (ENOENT)');
    expect(moved.status).toBe(0);
  });

  test('an answer that is lost at the very end is no “nothing was moved”', async () => {
    const [from, to] = [await freshDatabase(postgres), await freshDatabase(postgres)];
    const source = await madeDatabase(from);
    const target = await madeDatabase(to, { filled: false });
    onTestFinished(async () => void (await Promise.all([source.end(), target.end()])));
    const cut = new Proxy(target, {
      get: (client, name) =>
        name === 'query'
          ? async (text: string, values?: unknown[]) => {
              const answer = await client.query(text, values);
              if (text === 'commit') throw new Error('Connection terminated unexpectedly');
              return answer;
            }
          : Reflect.get(client, name),
    });
    await expect(moveRows(source, cut, () => {})).rejects.toThrow(MoveInDoubt);
    expect((await target.query('select count(*)::int as rows from kept.workspace')).rows).toEqual([
      { rows: 1 },
    ]);
  });

  test('a source that somebody uses is refused: the embedded one by its lock, Postgres by its connections', async () => {
    const dataDir = path.join(root, 'used');
    const to = await freshDatabase(postgres);
    mkdirSync(path.join(dataDir, 'pg'), { recursive: true });
    writeFileSync(path.join(dataDir, 'pg', 'PG_VERSION'), '18\n');
    const lock = await lockDataDir(dataDir);
    const inUse = await move({ KEPT_DATA_DIR: dataDir }, '--to', to);
    await lock.release();
    expect(inUse).toMatchObject({ status: 1 });
    expect(inUse.stderr).toContain('is in use by another Kept that is still running. Stop that one first');

    const from = await freshDatabase(postgres);
    const source = await madeDatabase(from);
    const busy = await move({ DATABASE_URL: from }, '--to', to);
    await source.end();
    expect(busy).toMatchObject({ status: 1 });
    expect(busy.stderr).toContain('has 1 other connections. Stop every Kept that uses it');
  });

  test('what can’t be is said in words', async () => {
    const there = await freshDatabase(postgres);
    // Makes the roles, which are the server's; the user is to be weak in a database with nothing in it.
    const admin = await madeDatabase(await freshDatabase(postgres), { filled: false });
    await admin.query('create role weak login');
    await admin.end();
    const weak = new URL(await freshDatabase(postgres));
    weak.username = 'weak';
    const cases: { env?: Record<string, string>; args: string[]; says: RegExp }[] = [
      { args: [], says: /It has to be said where to.+npm run move -- --to postgres:/su },
      { args: ['--too', there], says: /It has to be said where to/u },
      { args: [there], says: /It has to be said where to/u },
      { args: ['--to', 'kept'], says: /--to must be the URL of a Postgres database/u },
      {
        args: ['--to', there.replace('postgres:', 'postgers:')],
        says: /--to must be the URL of a Postgres database/u,
      },
      {
        env: { DATABASE_URL: 'mysql://x' },
        args: ['--to', there],
        says: /DATABASE_URL must be the URL of a Postgres/u,
      },
      { args: ['--to', there], says: /There is no database in .+nobody.+KEPT_DATA_DIR/u },
      {
        env: { DATABASE_URL: there },
        args: ['--to', there],
        says: /That is the database that Kept uses already/u,
      },
      {
        env: { DATABASE_URL: there },
        args: ['--to', 'postgres://127.0.0.1:1/kept'],
        says: /Kept can't reach kept on 127\.0\.0\.1:1: nothing answers there\.\n→ Start Postgres/u,
      },
      {
        env: { DATABASE_URL: there },
        args: ['--to', weak.href],
        says: /weak may not create schemas.+\n→ As its owner: grant create.+\nweak may not act as kept_app and kept_claim/u,
      },
    ];
    const ended = await Promise.all(cases.map(({ env = {}, args }) => move(env, ...args)));
    for (const [at, { says, args }] of cases.entries()) {
      expect(ended[at]?.stderr, args.join(' ')).toMatch(says);
      expect(ended[at]?.stderr, args.join(' ')).not.toMatch(/ at .+:\d+:\d+/u);
      expect(ended[at]?.status, args.join(' ')).toBe(1);
    }
  });
});

const ID = '00000000-0000-4000-8000-000000000001';

/** A database with Kept's tables, and a workspace in it. */
async function madeDatabase(connectionString: string, { filled = true } = {}): Promise<Client> {
  const db = openDatabase({ connectionString }, () => {});
  await migrate(db);
  await db.destroy();
  const client = new Client(connectionString);
  await client.connect();
  if (filled)
    await client.query(`insert into kept.workspace (id, doc, policy) values ('${ID}', '{"a": 1.50}', '{}')`);
  return client;
}

async function withEmbedded<T>(dataDir: string, work: (poolConfig: PoolConfig) => Promise<T>): Promise<T> {
  const embedded = await startEmbedded({ dataDir, log });
  try {
    return await work(embedded.poolConfig);
  } finally {
    await embedded.stop();
  }
}

/** Every row of every table of Kept's, as text. */
async function rowsOf(config: PoolConfig): Promise<Record<string, string[]>> {
  const client = new Client(config);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'kept' and tablename not like 'kysely%' order by 1",
  );
  const all: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(
      `select to_jsonb(t)::text as row from kept.${name} t order by 1`,
    );
    all[name] = rows.map(({ row }) => row);
  }
  await client.end();
  return all;
}

function withPassword(url: string): string {
  const changed = new URL(url);
  changed.password = 's3cret';
  return changed.href;
}
