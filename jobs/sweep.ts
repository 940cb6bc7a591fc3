import type { Log } from '../src/app/deps.ts';
import { every, type Repeating } from './every.ts';

/**
 * Wakes, delivers and hears what is due every `ms`, with no queue in between, so that a promise is kept whatever
 * becomes of the bells. A loop for each, so that a delivery that hangs can't keep anybody asleep.
 */
export function startSweep(
  work: { wakeDue: () => Promise<void>; deliverDue: () => Promise<void>; hearLate: () => Promise<unknown> },
  ms: number,
  log: Log,
): Repeating[] {
  return [
    every(ms, 'wake sweep', work.wakeDue, log),
    every(ms, 'delivery sweep', work.deliverDue, log),
    every(ms, 'hearing sweep', work.hearLate, log),
  ];
}
