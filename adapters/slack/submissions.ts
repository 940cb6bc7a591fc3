import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../src/app/deps.ts';
import type { UnderWay } from '../../src/app/under-way.ts';
import type { Answer } from './answer.ts';
import { type Arrival, leftOf } from './arrival.ts';
import { drawWaitView } from './card-views.ts';
import { troubleOf } from './errors.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { Job } from './job.ts';
import { namedView } from './named-view.ts';
import { viewOf } from './refusing.ts';
import type { ClientOf } from './slack-deps.ts';
import type { Submitted } from './submitting.ts';
import type { Told } from './told.ts';
import { typedInto } from './typed-into.ts';

/** A submission that takes longer is answered with *being saved*. */
const SUBMIT_MS = 2_200;
/** Slack draws the answer to a submission before it takes an update of that view. */
const AFTER_ACK_MS = 400;
/** For so long a form that comes twice is answered as it was the first time. */
const REMEMBERED_MS = 60_000;

/** Is given what comes of a form, once it is known. */
export type Settle = (submitted: Submitted) => Promise<void>;

/** Submitted forms: Slack waits for what comes of them, though not for long. */
export type Submissions = {
  /** Answers with what `work` settles; where that takes too long, with *being saved*, and shows it afterwards. */
  answer(job: Job, arrival: Arrival, work: (settle: Settle) => Promise<void>): Promise<void>;
  /**
   * Answers what came before, in whatever process: a form with what comes of it the first time where that is known
   * here, and else with where to look for it. It never just closes: that would say that it was saved.
   */
  repeat(told: Told, arrival: Arrival): Promise<void>;
  /** Puts what came of a form in the place of what stands. */
  showLate: (job: Job, submitted: Submitted) => Promise<void>;
};

/** What comes of a form; `isAwaited`: somebody was told that it is being saved, and is shown it then. */
type Entry = { job: Job; settled: Promise<Submitted | null>; isAwaited: boolean };

/** Answers forms. */
export function createSubmissions(parts: {
  answer: Answer;
  clientOf: ClientOf;
  underWay: UnderWay;
  log: Log;
}): Submissions {
  const { answer, clientOf, underWay, log } = parts;
  const answers = new Map<string, Entry>();

  async function showLate(job: Job, { view, isToBeSeen }: Submitted): Promise<void> {
    const { heardId, connection, told } = job;
    const client = await clientOf(connection);
    const own = told.kind === 'submit' ? [{ view_id: told.view.id }] : [];
    for (const which of [{ external_id: heardId }, ...own]) {
      try {
        await client.views.update({ ...which, view: namedView(view, heardId) });
        return;
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble.kind !== 'refused' || trouble.code !== 'not_found') {
          log.warn({ trouble, heard: heardId }, 'what came of a form could not be shown');
        }
      }
    }
    if (isToBeSeen) {
      await answer.again(job, words.notSavedYet);
    }
  }

  async function answerInTime(entry: Entry, arrival: Arrival): Promise<void> {
    const given = await inTime(entry.settled, arrival);
    entry.isAwaited ||= given === null;
    arrival.accept(given?.ack ?? savingAck(entry.job));
  }

  return {
    showLate,
    answer: async (job, arrival, work) => {
      const entry: Entry = { job, settled: Promise.resolve(null), isAwaited: false };
      entry.settled = new Promise<Submitted | null>((resolve) => {
        const settle: Settle = async (submitted) => {
          resolve(submitted);
          if (entry.isAwaited) {
            await sleep(AFTER_ACK_MS);
            await showLate(job, submitted);
          }
        };
        void underWay.track(work(settle).finally(() => resolve(null)));
      });
      const { key } = job.told;
      answers.set(key, entry);
      setTimeout(() => answers.delete(key), REMEMBERED_MS).unref();
      await answerInTime(entry, arrival);
    },
    repeat: async (told, arrival) => {
      const first = answers.get(told.key);
      if (first !== undefined) {
        await answerInTime(first, arrival);
      } else if (told.kind === 'submit') {
        const view = viewOf(words.takenTwice, typedInto(told.view));
        arrival.accept({ response_action: 'update', view });
      } else {
        arrival.accept();
      }
    },
  };
}

/** Null when it isn't there while Slack waits. */
function inTime(settled: Promise<Submitted | null>, arrival: Arrival): Promise<Submitted | null> {
  return Promise.race([settled, sleep(leftOf(SUBMIT_MS, arrival), null)]);
}

function savingAck({ heardId }: Job): object {
  return { response_action: 'update', view: namedView(drawWaitView('saving', heardId, ''), heardId) };
}
