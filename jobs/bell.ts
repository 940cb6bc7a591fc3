import { setTimeout as sleep } from 'node:timers/promises';
import type { Bell } from '../src/app/bell.ts';
import type { Clock } from '../src/app/clock.ts';
import type { Log } from '../src/app/deps.ts';
import type { Instant } from '../src/domain/instant.ts';
import type { QueueName, Queues, Ring } from './queues.ts';
import { PACE, RETRY } from './retry.ts';
import { seldom } from './seldom.ts';
import { TimeoutError, within } from './within.ts';

/** Bells hung in one call to the queue. */
const CHUNK = 500;
/** What one commit rings at most; more at once comes from the refill. So many messages one process says by itself. */
const FEW = 20;
/** A bell is hung so much before its moment, in which a queue rings it and the wake is made ready. */
export const AHEAD_MS = 20;
/** What is past, or so near that its bell may be ringing, gets a new one, of a moment still to come: so much later. */
const SOON_MS = AHEAD_MS + 5;

/** Bells of what is far are gathered for so long: what is said now goes first, and many go in one call. */
const GATHERED_MS = 25;
const FAR_MS = 1_000;

/** The id of the one bell of a moment. */
export function wakeBell(at: Instant): string {
  return `wake-${at}`;
}

/** The moment of a bell's id; what is none is of no moment to wait for. */
export function momentOf(id: string | undefined): Instant {
  return Number(/^wake-(\d+)$/u.exec(id ?? '')?.[1] ?? 0);
}

type Options = {
  clock: Clock;
  horizonMs?: number;
  log: Log;
  onFailure?: (queue: QueueName) => void;
  /** Begins to deliver in this process; false when it can't. Without it, or of many messages, others are asked. */
  deliverHere?: () => boolean;
};

export type Bells = Bell & {
  /** As ringAt, but at once, and it tells whether all of them hang now. */
  hang: (instants: readonly Instant[]) => Promise<boolean>;
  /** Hangs what was gathered. */
  stop: () => Promise<void>;
};

/**
 * Rings through the queues. There is one wake bell per moment, not per alarm: its id is the instant, and a
 * queue keeps one of an id. Moments beyond `horizonMs` are left to the refill. Never throws; a commit's ring
 * takes RETRY.ring at most, and none is tried for RETRY.ringPause after one that took longer.
 */
export function createBell(
  queues: Pick<Queues, 'add' | 'isReachable'>,
  { clock, horizonMs = PACE.horizon, log, onFailure, deliverHere }: Options,
): Bells {
  let pausedUntil = 0;
  const warn = seldom((leftOut, queue: QueueName, err: unknown) =>
    log.warn({ err, queue, leftOut }, "A bell couldn't be rung; the sweep does its work"),
  );

  async function ring(queue: QueueName, rings: readonly Ring[]): Promise<boolean> {
    if (rings.length === 0) return true;
    try {
      if (performance.now() < pausedUntil) throw new Error('The queue hung a moment ago');
      if (!queues.isReachable()) throw new Error("The queue can't be reached");
      for (let at = 0; at < rings.length; at += CHUNK) {
        const limit = rings.length > FEW ? RETRY.ringMany : RETRY.ring;
        await within(queues.add(queue, rings.slice(at, at + CHUNK)), limit, 'Ringing');
      }
      return true;
    } catch (err) {
      if (err instanceof TimeoutError) pausedUntil = performance.now() + RETRY.ringPause;
      warn(queue, err);
      onFailure?.(queue);
      return false;
    }
  }

  // Dropped is only a ring whose moment's bell hangs still: its run begins after our commit, and sees it. One that is
  // past, or so near that its bell may be ringing, gets a new id.
  function hang(instants: readonly Instant[]): Promise<boolean> {
    const now = clock();
    const moments = new Set(
      instants.filter((at) => at <= now + horizonMs).map((at) => Math.max(at, now + SOON_MS)),
    );
    return ring(
      'wake',
      [...moments].map((at) => ({ id: wakeBell(at), delayMs: Math.max(0, at - now - AHEAD_MS) })),
    );
  }

  let gathered = new Set<Instant>();
  let hanging: Promise<void> | null = null;
  /** One call at a time: what is far mustn't pile up before a queue that has become slow. */
  async function hangGathered(): Promise<void> {
    while (gathered.size > 0) {
      await sleep(GATHERED_MS);
      const instants = [...gathered];
      gathered = new Set();
      await hang(instants);
    }
    hanging = null;
  }

  return {
    hang,
    stop: async () => void (await hanging),
    ringAt: async (instants) => {
      const farFrom = clock() + FAR_MS;
      const far = instants.filter((at) => at >= farFrom);
      for (const at of far) gathered.add(at);
      if (far.length > 0) hanging ??= hangGathered();
      if (far.length < instants.length) await hang(instants.filter((at) => at < farFrom));
    },
    ringOutbox: async (rowIds) => {
      const [first] = rowIds;
      if (first === undefined) return;
      const begun = deliverHere?.() ?? false;
      // Delivery takes all that is owed, so one bell does for a commit.
      if (!begun || rowIds.length > FEW)
        await ring('deliver', [{ id: `deliver-${first.replaceAll(':', '-')}`, delayMs: 0 }]);
    },
  };
}
