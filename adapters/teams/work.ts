import type { Clock } from '../../src/app/clock.ts';
import type { Log } from '../../src/app/deps.ts';
import type { Heard, Inbox, InboxRow } from '../../src/app/inbox.ts';
import type { UnderWay } from '../../src/app/under-way.ts';
import { createWorking, type HeardRow } from '../../src/app/working.ts';
import type { CarryOut } from './carry-out.ts';
import { isTeams, troubleOf } from './errors.ts';
import { hearingWords as words } from './hearing-words.ts';
import { isPress, type Job } from './job.ts';
import type { TakeOver } from './lifecycle.ts';
import type { Outlets } from './outlets.ts';
import { refuse, sentence } from './refusing.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson, Told } from './told.ts';

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
  const working = createWorking({ inbox, clock, log });

  /** It is tried again, or given up, which whoever waits for it is told. */
  async function failed(row: HeardRow, job: Job | null, err: unknown): Promise<void> {
    const why = { err, kind: job?.told.kind };
    const isLast = working.isLast(row) || isRefused(err);
    if (job !== null && isWaitedFor(job.told) && (isLast || (row.attempts === 1 && isPress(job.told)))) {
      try {
        await job.outlet.give(
          isLast ? refuse.gaveUp(job.told, job.outlet.host) : sentence(words.tryingAgain),
        );
      } catch (cause) {
        log.warn({ err: cause, heard: row.id }, 'nobody could be told of it');
      }
    }
    await (isLast ? working.giveUp(row, why) : working.again(row, why));
  }

  /** One job from its beginning to its end. */
  async function attempt(row: HeardRow, job: Job): Promise<void> {
    try {
      await carryOut(job);
    } catch (err) {
      return failed(row, job, err);
    }
    return working.done(row);
  }

  /** What Teams itself told: nobody waits for an answer. */
  async function teams(
    row: HeardRow,
    connection: TeamsConnection,
    told: Extract<Told, { by: 'teams' }>,
  ): Promise<void> {
    try {
      await lifecycle(connection, told);
    } catch (err) {
      return failed(row, null, err);
    }
    return working.done(row);
  }

  return {
    leaseMs: working.leaseMs,
    laterMs: working.laterMs,
    room: working.room,

    /** Works on something that was written down just now. Whoever pressed a button waits, and goes first. */
    begin: (heard: Heard, connection: TeamsConnection, told: Told, job: Job | null): void => {
      const row = { ...heard, attempts: 1 };
      if (told.by === 'teams') {
        void underWay.track(working.inTurn(row, () => teams(row, connection, told)));
      } else if (job !== null) {
        const work = () => attempt(row, job);
        void underWay.track(isPress(told) ? working.atOnce(row, work) : working.inTurn(row, work));
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
      if (!working.isRunning(found.id)) {
        await working.inTurn(found, () =>
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
