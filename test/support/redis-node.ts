import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort, mortal, need, untilUp } from './engines.ts';
import { nothingLeftBehind } from './left-behind.ts';

/** The bus of a Redis Cluster has its port 10,000 higher: below those that connections take, too. */
const HIGHEST_PORT = 22_000;

/** A redis-server that can be killed and begun again on its own port and directory. */
export type RedisNode = {
  port: number;
  /** Kills it with -9. */
  kill: () => Promise<void>;
  begin: () => Promise<void>;
  /** Sends it one command. */
  ask: (command: string, ...args: (string | number)[]) => Promise<unknown>;
  stop: () => Promise<void>;
};

/** Starts a redis-server on loopback that keeps no data on the disk. `args` gets the directory and port it has. */
export async function startRedisNode(
  args: (at: { dir: string; port: number }) => string[],
): Promise<RedisNode> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kept-redis-'));
  const port = await freePort(HIGHEST_PORT);
  let child: ChildProcess | null = null;
  const begin = async () => {
    const began = spawn(...mortal(need('redis-server'), args({ dir, port })), { stdio: 'ignore' });
    child = began;
    await untilUp(began, async () => void (await asked(port, 'PING', [])));
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const takeAway = nothingLeftBehind(dir, () => child);
  await begin();
  return {
    port,
    begin,
    kill: () => end('SIGKILL'),
    ask: (command, ...rest) => asked(port, command, rest),
    stop: async () => {
      await end('SIGKILL');
      takeAway();
    },
  };
}

/** The settings of a server that keeps nothing, on loopback. */
export function forgetful({ dir, port }: { dir: string; port: number }): string[] {
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function asked(port: number, command: string, args: (string | number)[]): Promise<unknown> {
  const client = new Redis(port, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
