import { execFile } from 'node:child_process';

/** How a command ended, and what it said. */
export type Ended = { status: number | null; stdout: string; stderr: string };

/** Runs a built command with this environment alone, without standing in the way of the test's own timers. */
export function runCommand(
  file: string,
  env: Record<string, string>,
  cwd?: string,
  args: string[] = [],
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [file, ...args],
      { env: { PATH: process.env['PATH'], ...env }, cwd },
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}
