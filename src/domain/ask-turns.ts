import type { Ask, AskAnswer, OpenAsk } from './ask.ts';
import { climbForAsk } from './escalate.ts';
import type { AskId, MemberId, NonBlank, PromiseId } from './ids.ts';
import type { Instant } from './instant.ts';
import { covers, ladderForAsk, newClimb } from './ladder.ts';
import type { Rejection } from './rejection.ts';
import { endRisk } from './sign-of-life.ts';
import { memberOf, note, putAsk, say, type Turn } from './turn.ts';

/** What is asked of authority. `by` in epoch ms; money in the workspace's currency. */
export type AskTerms = {
  id: AskId;
  promiseId: PromiseId | null;
  need: NonBlank;
  money: number | null;
  days: number | null;
  by: Instant;
  options: string;
  recommendation: string;
};

/** Takes a question to the first on the asker's ladder who may decide it. */
export function askAuthority(turn: Turn, terms: AskTerms, askedBy: MemberId): Rejection | null {
  const { now, file } = turn;
  if (file.case.status === 'closed') {
    return { why: 'case is closed' };
  }
  if (terms.by <= now) {
    return { why: 'time is past', field: 'by' };
  }
  const ask: OpenAsk = {
    ...terms,
    workspaceId: file.case.workspaceId,
    caseId: file.case.id,
    askedAt: now,
    askedBy,
    status: 'open',
    climb: newClimb(now),
    climbs: 1,
    notMine: [],
  };
  if (ladderForAsk(turn.team, ask).length === 0) {
    return { why: 'nobody may decide' };
  }
  putAsk(turn, ask);
  note(turn, { kind: 'asked', askId: ask.id, need: ask.need, by: ask.by });
  say(turn, { kind: 'thread' }, `${ask.id}/made`, { what: 'ask made', askId: ask.id });
  climbForAsk(turn, ask);
  return null;
}

/** Decides an ask. Only a member whose limit covers it may; the answer lands in the thread. */
export function decideAsk(turn: Turn, ask: Ask, answer: AskAnswer, by: MemberId): Rejection | null {
  if (ask.status !== 'open') {
    return over(ask);
  }
  if (!mayDecide(turn, ask, by, answer)) {
    return { why: 'no authority' };
  }
  const { climb: _c, climbs: _n, notMine: _m, ...record } = ask;
  putAsk(turn, { ...record, status: 'decided', decidedAt: turn.now, decidedBy: by, answer });
  note(turn, { kind: 'decided', askId: ask.id, answer });
  say(turn, { kind: 'thread' }, `${ask.id}/decided`, { what: 'ask decided', askId: ask.id });
  endUndecided(turn);
  return null;
}

/** A holder says that an ask is not theirs, called or having taken it: the next one is called at once. */
export function passAsk(turn: Turn, ask: Ask, by: MemberId): Rejection | null {
  if (ask.status !== 'open') {
    return over(ask);
  }
  const { climb } = ask;
  const isTakers = climb.status === 'taken' && climb.takenBy === by;
  if (!isTakers && !climb.calls.some((call) => call.holderId === by)) {
    return { why: 'not called' };
  }
  if (ask.notMine.includes(by)) {
    return null;
  }
  const passed: OpenAsk = { ...ask, notMine: [...ask.notMine, by] };
  note(turn, { kind: 'not mine', askId: ask.id });
  putAsk(turn, passed);
  if (isTakers) {
    climbForAsk(turn, climbAgain(turn, passed));
  } else if (climb.status !== 'taken' && climb.calls.at(-1)?.holderId === by) {
    climbForAsk(turn, passed);
  }
  return null;
}

/** Begins a new climb for an ask that was taken in vain, put into the file. */
export function climbAgain(turn: Turn, ask: OpenAsk): OpenAsk {
  const again = { ...ask, climb: newClimb(turn.now), climbs: ask.climbs + 1 };
  putAsk(turn, again);
  return again;
}

/** Ends the asks of a case that ends. */
export function withdrawAsks(turn: Turn): void {
  for (const ask of turn.file.asks) {
    if (ask.status === 'open') {
      const { climb: _c, climbs: _n, notMine: _m, ...record } = ask;
      putAsk(turn, { ...record, status: 'withdrawn', withdrawnAt: turn.now });
    }
  }
}

/** With the last open ask decided, no promise is at risk for it any more. */
function endUndecided(turn: Turn): void {
  if (turn.file.asks.some(({ status }) => status === 'open')) {
    return;
  }
  for (const promise of turn.file.promises) {
    if (promise.status === 'live' && promise.risk?.why === 'ask undecided') {
      endRisk(turn, promise);
    }
  }
}

/** Any authority holder but the asker may say less than is asked for; a full yes needs a limit that covers it. */
function mayDecide(turn: Turn, ask: OpenAsk, by: MemberId, answer: AskAnswer): boolean {
  const limit = memberOf(turn, by)?.limit ?? null;
  return isHolder(turn, ask, by) && (covers(limit, ask) || answer.answer !== 'approved');
}

/** Whether this member has authority of any kind over the ask: a holder who is still here, and not its asker. */
export function isHolder(turn: Turn, ask: OpenAsk, by: MemberId): boolean {
  const member = memberOf(turn, by);
  return member !== null && member.active && member.limit !== null && by !== ask.askedBy;
}

/** Why nothing can be done about an ask that has ended. */
export function over(ask: Exclude<Ask, OpenAsk>): Rejection {
  return ask.status === 'decided'
    ? { why: 'ask is over', status: 'decided', by: ask.decidedBy, at: ask.decidedAt }
    : { why: 'ask is over', status: 'withdrawn', by: null, at: ask.withdrawnAt };
}
