import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/app/clock.ts';
import type { Log } from '../../src/app/deps.ts';
import { createGate } from '../../src/app/gate.ts';
import type { Heard, Inbox, InboxRow } from '../../src/app/inbox.ts';
import type { UnderWay } from '../../src/app/under-way.ts';
import type { CarryOut } from './carry-out.ts';
import { isTeams, troubleOf } from './errors.ts';
import { hearingWords as words } from './hearing-words.ts';
import { isPress, type Job } from './job.ts';
import type { TakeOver } from './lifecycle.ts';
import type { Outlets } from './outlets.ts';
import { refuse, sentence } from './refusing.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson, Told } from './told.ts';

/** As many jobs at a time: most of a job is waiting for Teams. */
const JOBS = 16;
/** What hasn't begun by then is left to whoever looks for it once its lease is over. */
const PATIENCE_MS = 30_000;
/** Longer than that and the longest job, so that nothing is worked on twice. */
const LEASE_MS = 90_000;
const TRIES = 5;

type Row = Pick<Heard, 'workspaceId' | 'id'> & { attempts: number };

/** Works on what was accepted: begins at once, and goes on after Teams was answered. */
export function createWork(parts: {
  carryOut: CarryOut;
  lifecycle: TakeOver;
  outlets: Outlets;
  inbox: Inbox;
  underWay: UnderWay;
  clock: Clock;
  log: Log;
}) {
  const { carryOut, lifecycle, outlets, inbox, underWay, clock, log } = parts;
  const jobs = createGate(JOBS);
  const running = new Set<string>();

  /** It is done, which is written down: what isn't would be done again. */
  async function done(row: Row, error: string | null): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await inbox.done(row, clock(), error);
      } catch (err) {
        log.warn({ err, heard: row.id }, 'what is done could not be written down');
        if (tries === 3) {
          throw err;
        }
        await sleep(1_000 * tries);
      }
    }
  }

  /** It is tried again, or given up, which whoever waits for it is told. */
  async function failed(row: Row, job: Job | null, err: unknown): Promise<void> {
    const error = err instanceof Error ? err.message : 'unknown';
    const fields = { err, heard: row.id, attempts: row.attempts, kind: job?.told.kind };
    const isLast = row.attempts >= TRIES || isRefused(err);
    if (job !== null && isWaitedFor(job.told) && (isLast || (row.attempts === 1 && isPress(job.told)))) {
      try {
        await job.outlet.give(sentence(isLast ? words.gaveUp : words.tryingAgain));
      } catch (cause) {
        log.warn({ err: cause, heard: row.id }, 'nobody could be told of it');
      }
    }
    if (!isLast) {
      log.warn(fields, 'what was heard could not be carried out yet');
      await inbox.again(row, clock() + 2_000 * 2 ** row.attempts, error);
      return;
    }
    log.error(fields, 'what was heard could not be carried out');
    await done(row, error);
  }

  /** One job from its beginning to its end. */
  async function attempt(row: Row, job: Job): Promise<void> {
    try {
      await carryOut(job);
    } catch (err) {
      return failed(row, job, err);
    }
    return done(row, null);
  }

  /** What Teams itself told: nobody waits for an answer. */
  async function teams(
    row: Row,
    connection: TeamsConnection,
    told: Extract<Told, { by: 'teams' }>,
  ): Promise<void> {
    try {
      await lifecycle(connection, told);
    } catch (err) {
      return failed(row, null, err);
    }
    return done(row, null);
  }

  async function runningNow(row: Row, work: () => Promise<void>): Promise<void> {
    running.add(row.id);
    try {
      await work();
    } finally {
      running.delete(row.id);
    }
  }

  function inTurn(row: Row, work: () => Promise<void>): Promise<void> {
    const since = performance.now();
    return runningNow(row, () =>
      jobs.run(async () => {
        if (performance.now() - since < PATIENCE_MS) {
          await work();
        }
      }),
    );
  }

  return {
    leaseMs: LEASE_MS,
    /** How many more can be taken on now. */
    room: () => jobs.free(),

    /** Works on something that was written down just now. Whoever pressed a button waits, and goes first. */
    begin: (heard: Heard, connection: TeamsConnection, told: Told, job: Job | null): void => {
      const row = { ...heard, attempts: 1 };
      if (told.by === 'teams') {
        void underWay.track(inTurn(row, () => teams(row, connection, told)));
      } else if (job !== null) {
        const work = () => attempt(row, job);
        void underWay.track(isPress(told) ? runningNow(row, work) : inTurn(row, work));
      }
    },

    /** Does something that nothing is owed for. */
    atOnce: async (job: Job): Promise<void> => {
      try {
        await carryOut(job);
      } catch (err) {
        log.warn({ err, kind: job.told.kind }, 'something asked for could not be shown');
        await job.outlet.give(refuse.notNow(job.told));
      }
    },

    /** Works on what was accepted and not carried out. */
    late: async (found: InboxRow, connection: TeamsConnection, told: Told): Promise<void> => {
      if (!running.has(found.id)) {
        await inTurn(found, () =>
          told.by === 'teams'
            ? teams(found, connection, told)
            : attempt(found, outlets.lateJob(found.id, connection, told)),
        );
      }
    },
  };
}

export type Work = ReturnType<typeof createWork>;

/** Whether Teams said no in a way that it will say again. */
function isRefused(error: unknown): boolean {
  const kind = isTeams(error) ? troubleOf(error).kind : null;
  return kind === 'shut' || kind === 'gone' || kind === 'our fault';
}

/** Whether somebody waits for what comes of it. */
function isWaitedFor(told: ByPerson): boolean {
  return told.kind !== 'message' || told.toUs;
}
