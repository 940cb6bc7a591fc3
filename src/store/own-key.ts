import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../app/deps.ts';
import { isKey } from './seal.ts';

const FILE = 'encryption-key';
const MODE = 0o600;

/** Where the encryption key of a data directory lies, if it has one. */
export function ownKeyFile(dataDir: string): string {
  return path.join(path.resolve(dataDir), FILE);
}

/**
 * The encryption key of a data directory (base64 of 32 bytes): made the first time, then always the one that is
 * there. Two processes at once get the same one, and a kill leaves no half of one behind. A file that others can
 * read is closed to them, and that is logged. Throws when what is there is no key.
 */
export async function ownKey(dataDir: string, log: Log): Promise<string> {
  const file = ownKeyFile(dataDir);
  return (await existingKey(file, log)) ?? (await makeKey(file, log));
}

async function existingKey(file: string, log: Log): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const key = text.trim();
  if (!isKey(key)) {
    throw new Error(
      `${file} doesn’t hold an encryption key (base64 of 32 bytes). Put it back from a backup; ` +
        'without it the tokens in the database can’t be read, and every team has to connect again.',
    );
  }
  await closeToOthers(file, log);
  return key;
}

async function closeToOthers(file: string, log: Log): Promise<void> {
  const handle = await open(file);
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) === 0) return;
    await handle.chmod(MODE);
    log.warn({ file }, 'Others on this machine could read the encryption key; now they can’t');
  } finally {
    await handle.close();
  }
}

/** Written whole and aside, then linked to its name, which succeeds for one alone. */
async function makeKey(file: string, log: Log): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const key = randomBytes(32).toString('base64');
  try {
    const handle = await open(draft, 'wx', MODE);
    try {
      await handle.writeFile(`${key}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
    return key;
  } catch (error) {
    const theirs = codeOf(error) === 'EEXIST' ? await existingKey(file, log) : null;
    if (theirs === null) throw error;
    return theirs;
  } finally {
    await rm(draft, { force: true });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
