import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../src/app/clock.ts';
import { momentOf } from './bell.ts';
import type { Queues } from './queues.ts';

/** Enough for bells of neighbouring milliseconds to share one run; the runs themselves never overlap. */
const CONCURRENCY = 8;
/** A bell that rings still earlier went by a clock that was set: what it rings for is left to the sweep. */
const WAITED_FOR_MS = 100;

/**
 * Runs `wakeDue` whenever a wake bell rings: at its moment by this process' clock, which it comes a little before.
 * One that was run sooner would see nothing due yet.
 */
export function consumeWakes(
  queues: Pick<Queues, 'consume'>,
  wakeDue: () => Promise<void>,
  clock: Clock,
): { stop: () => Promise<void> } {
  return queues.consume(
    'wake',
    async ({ id }) => {
      const at = momentOf(id);
      for (let left = at - clock(); left > 0 && left <= WAITED_FOR_MS; left = at - clock()) {
        await sleep(left);
      }
      await wakeDue();
    },
    CONCURRENCY,
  );
}
