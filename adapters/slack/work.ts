import { setTimeout as sleep } from 'node:timers/promises';
import type { View } from '@slack/types';
import type { Clock } from '../../src/app/clock.ts';
import type { Log } from '../../src/app/deps.ts';
import type { Heard, Inbox, InboxRow } from '../../src/app/inbox.ts';
import type { Answer } from './answer.ts';
import { type Arrival, leftOf } from './arrival.ts';
import { drawWaitView } from './card-views.ts';
import type { CarryOut } from './carry-out.ts';
import { meaningOf, troubleOf } from './errors.ts';
import { createGate } from './gate.ts';
import { hearingWords as words } from './hearing-words.ts';
import { type Job, writtenIn } from './job.ts';
import type { TakeOver } from './lifecycle.ts';
import { createOpening } from './opening.ts';
import { opensModal, pressedOf } from './pressed.ts';
import { viewOf } from './refusing.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';
import type { Submitted } from './submitting.ts';
import type { ByPerson, Told } from './told.ts';

/** As many jobs at a time: most of a job is waiting for Slack. */
const JOBS = 16;
/** What hasn't begun by then is left to whoever looks for it once its lease is over. */
const PATIENCE_MS = 30_000;
/** Longer than that and the longest job, so that nothing is worked on twice. */
const LEASE_MS = 90_000;
const TRIES = 5;
/** A submission that takes longer is answered with *being saved*. */
const SUBMIT_MS = 2_200;
/** Slack draws the answer to a submission before it takes an update of that view. */
const AFTER_ACK_MS = 400;
const STOP_MS = 10_000;

export type Work = ReturnType<typeof createWork>;

type Row = Pick<Heard, 'workspaceId' | 'id'> & { attempts: number };

