import { askMoment, type CaseFile, promiseOf } from '../../../src/domain/case-file.ts';
import type { Instant } from '../../../src/domain/instant.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { Matter, Say } from '../../../src/domain/say.ts';
import { climbOf } from '../../../src/domain/standing.ts';

/** When the plan has this said: a promise's step, the next rung of a climb, or the next asking of a waiting case. */
export function plannedAt(before: CaseFile, after: CaseFile, say: Say, policy: Policy): Instant | null {
  const stepAt = (id: Matter, step: string) => {
    const promise = id.kind === 'promise' ? promiseOf(before, id.promiseId) : undefined;
    return promise?.status === 'live'
      ? (promise.plan.steps.find((one) => one.step === step)?.at ?? null)
      : null;
  };
  switch (say.what) {
    case 'nudge':
      return stepAt({ kind: 'promise', promiseId: say.promiseId }, say.step);
    case 'at risk':
      return stepAt({ kind: 'promise', promiseId: say.promiseId }, 'at risk');
    case 'broken':
      return stepAt({ kind: 'promise', promiseId: say.promiseId }, 'broken');
    case 'wants promise': {
      const waiting = before.case.status === 'open' ? before.case.waiting : null;
      const { againMs, channelMs } = policy.waiting;
      return waiting === null ? null : waiting.since + (say.round === 2 ? channelMs : againMs);
    }
    case 'call':
    case 'passed on':
    case 'nobody':
      return climbAt(before, after, say.matter, policy);
    default:
      return null;
  }
}

/** A climb goes on when the one called had their time; its beginning is the step that it begins with. */
function climbAt(before: CaseFile, after: CaseFile, matter: Matter, policy: Policy): Instant | null {
  if (matter.kind === 'ask') {
    const ask = before.asks.find(({ id }) => id === matter.askId);
    return ask?.status === 'open' ? askMoment(ask, policy) : null;
  }
  const climb = climbOf(before, matter)?.climb;
  if (climb !== undefined && climb.status !== 'taken' && climb.calls.length > 0) {
    return climb.nextAt;
  }
  if (matter.kind === 'case') {
    const waiting = before.case.status === 'open' ? before.case.waiting : null;
    return waiting === null ? null : waiting.since + policy.waiting.ladderMs;
  }
  const promise = promiseOf(before, matter.promiseId);
  const isBroken = promiseOf(after, matter.promiseId)?.status === 'broken';
  const step = isBroken ? 'broken' : 'at risk';
  return promise?.status === 'live'
    ? (promise.plan.steps.find((one) => one.step === step)?.at ?? null)
    : climb === undefined || climb.status === 'taken'
      ? null
      : climb.nextAt;
}
