import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Migrator, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedStory } from '../../bench/seed-story.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { readFiles } from '../../src/store/cases.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate as bringUpToDate, migrationState, migrations } from '../../src/store/migrate.ts';
import { up as thePromise } from '../../src/store/migrations/0001-the-promise.ts';
import { createStore } from '../../src/store/store.ts';
import { enginesToTest, runnable, silentLog, startEngine } from '../support/engines.ts';
import { runCommand } from '../support/run-command.ts';

/** Every migration since version 0.1, in order. */
const SINCE = [
  '0002-connections',
  '0003-addresses',
  '0004-duties',
  '0005-size',
  '0006-speed',
  '0007-said',
  '0008-plans',
  '0009-said-as-written',
  '0010-said-in-few-words',
  '0011-json-as-written',
];

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

  it('says that a newer version was here, and how to go on', { timeout: 60_000 }, async () => {
    const running = await startEmbedded({ dataDir: dir, log: silentLog() });
    try {
      const db = openDatabase(running.poolConfig, () => {});
      await bringUpToDate(db);
      await sql`insert into kept.kysely_migration (name, timestamp) values ('9999-newer', '')`.execute(db);
      await db.destroy();
    } finally {
      await running.stop();
    }
    expect(await migrate()).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'The database was not brought up to date.\nA newer Kept has changed this database (9999-newer). ' +
        'Run that version, or restore the backup from before it.\n',
    });
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

    it('from before what is said lay with the alarm: every case is as it was', async () => {
      // Given a case in the tables as they were, whose promise has been nudged once
      const running = await startEngine(engine);
      const db = openDatabase(running.poolConfig, () => {});
      const provider = { getMigrations: () => Promise.resolve(migrations) };
      const before = new Migrator({ db, provider, migrationTableSchema: 'kept' });
      expect((await before.migrateTo('0006-speed')).error).toBeUndefined();
      const { commits } = closedStory('console');
      const file = commits[2]?.decision.file;
      if (file === undefined) throw new Error('The story has no nudge');
      const { workspaceId, id: caseId } = file.case;
      await db.insertInto('kept.workspace').values({ id: workspaceId, doc: '{}', policy: '{}' }).execute();
      await sql`insert into kept.care_case (workspace_id, id, number, doc, promised)
        values (${workspaceId}, ${caseId}, 1, ${JSON.stringify(file.case)}, true)`.execute(db);
      for (const promise of file.promises) {
        await sql`insert into kept.promise (workspace_id, id, case_id, doc)
          values (${workspaceId}, ${promise.id}, ${caseId}, ${JSON.stringify(promise)})`.execute(db);
      }
      await sql`insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed)
        values (${workspaceId}, 'case', ${caseId}, 1, 3, true)`.execute(db);

      // When the tables are brought up to date
      expect(await bringUpToDate(db)).toEqual(SINCE.filter((name) => name >= '0007'));

      // Then the case has said what it had said, and its documents say it no more
      expect(file.case.standing.length).toBeGreaterThan(2);
      expect(file.promises).toMatchObject([{ said: ['halfway'] }]);
      const files = await db.transaction().execute((tx) => readFiles(tx, [{ workspaceId, caseId }]));
      expect(files.get(caseId)).toEqual(file);
      const { rows } = await sql`
        select 1 from kept.care_case c, kept.promise p where c.doc ? 'standing' or p.doc ? 'said'`.execute(
        db,
      );
      expect(rows).toEqual([]);
      await db.destroy();
      await running.stop();
    });
  },
);
