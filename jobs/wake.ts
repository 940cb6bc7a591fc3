import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../src/app/clock.ts';
import type { Ahead } from '../src/app/store.ts';
import type { Instant } from '../src/domain/instant.ts';
import { AHEAD_MS, momentOf } from './bell.ts';
import { here } from './here.ts';
import type { Queues } from './queues.ts';

/** Enough for bells of neighbouring milliseconds to be waited for side by side. */
const CONCURRENCY = 8;
/** What is still further away went by a clock that was set: it is left to the sweep. */
const WAITED_FOR_MS = 100;

/** Makes a wake ready AHEAD_MS before its time. `until` waits for it by that clock; rejects when the clock is set back. */
export function aheadBy(clock: Clock): Ahead {
  return {
    ms: AHEAD_MS,
    until: async (at) => {
      if (!(await comes(at, clock))) throw new Error('The clock was set back while a wake was made ready');
    },
  };
}

/**
 * Begins a wake whenever a wake bell rings: AHEAD_MS before its moment by this process' clock, from when on it sees
 * what is due at that moment. With that the bell is done, so that what a queue writes of it is out of the way by then.
 */
export function consumeWakes(
  queues: Pick<Queues, 'consume'>,
  wakeDue: () => Promise<void>,
  clock: Clock,
): { stop: () => Promise<void> } {
  const wakes = here(wakeDue);
  const consumer = queues.consume(
    'wake',
    async ({ id }) => {
      await comes(momentOf(id) - AHEAD_MS, clock);
      wakes.begin();
    },
    CONCURRENCY,
  );
  return {
    stop: async () => {
      // A bell that has come already begins its wake: nobody else hears it.
      try {
        await consumer.stop();
      } finally {
        await wakes.stop();
      }
    },
  };
}

/** Waits until that instant; false when it is further away than what is waited for, or moves away meanwhile. */
async function comes(at: Instant, clock: Clock): Promise<boolean> {
  const giveUpAt = performance.now() + WAITED_FOR_MS;
  for (let left = at - clock(); left > 0; left = at - clock()) {
    if (left > WAITED_FOR_MS || performance.now() > giveUpAt) return false;
    await sleep(left);
  }
  return true;
}
