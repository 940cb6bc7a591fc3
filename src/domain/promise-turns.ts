import {
  type BrokenPromise,
  type CarePromise,
  isUnsettled,
  type LivePromise,
  type Plan,
  type Settlement,
} from './care-promise.ts';
import type { MemberId, NonBlank, PromiseId } from './ids.ts';
import type { Instant } from './instant.ts';
import { newClimb } from './ladder.ts';
import { planFor } from './plan.ts';
import type { Rejection } from './rejection.ts';
import { clockOf, memberOf, note, putCase, putPromise, say, type Turn } from './turn.ts';
import { unreachable } from './unreachable.ts';

/** What somebody promises. Times in epoch ms. */
export type PromiseTerms = {
  id: PromiseId;
  ownerId: MemberId;
  action: NonBlank;
  contactBy: MemberId;
  contactTo: string;
  followUpAt: Instant;
};

/** Makes a promise; its owner becomes the case's. */
export function makePromise(turn: Turn, terms: PromiseTerms): Rejection | null {
  return turn.file.case.status === 'closed'
    ? { why: 'case is closed' }
    : addPromise(turn, { ...terms, kind: 'contact', movedFrom: null });
}

/** Puts a promise into the file; also for *did it hold?* of a case that has just been closed. */
export function addPromise(
  turn: Turn,
  terms: PromiseTerms & Pick<CarePromise, 'kind' | 'movedFrom'>,
): Rejection | null {
  const { now, by, file } = turn;
  if (terms.followUpAt <= now) {
    return { why: 'time is past', field: 'followUpAt' };
  }
  const gone = [terms.ownerId, terms.contactBy].find((id) => !memberOf(turn, id)?.active);
  if (gone !== undefined) {
    return { why: 'owner has left', memberId: gone };
  }
  const promise: LivePromise = {
    ...terms,
    workspaceId: file.case.workspaceId,
    caseId: file.case.id,
    madeAt: now,
    madeBy: by ?? terms.ownerId,
    status: 'live',
    plan: planOf(turn, terms.ownerId, terms.followUpAt, deadlineFor(turn, terms.kind)),
    turn: 1,
    said: [],
    lastSignAt: null,
    risk: null,
    climb: null,
    climbs: 0,
  };
  putPromise(turn, promise);
  const { id: promiseId, ownerId, action, followUpAt } = promise;
  note(turn, { kind: 'promised', promiseId, ownerId, action, followUpAt });
  if (turn.file.case.status === 'open') {
    putCase(turn, { ...turn.file.case, ownerId, waiting: null });
  }
  if (terms.movedFrom === null) {
    say(turn, { kind: 'thread' }, `${promiseId}/made`, { what: 'promise made', promiseId });
  }
  return null;
}

/** Keeps a promise, with its proof. After a miss it is kept late, and the miss stays on record. */
export function keepPromise(turn: Turn, promise: CarePromise, proof: NonBlank): Rejection | null {
  const { now, by } = turn;
  if (!isUnsettled(promise)) {
    return promiseOver(promise);
  }
  const late = promise.status === 'broken';
  const keptBy = by ?? promise.ownerId;
  if (promise.status === 'broken') {
    settlePromise(turn, promise, { how: 'kept late', at: now, by: keptBy, proof });
  } else {
    putPromise(turn, { ...recordOf(promise), status: 'kept', keptAt: now, keptBy, proof });
  }
  note(turn, { kind: 'kept', promiseId: promise.id, proof, late });
  say(turn, { kind: 'thread' }, `${promise.id}/kept`, { what: 'kept', promiseId: promise.id });
  return null;
}

/** Moves a promise to a new time: early a good deed, after the time a miss that stays on record. */
export function movePromise(
  turn: Turn,
  promise: CarePromise,
  to: { id: PromiseId; followUpAt: Instant; reason: NonBlank; customerTold: boolean },
): Rejection | null {
  const { now, by } = turn;
  if (!isUnsettled(promise)) {
    return promiseOver(promise);
  }
  const { kind, ownerId, action, contactTo } = promise;
  const contactBy = memberOf(turn, promise.contactBy)?.active ? promise.contactBy : ownerId;
  const terms = { id: to.id, ownerId, action, contactBy, contactTo, followUpAt: to.followUpAt };
  const rejection = addPromise(turn, { ...terms, kind, movedFrom: promise.id });
  if (rejection !== null) {
    return rejection;
  }
  const movedBy = by ?? ownerId;
  const early = promise.status === 'live' && now < promise.followUpAt;
  const { reason, customerTold } = to;
  if (early) {
    putPromise(turn, {
      ...recordOf(promise),
      status: 'moved',
      movedAt: now,
      movedBy,
      movedTo: to.id,
      reason,
      customerTold,
    });
  } else {
    const missed = promise.status === 'live' ? breakPromise(turn, promise) : promise;
    settlePromise(turn, missed, { how: 'moved', at: now, by: movedBy, to: to.id, reason, customerTold });
  }
  note(turn, {
    kind: 'moved',
    promiseId: promise.id,
    followUpAt: to.followUpAt,
    reason,
    early,
    customerTold,
  });
  say(turn, { kind: 'thread' }, `${promise.id}/moved`, { what: 'moved', promiseId: promise.id });
  return null;
}

