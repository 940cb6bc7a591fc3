import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

/**
 * Sees to it that of a server and its directory nothing is left behind when this process ends before it stopped them.
 * Returns what takes the directory away, once the server has ended.
 */
export function nothingLeftBehind(dir: string, server: () => ChildProcess | null): () => void {
  const takeAway = () => rmSync(dir, { recursive: true, force: true });
  const atExit = () => {
    server()?.kill('SIGKILL');
    takeAway();
  };
  process.once('exit', atExit);
  return () => {
    process.off('exit', atExit);
    takeAway();
  };
}

/** Whether there is a process with this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
