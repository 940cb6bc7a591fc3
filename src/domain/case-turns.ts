import { isHolder, over, withdrawAsks } from './ask-turns.ts';
import type { CareCase, ClosedCase } from './care-case.ts';
import { type BrokenPromise, isUnsettled } from './care-promise.ts';
import { askOf, type CaseFile, promiseOf } from './case-file.ts';
import type { MemberId, NonBlank, PromiseId } from './ids.ts';
import type { Instant } from './instant.ts';
import {
  addPromise,
  breakPromise,
  endWithdrawn,
  giveTo,
  promiseOver,
  settlePromise,
} from './promise-turns.ts';
import type { Rejection } from './rejection.ts';
import type { Matter } from './say.ts';
import { memberOf, note, putAsk, putCase, say, type Turn } from './turn.ts';
import { unreachable } from './unreachable.ts';

/** What is known of a case when it is opened. */
export type NewCase = Pick<
  CareCase,
  | 'id'
  | 'workspaceId'
  | 'number'
  | 'customerId'
  | 'title'
  | 'whatHappened'
  | 'stakes'
  | 'deadline'
  | 'severity'
  | 'place'
  | 'source'
>;

/** The file of a case that is just being opened. */
export function newFile(terms: NewCase, now: Instant, by: MemberId): CaseFile {
  const opened = { openedAt: now, openedBy: by, ownerId: null, standing: [], turns: 0 };
  return { case: { ...terms, ...opened, status: 'open', waiting: null }, promises: [], asks: [] };
}

/** Puts the new case's card into its channel, and the customer's history into its thread. */
export function announce(turn: Turn): void {
  note(turn, { kind: 'opened' });
  say(turn, { kind: 'channel' }, 'card', { what: 'case card' });
  say(turn, { kind: 'thread' }, 'history', { what: 'history' });
}

/** Somebody takes a matter on: its climb ends, and it is theirs. */
export function take(turn: Turn, matter: Matter, by: MemberId): Rejection | null {
  if (!memberOf(turn, by)?.active) {
    return { why: 'owner has left', memberId: by };
  }
  const key = takenKey(turn.file, matter);
  const rejection = takeMatter(turn, matter, by);
  if (rejection === null) {
    note(turn, { kind: 'taken', matter });
    say(turn, { kind: 'thread' }, key, { what: 'taken', matter, by });
  }
  return rejection;
}

/** Closes a case: what solved it, and when somebody looks whether it held. */
export function closeCase(
  turn: Turn,
  terms: { solved: NonBlank; holdId: PromiseId; holdAt: Instant; holdAction: NonBlank },
  by: MemberId,
): Rejection | null {
  const careCase = turn.file.case;
  if (careCase.status === 'closed') {
    return { why: 'case is closed' };
  }
  const standing = turn.file.promises.find(isUnsettled);
  if (standing) {
    return { why: 'promise still stands', ownerId: standing.ownerId };
  }
  const { waiting: _w, ...rest } = careCase;
  const owner = careCase.ownerId === null ? null : memberOf(turn, careCase.ownerId);
  const ownerId = owner?.active ? owner.id : by;
  putCase(turn, {
    ...rest,
    ownerId,
    status: 'closed',
    closedAt: turn.now,
    closedBy: by,
    solved: terms.solved,
  });
  withdrawAsks(turn);
  note(turn, { kind: 'closed', solved: terms.solved });
  say(turn, { kind: 'thread' }, `closed/${careCase.turns}`, { what: 'closed', by, solved: terms.solved });
  const rejection = addPromise(turn, {
    id: terms.holdId,
    kind: 'hold',
    ownerId,
    action: terms.holdAction,
    contactBy: ownerId,
    contactTo: '',
    followUpAt: terms.holdAt,
    movedFrom: null,
  });
  if (rejection !== null) {
    return rejection.why === 'time is past' ? { why: 'time is past', field: 'holdAt' } : rejection;
  }
  return null;
}

