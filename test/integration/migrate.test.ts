import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../src/store/embedded.ts';
import { runnable, silentLog } from '../support/engines.ts';
import { runCommand } from '../support/run-command.ts';

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
    expect(first.stdout).toContain('Done: 0001-the-promise');
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
