import type { LivePromise } from './care-promise.ts';
import type { MemberId } from './ids.ts';
import { dangerOf } from './owner-fact.ts';
import { isAway } from './people.ts';
import type { Rejection } from './rejection.ts';
import { memberOf, note, putPromise, type Turn } from './turn.ts';

/** Signs that follow each other as fast as this are one: a second click, or words in a row. */
const BURST_MS = 10_000;

/** The owner has been heard of: a word in the thread, or a button. Goes into the timeline, a burst of them once. */
export function signOfLife(turn: Turn, by: MemberId): Rejection | null {
  const before = turn.file.promises;
  for (const { id } of hear(turn, by)) {
    const promise = before.find((one) => one.id === id);
    const lastAt = promise?.status === 'live' ? promise.lastSignAt : null;
    if (lastAt === null || turn.now - lastAt >= BURST_MS) {
      note(turn, { kind: 'sign of life', promiseId: id });
    }
  }
  return null;
}

/**
 * Whatever its owner does on a case is a sign of life too. A promise that was at risk for their silence, for their
 * hearing nothing, or for their being away when they are back, is so no more, and its climb ends, unless they are
 * known to be out at its time; other reasons stay. Returns those that were not at risk for it, or still are.
 */
export function hear(turn: Turn, by: MemberId): LivePromise[] {
  const isHere = !isAwayNow(turn, by);
  const calm: LivePromise[] = [];
  for (const promise of turn.file.promises) {
    if (promise.status === 'live' && promise.ownerId === by) {
      const heard: LivePromise = { ...promise, lastSignAt: turn.now };
      putPromise(turn, heard);
      const why = heard.risk?.why;
      const isAnswered =
        why === 'no sign of life' || why === 'owner paused' || (why === 'owner away' && isHere);
      const danger = isAnswered ? dangerOf(turn, heard) : null;
      if (isAnswered && danger === null) {
        endRisk(turn, heard);
      } else {
        calm.push(heard);
        if (heard.risk !== null && danger !== null) {
          putPromise(turn, { ...heard, risk: { ...heard.risk, why: danger } });
        }
      }
    }
  }
  return calm;
}

/** What put a promise at risk is over: it is so no more, and nobody is called for it. */
export function endRisk(turn: Turn, promise: LivePromise): void {
  putPromise(turn, { ...promise, risk: null, climb: null });
  note(turn, { kind: 'risk over', promiseId: promise.id });
}

function isAwayNow(turn: Turn, id: MemberId): boolean {
  const member = memberOf(turn, id);
  return member !== null && isAway(member, turn.now);
}
