import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client, type PoolConfig } from 'pg';
import { build } from 'vite';
import type { Engine } from '../../jobs/queues.ts';
import type { Log } from '../../src/app/deps.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { isRunning } from './left-behind.ts';

export type EngineName = 'embedded' | 'postgres' | 'redis';

/** What each engine needs on this machine beside node_modules. */
const NEEDS: Record<EngineName, readonly ('postgres' | 'redis-server')[]> = {
  embedded: [],
  postgres: ['postgres'],
  redis: ['postgres', 'redis-server'],
};

/** A server of its own for a test: `kill` is kill -9, `stop` lets it close its files and takes them away. */
export type Server = {
  url: string;
  port: number;
  pid: number;
  kill: () => Promise<void>;
  stop: () => Promise<void>;
};

/** The three engines of the architecture, each with the reason why it can't run here, if it can't. */
export function availableEngines(): Promise<{ name: EngineName; reason?: string }[]> {
  const names: EngineName[] = ['embedded', 'postgres', 'redis'];
  return Promise.resolve(
    names.map((name) => {
      const missing = NEEDS[name].filter((program) => programAt(program) === null);
      return missing.length === 0 ? { name } : { name, reason: `${missing.join(' and ')} not installed` };
    }),
  );
}

/** The engines to test on. Says which are left out and why; with KEPT_TEST_ALL=1 that is an error. */
export async function enginesToTest(): Promise<EngineName[]> {
  const engines = await availableEngines();
  const leftOut = engines.flatMap(({ name, reason }) => (reason ? [`${name} (${reason})`] : []));
  if (leftOut.length > 0) {
    const message = `Engines left out: ${leftOut.join(', ')}`;
    if (process.env['KEPT_TEST_ALL'] === '1') throw new Error(message);
    process.stderr.write(`${message}\n`);
  }
  return engines.flatMap(({ name, reason }) => (reason ? [] : [name]));
}

/** A running engine with an empty database of its own: for the store `poolConfig`, for the jobs `engine`. */
export type RunningEngine = {
  name: EngineName;
  poolConfig: PoolConfig;
  engine: Engine;
  /** Empties the queues behind the back of those who use them. */
  empty: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts an engine. Redis' prefix is a fresh one. */
export async function startEngine(name: EngineName, log: Log = silentLog()): Promise<RunningEngine> {
  if (name === 'embedded') {
    const dir = mkdtempSync(path.join(tmpdir(), 'kept-embedded-'));
    const embedded = await startEmbedded({ dataDir: dir, log });
    const stop = async () => {
      await embedded.stop();
      rmSync(dir, { recursive: true, force: true });
    };
    return {
      name,
      poolConfig: embedded.poolConfig,
      engine: { kind: 'postgres', connection: embedded.poolConfig },
      empty: () => emptyPostgres(embedded.poolConfig),
      stop,
    };
  }
  const postgres = await startPostgres();
  const connectionString = await freshDatabase(postgres);
  const poolConfig = { connectionString, max: 10 };
  if (name === 'postgres') {
    const engine: Engine = { kind: 'postgres', connection: poolConfig };
    return { name, poolConfig, engine, empty: () => emptyPostgres(poolConfig), stop: postgres.stop };
  }
  const redis = await startRedis();
  const prefix = `{kept-${randomBytes(4).toString('hex')}}`;
  return {
    name,
    poolConfig,
    engine: { kind: 'redis', url: redis.url, prefix },
    empty: () => flushed(redis.url),
    stop: async () => {
      await redis.stop();
      await postgres.stop();
    },
  };
}

async function emptyPostgres(config: PoolConfig): Promise<void> {
  const client = new Client(config);
  await client.connect();
  await client.query('delete from bullmq.job');
  await client.end();
}

async function flushed(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

/** Starts a Postgres with an empty cluster in a temporary directory, on loopback, without fsync if nothing else is said. */
export async function startPostgres({
  settings = ['fsync=off'],
}: {
  settings?: readonly string[];
} = {}): Promise<Server> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kept-postgres-'));
  const owner = process.getuid?.() === 0 ? accountOf('postgres') : null;
  if (owner) chownSync(dir, owner.uid, owner.gid);
  const data = path.join(dir, 'data');
  const made = spawnSync(
    need('postgres').replace(/postgres$/, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...owner, encoding: 'utf8', cwd: dir },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const all = [...settings, 'listen_addresses=127.0.0.1', `unix_socket_directories=${dir}`];
  const args = ['-D', data, '-p', String(port), ...all.flatMap((it) => ['-c', it])];
  const child = spawn(...mortal(need('postgres'), args), { ...owner, cwd: dir, stdio: 'ignore' });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const server = serverOf(child, { url, port, dir, signal: 'SIGINT' });
  await untilUp(child, async () => {
    const client = new Client(url);
    await client.connect();
    await client.end();
  });
  return server;
}

/** Creates an empty database on that server and gives its URL. */
export async function freshDatabase(postgres: Pick<Server, 'url'>): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new Client(postgres.url);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = name;
  return url.href;
}

/** Starts a Redis that keeps nothing on disk, on loopback. Give the port of one killed to start it again. */
export async function startRedis({
  port,
  args = [],
}: {
  port?: number;
  args?: string[];
} = {}): Promise<Server> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kept-redis-'));
  const at = port ?? (await freePort());
  const settings = [
    '--port',
    String(at),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    dir,
  ];
  const child = spawn(...mortal(need('redis-server'), [...settings, ...args]), { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${at}`;
  const server = serverOf(child, { url, port: at, dir, signal: 'SIGTERM' });
  await untilUp(child, () => answersAt(at));
  return server;
}

/** Starts a Sentinel that watches that Redis under the name `kept`. */
export async function startSentinel(master: Server): Promise<Server> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kept-sentinel-'));
  const port = await freePort();
  const file = path.join(dir, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor kept 127.0.0.1 ${master.port} 1`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child = spawn(...mortal(need('redis-server'), [file, '--sentinel']), { stdio: 'ignore' });
  const url = `redis+sentinel://127.0.0.1:${port}/kept`;
  const server = serverOf(child, { url, port, dir, signal: 'SIGTERM' });
  await untilUp(child, () => answersAt(port));
  return server;
}

/**
 * Compiles a TypeScript module with all it imports from this repository to one that plain Node runs, for tests
 * that need a process to kill. Gives its path.
 */
export async function runnable(entry: string): Promise<string> {
  const root = path.resolve(import.meta.dirname, '../..');
  // Below node_modules, so that what it imports from packages is found.
  const outputs = path.join(root, 'node_modules', '.kept-test');
  const left = existsSync(outputs)
    ? readdirSync(outputs).filter((name) => !isRunning(Number.parseInt(name, 10)))
    : [];
  for (const name of left) rmSync(path.join(outputs, name), { recursive: true, force: true });
  const outDir = path.join(outputs, `${process.pid}-${randomBytes(4).toString('hex')}`);
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: { ssr: path.resolve(root, entry), outDir, emptyOutDir: true },
  });
  return path.join(outDir, path.basename(entry).replace(/\.ts$/, '.js'));
}

