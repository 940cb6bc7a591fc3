import type { Deps } from './deps.ts';

/**
 * Work that is done every so often by one process of the fleet. `run` may be begun again by another process when
 * the one that had it died or stood still, so doing it twice must do no harm; what it gives is kept as JSON.
 */
export type Duty = { name: string; everyMs: number; run: () => Promise<unknown> };

/** How a duty went last, by the database's clock. `ageMs`: since it last went well; null: never yet. */
export type DutyState = { ageMs: number | null; result: unknown; failures: number };

/** The duties of the fleet, as Postgres keeps them: it decides who has one, by its own clock. */
export type Duties = {
  /** The number of the run that is this process' now; null while it isn't due, or another has it. */
  take(name: string, everyMs: number, leaseMs: number): Promise<number | null>;
  /** Keeps it for another `leaseMs`; false when it has gone to another process. */
  keep(name: string, run: number, leaseMs: number): Promise<boolean>;
  /** Writes down what it gave, unless it has gone to another process. */
  done(name: string, run: number, result: unknown): Promise<void>;
  failed(name: string, run: number, error: string): Promise<void>;
  state(name: string): Promise<DutyState>;
};

/** A process that dies in the middle is taken over from after this. */
const LEASE_MS = 30_000;
const KEEP_EVERY_MS = 10_000;

/**
 * The duty for one process, to be called as often as wished: it does the work when it is due and nobody else does.
 * Resolves to whether it did; throws what the work threw, which the duty's row says, too.
 */
export function onceInFleet(
  { duties, log }: { duties: Duties; log: Deps['log'] },
  { name, everyMs, run }: Duty,
): () => Promise<boolean> {
  return async () => {
    const mine = await duties.take(name, everyMs, LEASE_MS);
    if (mine === null) {
      return false;
    }
    const keep = async () => {
      try {
        if (!(await duties.keep(name, mine, LEASE_MS))) {
          log.warn({ name, run: mine }, 'A duty took so long that it went to another process');
        }
      } catch (err) {
        log.warn({ err, name }, 'A duty could not be kept for longer');
      }
    };
    const keeping = setInterval(() => void keep(), KEEP_EVERY_MS);
    try {
      await duties.done(name, mine, await run());
    } catch (error) {
      await duties.failed(name, mine, error instanceof Error ? error.message : 'unknown');
      throw error;
    } finally {
      clearInterval(keeping);
    }
    return true;
  };
}
