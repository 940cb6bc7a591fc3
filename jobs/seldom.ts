import { RETRY } from './retry.ts';

/** Lets one call through per RETRY.warn, and tells it how many were left out before it. */
export function seldom<Args extends unknown[]>(
  write: (leftOut: number, ...args: Args) => void,
): (...args: Args) => void {
  let quietUntil = 0;
  let leftOut = 0;
  return (...args) => {
    if (performance.now() < quietUntil) {
      leftOut += 1;
      return;
    }
    quietUntil = performance.now() + RETRY.warn;
    write(leftOut, ...args);
    leftOut = 0;
  };
}
