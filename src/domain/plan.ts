import { addWorking, isOffHours, subtractWorking, type WorkClock, workingMsBetween } from './calendar.ts';
import type { LivePromise, Plan } from './care-promise.ts';
import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';

/**
 * The steps of a promise by their share of the window from `from` to `followUpAt` (product.md, "The plan").
 * Shares are of working time by `clock`, unless the window is too short for that or holds none. Who promises
 * an hour outside of it works then: the last steps come by the clock.
 * A customer deadline before the follow-up time pulls *at risk* forward, so that somebody looks while it helps.
 */
export function planFor(window: {
  from: Instant;
  followUpAt: Instant;
  customerDeadline: Instant | null;
  clock: WorkClock;
  policy: Policy;
}): Plan {
  const { from, followUpAt, customerDeadline, policy } = window;
  const clock = planClock(window);
  const total = workingMsBetween(clock, from, followUpAt);
  const at = (share: number) => addWorking(clock, from, Math.floor(total * share));
  const last = isOffHours(clock, followUpAt) ? 'clock' : clock;
  const left = workingMsBetween(last, from, followUpAt);
  const noEarlierThan = (ms: number) => subtractWorking(last, followUpAt, Math.min(ms, left));
  const soon = Math.max(at(policy.soon.share), noEarlierThan(policy.soon.earliestMs));
  const planned = Math.max(at(policy.atRisk.share), noEarlierThan(policy.atRisk.earliestMs));
  const pulled =
    customerDeadline !== null && customerDeadline > from && customerDeadline < followUpAt
      ? Math.max(from, subtractWorking(clock, customerDeadline, policy.atRisk.earliestMs))
      : planned;
  const steps: Plan['steps'] = [
    { step: 'soon', at: soon },
    { step: 'at risk', at: Math.min(planned, pulled) },
    { step: 'due', at: followUpAt },
    { step: 'broken', at: followUpAt + graceMs(total, policy) },
  ];
  if (total >= policy.halfway.minWindowMs) {
    steps.push({ step: 'halfway', at: at(policy.halfway.share) });
  }
  steps.sort((a, b) => a.at - b.at);
  return { by: clock === 'clock' ? 'clock' : 'working time', from, steps };
}

/** How long after its follow-up time a promise becomes broken, in ms, for a window of `windowMs`. */
export function graceMs(windowMs: number, { grace }: Policy): number {
  return Math.min(grace.maxMs, Math.max(grace.minMs, Math.floor(windowMs * grace.share)));
}

/** The first step that has not been taken yet. */
export function nextStep(promise: LivePromise): Plan['steps'][number] | null {
  return promise.plan.steps.find(({ step }) => !promise.said.includes(step)) ?? null;
}

function planClock(window: {
  from: Instant;
  followUpAt: Instant;
  clock: WorkClock;
  policy: Policy;
}): WorkClock {
  const { from, followUpAt, clock, policy } = window;
  const short = followUpAt - from < policy.clockBelowMs;
  return short || workingMsBetween(clock, from, followUpAt) === 0 ? 'clock' : clock;
}
