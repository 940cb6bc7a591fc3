import { type Arrival, leftOf } from './arrival.ts';

/** A database that hasn't written it down by now is said to have failed, while Slack still listens: it gives 3 s. */
const ACCEPT_MS = 2_700;

export type Deadline = { isOver: () => boolean; end: () => void };

/** Calls `miss` when the arrival isn't answered in time and the deadline wasn't ended. */
export function createDeadline(arrival: Arrival, miss: () => void): Deadline {
  let isOver = false;
  const timer = setTimeout(
    () => {
      if (arrival.isOpen()) {
        isOver = true;
        miss();
      }
    },
    leftOf(ACCEPT_MS, arrival),
  );
  return { isOver: () => isOver, end: () => clearTimeout(timer) };
}
