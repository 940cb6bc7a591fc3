import type { Deps } from './deps.ts';
import type { Outcome } from './store.ts';

/** Waits between tries: 19 s in all. After 30 s somebody else has the lease, and looks or says it again. */
const WAITS_MS = [250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 3_250];

/**
 * Writes down what became of messages, and doesn't let go at once when the database is away for a moment: what was
 * said and isn't written down is said again, and not every chat can be asked whether it stands there. Written down
 * twice it is the same. Throws when it could not be done within about 20 s.
 */
export async function writeDown(
  { store, log }: Pick<Deps, 'store' | 'log'>,
  outcomes: Outcome[],
  waitsMs: readonly number[] = WAITS_MS,
): Promise<void> {
  for (const waitMs of waitsMs) {
    try {
      await store.recordOutcomes(outcomes);
      return;
    } catch (err) {
      log.warn(
        { err, outcomes: outcomes.length },
        'What was said couldn’t be written down; it is tried again',
      );
      await waited(waitMs);
    }
  }
  await store.recordOutcomes(outcomes);
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
