import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { mortal } from './engines.ts';
import { slackTeam } from './local-slack-team.ts';

/** A Slack for tests, made by others (MIT): one program, for Linux on x64. */
const PACKAGE = 'local-slack-linux-x64';
const VERSION = '0.1.8';
const SHA512 =
  '6e6582324f3a6bfbffd0d3eaaf4ca85d7885e0a01e530b5269ee16434bf7ca380dcfece350971aa006524ad69aff54e793237f438fb2586cfbceb6911263315f';

/** It listens on every address of its own; this makes that loopback. */
const LOOPBACK = `const serve = Bun.serve; Bun.serve = (o) => serve({ hostname: '127.0.0.1', ...o });\n`;

/** Why tests against local-slack can't run here, or null when they can. With KEPT_TEST_ALL=1 that is an error. */
export async function whyNoLocalSlack(): Promise<string | null> {
  const reason = await localSlackProgram().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (reason !== null) {
    const message = `Tests against local-slack are left out: ${reason}`;
    if (process.env['KEPT_TEST_ALL'] === '1') throw new Error(message);
    process.stderr.write(`${message}\n`);
  }
  return reason;
}

/**
 * Where the program lies, fetched with npm the first time on this machine and checked each time.
 * @throws when it can't run on this machine or can't be fetched, with the reason.
 */
async function localSlackProgram(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `local-slack ${VERSION} is for Linux on x64, and this is ${process.platform} ${process.arch}`,
    );
  }
  const dir = join(tmpdir(), `kept-local-slack-${process.getuid?.() ?? 0}`);
  const program = join(dir, `local-slack-${VERSION}`);
  if (existsSync(program) && (await sha512(program)) === SHA512) return program;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // In a directory of one's own and moved into place, so two who fetch at once don't meet half a file.
  const fetched = await mkdtemp(join(dir, 'fetch-'));
  try {
    const args = ['--prefix', fetched, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    const options = { cwd: fetched, timeout: 240_000 };
    await promisify(execFile)('npm', ['install', ...args, `${PACKAGE}@${VERSION}`], options);
    const found = join(fetched, 'node_modules', PACKAGE, 'bin', 'local-slack');
    const hash = await sha512(found);
    if (hash !== SHA512) throw new Error(`${PACKAGE}@${VERSION} is not what it was: its sha512 is ${hash}`);
    await chmod(found, 0o700);
    await rename(found, program);
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
  return program;
}

async function sha512(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** A running local-slack: where it answers, and its end. */
export type LocalSlack = { url: string; pid: number; stop: () => Promise<void> };

/** Starts local-slack on a free port of loopback, with the team of `local-slack-team.ts` and the app Kept. */
export async function startLocalSlack(app: {
  mode: 'events' | 'socket';
  requestUrl: string;
}): Promise<LocalSlack> {
  const program = await localSlackProgram();
  const dir = await mkdtemp(join(tmpdir(), 'kept-slack-'));
  const config = join(dir, 'config.json');
  const preload = join(dir, 'loopback.js');
  await writeFile(config, JSON.stringify(slackTeam(app)));
  await writeFile(preload, LOOPBACK);
  const args = [
    '--config',
    config,
    '--port',
    '0',
    '--base-host',
    '127.0.0.1',
    '--files-dir',
    join(dir, 'files'),
  ];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(...mortal(program, args), {
    cwd: dir,
    env: { PATH, HOME, BUN_OPTIONS: `--preload=${preload}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    process.off('exit', atExit);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    return { url: await addressOf(child), pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What it prints once it listens. */
async function addressOf(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  const printed: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      const url = /Web UI:\s+(http:\/\/\S+)/u.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`local-slack ended with ${code}:\n${printed.join('\n')}`)));
  });
}
