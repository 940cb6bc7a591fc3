import type { Ask, OpenAsk } from './ask.ts';
import type { CareCase } from './care-case.ts';
import { type CarePromise, isUnsettled } from './care-promise.ts';
import type { Climb } from './climb.ts';
import type { AskId, PromiseId } from './ids.ts';
import type { Instant } from './instant.ts';
import { nextStep } from './plan.ts';
import type { Policy } from './policy.ts';

/** A case with its promises and asks: what is decided about as one, and committed as one. */
export type CaseFile = { case: CareCase; promises: readonly CarePromise[]; asks: readonly Ask[] };

/** The promise of that id in the file, or undefined. */
export function promiseOf(file: CaseFile, id: PromiseId): CarePromise | undefined {
  return file.promises.find((promise) => promise.id === id);
}

/** The ask of that id in the file, or undefined. */
export function askOf(file: CaseFile, id: AskId): Ask | undefined {
  return file.asks.find((ask) => ask.id === id);
}

/**
 * The one next moment at which this case must be looked at again, or null when nothing of it is pending.
 * Derived from the state alone, so state and alarm can't disagree.
 */
export function nextAlarm(file: CaseFile, policy: Policy): Instant | null {
  const moments: Instant[] = [];
  for (const promise of file.promises) {
    if (promise.status === 'live') {
      const step = nextStep(promise);
      if (step) {
        moments.push(step.at);
      }
      moments.push(...climbMoment(promise.climb));
    } else if (isUnsettled(promise) && promise.status === 'broken') {
      moments.push(...climbMoment(promise.climb));
    }
  }
  for (const ask of file.asks) {
    if (ask.status === 'open') {
      moments.push(askMoment(ask, policy));
    }
  }
  moments.push(...waitingMoment(file, policy));
  return moments.length > 0 ? Math.min(...moments) : null;
}

/** Invariant 1: an open case has an owner and a live promise, or an alarm that asks for them. */
export function isSilent(file: CaseFile, policy: Policy): boolean {
  if (file.case.status !== 'open') {
    return false;
  }
  const promised = file.case.ownerId !== null && file.promises.some(isUnsettled);
  return nextAlarm(file, policy) === null || (!promised && file.case.waiting === null);
}

/** When an open ask must be looked at again: who took it has until its deadline, and an hour past that. */
export function askMoment({ climb, by }: OpenAsk, policy: Policy): Instant {
  if (climb.status !== 'taken') {
    return climb.nextAt;
  }
  return climb.takenAt < by ? by : climb.takenAt + policy.climb.againMs;
}

function climbMoment(climb: Climb | null): Instant[] {
  return climb === null || climb.status === 'taken' ? [] : [climb.nextAt];
}

function waitingMoment({ case: careCase }: CaseFile, policy: Policy): Instant[] {
  if (careCase.status !== 'open' || careCase.waiting === null) {
    return [];
  }
  const { since, said, climb } = careCase.waiting;
  const next = waitingSteps(policy).find(({ step }) => !said.includes(step));
  return next ? [since + next.afterMs] : climbMoment(climb);
}

/** When a case without a promise is asked for one again, in ms since it began to wait. */
export function waitingSteps({ waiting }: Policy) {
  return [
    { step: 'again', afterMs: waiting.againMs },
    { step: 'channel', afterMs: waiting.channelMs },
    { step: 'ladder', afterMs: waiting.ladderMs },
  ] as const;
}
