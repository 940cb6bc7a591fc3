import { existsSync, fdatasyncSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { PoolConfig } from 'pg';
import type { Log } from '../app/deps.ts';
import { lockDataDir, privateWay } from './data-lock.ts';
import { serve } from './embedded-server.ts';
import { refuseMovedAway } from './moved-away.ts';

/** What the `pg` driver looks for in its `host` directory when the port is 5432. */
const SOCKET_NAME = '.s.PGSQL.5432';

export type Embedded = { poolConfig: PoolConfig; stop: () => Promise<void> };

/**
 * Starts the embedded Postgres in `dataDir` (made if need be) and serves it to the `pg` driver on a Unix
 * socket that only this user can reach. What is acknowledged is on the disk. All connections share one
 * session: its search_path is `bullmq, public`, transactions run one after the other.
 * Throws DataDirLockedError when another process has the directory, MovedAwayError when its data was moved, else an
 * error that says what can't be
 * opened; the directory is free again then. `stop` closes the database and frees the directory.
 */
export async function startEmbedded({ dataDir, log }: { dataDir: string; log: Log }): Promise<Embedded> {
  const dir = path.resolve(dataDir);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) {
      try {
        await next();
      } catch (err) {
        log.error({ err, dataDir: dir }, 'The embedded database did not stop cleanly');
      }
    }
  };
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const lock = await lockDataDir(dir);
    stops.push(lock.release);
    await refuseMovedAway(dir);
    const db = await openDatabase(path.join(dir, 'pg'));
    stops.push(() => db.close());
    const way = await privateWay(dir, SOCKET_NAME);
    stops.push(way.remove);
    const server = await serve(db, path.join(way.path, SOCKET_NAME), log);
    stops.push(server.stop);
    const poolConfig = { host: way.path, port: 5432, user: 'postgres', database: 'postgres', max: 5 };
    return { poolConfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(home: string): Promise<PGlite> {
  const said: string[] = [];
  try {
    if (!existsSync(path.join(home, 'PG_VERSION'))) {
      // Made aside and then renamed: a kill during the first start leaves nothing half made behind.
      const draft = `${home}.new`;
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft, { mode: 0o700 });
      const made = await openFiles(draft, said);
      await made.close();
      await rename(draft, home);
    }
    const db = await openFiles(home, said);
    await db.exec('create schema if not exists bullmq; set search_path to bullmq, public');
    return db;
  } catch (cause) {
    const why = said.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? String(cause);
    throw new Error(
      `The database in ${home} can't be opened: ${why}. ` +
        'See that the disk has room and that the files belong to this user, or restore them from a backup.',
      { cause },
    );
  }
}

/** PGlite comes with fsync off, which survives kill -9 but no power cut; here Postgres flushes for real. */
function openFiles(home: string, said: string[]): Promise<PGlite> {
  const files = new NodeFS(home);
  const init = files.init.bind(files);
  files.init = async (db, opts) => {
    const { emscriptenOpts } = await init(db, opts);
    const preRun = [...(emscriptenOpts.preRun ?? [])];
    preRun.push(({ FS }) => {
      FS.filesystems.NODEFS.stream_ops.fsync = flush;
    });
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  };
  return PGlite.create({
    fs: files,
    relaxedDurability: false,
    startParams: [...PGlite.defaultStartParams.filter((it) => it !== '-F'), '-c', 'wal_sync_method=fsync'],
    onStderr: (line) => {
      said.push(line);
      said.splice(0, said.length - 20);
      return false;
    },
  });
}

/** Emscripten's fsync of one open file. Directories have no descriptor there, and need no flush on ext4. */
function flush({ nfd }: { nfd?: number }): number {
  try {
    if (nfd !== undefined) fdatasyncSync(nfd);
    return 0;
  } catch {
    // EIO, upon which Postgres panics, as it should: what it can't flush isn't kept.
    return 29;
  }
}
