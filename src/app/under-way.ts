import type { Log } from './deps.ts';

const STOP_MS = 10_000;

/** Keeps count of what is being done, for the end. */
export type UnderWay = {
  /** The same work, counted. */
  follow<T>(work: Promise<T>): Promise<T>;
  /** The same of work that nobody else hears of when it fails: it is logged. */
  track(work: Promise<unknown>): Promise<void>;
  /** Waits until nothing is under way, for up to 10 s. */
  idle(): Promise<void>;
};

/** What is under way in this process. */
export function createUnderWay(log: Log): UnderWay {
  const all = new Set<Promise<unknown>>();

  function follow<T>(work: Promise<T>): Promise<T> {
    const settled = Promise.allSettled([work]).finally(() => all.delete(settled));
    all.add(settled);
    return work;
  }

  async function logged(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (err) {
      log.error({ err }, 'work on something heard failed');
    }
  }

  return {
    follow,
    track: (work) => follow(logged(work)),
    idle: async () => {
      const late = { isOver: false };
      let timer: ReturnType<typeof setTimeout> | undefined;
      const over = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          late.isOver = true;
          resolve();
        }, STOP_MS);
      });
      while (all.size > 0 && !late.isOver) {
        await Promise.race([Promise.all(all), over]);
      }
      clearTimeout(timer);
      if (all.size > 0) {
        log.warn({ left: all.size }, 'work on what was heard is left to others');
      }
    },
  };
}
