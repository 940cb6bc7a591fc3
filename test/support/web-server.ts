import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Patience } from '../../adapters/web/front.ts';
import { startWeb } from '../../adapters/web/start.ts';
import { createWeb } from '../../adapters/web/web.ts';
import type { Pace } from '../../src/app/pace.ts';
import { type FakeConsole, fakeConsole } from './fake-console.ts';

/** A console that listens, with fakes behind it, and how to call it. */
export type WebServer = Awaited<ReturnType<typeof startWebServer>>;

/** Starts the console on a free port over stand-in pages and a furnished-on-demand fake. */
export async function startWebServer(
  options: { empty?: boolean; publicUrl?: string; pace?: Pace; patience?: Patience } = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'kept-client-'));
  await mkdir(join(dir, 'assets'));
  await writeFile(join(dir, 'index.html'), '<!doctype html><title>Kept</title>');
  await writeFile(join(dir, 'assets', 'index-abc.js'), 'export {};');
  const logged: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
  const fake: FakeConsole = fakeConsole({ clientDir: dir, log, ...options });
  const { port, stop } = await startWeb({
    host: '127.0.0.1',
    port: 0,
    ...createWeb(fake.deps),
    publicUrl: options.publicUrl ?? null,
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  });
  const url = `http://127.0.0.1:${port}`;

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  type Words = { room?: string; threadId?: string; nonce?: string };

  return {
    url,
    port,
    dir,
    fake,
    /** The lines that were logged as errors. */
    logged,
    get: (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers }),
    post,
    say: (as: string, text: string, more: Words = {}) =>
      post(`/api/say?as=${as}`, { room: 'care', threadId: null, nonce: randomUUID(), ...more, text }),
    /** The status of a call with headers, or a path, that fetch won't send. */
    raw: (path: string, headers: Record<string, string> = {}) =>
      new Promise<number>((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port, path, headers }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        call.on('error', reject);
        call.end();
      }),
    async stop() {
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
