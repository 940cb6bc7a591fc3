import type { CaseFile } from './case-file.ts';
import { askOf, promiseOf, waitingSteps } from './case-file.ts';
import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';
import type { Audience, OutMessage, Say } from './say.ts';
import { climbOf, movedTo } from './standing.ts';
import { unreachable } from './unreachable.ts';

export type Post = Extract<OutMessage, { op: 'post' }>;

/**
 * What a case's state says was said since `since`, made again with the keys it had: posts that still wait for an
 * answer, and how its promises and asks ended. Words about what somebody has just done (taken, handed over, passed
 * on, reopened) leave nothing in the state that they could be made from, and nobody waits for them.
 */
export function saidSince(file: CaseFile, policy: Policy, since: Instant): Post[] {
  const posts = [...standing(file), ...endings(file)];
  return posts.filter(({ say }) => (saidAt(file, policy, say) ?? since - 1) >= since);
}

function standing({ case: careCase }: CaseFile): Post[] {
  return careCase.standing.map(({ key, say }) => ({ op: 'post', key, to: audienceOf(say), say }));
}

function endings({ case: { id }, promises, asks }: CaseFile): Post[] {
  const post = (key: string, say: Say): Post => ({
    op: 'post',
    key: `${id}/${key}`,
    to: { kind: 'thread' },
    say,
  });
  return [
    post('history', { what: 'history' }),
    ...promises.flatMap((promise): Post[] => {
      const { id: promiseId, status, kind } = promise;
      if (status === 'kept' || (status === 'broken' && promise.settled?.how === 'kept late')) {
        return [post(`${promiseId}/kept`, { what: 'kept', promiseId })];
      }
      // Reopening a case ends *did it hold?* without a word.
      return status === 'withdrawn' && kind === 'contact'
        ? [post(`${promiseId}/withdrawn`, { what: 'withdrawn', promiseId })]
        : [];
    }),
    ...asks.flatMap(({ id: askId, status }) =>
      status === 'decided' ? [post(`${askId}/decided`, { what: 'ask decided', askId })] : [],
    ),
  ];
}

/** To whom a step speaks. */
function audienceOf(say: Say): Audience {
  if (say.what === 'case card' || (say.what === 'wants promise' && say.round === 2)) {
    return { kind: 'channel' };
  }
  return say.what === 'call' ? { kind: 'member', memberId: say.holderId } : { kind: 'thread' };
}

/** When something was said, as far as the state tells; null for what can't be told. */
function saidAt(file: CaseFile, policy: Policy, say: Say): Instant | null {
  const careCase = file.case;
  switch (say.what) {
    case 'case card':
    case 'history':
      return careCase.openedAt;
    case 'wants promise': {
      const waiting = careCase.status === 'open' ? careCase.waiting : null;
      const after = say.round === 0 ? 0 : (waitingSteps(policy)[say.round - 1]?.afterMs ?? 0);
      return waiting && waiting.turn === say.turn ? waiting.since + after : null;
    }
    case 'promise made':
      return promiseOf(file, say.promiseId)?.madeAt ?? null;
    case 'moved':
      return movedTo(file, say.promiseId)?.madeAt ?? null;
    case 'nudge': {
      const promise = promiseOf(file, say.promiseId);
      return promise?.status === 'live'
        ? (promise.plan.steps.find(({ step }) => step === say.step)?.at ?? null)
        : null;
    }
    case 'at risk': {
      const promise = promiseOf(file, say.promiseId);
      return promise?.status === 'live' ? (promise.risk?.since ?? null) : null;
    }
    case 'broken':
    case 'kept':
    case 'withdrawn': {
      const promise = promiseOf(file, say.promiseId);
      switch (promise?.status) {
        case 'broken':
          return promise.settled?.at ?? promise.brokenAt;
        case 'kept':
          return promise.keptAt;
        case 'withdrawn':
          return promise.withdrawnAt;
        default:
          return null;
      }
    }
    case 'call':
      return climbOf(file, say.matter)?.climb.calls[say.call - 1]?.at ?? null;
    case 'nobody': {
      const climb = climbOf(file, say.matter)?.climb;
      return climb === undefined ? null : (climb.calls.at(-1)?.until ?? climb.startedAt);
    }
    case 'ask made':
    case 'ask decided': {
      const ask = askOf(file, say.askId);
      return ask?.status === 'decided' ? ask.decidedAt : (ask?.askedAt ?? null);
    }
    case 'closed':
      return careCase.status === 'closed' ? careCase.closedAt : null;
    case 'handed over':
    case 'passed on':
    case 'taken':
    case 'reopened':
    case 'audit found':
      return null;
    default:
      return unreachable(say);
  }
}
