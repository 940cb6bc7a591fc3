import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, type PoolConfig } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkRedisUrl } from '../../jobs/redis-check.ts';
import { checkSlackOf, checkTeamsOf } from '../../src/chat-check.ts';
import { start } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { examine, isWell, reportOf } from '../../src/operation/doctor.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import {
  enginesToTest,
  freshDatabase,
  runnable,
  silentLog,
  startPostgres,
  startRedis,
} from '../support/engines.ts';
import { runCommand } from '../support/run-command.ts';
import { eventually } from '../support/running-kept.ts';

type Env = Record<string, string>;

const asks = { askRedis: checkRedisUrl, askSlack: checkSlackOf, askTeams: checkTeamsOf };

let made: string;
let dir: string;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  made = mkdtempSync(path.join(tmpdir(), 'kept-made-'));
  await inDatabase(made, async (poolConfig) => {
    const db = openDatabase(poolConfig, () => undefined);
    await migrate(db);
    await db.destroy();
  });
}, 180_000);
afterAll(() => rmSync(made, { recursive: true, force: true }));
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kept-doctor-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  rmSync(dir, { recursive: true, force: true });
});

/** What the doctor says of this environment, and whether it would let Kept start. */
async function doctor(env: Env = {}, more: { nodeVersion?: string } = {}) {
  const whole = { KEPT_DATA_DIR: path.join(dir, 'data'), PORT: '0', ...env };
  const results = await examine({ env: whole, nodeVersion: '22.0.0', ...asks, ...more });
  return { report: reportOf(results, whole), well: isWell(results) };
}

