import type { Clock } from '../src/app/clock.ts';
import type { Log } from '../src/app/deps.ts';
import type { Instant } from '../src/domain/instant.ts';
import type { Bells } from './bell.ts';
import { every, type Repeating } from './every.ts';
import type { Queues } from './queues.ts';
import { PACE } from './retry.ts';

/** A bell about to ring may be gone from the queue before it is due here. */
const LEEWAY_MS = 2_000;

type Options = { queues: Queues; upcoming: (until: Instant) => Promise<Instant[]>; clock: Clock; log: Log };

/**
 * Hangs a bell for every alarm of the next PACE.horizon, every PACE.refill and as soon as the queue is
 * reachable again. What hangs already isn't hung twice, unless the queue holds less than it should: flushed.
 */
export function startSchedule(bells: Bells, { queues, upcoming, clock, log }: Options): Repeating {
  let hung = new Set<Instant>();

  async function refill(): Promise<void> {
    if (!queues.isReachable()) return;
    const now = clock();
    hung = new Set([...hung].filter((at) => at > now + LEEWAY_MS));
    if ((await queues.waiting('wake')) < hung.size) {
      log.warn({ missing: hung.size }, 'Bells have gone from the queue; all are hung again');
      hung.clear();
    }
    const moments = (await upcoming(now + PACE.horizon)).filter((at) => !hung.has(at));
    if (await bells.hang(moments)) for (const at of moments) hung.add(at);
  }

  const repeating = every(PACE.refill, 'bell refill', refill, log);
  queues.onReachable(() => {
    hung.clear();
    repeating.now();
  });
  return repeating;
}
