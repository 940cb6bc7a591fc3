import type { Ask, AskAnswer, OpenAsk } from './ask.ts';
import { climbForAsk } from './escalate.ts';
import type { AskId, MemberId, NonBlank, PromiseId } from './ids.ts';
import type { Instant } from './instant.ts';
import { covers, ladderForAsk, newClimb } from './ladder.ts';
import type { Rejection } from './rejection.ts';
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
  return null;
}

/** A holder says that an ask is not theirs: the next one is called at once. */
export function passAsk(turn: Turn, ask: Ask, by: MemberId): Rejection | null {
  if (ask.status !== 'open') {
    return over(ask);
  }
  if (!ask.climb.calls.some((call) => call.holderId === by)) {
    return { why: 'not called' };
  }
  const passed: OpenAsk = { ...ask, notMine: [...ask.notMine.filter((id) => id !== by), by] };
  note(turn, { kind: 'not mine', askId: ask.id });
  putAsk(turn, passed);
  const current = ask.climb.calls.at(-1);
  if (ask.climb.status !== 'taken' && current?.holderId === by) {
    climbForAsk(turn, passed);
  }
  return null;
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

/** Who has been called for the ask may say less than it asks for; a full yes needs a limit that covers it. */
function mayDecide(turn: Turn, ask: OpenAsk, by: MemberId, answer: AskAnswer): boolean {
  const member = memberOf(turn, by);
  if (member === null || !member.active || by === ask.askedBy || member.limit === null) {
    return false;
  }
  return covers(member.limit, ask) || answer.answer !== 'approved';
}

/** Why nothing can be done about an ask that has ended. */
export function over(ask: Exclude<Ask, OpenAsk>): Rejection {
  return ask.status === 'decided'
    ? { why: 'ask is over', status: 'decided', by: ask.decidedBy, at: ask.decidedAt }
    : { why: 'ask is over', status: 'withdrawn', by: null, at: ask.withdrawnAt };
}