/** Opens a closed case again; looking whether it held is needless then. */
export function reopenCase(turn: Turn, reason: NonBlank, by: MemberId): Rejection | null {
  const careCase = turn.file.case;
  if (careCase.status === 'open') {
    return { why: 'case is open' };
  }
  openAgain(turn, careCase);
  for (const promise of turn.file.promises.filter(isUnsettled)) {
    endWithdrawn(turn, promise, reason);
  }
  note(turn, { kind: 'reopened' });
  say(turn, { kind: 'thread' }, `reopened/${careCase.turns}`, { what: 'reopened', by });
  return null;
}

function takeMatter(turn: Turn, matter: Matter, by: MemberId): Rejection | null {
  switch (matter.kind) {
    case 'promise':
      return takePromise(turn, matter.promiseId, by);
    case 'ask': {
      const ask = askOf(turn.file, matter.askId);
      if (ask?.status !== 'open') {
        return ask ? over(ask) : { why: 'not found' };
      }
      if (ask.climb.status === 'taken') {
        return { why: 'already taken', by: ask.climb.takenBy };
      }
      if (!isHolder(turn, ask, by)) {
        return { why: 'no authority' };
      }
      const { nextAt: _n, ...climb } = ask.climb;
      putAsk(turn, { ...ask, climb: { ...climb, status: 'taken', takenBy: by, takenAt: turn.now } });
      return null;
    }
    case 'case': {
      const careCase = turn.file.case;
      if (careCase.status !== 'open' || careCase.waiting === null) {
        return careCase.ownerId === null
          ? { why: 'not found' }
          : { why: 'already taken', by: careCase.ownerId };
      }
      const { why, climb } = careCase.waiting;
      if (why === 'taken' && climb === null && careCase.ownerId !== null) {
        return { why: 'already taken', by: careCase.ownerId };
      }
      putCase(turn, { ...careCase, ownerId: by, waiting: null });
      return null;
    }
    default:
      return unreachable(matter);
  }
}

/** Before its time a promise goes on with the taker as its owner; after it, it makes room for theirs. */
function takePromise(turn: Turn, id: PromiseId, by: MemberId): Rejection | null {
  const promise = promiseOf(turn.file, id);
  if (promise === undefined) {
    return { why: 'not found' };
  }
  if (promise.status === 'broken' && promise.settled?.how === 'taken') {
    return { why: 'already taken', by: promise.settled.by };
  }
  if (!isUnsettled(promise)) {
    return promiseOver(promise);
  }
  if (promise.status === 'broken') {
    takeBroken(turn, promise, by);
    return null;
  }
  if (promise.risk === null) {
    return { why: 'already taken', by: promise.ownerId };
  }
  if (turn.now < promise.followUpAt) {
    giveTo(turn, promise, by);
  } else {
    takeBroken(turn, breakPromise(turn, promise), by);
  }
  return null;
}

/** A missed promise that somebody takes ends; a case that was closed on it is open again, for its end isn't known. */
function takeBroken(turn: Turn, promise: BrokenPromise, by: MemberId): void {
  settlePromise(turn, promise, { how: 'taken', at: turn.now, by });
  const careCase = turn.file.case;
  if (careCase.status === 'closed') {
    openAgain(turn, careCase);
    note(turn, { kind: 'reopened' });
  }
  putCase(turn, { ...turn.file.case, ownerId: by });
}

function openAgain(turn: Turn, careCase: ClosedCase): void {
  const { closedAt: _a, closedBy: _b, solved: _s, ...rest } = careCase;
  putCase(turn, { ...rest, status: 'open', waiting: null });
}

/** Names one taking of a matter: a promise's by its turns, an ask's by its climbs, a case's by its waits. */
function takenKey(file: CaseFile, matter: Matter): string {
  switch (matter.kind) {
    case 'promise': {
      const promise = promiseOf(file, matter.promiseId);
      const turn = promise?.status === 'live' || promise?.status === 'broken' ? promise.turn : 0;
      return `${matter.promiseId}/taken/${turn}`;
    }
    case 'ask': {
      const ask = askOf(file, matter.askId);
      return `${matter.askId}/taken/${ask?.status === 'open' ? ask.climbs : 0}`;
    }
    case 'case':
      return `case/taken/${file.case.turns}`;
    default:
      return unreachable(matter);
  }
}
