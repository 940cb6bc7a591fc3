import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { consoleClient } from './console-client.ts';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
const Package = z.object({ scripts: z.object({ start: z.string() }) });
const Line = z.object({ msg: z.string(), port: z.number().optional() });

/** Kept in a process of its own, as `npm start` runs it, so that it can be killed. */
export type KeptProcess = Awaited<ReturnType<typeof startKeptProcess>>;

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** The flags of Node that `npm start` gives. */
export function startFlags(): string[] {
  const { scripts } = Package.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')),
  );
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/**
 * Starts the built Kept and waits until it says that it is ready. Throws with what it printed when it ends
 * before that. Only the variables given here are set of Kept's.
 */
export async function startKeptProcess(env: Record<string, string>) {
  if (!existsSync(MAIN)) {
    throw new Error('Kept is not built: npm run build');
  }
  const began = Date.now();
  const { PATH = '', HOME = '', TZ = 'UTC' } = process.env;
  const child = spawn(process.execPath, [...startFlags(), MAIN], {
    env: { PATH, HOME, TZ, PORT: '0', ...env },
  });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  const printed: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      const parsed = Line.safeParse(JSON.parse(line));
      if (parsed.success && parsed.data.msg === 'Kept is ready') {
        resolve(parsed.data.port ?? 0);
      }
    });
    child.once('exit', (code) => reject(new Error(`Kept ended with ${code}:\n${printed.join('\n')}`)));
  });

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return {
    port,
    client: consoleClient(port),
    readyAfterMs: Date.now() - began,
    printed: () => printed.join('\n'),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
