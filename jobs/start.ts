import type { Bell } from '../src/app/bell.ts';
import type { Clock } from '../src/app/clock.ts';
import type { Log } from '../src/app/deps.ts';
import type { Ahead } from '../src/app/store.ts';
import type { Instant } from '../src/domain/instant.ts';
import { createBell } from './bell.ts';
import { consumeDeliveries, DELIVERY_LANES } from './deliver.ts';
import { every, type Repeating } from './every.ts';
import { type Here, here } from './here.ts';
import { type Engine, openQueues, type QueueName, type Queues } from './queues.ts';
import { checkRedis } from './redis-check.ts';
import { PACE, RETRY } from './retry.ts';
import { startSchedule } from './schedule.ts';
import { singleFlight } from './single-flight.ts';
import { startSweep } from './sweep.ts';
import { aheadBy, consumeWakes } from './wake.ts';
import { within } from './within.ts';

/** What the jobs do, as the composition hands it in. `upcoming` may hold moments that are past. */
export type Work = {
  wakeDue: (ahead: Ahead) => Promise<unknown>;
  deliverDue: () => Promise<unknown>;
  /** Carries out what was accepted from a chat platform, and not done by the process that accepted it. */
  hearLate: () => Promise<unknown>;
  upcoming: (until: Instant) => Promise<Instant[]>;
  /** What one process of the fleet does: each is asked every PACE.duty, and sees for itself whether it is its turn. */
  duties: readonly { name: string; run: () => Promise<unknown> }[];
};

export type Jobs = {
  bell: Bell;
  /** Not ok when due work isn't getting done. Bells being away is no reason: the sweep goes on. */
  health: () => Promise<{ ok: boolean; detail: string }>;
  stop: () => Promise<void>;
};

type Options = {
  engine: Engine;
  clock: Clock;
  work: Work;
  log: Log;
  sweepEveryMs?: number;
  /** False in a process that only serves the web: it rings, and others answer. */
  consume: boolean;
  onFailure?: (queue: QueueName) => void;
};

/**
 * Starts bells, workers, sweep, refill and duties. Throws when a Postgres engine is away; without its Redis
 * it starts all the same, and finds it later. `stop` lets work in flight finish, within 10 s.
 */
export async function startJobs(options: Options): Promise<Jobs> {
  const { engine, clock, work, log, consume, sweepEveryMs = PACE.sweep, onFailure } = options;
  const queues = await openQueues(engine, log);
  let deliveries: Here | null = null;
  const bells = createBell(queues, {
    clock,
    log,
    deliverHere: () => deliveries?.begin() ?? false,
    ...(onFailure ? { onFailure } : {}),
  });
  const consumers: { stop: () => Promise<void> }[] = [];
  const sweeps: Repeating[] = [];
  watchRedis(queues, log);

  if (consume) {
    const ahead = aheadBy(clock);
    const wakeDue = singleFlight(() => work.wakeDue(ahead));
    const deliverDue = singleFlight(work.deliverDue, DELIVERY_LANES);
    deliveries = here(heard('deliver', deliverDue));
    // What fell due while no process ran, or the machine slept, is no violation before a sweep has had its turn.
    const firstSweep = Promise.allSettled([wakeDue(), deliverDue()]);
    const swept = within(firstSweep, RETRY.finish, 'The first sweep').catch((err: unknown) =>
      log.warn({ err }, 'The duties begin before the first sweep has ended'),
    );
    const afterSweep = (run: () => Promise<unknown>) => async () => {
      await swept;
      await run();
    };
    const doOverdue = async () => {
      // What fails is said by the sweep, which comes to the same.
      for (const run of [wakeDue, deliverDue]) await run().catch(() => undefined);
    };
    sweeps.push(...startSweep({ wakeDue, deliverDue, hearLate: work.hearLate }, sweepEveryMs, log));
    consumers.push(
      ...sweeps,
      deliveries,
      ...work.duties.map(({ name, run }) => every(PACE.duty, name, afterSweep(run), log)),
      startSchedule(bells, { queues, upcoming: work.upcoming, clock, log, doOverdue }),
      consumeWakes(queues, heard('wake', wakeDue), clock),
      consumeDeliveries(queues, heard('deliver', deliverDue)),
    );
  }

  /** A failed job leaves no trace in the queue, so it is told here. The sweep takes its work up. */
  function heard(name: QueueName, run: () => Promise<void>): () => Promise<void> {
    return async () => {
      try {
        await run();
      } catch (err) {
        log.error({ err, name }, 'A bell rang and its work failed');
        throw err;
      }
    };
  }

  async function settle(parts: readonly { stop: () => Promise<void> }[], ms: number): Promise<void> {
    const endings = parts.map(({ stop }) => within(stop(), ms, 'Stopping'));
    for (const ending of await Promise.allSettled(endings)) {
      if (ending.status === 'fulfilled') continue;
      log.warn({ err: ending.reason }, 'A part of the jobs did not end in time');
    }
  }

  return {
    bell: bells,
    health: () => Promise.resolve(healthOf(queues, sweeps, sweepEveryMs)),
    stop: async () => {
      await settle(consumers, RETRY.finish);
      await settle([bells], RETRY.disconnect);
      await settle([{ stop: queues.close }], RETRY.disconnect);
    },
  };
}

function watchRedis(queues: Queues, log: Log): void {
  const { redis } = queues;
  if (redis === null) return;
  queues.onReachable(() => {
    checkRedis(redis).then(
      (findings) =>
        findings.forEach((finding) => log.warn({ finding }, 'Redis is not set up as it should be')),
      (err: unknown) => log.warn({ err }, "Redis couldn't be checked"),
    );
  });
}

function healthOf(
  queues: Queues,
  sweeps: Repeating[],
  sweepEveryMs: number,
): { ok: boolean; detail: string } {
  const bells = queues.isReachable() ? 'bells ring' : 'bells are away, the sweep goes on without them';
  if (sweeps.length === 0) return { ok: true, detail: bells };
  const since = Math.max(...sweeps.map(({ state }) => state().sinceOkMs));
  const failures = sweeps.reduce((sum, { state }) => sum + state().failures, 0);
  const ok = since < sweepEveryMs + PACE.unwell;
  const last = Number.isFinite(since)
    ? `last went well ${Math.round(since / 1000)} s ago`
    : 'has not gone well yet';
  return { ok, detail: `${bells}; the sweep ${last}, ${failures} failed` };
}