/** Works on what was accepted: begins at once, goes on after Slack was answered, and keeps count for the end. */
export function createWork(parts: {
  carryOut: CarryOut;
  lifecycle: TakeOver;
  answer: Answer;
  clientOf: ClientOf;
  inbox: Inbox;
  clock: Clock;
  log: Log;
}) {
  const { carryOut, lifecycle, answer, clientOf, inbox, clock, log } = parts;
  const jobs = createGate(JOBS);
  const underWay = new Set<Promise<unknown>>();
  const running = new Set<string>();
  const submissions = new Map<string, Promise<Submitted | null>>();
  let stopping = false;

  function track(promise: Promise<unknown>): void {
    const settled = promise
      .catch((err: unknown) => log.error({ err }, 'work on something heard failed'))
      .finally(() => underWay.delete(settled));
    underWay.add(settled);
  }

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

  async function failed(row: Row, job: Job | null, err: unknown): Promise<void> {
    const error = err instanceof Error ? err.message : 'unknown';
    const fields = { err, heard: row.id, attempts: row.attempts, kind: job?.told.kind };
    if (row.attempts < TRIES && !isRefused(err)) {
      log.warn(fields, 'what was heard could not be carried out yet');
      await inbox.again(row, clock() + 2_000 * 2 ** row.attempts, error);
      return;
    }
    log.error(fields, 'what was heard could not be carried out');
    if (job !== null && isWaitedFor(job.told)) {
      await answer.again(job, words.gaveUp).catch((cause: unknown) => {
        log.warn({ err: cause, heard: row.id }, 'nobody could be told of it');
      });
    }
    await done(row, error);
  }

  /** One job from its beginning to its end. What comes of a submission is given to `settle`. */
  async function attempt(row: Row, job: Job, settle: (submitted: Submitted) => Promise<void>): Promise<void> {
    try {
      const { submitted } = await carryOut(job);
      if (submitted !== null) {
        await settle(submitted);
        await submitted.after?.();
      }
    } catch (err) {
      await failed(row, job, err);
      return;
    } finally {
      job.opening.give();
    }
    await done(row, null);
  }

  async function takeTurn(row: Row, work: () => Promise<void>): Promise<void> {
    const since = performance.now();
    running.add(row.id);
    try {
      await jobs.run(async () => {
        if (performance.now() - since < PATIENCE_MS) {
          await work();
        }
      });
    } finally {
      running.delete(row.id);
    }
  }

  /** Puts the outcome of a submission in the place of what stands. */
  async function showLate({ heardId, connection, told, ...job }: Job, submitted: Submitted): Promise<void> {
    const { view } = submitted;
    const client = await clientOf(connection);
    const own = told.kind === 'submit' ? [{ view_id: told.view.id }] : [];
    for (const which of [{ external_id: heardId }, ...own]) {
      try {
        await client.views.update({ ...which, view: named(view, heardId) });
        return;
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble.kind !== 'refused' || trouble.code !== 'not_found') {
          log.warn({ trouble, heard: heardId }, 'what came of a form could not be shown');
        }
      }
    }
    if (submitted.isToBeSeen) {
      await answer.again({ heardId, connection, told, ...job }, words.notSavedYet);
    }
  }

  async function submission(row: Row, job: Job, key: string, arrival: Arrival): Promise<void> {
    let isAnswered = false;
    const working = new Promise<Submitted | null>((resolve) => {
      running.add(row.id);
      track(
        attempt(row, job, async (submitted) => {
          resolve(submitted);
          if (isAnswered) {
            await sleep(AFTER_ACK_MS);
            await showLate(job, submitted);
          }
        }).finally(() => {
          running.delete(row.id);
          resolve(null);
        }),
      );
    });
    submissions.set(key, working);
    const forget = setTimeout(() => submissions.delete(key), 60_000);
    forget.unref();
    const given = await Promise.race([working, sleep(leftOf(SUBMIT_MS, arrival), null)]);
    isAnswered = given === null;
    arrival.accept(given?.ack ?? savingAck(job));
  }

  return {
    leaseMs: LEASE_MS,
    track,
    isStopping: () => stopping,
    /** How many more can be taken on now. */
    room: () => (stopping ? 0 : jobs.free()),

    /** Gets ready to work on something that is being written down. `go` when it is, `drop` when it isn't. */
    prepare: (heard: Heard, connection: SlackConnection, told: Told, arrival: Arrival) => {
      const row = { ...heard, attempts: 1 };
      const job = told.by === 'person' ? jobOf(heard.id, connection, told, false) : null;
      if (told.by === 'person' && opensModal(told)) {
        job?.opening.expect(arrival, () => drawWaitView('opening', heard.id, writtenIn(told)));
      }
      return {
        /** What stands already says why, where somebody is told. */
        drop: (said: string | null = null): void => {
          job?.opening.give();
          if (said !== null && job?.opening.isStanding()) {
            track(job.opening.show(viewOf(said)));
          }
        },
        go: async (): Promise<void> => {
          if (job !== null && job.told.kind === 'submit') {
            await submission(row, job, told.key, arrival);
            return;
          }
          arrival.accept();
          track(
            takeTurn(row, () =>
              job === null ? slacks(row, connection, told) : attempt(row, job, (it) => showAgain(job, it)),
            ),
          );
        },
      };
    },

    /** What came before, in whatever process, is said to be accepted; a form is answered as it was the first time. */
    repeat: async (told: Told, arrival: Arrival): Promise<void> => {
      const first = told.kind === 'submit' ? submissions.get(told.key) : undefined;
      const given = await Promise.race([
        first ?? Promise.resolve(null),
        sleep(leftOf(SUBMIT_MS, arrival), null),
      ]);
      arrival.accept(given?.ack);
    },

    /** Works on what was accepted and not carried out. */
    late: async (found: InboxRow, connection: SlackConnection, told: Told): Promise<void> => {
      if (running.has(found.id)) {
        return;
      }
      const job = told.by === 'person' ? jobOf(found.id, connection, told, true) : null;
      await takeTurn(found, () =>
        job === null ? slacks(found, connection, told) : attempt(found, job, (it) => showLate(job, it)),
      );
    },

    close: () => {
      stopping = true;
    },
    /** Waits for what is under way, for a while. What isn't done then lies in the inbox. */
    idle: async (): Promise<void> => {
      const until = performance.now() + STOP_MS;
      const late = new AbortController();
      while (underWay.size > 0 && performance.now() < until) {
        await Promise.race([
          Promise.all(underWay),
          sleep(until - performance.now(), null, { signal: late.signal }),
        ]);
      }
      late.abort();
      if (underWay.size > 0) {
        log.warn({ left: underWay.size }, 'work on what was heard is left to others');
      }
    },
  };

  /** What Slack itself told: nobody waits for an answer. */
  async function slacks(row: Row, connection: SlackConnection, told: Told): Promise<void> {
    try {
      if (told.by === 'slack') {
        await lifecycle(connection, told.lifecycle);
      }
    } catch (err) {
      await failed(row, null, err);
      return;
    }
    await done(row, null);
  }

  /** A form that was sent again by a button: what came of it stands in a modal of its own. */
  async function showAgain(job: Job, submitted: Submitted): Promise<void> {
    const isShown = await job.opening.show(submitted.view);
    if (!isShown && submitted.isToBeSeen) {
      await answer.again(job, words.notSavedYet);
    }
  }
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

function savingAck({ heardId }: Job): object {
  return { response_action: 'update', view: named(drawWaitView('saving', heardId, ''), heardId) };
}

function named(view: View, heardId: string): View {
  return view.type === 'modal' ? { ...view, external_id: heardId } : view;
}
