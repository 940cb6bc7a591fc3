import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, runnable } from '../../support/engines.ts';
import type { Fault } from './fault.ts';
import { type Kept, startKept } from './kept.ts';
import { keptFaults } from './kept-faults.ts';
import { collectLogs, type KeptLogs } from './kept-logs.ts';
import type { Random } from './random.ts';
import { serverFaults } from './server-faults.ts';
import { startServers } from './servers.ts';

const BUILT = path.join(import.meta.dirname, '../../../dist/src/main.js');
const READY_WITHIN_MS = 180_000;
/** /readyz asks the database; one that is away may take its time. */
const ANSWER_WITHIN_MS = 5_000;

export type RigOptions = {
  random: Random;
  /** What points Kept at the Slack end: SLACK_API_URL, SLACK_SIGNING_SECRET, … Web and worker processes get it. */
  slack: Record<string, string>;
  /** What points Kept at the Teams end. Web and worker processes get it. */
  teams: Record<string, string>;
  /** For every process. */
  extraEnv?: Record<string, string>;
  webs?: number;
  workers?: number;
  /** What carries the bells; Redis by default. */
  bells?: 'Redis' | 'Postgres';
  /** The built Kept; by default that of this repository. */
  mainPath?: string;
  log: (line: string) => void;
};

/** Kept as it runs beyond one machine, on servers of its own: everything that a saboteur can break. */
export type Rig = {
  /** The present primary, not by way of a proxy. */
  databaseUrl: () => string;
  redisUrl: string;
  /** The URLs of the web processes that are up at this moment. Each keeps its port for life, restarts included. */
  webs: () => string[];
  /** The console's; it may be down at this moment. */
  consoleUrl: () => string;
  fleet: readonly Kept[];
  faults: readonly Fault[];
  /**
   * Waits until every process answers /readyz with 200 and the auditor has left nothing. Gives what is not so, in words,
   * when it takes too long.
   */
  calm: (withinMs?: number) => Promise<string[]>;
  /** What the processes logged so far, and ends that nobody asked for. */
  logs: () => KeptLogs;
  stop: () => Promise<void>;
};

/**
 * Starts the servers and the fleet, and waits until all are ready. Throws what is not when that takes over
 * three minutes, and when Kept is not built. What was started is stopped then, and whenever this process ends.
 */
export async function startRig(options: RigOptions): Promise<Rig> {
  const { random, mainPath = BUILT, log, webs = 2, workers = 2, bells = 'Redis' } = options;
  if (!existsSync(mainPath)) throw new Error(`Kept is not built: ${mainPath} is missing (npm run build)`);
  const preloaded = await runnable('test/chaos/rig/preloaded.ts');
  const logs = collectLogs();
  const servers = await startServers();
  const fleet: Kept[] = [];
  // Without these what was started would go on, and its directories stay.
  const end = (signal: NodeJS.Signals) => process.exit(signal === 'SIGINT' ? 130 : 143);
  process.once('SIGINT', end).once('SIGTERM', end);
  const stop = async () => {
    await Promise.all(fleet.map((kept) => kept.stop()));
    await servers.stop();
    process.off('SIGINT', end).off('SIGTERM', end);
  };
  const chat = { ...options.slack, ...options.teams };
  const started = async (name: string, kind: Kept['kind']) => {
    const [postgres, redis] = await Promise.all([servers.postgres.way(), servers.redis.way()]);
    const env = {
      ...(kind === 'console' ? {} : chat),
      ...options.extraEnv,
      HOST: '127.0.0.1',
      KEPT_ROLE: kind === 'worker' ? 'worker' : 'web',
      DATABASE_URL: postgres.url,
      ...(bells === 'Redis' ? { REDIS_URL: redis.url } : {}),
    };
    const ways = { postgres: postgres.proxy, redis: redis.proxy };
    const port = await freePort();
    fleet.push(startKept({ name, kind, port, mainPath, preloaded, env, ...ways, random, logs, log }));
  };
  const calm = async (withinMs = READY_WITHIN_MS) => {
    const until = Date.now() + withinMs;
    for (;;) {
      const troubles = (await Promise.all(fleet.map(troubleOf))).filter((trouble) => trouble !== null);
      if (troubles.length === 0 || Date.now() > until) return troubles;
      await sleep(250);
    }
  };
  try {
    for (let nr = 1; nr <= webs; nr += 1) await started(`web ${nr}`, 'web');
    for (let nr = 1; nr <= workers; nr += 1) await started(`worker ${nr}`, 'worker');
    await started('console', 'console');
    const troubles = await calm();
    if (troubles.length > 0) throw new Error(`The fleet did not get ready: ${troubles.join('; ')}`);
  } catch (error) {
    log(JSON.stringify(logs.read(), null, 2));
    await stop();
    throw error;
  }
  const upOf = (kind: Kept['kind']) =>
    fleet.filter((kept) => kept.kind === kind && kept.isUp()).map(({ url }) => url);
  return {
    databaseUrl: servers.postgres.url,
    redisUrl: servers.redis.url,
    webs: () => upOf('web'),
    consoleUrl: () => fleet.find(({ kind }) => kind === 'console')?.url ?? '',
    fleet,
    faults: [...keptFaults(fleet), ...serverFaults(servers)],
    calm,
    logs: logs.read,
    stop,
  };
}

/** What the auditor left, of a single workspace, too, which makes no process unready. What couldn't be said is for the checker. */
const LEFT = /^kept_invariant_violations\{kind="(?!unsaid")\w+"\} [1-9]\d*$/gmu;

/** Why a process is not ready, or null. */
async function troubleOf({ name, url, isUp, lastLine }: Kept): Promise<string | null> {
  if (!isUp()) return `${name} is not up, and said last: ${lastLine()}`;
  const ask = (path: string) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  try {
    const ready = await ask('/readyz');
    if (!ready.ok) return `${name}: ${await ready.text()}`;
    const left = (await (await ask('/metrics')).text()).match(LEFT);
    return left === null ? null : `${name}: ${left.join(', ')}`;
  } catch (error) {
    return `${name} doesn't answer: ${error instanceof Error ? error.message : 'unknown'}`;
  }
}
