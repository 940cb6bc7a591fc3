import { over, withdrawAsks } from './ask-turns.ts';
import type { CareCase } from './care-case.ts';
import { isUnsettled } from './care-promise.ts';
import { askOf, type CaseFile, promiseOf } from './case-file.ts';
import type { MemberId, NonBlank, PromiseId } from './ids.ts';
import type { Instant } from './instant.ts';
import { addPromise, giveTo, settlePromise, withdrawPromise } from './promise-turns.ts';
import type { Rejection } from './rejection.ts';
import type { Matter } from './say.ts';
import { note, putAsk, putCase, say, type Turn } from './turn.ts';
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
  const rejection = takeMatter(turn, matter, by);
  if (rejection === null) {
    note(turn, { kind: 'taken', matter });
    const id = matter.kind === 'promise' ? matter.promiseId : matter.kind === 'ask' ? matter.askId : 'case';
    say(turn, { kind: 'thread' }, `${id}/taken/${turn.now}`, { what: 'taken', matter, by });
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
  const ownerId = careCase.ownerId ?? by;
  putCase(turn, {
    ...rest,
    ownerId,
    status: 'closed',
    closedAt: turn.now,
    closedBy: by,
    solved: terms.solved,
  });
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
  withdrawAsks(turn);
  note(turn, { kind: 'closed', solved: terms.solved });
  say(turn, { kind: 'thread' }, `closed/${turn.now}`, { what: 'closed' });
  return null;
}

/** Opens a closed case again; what was to show whether it held is withdrawn. */
export function reopenCase(turn: Turn, reason: NonBlank): Rejection | null {
  const careCase = turn.file.case;
  if (careCase.status === 'open') {
    return { why: 'case is open' };
  }
  const { closedAt: _a, closedBy: _b, solved: _s, ...rest } = careCase;
  putCase(turn, { ...rest, status: 'open', waiting: null });
  for (const promise of turn.file.promises.filter(isUnsettled)) {
    withdrawPromise(turn, promise, reason);
  }
  note(turn, { kind: 'reopened' });
  say(turn, { kind: 'thread' }, `reopened/${turn.now}`, { what: 'reopened' });
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
      putAsk(turn, { ...ask, climb: { ...ask.climb, status: 'taken', takenBy: by, takenAt: turn.now } });
      return null;
    }
    case 'case': {
      const careCase = turn.file.case;
      if (careCase.status !== 'open' || careCase.waiting === null) {
        return careCase.ownerId === null
          ? { why: 'not found' }
          : { why: 'already taken', by: careCase.ownerId };
      }
      putCase(turn, { ...careCase, ownerId: by, waiting: null });
      return null;
    }
    default:
      return unreachable(matter);
  }
}

/** Before its time a promise goes on with the taker as its owner; a broken one makes room for theirs. */
function takePromise(turn: Turn, id: PromiseId, by: MemberId): Rejection | null {
  const promise = promiseOf(turn.file, id);
  if (promise === undefined) {
    return { why: 'not found' };
  }
  if (promise.status === 'live') {
    if (promise.ownerId === by && promise.risk === null) {
      return { why: 'already taken', by };
    }
    giveTo(turn, promise, by);
    return null;
  }
  if (promise.status === 'broken' && promise.settled === null) {
    settlePromise(turn, promise, { how: 'taken', at: turn.now, by });
    if (turn.file.case.status === 'open') {
      putCase(turn, { ...turn.file.case, ownerId: by });
    }
    return null;
  }
  return { why: 'already taken', by: turn.file.case.ownerId ?? promise.ownerId };
}
