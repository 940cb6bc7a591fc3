/** A look that is as quick as this may be taken as often as anybody asks. */
const QUICK_MS = 50;
/** Looking may take up this share of the time. */
const SHARE = 0.01;
/** Nothing is older than this: one look that had to wait for a slow database says little of the next one. */
const OLDEST_MS = 300_000;

/**
 * Keeps what costs more with size from being asked for more than a hundredth of the time, however often it is read:
 * a look that took 200 ms is good for 20 s, and none for more than five minutes. Readers who come while one is under way share it. Failed looks aren't kept.
 */
export function sparing<T>(
  look: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: Promise<T> | null = null;
  let goodUntil = 0;

  async function lookAnew(): Promise<T> {
    const began = now();
    try {
      const found = await look();
      const took = now() - began;
      goodUntil = took <= QUICK_MS ? now() : now() + Math.min(took / SHARE, OLDEST_MS);
      return found;
    } catch (error) {
      goodUntil = now();
      throw error;
    }
  }

  return () => {
    if (last === null || now() >= goodUntil) {
      goodUntil = Infinity;
      last = lookAnew();
    }
    return last;
  };
}