/** A log that keeps to itself. */
export function silentLog(): Log {
  return { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
}

/** A command whose process dies with this one even if this one is killed, where the system can do that. */
export function mortal(file: string, args: string[]): [string, string[]] {
  const setpriv = programAt('setpriv');
  return setpriv === null ? [file, args] : [setpriv, ['--pdeathsig', 'KILL', '--', file, ...args]];
}

function serverOf(
  child: ChildProcess,
  { url, port, dir, signal }: { url: string; port: number; dir: string; signal: NodeJS.Signals },
): Server {
  if (child.pid === undefined) throw new Error('The server could not be started');
  const atExit = () => {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  const end = async (how: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(how);
      await exited;
    }
    process.off('exit', atExit);
    rmSync(dir, { recursive: true, force: true });
  };
  return { url, port, pid: child.pid, kill: () => end('SIGKILL'), stop: () => end(signal) };
}

/** Waits for a server to answer, up to 20 s; throws why it doesn't. */
export async function untilUp(child: ChildProcess, connect: () => Promise<void>): Promise<void> {
  for (let waited = 0; ; waited += 50) {
    try {
      return await connect();
    } catch (error) {
      if (child.exitCode !== null || waited > 20_000) throw error;
      await sleep(50);
    }
  }
}

async function answersAt(port: number): Promise<void> {
  const client = new Redis(port, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
  client.on('error', () => undefined);
  await client.connect();
  await client.ping();
  client.disconnect();
}

/** Below what Linux and macOS give to connections: there a port that waits for its server may be gone when it starts. */
const PORTS = { from: 15_000, count: 17_000 } as const;
let nextPort = randomInt(PORTS.count);

/** A port of loopback up to `highest` that nobody listens on at this moment, and that no connection takes either. */
export async function freePort(highest: number = PORTS.from + PORTS.count): Promise<number> {
  for (let tried = 0; tried < PORTS.count; tried += 1) {
    const port = PORTS.from + (nextPort++ % PORTS.count);
    if (port <= highest && (await isFree(port))) return port;
  }
  throw new Error('No free port');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** The account of a system's user: Postgres refuses to run as root. */
export function accountOf(user: string): { uid: number; gid: number } {
  const ask = (flag: string) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout);
  return { uid: ask('-u'), gid: ask('-g') };
}

/** Where a server's program is; throws when it isn't installed. */
export function need(program: 'postgres' | 'redis-server'): string {
  const file = programAt(program);
  if (file === null) throw new Error(`${program} is not installed`);
  return file;
}

function programAt(program: string): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const dirs = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    ...versions.map((version) => path.join(debian, version, 'bin')),
  ];
  return dirs.map((dir) => path.join(dir, program)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
