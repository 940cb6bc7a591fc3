import type { Instant } from '../domain/instant.ts';
import type { Deps } from './deps.ts';

const DAY_MS = 86_400_000;

/**
 * How long what is over stays, in ms. Messages that were said: as long as what was heard. Presses and forms: longer
 * than a form of a chat is likely to stand open.
 */
const STAYS = { saidMs: 7 * DAY_MS, receivedMs: 90 * DAY_MS } as const;

/** Rows looked at in one transaction: it takes a few ms, and nobody waits for its locks. */
const BATCH = 1_000;
/** In one run at most; what is left goes in the next. */
const BATCHES = 200;

/** What may be taken away, each in small transactions of its own. */
export type Pruning = {
  /**
   * Takes away messages that were said before `until`, among the next `limit` after `cursor`. `next` is where to go on;
   * null when the rest is younger. What is owed or couldn't be said stays, and so does what nothing else remembers.
   */
  said(until: Instant, cursor: number, limit: number): Promise<{ gone: number; next: number | null }>;
  /** Takes away up to `limit` names of presses and forms that came before `until`. */
  received(until: Instant, limit: number): Promise<number>;
};

/** Rows that have gone, by table. */
export type Pruned = { outbox: number; received: number };

/**
 * Takes away what nobody needs any more, so that a year's work makes nothing slower. What people look at stays: cases,
 * promises, their timelines, and where each message stands, which is also what keeps it from being said again.
 */
export async function prune({ pruning, clock }: { pruning: Pruning } & Pick<Deps, 'clock'>): Promise<Pruned> {
  const now = clock();
  const pruned: Pruned = { outbox: 0, received: 0 };
  let cursor: number | null = 0;
  for (let batch = 0; batch < BATCHES && cursor !== null; batch += 1) {
    const { gone, next } = await pruning.said(now - STAYS.saidMs, cursor, BATCH);
    pruned.outbox += gone;
    cursor = next;
  }
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const gone = await pruning.received(now - STAYS.receivedMs, BATCH);
    pruned.received += gone;
    if (gone < BATCH) break;
  }
  return pruned;
}
