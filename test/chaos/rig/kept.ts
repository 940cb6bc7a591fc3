import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { mortal } from '../../support/engines.ts';
import type { collectLogs } from './kept-logs.ts';
import type { Random } from './random.ts';
import type { TcpProxy } from './tcp-proxy.ts';

/** The service manager's wait before it starts again what ended, in ms. */
const AGAIN_AFTER_MS = [200, 3_000] as const;
const LAST_LINES = 40;
const STOP_WITHIN_MS = 15_000;
/** It was asked to end, cut off from what it needs for that, and ended by force after its 10 s. */
const BY_FORCE = 'Work in flight did not finish in time';

/** A Kept process that is started again whenever it ends, on the same port and by the same ways. */
export type Kept = {
  name: string;
  kind: 'web' | 'worker' | 'console';
  url: string;
  /** Its own ways to the servers. */
  postgres: TcpProxy;
  redis: TcpProxy;
  /** It said that it is ready, and has not ended since. */
  isUp: () => boolean;
  /** What it printed last, one that ended included. */
  lastLine: () => string;
  /** Tells the process of this moment: false when there is none. What ends by it was asked to. */
  signal: (signal: NodeJS.Signals) => boolean;
  /** The same, but only while the process that had that id still runs. */
  signalTo: (pid: number, signal: NodeJS.Signals) => boolean;
  pid: () => number | null;
  /** Sets its wall clock off by so much. False when there is no process. It is right again after a restart. */
  setClock: (offMs: number) => boolean;
  /** Ends it for good: SIGTERM, and SIGKILL when that takes too long. */
  stop: () => Promise<void>;
};

export type KeptOptions = {
  name: string;
  kind: Kept['kind'];
  port: number;
  mainPath: string;
  /** The compiled preloaded.ts. */
  preloaded: string;
  env: Record<string, string>;
  postgres: TcpProxy;
  redis: TcpProxy;
  random: Random;
  logs: ReturnType<typeof collectLogs>;
  log: (line: string) => void;
};

/** Starts it, and gives it back at once: whether it came up says `isUp`. */
export function startKept(options: KeptOptions): Kept {
  const { name, kind, port, mainPath, preloaded, env, logs, log } = options;
  const random = options.random.fork(`restarts of ${name}`);
  let child: ChildProcess | null = null;
  let isReady = false;
  let wasAsked = false;
  let isStopping = false;
  let lastLine = '';
  let again: NodeJS.Timeout | undefined;

  const begin = () => {
    const { PATH = '', HOME = '' } = process.env;
    const args = ['--enable-source-maps', '--import', preloaded, mainPath];
    const begun = spawn(...mortal(process.execPath, args), {
      env: { PATH, HOME, TZ: 'UTC', ...env, PORT: String(port), CHAOS_PROCESS: name },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = begun;
    isReady = false;
    wasAsked = false;
    const lastLines: string[] = [];
    const isTold = (line: string) => {
      lastLine = line;
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      return logs.line(name, line);
    };
    for (const stream of [begun.stdout, begun.stderr]) {
      if (stream === null) throw new Error('A process without its output');
      createInterface({ input: stream }).on('line', (line) => {
        if (isTold(line) === 'Kept is ready') isReady = true;
      });
    }
    begun.on('error', (error) => lastLines.push(error.message));
    // Its output is read to the end by then.
    begun.once('close', (code, signal) => {
      const exit = signal ?? `code ${code}`;
      const isWell = wasAsked && ((code ?? 0) === 0 || lastLines.some((line) => line.includes(BY_FORCE)));
      if (lastLines.some((line) => line.startsWith('Kept did not start'))) logs.failedToStart();
      else if (!isWell) logs.crashed({ name, at: Date.now(), exit, lastLines });
      child = null;
      isReady = false;
      if (isStopping) return;
      const waitMs = random.int(...AGAIN_AFTER_MS);
      log(`${name} ended (${exit}), again in ${waitMs} ms`);
      again = setTimeout(begin, waitMs);
    });
  };
  const signal = (how: NodeJS.Signals) => {
    if (child === null) return false;
    if (how === 'SIGKILL' || how === 'SIGTERM') wasAsked = true;
    return child.kill(how);
  };
  const pid = () => child?.pid ?? null;
  const atExit = () => child?.kill('SIGKILL');
  process.on('exit', atExit);
  begin();
  return {
    name,
    kind,
    url: `http://127.0.0.1:${port}`,
    postgres: options.postgres,
    redis: options.redis,
    isUp: () => isReady,
    lastLine: () => lastLine,
    signal,
    signalTo: (to, how) => pid() === to && signal(how),
    pid,
    setClock: (offMs) => child?.connected === true && child.send({ offMs }),
    stop: async () => {
      isStopping = true;
      clearTimeout(again);
      const ending = child;
      if (ending !== null) {
        const closed = once(ending, 'close');
        signal('SIGCONT');
        signal('SIGTERM');
        const late = new AbortController();
        const forced = sleep(STOP_WITHIN_MS, null, { signal: late.signal }).then(
          () => void ending.kill('SIGKILL'),
          () => undefined,
        );
        await closed;
        late.abort();
        await forced;
      }
      process.off('exit', atExit);
    },
  };
}
