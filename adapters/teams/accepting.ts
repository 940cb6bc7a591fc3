import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/app/clock.ts';
import type { Inbox } from '../../src/app/inbox.ts';
import type { UnderWay } from '../../src/app/under-way.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Arrival, leftOf } from './arrival.ts';
import { hearingWords as words } from './hearing-words.ts';
import { pressOf } from './job.ts';
import type { Outlets } from './outlets.ts';
import { refuse, sentence } from './refusing.ts';
import { type Before, createRepeats } from './repeats.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson, Told } from './told.ts';
import type { Work } from './work.ts';

/** For so long whoever pressed twice waits for what came of the first press. */
const REPEAT_MS = 4_000;

export type Deadline = { isOver: boolean };
/** Something that came in, and whether it was said by now not to be taken. */
export type To = {
  arrival: Arrival;
  deadline: Deadline;
  /** It came too fast: it is written down, and waits for its turn. */
  isLater: boolean;
};

/** Writes it down, then works on it. A message is answered as accepted then, a press with what comes of it. */
export type Accept = (connection: TeamsConnection, told: Told, body: object, to: To) => Promise<void>;

/** See `Accept`. */
export function createAccepting(parts: {
  inbox: Pick<Inbox, 'accept' | 'done'>;
  work: Work;
  outlets: Outlets;
  underWay: UnderWay;
  clock: Clock;
  newId: () => string;
}): Accept {
  const { inbox, work, outlets, underWay, clock, newId } = parts;
  const repeats = createRepeats();

  /** The same once more: it is answered as it was, and done once. */
  async function repeated(told: Told, arrival: Arrival, before: Before): Promise<void> {
    if (!(await before.taken)) {
      return refuse.notTaken(arrival, told, () => {});
    }
    if (!isWaitedFor(told)) {
      return arrival.answer({ how: 'accepted' });
    }
    const late = new AbortController();
    const tooLate = sleep(leftOf(REPEAT_MS, arrival), null, { signal: late.signal }).catch(() => null);
    void underWay.track(
      (async () => {
        const shown = await Promise.race([before.shown, tooLate]);
        late.abort();
        arrival.answer({ how: 'shown', shown: shown ?? sentence(words.twice) });
      })(),
    );
  }

  return async (connection, told, body, to) => {
    const { arrival, deadline, isLater } = to;
    const met = repeats.meet(told);
    if ('before' in met) {
      return repeated(told, arrival, met.before);
    }
    const { first } = met;
    const { workspaceId, id } = connection;
    const heard = { id: newId(), workspaceId, connection: id, key: told.key, body };
    let how: 'new' | 'repeat';
    try {
      how = await inbox.accept(heard, clock(), isLater ? work.laterMs : work.leaseMs);
    } catch (err) {
      first.forget();
      throw err;
    }
    if (how === 'repeat') {
      first.answered(null);
      return repeated(told, arrival, { taken: Promise.resolve(true), shown: Promise.resolve(null) });
    }
    if (deadline.isOver && isAnswered(told)) {
      first.forget();
      return inbox.done(heard, clock(), 'it was said not to be taken, for the database was too slow');
    }
    first.taken();
    if (isLater) {
      first.answered(null);
      return arrival.answer({ how: 'accepted' });
    }
    const job =
      told.by === 'person' ? outlets.job(heard.id, connection, told, arrival, first.answered) : null;
    if (job === null || !isWaitedFor(told)) {
      arrival.answer({ how: 'accepted' });
    }
    work.begin(heard, connection, told, job);
  };
}

/** Whether something may come of it that must not be lost: it is written down first. */
export function isOwed(told: Exclude<ByPerson, { kind: 'suggest' | 'link' }>): boolean {
  const press = pressOf(told);
  switch (told.kind) {
    case 'message':
      return true;
    case 'press':
      // A press that came as a message is answered by one, which may refer to it.
      return told.how === 'submit' || press?.do === 'act' || press?.do === 'submit';
    case 'dialog':
      // The text of a message that a case is opened from stays where the form finds it.
      return (told.about !== null && told.step === 'fetch') || press?.do === 'submit' || press?.do === 'act';
    default:
      return unreachable(told);
  }
}

/** Whether whoever said it hears what becomes of it. */
function isAnswered(told: Told): boolean {
  return told.by === 'person' && (told.kind !== 'message' || told.toUs);
}

/** Whether Teams waits for more than that it was heard. */
function isWaitedFor(told: Told): boolean {
  return told.kind === 'dialog' || (told.kind === 'press' && told.how !== 'submit');
}
