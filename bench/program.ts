import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startFlags } from '../test/support/kept-process.ts';

/** A program of this directory in a process of its own, with the flags of Node that Kept has. It says things by lines of JSON. */
export type Program = {
  next: () => Promise<unknown>;
  /** Writes it a line, and gives what it says next. */
  ask: () => Promise<unknown>;
  stop: () => Promise<void>;
};

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts `bench/<file>`, or one that was compiled, with an argument, which it gets as JSON. `next` rejects when it ends without a word. */
export function startProgram(file: string, argument: unknown): Program {
  const program = path.resolve(import.meta.dirname, file);
  const child = spawn(
    process.execPath,
    [...startFlags(), '--import', 'tsx', program, JSON.stringify(argument)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: path.join(import.meta.dirname, '..'),
    },
  );
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${file} ended without an answer`);
    return JSON.parse(line.value);
  };
  return {
    next,
    ask: () => {
      child.stdin.write('\n');
      return next();
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
