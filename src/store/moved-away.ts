import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILE = 'moved-away';

/** What was in this data directory is elsewhere now: two Kepts on it would say everything twice. */
export class MovedAwayError extends Error {
  override readonly name = 'MovedAwayError';

  constructor(file: string, to: string) {
    super(
      `The data in ${path.dirname(file)} was moved to ${to}: set DATABASE_URL to that database. ` +
        `To go on with the old data all the same, remove the file ${file} first.`,
    );
  }
}

/** Marks a data directory as moved to a place, named without a password. Nothing else in it is touched. */
export async function markMovedAway(dataDir: string, to: string): Promise<void> {
  await writeFile(path.join(path.resolve(dataDir), FILE), `${to}\n`, { mode: 0o600 });
}

/** Throws MovedAwayError for a directory that is marked. */
export async function refuseMovedAway(dataDir: string): Promise<void> {
  const file = path.join(path.resolve(dataDir), FILE);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) throw new MovedAwayError(file, text.trim());
}
