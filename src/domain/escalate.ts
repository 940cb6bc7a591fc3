import type { OpenAsk } from './ask.ts';
import { addWorking, type WorkClock } from './calendar.ts';
import type { OpenCase } from './care-case.ts';
import type { BrokenPromise, LivePromise, RiskReason } from './care-promise.ts';
import type { Climb } from './climb.ts';
import type { MemberId } from './ids.ts';
import type { Instant } from './instant.ts';
import { callNext, ladderForAsk, ladderOf, newClimb } from './ladder.ts';
import type { Matter } from './say.ts';
import { clockOf, note, putAsk, putCase, putPromise, say, type Turn } from './turn.ts';

/** Marks a live promise at risk, says so in the thread, and calls the first on the owner's ladder. */
export function putAtRisk(turn: Turn, promise: LivePromise, why: RiskReason): void {
  const risky: LivePromise = {
    ...promise,
    risk: { since: turn.now, why },
    climb: newClimb(turn.now),
    climbs: promise.climbs + 1,
  };
  putPromise(turn, risky);
  note(turn, { kind: 'at risk', promiseId: promise.id, why });
  const step = `${promise.id}/risk/${risky.climbs}`;
  say(turn, { kind: 'thread' }, step, { what: 'at risk', promiseId: promise.id, turn: promise.turn });
  climbForPromise(turn, risky);
}

/** The next rung for a promise that is at risk or broken. */
export function climbForPromise(turn: Turn, promise: LivePromise | BrokenPromise): void {
  const { now } = turn;
  const clock = promise.plan.by === 'clock' ? 'clock' : clockOf(turn, promise.ownerId);
  const brokenAt = promise.plan.steps.find(({ step }) => step === 'broken')?.at ?? promise.followUpAt;
  const climb = step(turn, {
    matter: { kind: 'promise', promiseId: promise.id },
    climb: promise.climb ?? newClimb(now),
    count: promise.climbs,
    ladder: ladderOf(turn.team, promise.ownerId),
    clock,
    due: promise.followUpAt,
    roundOverAt: promise.status === 'live' && brokenAt > now ? brokenAt : null,
    again: clockOf(turn, promise.ownerId),
  });
  putPromise(turn, { ...promise, climb });
}

/** The next rung for an ask: among those whose limit covers it and who didn't say *not mine*. */
export function climbForAsk(turn: Turn, ask: OpenAsk): void {
  const climb = step(turn, {
    matter: { kind: 'ask', askId: ask.id },
    climb: ask.climb,
    count: ask.climbs,
    ladder: ladderForAsk(turn.team, ask, ask.notMine),
    clock: clockForAsk(turn, ask),
    due: ask.by,
    roundOverAt: ask.by > turn.now ? ask.by : null,
    again: clockOf(turn, ask.askedBy),
  });
  putAsk(turn, { ...ask, climb });
}

/** The next rung for a case that nobody has made a promise for. */
export function climbForCase(turn: Turn, careCase: OpenCase): void {
  if (careCase.waiting === null) {
    return;
  }
  const askedOf = careCase.ownerId ?? careCase.openedBy;
  const climb = step(turn, {
    matter: { kind: 'case', caseId: careCase.id },
    climb: careCase.waiting.climb ?? newClimb(turn.now),
    count: careCase.waiting.turn,
    ladder: ladderOf(turn.team, askedOf),
    clock: clockOf(turn, askedOf),
    due: null,
    roundOverAt: null,
    again: clockOf(turn, askedOf),
  });
  const now = turn.file.case;
  if (now.status === 'open' && now.waiting) {
    putCase(turn, { ...now, waiting: { ...now.waiting, climb } });
  }
}

type Step = {
  matter: Matter;
  climb: Climb;
  count: number;
  ladder: readonly MemberId[];
  clock: WorkClock;
  due: Instant | null;
  roundOverAt: Instant | null;
  /** Rounds after a miss come every hour of this clock. */
  again: WorkClock;
};

function step(turn: Turn, { matter, climb, count, ladder, clock, due, roundOverAt, again }: Step): Climb {
  const { team, policy, now } = turn;
  const before = climb.calls.at(-1);
  const over = roundOverAt ?? addWorking(again, now, policy.climb.againMs);
  const { climb: next, called } = callNext(climb, {
    ladder,
    team,
    policy,
    now,
    due,
    clock,
    roundOverAt: over,
  });
  const name = `${subject(matter)}/climb/${count}`;
  if (called !== null) {
    const call = next.calls.length;
    note(turn, { kind: 'called', matter, holderId: called });
    const what = { what: 'call', matter, climb: count, call, holderId: called } as const;
    say(turn, { kind: 'member', memberId: called }, `${name}/${call}`, what);
    // Who said *not mine* is on the ladder no more, and has answered.
    if (before && before.holderId !== called && ladder.includes(before.holderId)) {
      const passed = { what: 'passed on', matter, to: called } as const;
      say(turn, { kind: 'member', memberId: before.holderId }, `${name}/${call}/passed`, passed);
    }
  } else if (next.status === 'nobody' && climb.status !== 'nobody') {
    note(turn, { kind: 'nobody to call', matter });
    say(turn, { kind: 'thread' }, `${name}/nobody/${next.emptied}`, { what: 'nobody', matter });
  }
  return next;
}

function clockForAsk(turn: Turn, ask: OpenAsk): WorkClock {
  return ask.by - ask.askedAt < turn.policy.clockBelowMs ? 'clock' : clockOf(turn, ask.askedBy);
}

/** The part of a dedupe key that names a matter. */
function subject(matter: Matter): string {
  return matter.kind === 'promise' ? matter.promiseId : matter.kind === 'ask' ? matter.askId : 'case';
}
