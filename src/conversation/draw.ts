import { askOf, promiseOf } from '../domain/case-file.ts';
import type { Say } from '../domain/say.ts';
import { unreachable } from '../domain/unreachable.ts';
import { askDecidedCard, askMadeCard } from './ask-cards.ts';
import { auditCard } from './audit-card.ts';
import type { Card } from './card.ts';
import { caseCard, closedCard, historyCard, titleOf, wantsCard } from './case-card.ts';
import { callCard, handedCard, nobodyCard, passedOnCard, takenCard } from './climb-cards.ts';
import { atRiskCard, brokenCard, endCard, madeCard, noteCard, nudgeCard } from './promise-cards.ts';
import { member, text, type View } from './view.ts';
import { words } from './words.ts';

/** Draws what is to be said, from the state as it stands. A post that needs no answer any more is folded. */
export function draw(view: View, key: string, say: Say): Card {
  const standing = view.file.case.standing.some((post) => post.key === key);
  switch (say.what) {
    case 'case card':
      return caseCard(view);
    case 'history':
      return historyCard(view);
    case 'wants promise':
      return wantsCard(view, say, standing);
    case 'call':
      return callCard(view, say, standing);
    case 'passed on':
      return passedOnCard(view, say.to);
    case 'nobody':
      return nobodyCard(view, say.matter, standing);
    case 'taken':
      return takenCard(view, say);
    case 'handed over':
      return handedCard(view, say);
    case 'closed':
      return closedCard(view, say, standing);
    case 'reopened':
      return noteCard([member(view, say.by), text(words.reopenedCard.text)]);
    case 'audit found':
      return auditCard(say);
    case 'ask made':
    case 'ask decided': {
      const ask = askOf(view.file, say.askId);
      if (ask === undefined) {
        return noteCard(titleOf(view));
      }
      return say.what === 'ask made' ? askMadeCard(view, ask, standing) : askDecidedCard(view, ask);
    }
    case 'promise made':
    case 'nudge':
    case 'at risk':
    case 'broken':
    case 'kept':
    case 'moved':
    case 'withdrawn':
      return drawPromise(view, say, standing);
    default:
      return unreachable(say);
  }
}

type PromiseSay = Extract<
  Say,
  { what: 'promise made' | 'nudge' | 'at risk' | 'broken' | 'kept' | 'moved' | 'withdrawn' }
>;

function drawPromise(view: View, say: PromiseSay, standing: boolean): Card {
  const promise = promiseOf(view.file, say.promiseId);
  if (promise === undefined) {
    return noteCard(titleOf(view));
  }
  switch (say.what) {
    case 'promise made':
      return madeCard(view, promise, standing);
    case 'nudge':
      return nudgeCard(view, promise, say, standing);
    case 'at risk':
      return atRiskCard(view, promise, standing);
    case 'broken':
      return brokenCard(view, promise, standing);
    case 'kept':
    case 'moved':
    case 'withdrawn':
      return endCard(view, promise, standing);
    default:
      return unreachable(say);
  }
}
