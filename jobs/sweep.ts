import type { Log } from '../src/app/deps.ts';
import { every, type Repeating } from './every.ts';

/**
 * Wakes and delivers what is due every `ms`, with no queue in between, so that a promise is kept whatever
 * becomes of the bells. Two loops, so that a delivery that hangs can't keep anybody asleep.
 */
export function startSweep(
  { wakeDue, deliverDue }: { wakeDue: () => Promise<void>; deliverDue: () => Promise<void> },
  ms: number,
  log: Log,
): Repeating[] {
  return [every(ms, 'wake sweep', wakeDue, log), every(ms, 'delivery sweep', deliverDue, log)];
}
