import type { CarePromise } from './care-promise.ts';
import { askOf, type CaseFile, promiseOf } from './case-file.ts';
import type { Climb } from './climb.ts';
import type { AskId, MemberId, PromiseId } from './ids.ts';
import type { Matter, Say } from './say.ts';
import { unreachable } from './unreachable.ts';

/**
 * Whether a post still waits for an answer. One that doesn't folds: it is drawn again without its buttons,
 * saying what has happened since.
 */
export function isStanding(file: CaseFile, post: { key: string; say: Say }): boolean {
  const { say } = post;
  switch (say.what) {
    case 'wants promise': {
      const careCase = file.case;
      const waiting = careCase.status === 'open' ? careCase.waiting : null;
      return waiting?.turn === say.turn && !hasLater(file, post);
    }
    case 'nudge':
      return isLive(file, say.promiseId, say.turn) && !hasLater(file, post);
    case 'promise made':
      return promiseOf(file, say.promiseId)?.status === 'live';
    case 'moved':
      return movedTo(file, say.promiseId)?.status === 'live';
    case 'at risk': {
      const promise = promiseOf(file, say.promiseId);
      return promise?.status === 'live' && promise.turn === say.turn && promise.risk !== null;
    }
    case 'broken': {
      const promise = promiseOf(file, say.promiseId);
      return promise?.status === 'broken' && promise.settled === null;
    }
    case 'call': {
      const climb = climbOf(file, say.matter);
      const isOpen = climb !== null && climb.count === say.climb && !hasLater(file, post);
      if (say.matter.kind === 'ask' && hasPassed(file, say.matter.askId, say.holderId)) {
        return false;
      }
      return isOpen && (climb.climb.status !== 'taken' || climb.climb.takenBy === say.holderId);
    }
    case 'nobody':
      return climbOf(file, say.matter)?.climb.status === 'nobody' && !hasLater(file, post);
    case 'ask made':
      return askOf(file, say.askId)?.status === 'open';
    case 'closed':
      return file.case.status === 'closed' && !hasLater(file, post);
    case 'case card':
      return true;
    case 'history':
    case 'kept':
    case 'withdrawn':
    case 'handed over':
    case 'passed on':
    case 'taken':
    case 'ask decided':
    case 'reopened':
    case 'audit found':
      return false;
    default:
      return unreachable(say);
  }
}

/** The promise that took the place of a moved one. */
export function movedTo(file: CaseFile, id: PromiseId): CarePromise | undefined {
  return file.promises.find(({ movedFrom }) => movedFrom === id);
}

/** The climb of a matter that is still open, with its count, or null. */
export function climbOf(file: CaseFile, matter: Matter): { climb: Climb; count: number } | null {
  switch (matter.kind) {
    case 'promise': {
      const promise = promiseOf(file, matter.promiseId);
      const open = promise?.status === 'live' || (promise?.status === 'broken' && promise.settled === null);
      return open && promise.climb ? { climb: promise.climb, count: promise.climbs } : null;
    }
    case 'ask': {
      const ask = askOf(file, matter.askId);
      return ask?.status === 'open' ? { climb: ask.climb, count: ask.climbs } : null;
    }
    case 'case': {
      const waiting = file.case.status === 'open' ? file.case.waiting : null;
      return waiting?.climb ? { climb: waiting.climb, count: waiting.turn } : null;
    }
    default:
      return unreachable(matter);
  }
}

/** Whether a holder has said that an ask isn't theirs. */
function hasPassed(file: CaseFile, askId: AskId, holderId: MemberId): boolean {
  const ask = askOf(file, askId);
  return ask?.status === 'open' && ask.notMine.includes(holderId);
}

function isLive(file: CaseFile, id: PromiseId, turn: number): boolean {
  const promise = promiseOf(file, id);
  return promise?.status === 'live' && promise.turn === turn;
}

/** Whether the same thing has been said again since, which makes the earlier post needless. */
function hasLater(file: CaseFile, post: { key: string; say: Say }): boolean {
  const { standing } = file.case;
  const rank = standing.findIndex(({ key }) => key === post.key);
  return standing.slice(rank + 1).some(({ say }) => isSame(say, post.say));
}

function isSame(later: Say, earlier: Say): boolean {
  if (later.what === 'nudge' && earlier.what === 'nudge') {
    return later.promiseId === earlier.promiseId;
  }
  if (later.what === 'call' && earlier.what === 'call') {
    const isSameMatter = JSON.stringify(later.matter) === JSON.stringify(earlier.matter);
    return later.holderId === earlier.holderId && isSameMatter;
  }
  return later.what === earlier.what;
}
