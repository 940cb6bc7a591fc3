import type { Log } from '../src/app/deps.ts';

export type Repeating = {
  /** How many runs have failed, and how long ago (ms) one last went well; Infinity when none has. */
  state: () => { failures: number; sinceOkMs: number };
  /** Runs now instead of at the next turn; joins the run that is going on. */
  now: () => void;
  /** Waits for the run that is going on. */
  stop: () => Promise<void>;
};

/**
 * Runs `fn` at once and then every `ms`, counted from start to start. Runs never overlap: the next one
 * waits for a slow one. A failed run is logged and counted, and the next one comes all the same.
 */
export function every(ms: number, name: string, fn: () => Promise<unknown>, log: Log): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  let failures = 0;
  let okAt = -Infinity;

  async function run(): Promise<void> {
    const startedAt = performance.now();
    try {
      await fn();
      okAt = performance.now();
    } catch (err) {
      failures += 1;
      log.error({ err, name, failures }, 'A repeated piece of work failed');
    }
    running = undefined;
    if (!stopped) timer = setTimeout(begin, Math.max(0, startedAt + ms - performance.now()));
  }

  function begin(): void {
    if (running || stopped) return;
    clearTimeout(timer);
    running = run();
  }

  begin();
  return {
    state: () => ({ failures, sinceOkMs: performance.now() - okAt }),
    now: begin,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
