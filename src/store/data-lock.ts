import { randomBytes } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A socket's path ends at 107 bytes on Linux and at 103 on macOS. */
const SOCKET_PATH_BYTES = 103;

/** What a connect to a holder's socket says: nobody listens, or the name went away in between. */
const DEAD = new Set(['ECONNREFUSED', 'ENOENT']);

/** The backlog of a stopped holder is full: it lives, it just doesn't answer. */
const ALIVE = new Set(['EAGAIN']);

/** It ended while we waited in its backlog: ask again, to be sure. */
const ENDING = new Set(['ECONNRESET']);

/** A starter has its number within milliseconds; a file without one that is older than this is lost. */
const LOST_AFTER_MS = 60_000;

/** Another process has this data directory open. */
export class DataDirLockedError extends Error {
  override readonly name = 'DataDirLockedError';
  readonly dataDir: string;

  constructor(dataDir: string) {
    super(
      `The data directory ${dataDir} is in use by another Kept that is still running. ` +
        'Stop that one first, or give this one its own directory with KEPT_DATA_DIR.',
    );
    this.dataDir = dataDir;
  }
}

export type DataLock = { release: () => Promise<void> };

/** A directory to name a socket in. `remove` takes away what was made for it, never the directory itself. */
export type Way = { path: string; remove: () => Promise<void> };

/**
 * Takes the one right to open `dataDir`, which must exist, until `release` or the end of the process,
 * however it ends. Throws DataDirLockedError when another process has it, at once.
 *
 * The right is a listening Unix socket, which the system itself closes at death: no pid, no timeout.
 * Holders are numbered: `lock/7` is the socket of the seventh. Who finds the highest number dead links a
 * socket that already listens to the number after it, which succeeds for one alone, and holds if no
 * higher number has come up since. The highest number is never removed, not even on release, so that no
 * number is given twice and a slow starter can't take away a quicker one's lock. Hence one dead file stays.
 * It guards between processes and containers of one machine, not between machines on a network drive.
 */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  const locks = path.join(await realpath(dataDir), 'lock');
  await mkdir(locks, { recursive: true, mode: 0o700 });
  const own = `new-${randomBytes(6).toString('hex')}`;
  const way = await shortWay(locks, own);
  const server = createServer((peer) => peer.destroy());
  const release = async () => {
    await close(server);
    await way.remove();
  };
  try {
    await listen(server, path.join(way.path, own));
    const generation = await claim(way.path, own, dataDir);
    await removeDead(way.path, generation);
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

/**
 * Where to put the socket `name` so that nobody else reaches it: in `dir` if that is this user's alone, else in
 * a directory `run` of its own in it. A directory that was there before keeps its mode: it may be anything.
 */
export async function privateWay(dir: string, name: string): Promise<Way> {
  if (await isPrivate(dir)) return shortWay(dir, name);
  const own = path.join(dir, 'run');
  await mkdir(own, { recursive: true, mode: 0o700 });
  if (!(await isPrivate(own))) throw new Error(`Others can write to ${own}: remove it, or chmod it to 700.`);
  return shortWay(own, name);
}

async function isPrivate(dir: string): Promise<boolean> {
  const { mode, uid } = await stat(dir);
  return (mode & 0o077) === 0 && uid === process.getuid?.();
}

/**
 * A path to `dir` that is short enough to name the socket `name` in: its own, or a symbolic link to it in
 * a private directory. The socket lies in `dir` either way, so processes with another TMPDIR meet it.
 */
async function shortWay(dir: string, name: string): Promise<Way> {
  if (Buffer.byteLength(path.join(dir, name)) <= SOCKET_PATH_BYTES) {
    return { path: dir, remove: () => Promise.resolve() };
  }
  const holder = await mkdtemp(path.join(tmpdir(), 'kept-'));
  const short = path.join(holder, 'd');
  await symlink(dir, short);
  return { path: short, remove: () => rm(holder, { recursive: true, force: true }) };
}

async function claim(locks: string, own: string, dataDir: string): Promise<number> {
  for (;;) {
    const highest = await highestGeneration(locks);
    if (highest > 0 && (await isAlive(path.join(locks, String(highest))))) {
      throw new DataDirLockedError(dataDir);
    }
    const next = highest + 1;
    if (!(await linked(path.join(locks, own), path.join(locks, String(next))))) continue;
    if ((await highestGeneration(locks)) === next) return next;
    // Our number had been used and cleared away while we looked: somebody is further on.
    await rm(path.join(locks, String(next)), { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function generationOf(name: string): number {
  return /^[1-9]\d*$/.test(name) ? Number(name) : 0;
}

async function highestGeneration(locks: string): Promise<number> {
  return Math.max(0, ...(await readdir(locks)).map(generationOf));
}

/** Clears away those before us, and starters that died before they had a number. */
async function removeDead(locks: string, generation: number): Promise<void> {
  for (const name of await readdir(locks)) {
    const file = path.join(locks, name);
    const isOlder = generationOf(name) > 0 && generationOf(name) < generation;
    if (isOlder || (name.startsWith('new-') && (await isLost(file)))) await rm(file, { force: true });
  }
}

async function isLost(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    return Date.now() - mtimeMs > LOST_AFTER_MS && !(await isAlive(file));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(file: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = codeOf(error) ?? '';
      if (DEAD.has(code)) resolve(false);
      else if (ALIVE.has(code)) resolve(true);
      else if (ENDING.has(code)) resolve(isAlive(file));
      else reject(error);
    });
  });
}

function listen(server: Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: file, exclusive: true }, () => {
      server.off('error', reject);
      server.unref();
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
