import { climbAgain } from './ask-turns.ts';
import type { LivePromise, PlanStep, RiskReason } from './care-promise.ts';
import { askMoment, promiseOf, waitingSteps } from './case-file.ts';
import { climbForAsk, climbForCase, climbForPromise, putAtRisk } from './escalate.ts';
import { isAway } from './people.ts';
import { nextStep } from './plan.ts';
import { breakPromise, deadlineFor } from './promise-turns.ts';
import { memberOf, note, putCase, putPromise, say, type Turn } from './turn.ts';
import { unreachable } from './unreachable.ts';

/** Does everything whose time has come in a file. Waking it too early, or twice, changes nothing. */
export function wake(turn: Turn): void {
  for (const { id } of turn.file.promises) {
    takeSteps(turn, id);
    const promise = promiseOf(turn.file, id);
    const open = promise?.status === 'live' || (promise?.status === 'broken' && promise.settled === null);
    if (open && promise.climb && promise.climb.status !== 'taken' && promise.climb.nextAt <= turn.now) {
      climbForPromise(turn, promise);
    }
  }
  lookAtFacts(turn);
  for (const ask of turn.file.asks) {
    if (ask.status === 'open' && askMoment(ask, turn.policy) <= turn.now) {
      // Who took it and let its time pass is called again, with the others.
      climbForAsk(turn, ask.climb.status === 'taken' ? climbAgain(turn, ask) : ask);
    }
  }
  askForPromise(turn);
}

/**
 * Puts live promises at risk whose owner can't keep them any more: gone, or away since they were made until
 * after their time. Who is given a promise while away was chosen so; that one waits for its own step.
 */
function lookAtFacts(turn: Turn): void {
  for (const promise of turn.file.promises) {
    if (promise.status === 'live' && promise.risk === null) {
      const why = ownerFact(turn, promise);
      const since = memberOf(turn, promise.ownerId)?.absence?.from ?? turn.now;
      if (why !== null && (why === 'owner left' || since > promise.plan.from)) {
        putAtRisk(turn, promise, why);
      }
    }
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
    return fact;
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

function ownerFact(turn: Turn, promise: LivePromise): RiskReason | null {
  const owner = memberOf(turn, promise.ownerId);
  if (!owner?.active) {
    return 'owner left';
  }
  return isAway(owner, promise.followUpAt) && isAway(owner, turn.now) ? 'owner away' : null;
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
  if (
    climbs &&
    (climb === null || (climb?.status !== 'taken' && climb !== undefined && climb.nextAt <= turn.now))
  ) {
    climbForCase(turn, careCase);
  }
}
