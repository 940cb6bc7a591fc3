import { climbAgain } from './ask-turns.ts';
import type { LivePromise, PlanStep, RiskReason } from './care-promise.ts';
import { askMoment, promiseOf, waitingSteps } from './case-file.ts';
import type { Climb } from './climb.ts';
import { climbForAsk, climbForCase, climbForPromise, putAtRisk } from './escalate.ts';
import type { MemberId } from './ids.ts';
import { canBeCalled, firstBack, ladderForAsk, ladderOf } from './ladder.ts';
import { dangerOf, ownerFact } from './owner-fact.ts';
import { nextStep } from './plan.ts';
import { breakPromise, deadlineFor } from './promise-turns.ts';
import { endRisk } from './sign-of-life.ts';
import { note, putCase, putPromise, say, type Turn } from './turn.ts';
import { unreachable } from './unreachable.ts';

/** Does everything whose time has come in a file. Waking it too early, or twice, changes nothing. */
export function wake(turn: Turn): void {
  for (const { id } of turn.file.promises) {
    takeSteps(turn, id);
    const promise = promiseOf(turn.file, id);
    const open = promise?.status === 'live' || (promise?.status === 'broken' && promise.settled === null);
    if (open && promise.climb && isCallDue(turn, promise.climb, ladderOf(turn.team, promise.ownerId))) {
      climbForPromise(turn, promise);
    }
  }
  lookAtFacts(turn);
  for (const ask of turn.file.asks) {
    if (ask.status !== 'open') {
      continue;
    }
    const ladder = ladderForAsk(turn.team, ask, ask.notMine);
    if (askMoment(ask, turn.policy) <= turn.now || isCallDue(turn, ask.climb, ladder)) {
      // Who took it and let its time pass is called again, with the others.
      climbForAsk(turn, ask.climb.status === 'taken' ? climbAgain(turn, ask) : ask);
    }
  }
  askForPromise(turn);
}

/**
 * Puts live promises at risk whose owner can't keep them any more. A fact that is one no more takes its risk
 * back.
 */
function lookAtFacts(turn: Turn): void {
  for (const promise of turn.file.promises) {
    if (promise.status !== 'live') {
      continue;
    }
    if (promise.risk === null) {
      const why = dangerOf(turn, promise);
      if (why !== null) {
        putAtRisk(turn, promise, why);
      }
    } else if (isOut(promise.risk.why) && ownerFact(turn, promise)?.why !== promise.risk.why) {
      lookAgain(turn, promise, promise.risk);
    }
  }
}

/** The owner isn't out any more as they were: it is at risk for another reason, or not at all. */
function lookAgain(turn: Turn, promise: LivePromise, risk: NonNullable<LivePromise['risk']>): void {
  const why = promise.said.includes('at risk')
    ? riskOf(turn, promise)
    : (ownerFact(turn, promise)?.why ?? null);
  if (why === null) {
    endRisk(turn, promise);
  } else {
    putPromise(turn, { ...promise, risk: { ...risk, why } });
  }
}

function takeSteps(turn: Turn, id: LivePromise['id']): void {
  for (;;) {
    const promise = promiseOf(turn.file, id);
    const next = promise?.status === 'live' ? nextStep(promise) : null;
    if (promise?.status !== 'live' || next === null || next.at > turn.now) {
      return;
    }
    const said: LivePromise = { ...promise, said: [...promise.said, next.step] };
    putPromise(turn, said);
    takeStep(turn, said, next.step);
  }
}

