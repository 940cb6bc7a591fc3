import type { Clock } from '../../src/app/clock.ts';
import type { Log } from '../../src/app/deps.ts';
import type { Heard, Inbox, InboxRow } from '../../src/app/inbox.ts';
import type { UnderWay } from '../../src/app/under-way.ts';
import { createWorking, type HeardRow } from '../../src/app/working.ts';
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
  const working = createWorking({ inbox, clock, log });
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

  /** It is tried again, or given up, which whoever waits for it is told. */
  async function failed(row: HeardRow, job: Job | null, err: unknown, settle: Settle): Promise<void> {
    const why = { err, kind: job?.told.kind };
    if (!working.isLast(row) && !isRefused(err)) {
      return working.again(row, why);
    }
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
    await working.giveUp(row, why);
  }

  /** One job from its beginning to its end. What comes of a submission is given to `settle`. */
  async function attempt(row: HeardRow, job: Job, settle: Settle): Promise<void> {
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
    await working.done(row);
  }

  /** What Slack itself told: nobody waits for an answer. */
  async function slacks(row: HeardRow, connection: SlackConnection, told: Told): Promise<void> {
    try {
      if (told.by === 'slack') {
        await lifecycle(connection, told.lifecycle);
      }
    } catch (err) {
      await failed(row, null, err, () => Promise.resolve());
      return;
    }
    await working.done(row);
  }

  /** A form that was sent again by a button: what came of it stands in a modal of its own. */
  async function showAgain(job: Job, submitted: Submitted): Promise<void> {
    const isShown = await job.opening.show(submitted.view);
    if (!isShown && submitted.isToBeSeen) {
      await answer.again(job, words.notSavedYet);
    }
  }

  return {
    leaseMs: working.leaseMs,
    laterMs: working.laterMs,
    room: working.room,

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
              working.atOnce(row, () => attempt(row, job, settle)),
            );
            return;
          }
          arrival.accept();
          void underWay.track(
            working.inTurn(row, () =>
              job === null ? slacks(row, connection, told) : attempt(row, job, (it) => showAgain(job, it)),
            ),
          );
        },
      };
    },

    /** What came before is said to be accepted; a form is answered as it was the first time. */
    repeat: submissions.repeat,

    /** Works on what was accepted and not carried out. */
    late: async (found: InboxRow, connection: SlackConnection, told: Told): Promise<void> => {
      if (working.isRunning(found.id)) {
        return;
      }
      const job = told.by === 'person' ? jobOf(found.id, connection, told, true) : null;
      await working.inTurn(found, () =>
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
