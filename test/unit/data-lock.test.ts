import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DataDirLockedError, lockDataDir, privateWay } from '../../src/store/data-lock.ts';
import { runnable } from '../support/engines.ts';

let module: string;
let dir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  module = await runnable('src/store/data-lock.ts');
});

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kept-lock-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Starts a process that takes the lock and holds it. Resolves to what it says: 'held' or the error's name. */
async function starter(of = dir): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    const { lockDataDir } = await import(${JSON.stringify(module)});
    try { await lockDataDir(${JSON.stringify(of)}); console.log('held'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.name); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [data]: unknown[] = await once(child.stdout, 'data');
  return { child, said: String(data).trim() };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('one process at a time', () => {
  test('of 20 that start at once in an empty directory, one holds it', async () => {
    const starters = await Promise.all(Array.from({ length: 20 }, () => starter()));

    const said = starters.map((it) => it.said).toSorted();
    expect(said).toEqual([...Array.from({ length: 19 }, () => 'DataDirLockedError'), 'held']);
  });

  test('of 20 that start at once after a kill -9, one holds it', async () => {
    await killed((await starter()).child);

    const starters = await Promise.all(Array.from({ length: 20 }, () => starter()));

    expect(starters.filter(({ said }) => said === 'held')).toHaveLength(1);
  });

  test('in one process too, time after time', async () => {
    for (let round = 0; round < 20; round++) {
      const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(dir)));

      const held = all.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
      const refused = all.flatMap((it): unknown[] => (it.status === 'rejected' ? [it.reason] : []));
      expect(held).toHaveLength(1);
      expect(refused.every((error) => error instanceof DataDirLockedError)).toBe(true);
      await held[0]?.release();
    }
  });
});

describe('who holds it', () => {
  test('a holder killed with -9 is followed at once', async () => {
    await killed((await starter()).child);

    const startedAt = performance.now();
    const lock = await lockDataDir(dir);

    expect(performance.now() - startedAt).toBeLessThan(200);
    await lock.release();
  });

  test('a stopped holder still holds, and lets go when it is killed', async () => {
    const { child } = await starter();
    child.kill('SIGSTOP');

    await expect(lockDataDir(dir)).rejects.toThrow(DataDirLockedError);

    await killed(child);
    await (await lockDataDir(dir)).release();
  });

  test('a stopped holder holds even when its backlog of callers is full', async () => {
    const { child } = await starter();
    child.kill('SIGSTOP');

    const asked = await Promise.allSettled(Array.from({ length: 700 }, () => lockDataDir(dir)));

    const reasons = asked.map((it): unknown => (it.status === 'rejected' ? it.reason : it.status));
    expect(reasons.filter((it) => !(it instanceof DataDirLockedError))).toEqual([]);
  });

  test('a released directory is free, and keeps one dead file only', async () => {
    for (let round = 0; round < 5; round++) await (await lockDataDir(dir)).release();

    expect(readdirSync(path.join(dir, 'lock'))).toEqual(['5']);
  });
});

describe('what it says and where it lies', () => {
  test('the error names the directory and what to do', async () => {
    const lock = await lockDataDir(dir);

    await expect(lockDataDir(dir)).rejects.toThrow(
      `The data directory ${dir} is in use by another Kept that is still running. ` +
        'Stop that one first, or give this one its own directory with KEPT_DATA_DIR.',
    );
    await lock.release();
  });

  test('a path longer than a socket may have is guarded like any other', async () => {
    const long = path.join(dir, 'a'.repeat(90), 'b'.repeat(90));
    await mkdir(long, { recursive: true });

    const { child, said } = await starter(long);

    expect(said).toBe('held');
    await expect(lockDataDir(long)).rejects.toThrow(DataDirLockedError);
    await killed(child);
    await (await lockDataDir(long)).release();
  });

  test('a directory reached by two names is one directory', async () => {
    const lock = await lockDataDir(dir);

    await expect(lockDataDir(path.join(dir, 'lock', '..'))).rejects.toThrow(DataDirLockedError);

    await lock.release();
  });

  test('a socket goes where nobody else reaches it, and no mode is changed for that', async () => {
    const shared = path.join(dir, 'shared');
    await mkdir(shared, { mode: 0o755 });

    const own = await privateWay(dir, 'socket');
    const inShared = await privateWay(shared, 'socket');

    expect(own.path).toBe(dir);
    expect(inShared.path).toBe(path.join(shared, 'run'));
    expect(statSync(inShared.path).mode & 0o777).toBe(0o700);
    expect(statSync(shared).mode & 0o777).toBe(0o755);
  });

  test('a place prepared by somebody else for a socket is refused', async () => {
    const shared = path.join(dir, 'shared');
    await mkdir(shared, { mode: 0o755 });
    await mkdir(path.join(shared, 'run'), { mode: 0o755 });

    await expect(privateWay(shared, 'socket')).rejects.toThrow('Others can write to');
  });

  test('a directory that is not there is told as such', async () => {
    await expect(lockDataDir(path.join(dir, 'nowhere'))).rejects.toThrow('ENOENT');
  });
});
