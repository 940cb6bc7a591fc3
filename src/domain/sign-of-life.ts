import type { MemberId } from './ids.ts';
import type { Rejection } from './rejection.ts';
import { note, putPromise, type Turn } from './turn.ts';

/**
 * The owner has been heard of: a word in the thread, or a button. A promise that was at risk for their silence
 * is so no more, and its climb ends; other reasons stay.
 */
export function signOfLife(turn: Turn, by: MemberId): Rejection | null {
  for (const promise of turn.file.promises) {
    if (promise.status === 'live' && promise.ownerId === by) {
      const heard = promise.risk?.why === 'no sign of life';
      putPromise(turn, {
        ...promise,
        lastSignAt: turn.now,
        ...(heard ? { risk: null, climb: null } : {}),
      });
      note(
        turn,
        heard
          ? { kind: 'risk over', promiseId: promise.id }
          : { kind: 'sign of life', promiseId: promise.id },
      );
    }
  }
  return null;
}
