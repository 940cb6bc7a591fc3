import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { mortal } from './engines.ts';
import { type Person, people, playgroundTeam } from './playground-team.ts';

/** It listens on every address of its own; this makes that loopback. */
const LOOPBACK = `
const { Server } = require('node:net');
const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number'
    ? listen.call(this, port, '127.0.0.1', ...rest.filter((one) => typeof one === 'function'))
    : listen.call(this, port, ...rest);
};
`;

/** A running Microsoft 365 Agents Playground: Teams as one person sees it. */
export type Playground = { name: Person; url: string; pid: number; stop: () => Promise<void> };

/**
 * Starts an instance for one person on a free port of loopback. It sends what they do to `botUrl`, and names
 * `serviceUrl` as the place where it is answered.
 */
export async function startPlayground(
  name: Person,
  { botUrl, serviceUrl }: { botUrl: string; serviceUrl: string },
): Promise<Playground> {
  const dir = await mkdtemp(join(tmpdir(), 'kept-playground-'));
  const preload = join(dir, 'loopback.cjs');
  await writeFile(preload, LOOPBACK);
  // JSON is YAML.
  await writeFile(join(dir, '.m365agentsplayground.yml'), JSON.stringify(playgroundTeam(name)));
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/package.json')),
    'cli.js',
  );
  const { PATH = '', HOME = '' } = process.env;
  const options = [
    '-e',
    botUrl,
    '-c',
    'msteams',
    '-p',
    '0',
    '--service-url',
    serviceUrl,
    '--disable-telemetry',
  ];
  const child = spawn(...mortal(process.execPath, ['--require', preload, cli, 'start', ...options]), {
    cwd: dir,
    env: { PATH, HOME, TZ: people[name].zone, TEAMSAPPTESTER_BROWSER: 'none' },
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
    return { name, url: await addressOf(child), pid: child.pid ?? 0, stop };
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
      const port = /Listening on (\d+)/u.exec(line)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The Playground ended with ${code}:\n${printed.join('\n')}`)),
    );
  });
}
