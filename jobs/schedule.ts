import type { Clock } from '../src/app/clock.ts';
import type { Log } from '../src/app/deps.ts';
import type { Instant } from '../src/domain/instant.ts';
import { type Bells, wakeBell } from './bell.ts';
import { every } from './every.ts';
import type { Queues } from './queues.ts';
import { PACE, RETRY } from './retry.ts';
import { within } from './within.ts';

/** A bell about to ring may be gone from the queue before it is due here. */
const LEEWAY_MS = 2_000;
/** So many are remembered as hung, or not, together. */
const PORTION = 2_000;

type Options = {
  queues: Pick<Queues, 'isReachable' | 'onReachable' | 'has' | 'waiting'>;
  /** Moments up to `until`, the earliest first; past ones may be among them. */
  upcoming: (until: Instant) => Promise<Instant[]>;
  clock: Clock;
  log: Log;
  /** Does what the bells of a flushed queue would have rung for. */
  doOverdue: () => Promise<void>;
};

/**
 * Hangs a bell for every alarm of the next PACE.horizon, the nearest first, every PACE.refill and as soon as the
 * queue is reachable again. What hangs already isn't hung twice, unless the queue was flushed. That is seen within
 * PACE.look, by bells that should hang, and at a refill by the number of all.
 */
export function startSchedule(
  bells: Bells,
  { queues, upcoming, clock, log, doOverdue }: Options,
): { stop: () => Promise<void> } {
  let hung = new Set<Instant>();
  let furthest = -Infinity;
  let isWhole = true;
  let overdue = Promise.resolve();

  function forget(): void {
    hung = new Set();
    furthest = -Infinity;
  }

  function gone(): void {
    log.warn({ missing: hung.size }, 'Bells have gone from the queue; all are hung again');
    forget();
    overdue = within(doOverdue(), RETRY.overdue, 'What is overdue').catch(() => undefined);
  }

  async function look(): Promise<void> {
    const known = hung;
    if (!queues.isReachable()) return;
    if (!isWhole) refills.now();
    for (const at of looked(known)) {
      const hangs = at <= clock() + LEEWAY_MS || (await queues.has('wake', wakeBell(at)));
      // A queue that answers late says nothing of a bell that has rung meanwhile.
      if (hangs || hung !== known || at <= clock() + LEEWAY_MS) continue;
      gone();
      refills.now();
      return;
    }
  }

  /** The furthest, and the next but for those that may ring while it is looked: a flush may come amid a refill. */
  function looked(known: ReadonlySet<Instant>): Instant[] {
    const from = clock() + PACE.near;
    for (const at of known) if (at > from) return [at, furthest];
    return [furthest];
  }

  async function refill(): Promise<void> {
    for (let known: typeof hung | null = null; known !== hung && queues.isReachable(); ) {
      known = hung;
      isWhole = true;
      const now = clock();
      for (const at of known) if (at <= now + LEEWAY_MS) known.delete(at);
      if ((await queues.waiting('wake')) < known.size) {
        gone();
        continue;
      }
      await hang(await upcoming(now + PACE.near), known);
      // What is far has time, and what is overdue has none.
      await overdue;
      await hang(await upcoming(now + PACE.horizon), known);
    }
  }

  /** Ends early when a portion can't be hung, or all that hung has gone meanwhile. */
  async function hang(moments: readonly Instant[], known: Set<Instant>): Promise<void> {
    const missing = moments.filter((at) => !known.has(at));
    for (let from = 0; from < missing.length; from += PORTION) {
      const portion = missing.slice(from, from + PORTION);
      if (hung !== known) return;
      if (!(await bells.hang(portion))) {
        isWhole = false;
        return;
      }
      if (hung !== known) return;
      for (const at of portion) known.add(at);
      furthest = Math.max(furthest, ...portion);
    }
  }

  const refills = every(PACE.refill, 'bell refill', refill, log);
  const looks = every(PACE.look, 'look for the bells', look, log);
  queues.onReachable(() => {
    forget();
    refills.now();
  });
  return { stop: async () => void (await Promise.all([looks.stop(), refills.stop()])) };
}