/** Gives a promise to another owner, whose nudges begin anew for what is left of the window. */
export function handOver(turn: Turn, promise: CarePromise, to: MemberId): Rejection | null {
  if (!isUnsettled(promise)) {
    return promiseOver(promise);
  }
  if (promise.status === 'broken') {
    return { why: 'promise is over', status: 'broken', by: null, at: promise.brokenAt };
  }
  if (!memberOf(turn, to)?.active) {
    return { why: 'owner has left', memberId: to };
  }
  if (to === promise.ownerId) {
    return { why: 'same owner', memberId: to };
  }
  const from = promise.ownerId;
  const handed = giveTo(turn, promise, to);
  note(turn, { kind: 'handed over', promiseId: promise.id, to });
  const what = { what: 'handed over', promiseId: promise.id, turn: handed.turn, from, to } as const;
  say(turn, { kind: 'thread' }, `${promise.id}/handed/${handed.turn}`, what);
  return null;
}

/**
 * The promise with a new owner, put into the file; at risk no more, for somebody has just taken it on. Its grace
 * stays what it was, and after its time nothing else is left to plan.
 */
export function giveTo(turn: Turn, promise: LivePromise, ownerId: MemberId): LivePromise {
  const { plan, said } =
    turn.now < promise.followUpAt ? { plan: replanned(turn, promise, ownerId), said: [] } : promise;
  const given: LivePromise = {
    ...promise,
    ownerId,
    contactBy: promise.contactBy === promise.ownerId ? ownerId : promise.contactBy,
    turn: promise.turn + 1,
    plan,
    said,
    lastSignAt: turn.now,
    risk: null,
    climb: null,
  };
  putPromise(turn, given);
  if (turn.file.case.status === 'open') {
    putCase(turn, { ...turn.file.case, ownerId });
  }
  return given;
}

/** Takes a promise back that no longer makes sense, with the reason. */
export function withdrawPromise(turn: Turn, promise: CarePromise, reason: NonBlank): Rejection | null {
  if (!isUnsettled(promise)) {
    return promiseOver(promise);
  }
  endWithdrawn(turn, promise, reason);
  say(turn, { kind: 'thread' }, `${promise.id}/withdrawn`, { what: 'withdrawn', promiseId: promise.id });
  return null;
}

/** Ends a promise that nobody needs any more, on record and without a word in the thread. */
export function endWithdrawn(turn: Turn, promise: LivePromise | BrokenPromise, reason: NonBlank): void {
  const { now, by } = turn;
  const withdrawnBy = by ?? promise.ownerId;
  if (promise.status === 'broken') {
    settlePromise(turn, promise, { how: 'withdrawn', at: now, by: withdrawnBy, reason });
  } else {
    putPromise(turn, { ...recordOf(promise), status: 'withdrawn', withdrawnAt: now, withdrawnBy, reason });
  }
  note(turn, { kind: 'withdrawn', promiseId: promise.id, reason });
}

/** A live promise whose time and grace are over, put into the file and on record. */
export function breakPromise(turn: Turn, promise: LivePromise): BrokenPromise {
  const { said: _s, lastSignAt: _l, risk: _r, climb, ...record } = promise;
  const climbs = climb === null ? promise.climbs + 1 : promise.climbs;
  const broken: BrokenPromise = {
    ...record,
    status: 'broken',
    brokenAt: turn.now,
    climb: climb ?? newClimb(turn.now),
    climbs,
    settled: null,
  };
  putPromise(turn, broken);
  note(turn, { kind: 'broken', promiseId: promise.id });
  return broken;
}

/** Brings a broken promise to rest. */
export function settlePromise(turn: Turn, promise: BrokenPromise, settled: Settlement): void {
  putPromise(turn, { ...promise, settled });
}

/** What stays of a live promise once it has ended. */
function recordOf(promise: LivePromise) {
  const {
    plan: _p,
    turn: _t,
    said: _s,
    lastSignAt: _l,
    risk: _r,
    climb: _c,
    climbs: _n,
    ...record
  } = promise;
  return record;
}

/** Why nothing can be done about a promise that has ended: what ended it, who and when. */
export function promiseOver(promise: CarePromise): Rejection {
  switch (promise.status) {
    case 'kept':
      return { why: 'promise is over', status: 'kept', by: promise.keptBy, at: promise.keptAt };
    case 'moved':
      return { why: 'promise is over', status: 'moved', by: promise.movedBy, at: promise.movedAt };
    case 'withdrawn':
      return {
        why: 'promise is over',
        status: 'withdrawn',
        by: promise.withdrawnBy,
        at: promise.withdrawnAt,
      };
    case 'broken':
    case 'live': {
      const settled = promise.status === 'broken' ? promise.settled : null;
      return {
        why: 'promise is over',
        status: 'broken',
        by: settled?.by ?? null,
        at: settled?.at ?? promise.madeAt,
      };
    }
    default:
      return unreachable(promise);
  }
}

/** The customer's deadline is for the problem: looking whether the fix held comes after it by its nature. */
export function deadlineFor({ file }: Turn, kind: CarePromise['kind']): Instant | null {
  return kind === 'hold' ? null : (file.case.deadline?.at ?? null);
}

function planOf(turn: Turn, ownerId: MemberId, followUpAt: Instant, customerDeadline: Instant | null): Plan {
  const { now, policy } = turn;
  return planFor({ from: now, followUpAt, customerDeadline, clock: clockOf(turn, ownerId), policy });
}

/** A new owner's plan. A customer deadline that has called them in doesn't call anybody a second time. */
function replanned(turn: Turn, { followUpAt, plan, risk, kind }: LivePromise, ownerId: MemberId): Plan {
  const deadline = risk?.why === 'customer deadline' ? null : deadlineFor(turn, kind);
  const fresh = planOf(turn, ownerId, followUpAt, deadline);
  const grace = plan.steps.find(({ step }) => step === 'broken');
  return { ...fresh, steps: fresh.steps.map((one) => (one.step === 'broken' ? (grace ?? one) : one)) };
}
