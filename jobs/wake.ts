import type { Queues } from './queues.ts';

/** Enough for bells of neighbouring milliseconds to share one run; the runs themselves never overlap. */
const CONCURRENCY = 8;

/** Runs `wakeDue` whenever a wake bell rings. */
export function consumeWakes(queues: Queues, wakeDue: () => Promise<void>): { stop: () => Promise<void> } {
  return queues.consume('wake', wakeDue, CONCURRENCY);
}
