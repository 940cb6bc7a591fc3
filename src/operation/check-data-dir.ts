import { existsSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../app/deps.ts';
import { type Finding, ok, warning, wrong } from '../app/finding.ts';
import { DataDirLockedError } from '../store/data-lock.ts';
import { openDatabase } from '../store/database.ts';
import { startEmbedded } from '../store/embedded.ts';
import { reasonOf, type Setup } from './check.ts';
import { checkMigrations } from './check-migrations.ts';
import { holderOf } from './holder.ts';

/** A new embedded database takes about 60 MB. */
const LEAST_FREE_BYTES = 200_000_000;

const { R_OK, W_OK, X_OK } = constants;
const QUIET: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The embedded database and where it lies. Nothing is made that isn't there. */
export async function checkDataDir({ config: { dataDir } }: Setup): Promise<Finding[]> {
  const dir = path.resolve(dataDir);
  const there = nearest(dir);
  if (!(await stat(there)).isDirectory()) {
    return [wrong(`${there} is a file, not a directory.`, 'Name a directory with KEPT_DATA_DIR.')];
  }
  if (!(await isOurs(there))) {
    return [
      wrong(
        `This user may not read and write in ${there}.`,
        'Give it to the user that Kept runs as (chown), or name another with KEPT_DATA_DIR.',
      ),
    ];
  }
  if (there !== dir || !existsSync(path.join(dir, 'pg', 'PG_VERSION'))) {
    return [ok(`There is no database in ${dir} yet: the first start makes it.`), ...(await room(there))];
  }
  return [...(await open(dir)), ...(await room(there))];
}

async function open(dir: string): Promise<Finding[]> {
  try {
    const embedded = await startEmbedded({ dataDir: dir, log: QUIET });
    const db = openDatabase(embedded.poolConfig, () => undefined);
    try {
      return [ok(`The embedded database in ${dir} opens.`), ...(await checkMigrations(db))];
    } finally {
      await db.destroy();
      await embedded.stop();
    }
  } catch (error) {
    if (error instanceof DataDirLockedError) {
      const pid = await holderOf(dir);
      return [ok(`Kept is running on ${dir}${pid === null ? '' : `, as process ${pid}`}.`)];
    }
    return [wrong(reasonOf(error), 'Or begin anew: name an empty directory with KEPT_DATA_DIR.')];
  }
}

/** The directory itself, or the nearest above it that is there. */
function nearest(dir: string): string {
  return existsSync(dir) ? dir : nearest(path.dirname(dir));
}

async function isOurs(dir: string): Promise<boolean> {
  try {
    await access(dir, R_OK | W_OK | X_OK);
    return true;
  } catch {
    return false;
  }
}

async function room(dir: string): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  return free >= LEAST_FREE_BYTES
    ? []
    : [
        warning(
          `Only ${Math.floor(free / 1_000_000)} MB are free where ${dir} lies.`,
          'Make room: a full disk stops the database.',
        ),
      ];
}
