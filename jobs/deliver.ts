import type { Queues } from './queues.ts';

/** Deliveries side by side in one process, so that a slow destination doesn't hold up the others. */
export const DELIVERY_LANES = 4;

/** Runs `deliverDue` whenever a delivery bell rings. */
export function consumeDeliveries(
  queues: Queues,
  deliverDue: () => Promise<void>,
): { stop: () => Promise<void> } {
  return queues.consume('deliver', deliverDue, 2 * DELIVERY_LANES);
}