function takeStep(turn: Turn, promise: LivePromise, step: PlanStep): void {
  switch (step) {
    case 'halfway':
    case 'soon':
    case 'due': {
      note(turn, { kind: 'nudged', promiseId: promise.id, step });
      if (!isOvertaken(turn, promise)) {
        const key = `${promise.id}/${promise.turn}/${step}`;
        say(turn, { kind: 'thread' }, key, {
          what: 'nudge',
          promiseId: promise.id,
          turn: promise.turn,
          step,
        });
      }
      return;
    }
    case 'at risk': {
      const why = promise.risk === null && !isDue(turn, promise, 'broken') ? riskOf(turn, promise) : null;
      if (why !== null) {
        putAtRisk(turn, promise, why);
      }
      return;
    }
    case 'broken': {
      breakPromise(turn, promise);
      say(turn, { kind: 'thread' }, `${promise.id}/broken`, { what: 'broken', promiseId: promise.id });
      return;
    }
    default:
      unreachable(step);
  }
}

/** After a standstill several nudges are due at once: only the last of them speaks. */
function isOvertaken(turn: Turn, promise: LivePromise): boolean {
  const nudges = ['halfway', 'soon', 'due'] as const;
  const isNext = (step: PlanStep) => isDue(turn, promise, step) && !promise.said.includes(step);
  return nudges.some(isNext) || isDue(turn, promise, 'broken');
}

function isDue({ now }: Turn, { plan }: LivePromise, step: PlanStep): boolean {
  return plan.steps.some((one) => one.step === step && one.at <= now);
}

function riskOf(turn: Turn, promise: LivePromise): RiskReason | null {
  const fact = ownerFact(turn, promise);
  if (fact !== null) {
    return fact.why;
  }
  const deadline = deadlineFor(turn, promise.kind);
  if (deadline !== null && deadline < promise.followUpAt && deadline > promise.plan.from) {
    return 'customer deadline';
  }
  if (turn.file.asks.some(({ status }) => status === 'open')) {
    return 'ask undecided';
  }
  const soonAt = promise.plan.steps.find(({ step }) => step === 'soon')?.at ?? promise.madeAt;
  const signed = promise.lastSignAt !== null && promise.lastSignAt >= soonAt;
  return signed ? null : 'no sign of life';
}

/** Whether the next is to be called: it is time, or there was nobody to call and now there is, or will be before that. */
function isCallDue({ team, now }: Turn, climb: Climb, ladder: readonly MemberId[]): boolean {
  if (climb.status === 'taken') {
    return false;
  }
  const isBack = () =>
    ladder.some((id) => canBeCalled(team, id, now)) || firstBack(team, ladder, now) < climb.nextAt;
  return climb.nextAt <= now || (climb.status === 'nobody' && isBack());
}

function isOut(why: RiskReason): boolean {
  return why === 'owner away' || why === 'owner paused';
}

function askForPromise(turn: Turn): void {
  for (const [index, { step, afterMs }] of waitingSteps(turn.policy).entries()) {
    const careCase = turn.file.case;
    if (careCase.status !== 'open' || careCase.waiting === null) {
      return;
    }
    const { since, said, turn: count } = careCase.waiting;
    if (said.includes(step) || since + afterMs > turn.now) {
      continue;
    }
    putCase(turn, { ...careCase, waiting: { ...careCase.waiting, said: [...said, step] } });
    const round = index + 1;
    note(turn, { kind: 'asked for a promise', round });
    // After a standstill, asking in the channel makes asking in the thread needless.
    const isOvertaken = step === 'again' && since + turn.policy.waiting.channelMs <= turn.now;
    if (step !== 'ladder' && !isOvertaken) {
      const to = step === 'channel' ? ({ kind: 'channel' } as const) : ({ kind: 'thread' } as const);
      say(turn, to, `wait/${count}/${round}`, { what: 'wants promise', turn: count, round });
    }
  }
  const careCase = turn.file.case;
  const climb = careCase.status === 'open' ? careCase.waiting?.climb : null;
  const climbs = careCase.status === 'open' && careCase.waiting?.said.includes('ladder');
  const ladder = ladderOf(turn.team, careCase.ownerId ?? careCase.openedBy);
  if (climbs && (!climb || isCallDue(turn, climb, ladder))) {
    climbForCase(turn, careCase);
  }
}
