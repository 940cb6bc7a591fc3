import type { Queues } from './queues.ts';

/** Deliveries side by side in one process, so that a slow destination doesn't hold up the others. */
export const DELIVERY_LANES = 4;

/** Deliveries that begin in this process as soon as it has written something that is owed, with no queue in between. */
export type Here = { begin: () => boolean; stop: () => Promise<void> };

/** `begin` is false once it was stopped: then somebody else has to. `stop` waits for what is going on. */
export function deliverHere(deliverDue: () => Promise<void>): Here {
  const going = new Set<Promise<void>>();
  let stopped = false;
  return {
    begin: () => {
      if (stopped) return false;
      const run = deliverDue()
        // Whoever failed has said so; the sweep takes its work up.
        .catch(() => undefined)
        .finally(() => going.delete(run));
      going.add(run);
      return true;
    },
    stop: async () => {
      stopped = true;
      await Promise.all(going);
    },
  };
}

/** Runs `deliverDue` whenever a delivery bell rings. */
export function consumeDeliveries(
  queues: Queues,
  deliverDue: () => Promise<void>,
): { stop: () => Promise<void> } {
  return queues.consume('deliver', deliverDue, 2 * DELIVERY_LANES);
}
