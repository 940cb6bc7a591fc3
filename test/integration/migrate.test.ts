import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Migrator, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate as bringUpToDate, migrationState } from '../../src/store/migrate.ts';
import { up as thePromise } from '../../src/store/migrations/0001-the-promise.ts';
import { createStore } from '../../src/store/store.ts';
import { enginesToTest, runnable, silentLog, startEngine } from '../support/engines.ts';
import { runCommand } from '../support/run-command.ts';

/** Every migration since version 0.1, in order. */
const SINCE = ['0002-connections', '0003-addresses', '0004-duties', '0005-size', '0006-speed'];

describe('the command migrate', () => {
  let dir: string;
  let command: string;

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'kept-migrate-'));
    command = await runnable('src/migrate.ts');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const migrate = (env: Record<string, string> = {}) =>
    runCommand(command, { KEPT_DATA_DIR: dir, LOG_LEVEL: 'silent', ...env });

  it('makes the tables, and says so; a second time there is nothing to do', {
    timeout: 180_000,
  }, async () => {
    const first = await migrate();
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain(`Done: 0001-the-promise, ${SINCE.join(', ')}.`);
    expect(first.stdout).toContain('The tables of the bells (BullMQ) are up to date.');
    const second = await migrate({ REDIS_URL: 'redis://127.0.0.1:1' });
    expect(second).toMatchObject({ status: 0, stderr: '', stdout: 'The tables were up to date.\n' });
  });

  it('says why it did nothing: Kept is running, or a variable is wrong', async () => {
    const running = await startEmbedded({ dataDir: dir, log: silentLog() });
    const locked = await migrate();
    await running.stop();
    expect(locked).toMatchObject({ status: 1, stdout: '' });
    expect(locked.stderr).toContain(`The data directory ${dir} is in use by another Kept`);
    expect((await migrate({ DATABASE_URL: 'kept' })).stderr).toContain(
      'DATABASE_URL must be the URL of a Postgres',
    );
  });
});

describe.each((await enginesToTest()).filter((name) => name !== 'redis'))(
  'a database of version 0.1 on %s',
  (engine) => {
    it('keeps its workspace, which becomes the console’s, its posts, and what it couldn’t say, which is no news', async () => {
      const running = await startEngine(engine);
      const db = openDatabase(running.poolConfig, () => {});
      const provider = { getMigrations: () => Promise.resolve({ '0001-the-promise': { up: thePromise } }) };
      const before = new Migrator({ db, provider, migrationTableSchema: 'kept' });
      expect((await before.migrateToLatest()).error).toBeUndefined();
      const id = '00000000-0000-4000-8000-000000000001';
      await db.insertInto('kept.workspace').values({ id, doc: '{}', policy: '{}' }).execute();
      await sql`insert into kept.post (workspace_id, key, case_id, audience, say, connection, ref)
      values (${id}, 'k', ${id}, '{"kind":"channel"}', '{"what":"case card"}', 'console', 'r')`.execute(db);
      await sql`insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at, unsaid_at)
      values (${id}, ${id}, 'u', 'd', '{}', 1, 1, 2)`.execute(db);

      expect(await bringUpToDate(db)).toEqual(SINCE);

      const store = createStore(db);
      expect(await store.consoleWorkspace()).toBe(id);
      const post = await store.postAt(WorkspaceId.parse(id), 'console', 'r');
      expect(post).toMatchObject({ key: 'k', tried: [] });
      expect(await migrationState(db)).toMatchObject({ pending: [], unknown: [] });
      const { rows } = await sql`select told_at from kept.outbox`.execute(db);
      expect(rows).toEqual([{ told_at: 2 }]);
      await store.close();
      await running.stop();
    });
  },
);
