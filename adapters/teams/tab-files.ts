import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A built file of the tab's page, ready to send. */
export type TabFile = { body: Uint8Array<ArrayBuffer>; headers: Record<string, string> };

/** Where `npm run build` puts the page: the same place from the sources and from what is compiled beside it. */
export const TAB_DIR = fileURLToPath(
  new URL(import.meta.url.includes('/dist/') ? '../../teams-tab' : '../../dist/teams-tab', import.meta.url),
);

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/**
 * A file of the built page by its name (`index.html`, `assets/…`), read once: what isn't in that list doesn't exist,
 * so no name leads out of `dir`. `not built`: the next request looks again.
 */
export function createTabFiles(dir: string): (name: string) => Promise<TabFile | null | 'not built'> {
  let read: ReadonlyMap<string, TabFile> | null = null;
  return async (name) => {
    read ??= await filesIn(dir);
    return read === null ? 'not built' : (read.get(name) ?? null);
  };
}

async function filesIn(dir: string): Promise<ReadonlyMap<string, TabFile> | null> {
  const files = new Map<string, TabFile>();
  for (const name of await namesIn(dir)) {
    const type = TYPES[extname(name)];
    if (type !== undefined) {
      files.set(name.split(sep).join('/'), {
        body: new Uint8Array(await readFile(join(dir, name))),
        headers: {
          'content-type': type,
          // Vite puts a hash of the content into the names under assets; all else must be asked for again.
          'cache-control': name.startsWith('assets') ? 'public, max-age=31536000, immutable' : 'no-cache',
        },
      });
    }
  }
  return files.has('index.html') ? files : null;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir, { recursive: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