describe('the doctor', () => {
  it('finds nothing wrong before the first start, and leaves nothing behind', async () => {
    const { report, well } = await doctor({}, { nodeVersion: '20.19.0' });
    expect(well).toBe(true);
    expect(report).toContain('Node 20.19.0 will do.');
    expect(report).toContain(`There is no database in ${dir}/data yet: the first start makes it.`);
    expect(report).toMatch(/^0 wrong, 0 to look at, \d well\.$/m);
    expect(() => rmSync(path.join(dir, 'data'))).toThrow(/ENOENT/);
  });

  it('names every variable that cannot be used, how to write it, and what it could not look at', async () => {
    const { report, well } = await doctor({
      PORT: 'http',
      DATABASE_URL: 'mysql://kept:top-secret@db/kept',
      KEPT_ROLE: 'boss',
      LOG_LEVEL: 'loud',
    });
    expect(well).toBe(false);
    expect(report).toContain('PORT must be a port number from 0 to 65535.');
    expect(report).toContain('→ Set it like KEPT_ROLE=all, or unset it.');
    expect(report).toContain('LOG_LEVEL must be one of');
    expect(report).toMatch(/^- +Postgres +not checked, as DATABASE_URL can't be used$/m);
    expect(report).toMatch(/^- +Port +not checked, as PORT can't be used$/m);
    expect(report).not.toContain('top-secret');
  });

  it('says that a role of its own needs a database of its own', async () => {
    const { report } = await doctor({ KEPT_ROLE: 'worker', PORT: 'x' });
    expect(report).toContain('PORT must be');
    expect(report).toContain('DATABASE_URL must be set where KEPT_ROLE is web or worker');
    expect(report).toContain('or unset KEPT_ROLE.');
  });

  it('warns of variables that do nothing, without their values', async () => {
    const { report, well } = await doctor({
      SLACK_TOKEN: 'xoxb-top-secret',
      SLACK_API_URL: 'https://slack-gov.com/api/',
      MICROSOFT_BOT_ID: 'an-id',
      KEPT_DATADIR: '/elsewhere',
    });
    expect(well).toBe(true);
    expect(report).toContain('SLACK_API_URL is set and nothing else of Slack: Slack is off.');
    expect(report).toContain('not a variable of this version: SLACK_TOKEN, MICROSOFT_BOT_ID, KEPT_DATADIR.');
    expect(report).toContain('2 to look at');
    expect(report).not.toContain('top-secret');
  });

  it('says that the console is served on loopback only', async () => {
    expect((await doctor({ HOST: '0.0.0.0' })).report).toContain('The console is off: HOST=0.0.0.0');
    expect((await doctor({ PUBLIC_URL: 'https://kept.example.com' })).report).toContain(
      'Whoever reaches https://kept.example.com can be anyone in the console',
    );
    expect((await doctor({ PUBLIC_URL: 'http://[::1]:3000' })).report).toContain('for this machine alone');
  });

  it('knows an old Node', async () => {
    const { report, well } = await doctor({}, { nodeVersion: '20.18.3' });
    expect(well).toBe(false);
    expect(report).toContain('Node is 20.18.3, but 20.19 or newer is needed.');
  });

  it('says what is wrong with the data directory', async () => {
    const file = path.join(dir, 'file');
    writeFileSync(file, '');
    expect((await doctor({ KEPT_DATA_DIR: path.join(file, 'data') })).report).toContain(
      `${file} is a file, not a directory.`,
    );
  });

  it('says so when the embedded database cannot be opened', async () => {
    mkdirSync(path.join(dir, 'data', 'pg'), { recursive: true });
    writeFileSync(path.join(dir, 'data', 'pg', 'PG_VERSION'), '18\n');
    const { report, well } = await doctor();
    expect(well).toBe(false);
    expect(report).toContain(`The database in ${dir}/data/pg can't be opened:`);
  });

  it('opens the embedded database and looks whether its tables are up to date', async () => {
    dataDir();
    expect((await doctor()).report).toContain('The tables are up to date.');
    await inDatabase(path.join(dir, 'data'), async (poolConfig) => {
      const client = new Client(poolConfig);
      await client.connect();
      await client.query(
        "update kept.kysely_migration set name = '9999-from-the-future' where name = (select max(name) from kept.kysely_migration)",
      );
      await client.end();
    });
    const { report, well } = await doctor();
    expect(well).toBe(false);
    expect(report).toContain('A newer Kept has changed this database (9999-from-the-future).');
  });

  it('sees that Kept is running, and how it is', async () => {
    const config = { ...readConfig({}), dataDir: dataDir(), port: 0 };
    const kept = await start(config, pino({ level: 'silent' }));
    stops.push(kept.stop);
    // It is ready from its first look at itself on, a moment after the start.
    await eventually(async () => (await fetch(`http://127.0.0.1:${kept.port}/readyz`)).ok);
    const { report, well } = await doctor({ PORT: String(kept.port) });
    expect(well).toBe(true);
    const as = process.platform === 'linux' ? `, as process ${process.pid}` : '';
    expect(report).toContain(`Kept is running on ${dir}/data${as}.`);
    expect(report).toContain(`Kept runs on 127.0.0.1:${kept.port} and is ready.`);
  });

  it('sees that another program has the port', async () => {
    const other = createServer((_, response) => response.end('{"ok":true}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => other.close(resolve)));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { report, well } = await doctor({ PORT: String(port) });
    expect(well).toBe(false);
    expect(report).toContain(`Kept can't listen on 127.0.0.1:${port}: another program has it.`);
  });

  it('says why Postgres and Redis cannot be reached, each on its own and without their passwords', async () => {
    const { report, well } = await doctor({
      DATABASE_URL: 'postgres://kept:top-secret@127.0.0.1:1/kept',
      REDIS_URL: 'redis://kept:top-secret@127.0.0.1:1',
    });
    expect(well).toBe(false);
    expect(report).toContain("Kept can't reach kept on 127.0.0.1:1: nothing answers there.");
    expect(report).toContain("Redis can't be reached");
    expect(report).not.toContain('top-secret');
  });

  it('says how to write a password with special signs', async () => {
    const { report, well } = await doctor({ DATABASE_URL: 'postgres://kept:12#top-secret@db/kept' });
    expect(well).toBe(false);
    expect(report).toContain('Write # as %23');
    expect(report).not.toContain('top-secret');
  });

  it('reads what is wrong with REDIS_URL', async () => {
    const { report, well } = await doctor({ REDIS_URL: 'redis+sentinel://:top-secret@127.0.0.1' });
    expect(well).toBe(false);
    expect(report).toContain('after the Sentinels comes the master');
    expect(report).not.toContain('top-secret');
  });

  it('looks at what DATABASE_URL names: here the embedded one, over its socket', async () => {
    const embedded = await startEmbedded({ dataDir: dataDir(), log: silentLog() });
    stops.push(embedded.stop);
    const { report, well } = await doctor({
      DATABASE_URL: `postgres:///postgres?host=${encodeURIComponent(String(embedded.poolConfig.host))}&user=postgres`,
    });
    expect(well).toBe(true);
    expect(report).toMatch(/Postgres 1[4-9]\S* answers: postgres on the local socket\./);
    expect(report).toContain('The tables are up to date.');
  });

  it('replaces what may hold a secret by its name, whoever said it', () => {
    const DATABASE_URL = 'postgres://kept:top-secret@db/kept';
    const findings = [{ state: 'ok' as const, says: `connected to ${DATABASE_URL}` }];
    const report = reportOf([{ name: 'Postgres', findings, leftOut: null }], { DATABASE_URL });
    expect(report).toContain('connected to [DATABASE_URL]');
  });

  it('runs as a command, says the same, and ends with 1 when something is wrong', async () => {
    const file = await runnable('src/doctor.ts');
    const good = await runCommand(file, { KEPT_DATA_DIR: path.join(dir, 'data'), PORT: '0' });
    expect(good).toMatchObject({ status: 0, stderr: '' });
    expect(good.stdout).toContain('0 wrong');
    const bad = await runCommand(file, { KEPT_DATA_DIR: path.join(dir, 'data'), PORT: 'nope' });
    expect(bad).toMatchObject({ status: 1, stderr: '' });
    expect(bad.stdout).toContain('PORT must be');
  });
});

const engines = await enginesToTest();

if (engines.includes('postgres')) {
  describe('the doctor on a Postgres server', () => {
    let server: Awaited<ReturnType<typeof startPostgres>>;
    let url: string;

    beforeAll(async () => {
      server = await startPostgres();
      url = await freshDatabase(server);
      await onServer('create role clerk login');
    });
    afterAll(() => server.stop());

    const onServer = async (sql: string) => {
      const client = new Client(url);
      await client.connect();
      await client.query(sql);
      await client.end();
    };
    const asClerk = () => doctor({ DATABASE_URL: url.replace('//postgres@', '//clerk@') });

    it('names what a user may not do and the words that allow it, one after the other', async () => {
      const database = new URL(url).pathname.slice(1);
      const first = await asClerk();
      expect(first.well).toBe(false);
      expect(first.report).toContain(`grant create on database ${database} to clerk;`);
      expect(first.report).toContain('create role kept_app nologin; create role kept_claim nologin;');

      await onServer(`grant create on database ${database} to clerk`);
      await onServer('create role kept_app nologin; create role kept_claim nologin; grant kept_app to clerk');
      const second = await asClerk();
      expect(second.report).not.toContain('grant create');
      expect(second.report).toContain('clerk may not act as kept_claim');

      await onServer('grant kept_claim to clerk');
      expect(await asClerk()).toMatchObject({ well: true });
    });

    it('sees a database that is not there, and one that cannot hold every script', async () => {
      const missing = await doctor({ DATABASE_URL: url.replace(/[^/]+$/, 'nowhere') });
      expect(missing.report).toContain('there is no such database');
      await onServer("create database latin encoding 'LATIN1' template template0");
      const latin = await doctor({ DATABASE_URL: url.replace(/[^/]+$/, 'latin') });
      expect(latin.report).toContain("keeps text as LATIN1, which can't hold every script");
    });
  });
}

if (engines.includes('redis')) {
  it('asks Redis for its eviction policy', async () => {
    const redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
    stops.push(redis.stop);
    const { report, well } = await doctor({ REDIS_URL: redis.url });
    expect(well).toBe(false);
    expect(report).toContain('allkeys-lru');
  });
}

/** The data directory with a database whose tables are up to date: a copy, as one restores a backup. */
function dataDir(): string {
  const data = path.join(dir, 'data');
  cpSync(made, data, { recursive: true, filter: (file) => path.basename(file) !== 'lock' });
  return data;
}

async function inDatabase(data: string, work: (poolConfig: PoolConfig) => Promise<unknown>): Promise<void> {
  const embedded = await startEmbedded({ dataDir: data, log: silentLog() });
  await work(embedded.poolConfig);
  await embedded.stop();
}
