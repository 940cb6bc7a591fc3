import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { accountOf, freePort, mortal, need, untilUp } from './engines.ts';
import { isRunning, nothingLeftBehind } from './left-behind.ts';

/** How a Postgres ends: its clients are told, it drops everything where it is, or it is killed with -9. */
export type Ending = 'fast' | 'immediate' | 'killed';

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', killed: 'SIGKILL' } as const;

/** A Postgres that can end and begin again on the same files and port. */
export type PostgresServer = {
  url: string;
  port: number;
  /** Ends it; its files stay. Resolves when none of its processes is left. */
  end: (how: Ending) => Promise<void>;
  /** Begins it again, and waits until it answers. */
  begin: () => Promise<void>;
  /** Ends it and takes its files away. */
  stop: () => Promise<void>;
};

/** Makes the files of an empty database cluster, or whatever `fill` puts there, and starts a Postgres on them. */
export async function startPostgresServer({
  fill = initdb,
  settings = {},
}: {
  fill?: (data: string) => Promise<void>;
  settings?: Record<string, string>;
} = {}): Promise<PostgresServer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kept-postgres-'));
  const owner = postgresAccount();
  if (owner) chownSync(dir, owner.uid, owner.gid);
  const data = path.join(dir, 'data');
  await fill(data);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const all = { fsync: 'off', listen_addresses: '127.0.0.1', unix_socket_directories: dir, ...settings };
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    ...Object.entries(all).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
  ];
  let child: ChildProcess | null = null;

  const begin = async () => {
    for (;;) {
      const began = spawn(...mortal(need('postgres'), args), { ...owner, cwd: dir, stdio: 'ignore' });
      child = began;
      try {
        await untilUp(began, () => answers(url));
        return;
      } catch (error) {
        // The shared memory of one that was killed is let go of a moment later.
        if (began.exitCode === null || !existsSync(path.join(data, 'postmaster.pid'))) throw error;
        await sleep(100);
      }
    }
  };
  const end = async (how: Ending) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const children = childrenOf(child.pid);
    const exited = once(child, 'exit');
    child.kill(SIGNALS[how]);
    await exited;
    while (children.some(isRunning)) await sleep(10);
  };
  const takeAway = nothingLeftBehind(dir, () => child);
  await begin();
  return {
    url,
    port,
    begin,
    end,
    stop: async () => {
      await end('fast');
      takeAway();
    },
  };
}

/** Runs one of Postgres' programs as the user that Postgres runs as. Throws with what it said when it fails. */
export async function postgresProgram(name: string, args: string[]): Promise<void> {
  const file = path.join(path.dirname(realpathSync(need('postgres'))), name);
  const ran = spawn(file, args, { ...postgresAccount(), cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  ran.stderr.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
  const [code]: unknown[] = await once(ran, 'close');
  if (code !== 0) throw new Error(`${name} failed: ${said.join('')}`);
}

async function initdb(data: string): Promise<void> {
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await postgresProgram('initdb', args);
}

function postgresAccount(): { uid: number; gid: number } | null {
  return process.getuid?.() === 0 ? accountOf('postgres') : null;
}

async function answers(url: string): Promise<void> {
  const client = new Client(url);
  // Ended in the middle of this, it says so twice.
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
}

function childrenOf(pid: number | undefined): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? (readFileSync(file, 'utf8').match(/\d+/gu) ?? []).map(Number) : [];
}
