import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A built file of the pages, ready to send. */
export type ClientFile = { body: Uint8Array<ArrayBuffer>; headers: Record<string, string> };

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The built pages in `dir`, by path (`/index.html`), read once: what isn't in that list doesn't exist, so no
 * path can lead out of it. Null while nothing is built; then the next request looks again.
 */
export function clientFiles(dir: string): () => Promise<ReadonlyMap<string, ClientFile> | null> {
  let loaded: Promise<ReadonlyMap<string, ClientFile> | null> | null = null;
  return async () => {
    loaded ??= load(dir);
    const files = await loaded.catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    if (files === null) loaded = null;
    return files;
  };
}

async function load(dir: string): Promise<ReadonlyMap<string, ClientFile> | null> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const files = new Map<string, ClientFile>();
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(join(dir, '.').length).split(sep).join('/');
    files.set(path, clientFile(path, new Uint8Array(await readFile(full))));
  }
  return files.has('/index.html') ? files : null;
}

function clientFile(path: string, body: Uint8Array<ArrayBuffer>): ClientFile {
  // Vite puts a hash of the content into the names under assets; all else must be asked for again.
  const lasting = path.startsWith('/assets/');
  return {
    body,
    headers: {
      'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    },
  };
}
