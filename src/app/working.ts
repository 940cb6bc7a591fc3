import type { Clock } from './clock.ts';
import type { Log } from './deps.ts';
import { createGate } from './gate.ts';
import type { Heard, Inbox } from './inbox.ts';

/** As many jobs at a time: most of a job is waiting for the chat platform. */
const JOBS = 16;
/** What hasn't begun by then is left to whoever looks for it once its lease is over. */
const PATIENCE_MS = 30_000;
/** Longer than that and the longest job, so that nothing is worked on twice. */
const LEASE_MS = 90_000;
/** After it, whoever was too fast may ask again. */
const LATER_MS = 10_000;
const TRIES = 5;

/** Something that was heard, as it lies in the inbox. */
export type HeardRow = Pick<Heard, 'workspaceId' | 'id'> & { attempts: number };

/** Works on what was heard and accepted, and writes down what becomes of it. */
export type Working = {
  leaseMs: number;
  /** Of what came too fast to be worked on now: it is found when this is over. */
  laterMs: number;
  /** How many more can be taken on now. */
  room(): number;
  isRunning(id: string): boolean;
  /** Begins at once, whatever else is worked on. */
  atOnce(row: HeardRow, work: () => Promise<void>): Promise<void>;
  /** Begins when it is its turn; after 30 s it is left to others. */
  inTurn(row: HeardRow, work: () => Promise<void>): Promise<void>;
  /** It is done, which is written down: what isn't would be done again. */
  done(row: HeardRow): Promise<void>;
  /** Whether this try was the last one. */
  isLast(row: HeardRow): boolean;
  /** It failed, and is tried again. `kind`: of what was told. */
  again(row: HeardRow, failed: { err: unknown; kind: string | undefined }): Promise<void>;
  /** It failed for good. */
  giveUp(row: HeardRow, failed: { err: unknown; kind: string | undefined }): Promise<void>;
};

/** See `Working`. */
export function createWorking(parts: { inbox: Inbox; clock: Clock; log: Log }): Working {
  const { inbox, clock, log } = parts;
  const jobs = createGate(JOBS);
  const running = new Set<string>();

  async function atOnce(row: HeardRow, work: () => Promise<void>): Promise<void> {
    running.add(row.id);
    try {
      await work();
    } finally {
      running.delete(row.id);
    }
  }

  async function done(row: HeardRow, error: string | null): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await inbox.done(row, clock(), error);
      } catch (err) {
        log.warn({ err, heard: row.id }, 'what is done could not be written down');
        if (tries === 3) {
          throw err;
        }
        await waited(1_000 * tries);
      }
    }
  }

  return {
    leaseMs: LEASE_MS,
    laterMs: LATER_MS,
    room: jobs.free,
    isRunning: (id) => running.has(id),
    atOnce,
    inTurn: (row, work) => {
      const since = performance.now();
      return atOnce(row, () =>
        jobs.run(
          async () => {
            if (performance.now() - since < PATIENCE_MS) {
              await work();
            }
          },
          { whose: row.workspaceId },
        ),
      );
    },
    done: (row) => done(row, null),
    isLast: ({ attempts }) => attempts >= TRIES,
    again: async (row, { err, kind }) => {
      const { id: heard, attempts } = row;
      log.warn({ err, heard, attempts, kind }, 'what was heard could not be carried out yet');
      await inbox.again(row, clock() + 2_000 * 2 ** attempts, messageOf(err));
    },
    giveUp: async (row, { err, kind }) => {
      const { id: heard, attempts } = row;
      log.error({ err, heard, attempts, kind }, 'what was heard could not be carried out');
      await done(row, messageOf(err));
    },
  };
}

function messageOf(err: unknown): string {
  return err instanceof Error ? err.message : 'unknown';
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
