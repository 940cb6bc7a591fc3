import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/app/clock.ts';
import type { Log } from '../../src/app/deps.ts';
import { createGate } from '../../src/app/gate.ts';
import type { Heard, Inbox, InboxRow } from '../../src/app/inbox.ts';
import type { UnderWay } from '../../src/app/under-way.ts';
import type { Answer } from './answer.ts';
import type { Arrival } from './arrival.ts';
import { drawWaitView } from './card-views.ts';
import type { CarryOut } from './carry-out.ts';
import { meaningOf, troubleOf } from './errors.ts';
import { hearingWords as words } from './hearing-words.ts';
import { type Job, writtenIn } from './job.ts';
import type { TakeOver } from './lifecycle.ts';
import { createOpening } from './opening.ts';
import { opensModal, pressedOf } from './pressed.ts';
import { viewOf } from './refusing.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';
import { createSubmissions, type Settle } from './submissions.ts';
import type { Submitted } from './submitting.ts';
import type { ByPerson, Told } from './told.ts';

/** As many jobs at a time: most of a job is waiting for Slack. */
const JOBS = 16;
/** What hasn't begun by then is left to whoever looks for it once its lease is over. */
const PATIENCE_MS = 30_000;
/** Longer than that and the longest job, so that nothing is worked on twice. */
const LEASE_MS = 90_000;
const TRIES = 5;

type Row = Pick<Heard, 'workspaceId' | 'id'> & { attempts: number };

/** Works on what was accepted: begins at once, and goes on after Slack was answered. */
export function createWork(parts: {
  carryOut: CarryOut;
  lifecycle: TakeOver;
  answer: Answer;
  clientOf: ClientOf;
  inbox: Inbox;
  underWay: UnderWay;
  clock: Clock;
  log: Log;
}) {
  const { carryOut, lifecycle, answer, clientOf, inbox, underWay, clock, log } = parts;
  const jobs = createGate(JOBS);
  const running = new Set<string>();
  const submissions = createSubmissions({ answer, clientOf, underWay, log });

  function jobOf(heardId: string, connection: SlackConnection, told: ByPerson, isLate: boolean): Job {
    const view = told.kind === 'action' ? told.in.view : null;
    const isPage = told.kind === 'action' && pressedOf(told)?.do === 'whole';
    const modal = view?.type === 'modal' ? view.id : null;
    const opening = createOpening({
      client: () => clientOf(connection),
      heardId,
      triggerId: !isLate && 'triggerId' in told ? told.triggerId : null,
      under: isPage ? null : modal,
      replaces: isPage ? modal : null,
      log,
    });
    return { heardId, wordsId: heardId, connection, told, opening };
  }

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
  async function failed(row: Row, job: Job | null, err: unknown, settle: Settle): Promise<void> {
    const error = err instanceof Error ? err.message : 'unknown';
    const fields = { err, heard: row.id, attempts: row.attempts, kind: job?.told.kind };
    if (row.attempts < TRIES && !isRefused(err)) {
      log.warn(fields, 'what was heard could not be carried out yet');
      await inbox.again(row, clock() + 2_000 * 2 ** row.attempts, error);
      return;
    }
    log.error(fields, 'what was heard could not be carried out');
    if (job !== null && isWaitedFor(job.told)) {
      try {
        await answer.again(job, words.gaveUp);
        if (job.told.kind === 'submit') {
          await settle(gaveUp());
        }
      } catch (cause) {
        log.warn({ err: cause, heard: row.id }, 'nobody could be told of it');
      }
    }
    await done(row, error);
  }

  /** One job from its beginning to its end. What comes of a submission is given to `settle`. */
  async function attempt(row: Row, job: Job, settle: Settle): Promise<void> {
    try {
      const submitted = await carryOut(job);
      if (submitted !== null) {
        await settle(submitted);
        await submitted.after?.();
      }
    } catch (err) {
      await failed(row, job, err, settle);
      return;
    } finally {
      job.opening.give();
    }
    await done(row, null);
  }

  /** What Slack itself told: nobody waits for an answer. */
  async function slacks(row: Row, connection: SlackConnection, told: Told): Promise<void> {
    try {
      if (told.by === 'slack') {
        await lifecycle(connection, told.lifecycle);
      }
    } catch (err) {
      await failed(row, null, err, () => Promise.resolve());
      return;
    }
    await done(row, null);
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

  /** A form that was sent again by a button: what came of it stands in a modal of its own. */
  async function showAgain(job: Job, submitted: Submitted): Promise<void> {
    const isShown = await job.opening.show(submitted.view);
    if (!isShown && submitted.isToBeSeen) {
      await answer.again(job, words.notSavedYet);
    }
  }

  return {
    leaseMs: LEASE_MS,
    /** How many more can be taken on now. */
    room: () => jobs.free(),

    /** Gets ready to work on something that is being written down. `go` when it is, `drop` when it isn't. */
    prepare: (heard: Heard, connection: SlackConnection, told: Told, arrival: Arrival) => {
      const row = { ...heard, attempts: 1 };
      const job = told.by === 'person' ? jobOf(heard.id, connection, told, false) : null;
      if (told.by === 'person' && opensModal(told)) {
        job?.opening.expect(arrival, () => drawWaitView('opening', heard.id, writtenIn(told)));
      }
      return {
        /** What stands already says why. */
        drop: (said: string): void => {
          job?.opening.give();
          if (job?.opening.isStanding()) {
            void underWay.track(job.opening.show(viewOf(said)));
          }
        },
        go: async (): Promise<void> => {
          if (job !== null && job.told.kind === 'submit') {
            await submissions.answer(job, arrival, (settle) =>
              runningNow(row, () => attempt(row, job, settle)),
            );
            return;
          }
          arrival.accept();
          void underWay.track(
            inTurn(row, () =>
              job === null ? slacks(row, connection, told) : attempt(row, job, (it) => showAgain(job, it)),
            ),
          );
        },
      };
    },

    /** What came before is said to be accepted; a form is answered as it was the first time. */
    repeat: ({ key }: Told, arrival: Arrival) => submissions.repeat(key, arrival),

    /** Works on what was accepted and not carried out. */
    late: async (found: InboxRow, connection: SlackConnection, told: Told): Promise<void> => {
      if (running.has(found.id)) {
        return;
      }
      const job = told.by === 'person' ? jobOf(found.id, connection, told, true) : null;
      await inTurn(found, () =>
        job === null
          ? slacks(found, connection, told)
          : attempt(found, job, (it) => submissions.showLate(job, it)),
      );
    },
  };
}

/** Whether Slack said no in a way that it will say again. */
function isRefused(error: unknown): boolean {
  const trouble = troubleOf(error);
  return trouble.kind === 'refused' && !['later', 'held'].includes(meaningOf(trouble.code));
}

/** Whether somebody waits for what comes of it. */
function isWaitedFor(told: ByPerson): boolean {
  return told.kind !== 'thread message' && told.kind !== 'home opened' && told.kind !== 'link shared';
}

function gaveUp(): Submitted {
  const view = viewOf(words.gaveUpForm);
  return { ack: { response_action: 'update', view }, view, isToBeSeen: false, after: null };
}
