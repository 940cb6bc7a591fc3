import type { Log } from '../src/app/deps.ts';
import { RETRY } from './retry.ts';
import { seldom } from './seldom.ts';

type Openable = {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
};

export type KeptOpen<T> = {
  current: () => T | null;
  close: (how: (it: T) => Promise<void>) => Promise<void>;
};

/**
 * Opens a queue or worker and tells `onReady`. BullMQ remembers for ever that opening failed, so one that
 * failed is closed and another opened. Their errors are logged; left unheard they would end the process.
 */
export function keepOpen<T extends Openable>(
  open: () => T,
  { name, log, onReady }: { name: string; log: Log; onReady?: (it: T) => void },
): KeptOpen<T> {
  let current: T | null = null;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  const warn = seldom((leftOut, err: unknown) =>
    log.warn({ err, name, leftOut }, 'The queue has trouble; the sweep goes on without it'),
  );

  async function attempt(it: T): Promise<void> {
    try {
      await it.waitUntilReady();
      if (closed) return;
      current = it;
      onReady?.(it);
    } catch (err) {
      if (closed) return;
      warn(err);
      retry = setTimeout(() => {
        latest = begin();
      }, RETRY.reopen);
      await it.close().catch(warn);
    }
  }

  function begin(): T {
    const it = open();
    it.on('error', (err) => {
      if (!closed) warn(err);
    });
    void attempt(it);
    return it;
  }

  let latest = begin();
  return {
    current: () => current,
    close: (how) => {
      closed = true;
      current = null;
      clearTimeout(retry);
      return how(latest);
    },
  };
}
