import type { OpenAsk } from '../domain/ask.ts';
import type { CarePromise } from '../domain/care-promise.ts';
import { askOf, promiseOf } from '../domain/case-file.ts';
import type { MemberId } from '../domain/ids.ts';
import { ladderForAsk, ladderOf } from '../domain/ladder.ts';
import type { Matter, Say } from '../domain/say.ts';
import { climbOf } from '../domain/standing.ts';
import { unreachable } from '../domain/unreachable.ts';
import { askBlocks, decisionActions } from './ask-cards.ts';
import type { Action, Block, Card, Inline, Subject } from './card.ts';
import { titleOf } from './case-card.ts';
import { noteCard, stakesOf } from './promise-cards.ts';
import { nobodyFor } from './team-card.ts';
import { button, member, moment, named, subjectOf, text, typed, type View } from './view.ts';
import { words } from './words.ts';

/** The DM to an authority holder: stakes first, then the promise, what was done, and how long is left. */
export function callCard(view: View, say: Extract<Say, { what: 'call' }>, standing: boolean): Card {
  if (!standing) {
    return { ...overCard(view, say), actions: [button('go', subjectFor(view, say.matter))] };
  }
  const { matter } = say;
  const subject = subjectFor(view, matter);
  const call = climbOf(view.file, matter)?.climb.calls[say.call - 1];
  const yours: Block[] =
    call === undefined
      ? []
      : [{ b: 'note', line: [text(words.call.yours), moment(view, call.until), text(words.call.thenNext)] }];
  return {
    tone: 'urgent',
    heading: [...titleOf(view), text(headingOf(view, matter))],
    blocks: [stakesOf(view), ...matterBlocks(view, matter), ...yours],
    actions: actionsFor(view, matter, subject),
  };
}

/** Told to the one called before, when the next one up is. */
export function passedOnCard(view: View, to: MemberId): Card {
  const w = words.passedOn;
  return noteCard([...titleOf(view), text('. '), text(w.text), member(view, to), text(w.rest)]);
}

/** Said in the thread when everyone who could be called is away, or when there is nobody to call. */
export function nobodyCard(view: View, matter: Matter, standing: boolean): Card {
  const w = words.nobody;
  if (!standing) {
    return noteCard([text(w.over), ...titleOf(view)]);
  }
  const ask = matter.kind === 'ask' ? askOf(view.file, matter.askId) : undefined;
  const { ownerId, openedBy } = view.file.case;
  const isUndecided = ask?.status === 'open' && isUndecidable(view, ask);
  const isAlone = ask === undefined && ladderOf(view.team, ownerId ?? openedBy).length === 0;
  return {
    tone: 'urgent',
    heading: [text(isUndecided ? w.undecided : isAlone ? w.alone : w.text), ...titleOf(view)],
    blocks: [stakesOf(view), ...(isAlone ? [hintOf(nobodyFor(view.team, ownerId ?? openedBy))] : [])],
    actions: [button('take', subjectFor(view, matter), 'primary')],
  };
}

function hintOf(said: string): Block {
  return { b: 'note', line: [text(said)] };
}

/** Said in the thread when somebody has taken a matter on. */
export function takenCard(view: View, { by, matter }: Extract<Say, { what: 'taken' }>): Card {
  return noteCard([member(view, by), text(words.taken.text), ...matterLine(view, matter)], 'good');
}

/** What a matter is about, in somebody's words. */
function matterLine(view: View, matter: Matter): Inline[] {
  switch (matter.kind) {
    case 'promise': {
      const promise = promiseOf(view.file, matter.promiseId);
      return promise ? [typed(promise.action)] : titleOf(view);
    }
    case 'ask': {
      const ask = askOf(view.file, matter.askId);
      return ask ? [typed(ask.need)] : titleOf(view);
    }
    case 'case':
      return titleOf(view);
    default:
      return unreachable(matter);
  }
}

/** Said in the thread when a promise has a new owner. */
export function handedCard(view: View, say: Extract<Say, { what: 'handed over' }>): Card {
  const promise = promiseOf(view.file, say.promiseId);
  const rest: Inline[] = promise
    ? [text(words.handed.rest), typed(promise.action), text(words.card.by), moment(view, promise.followUpAt)]
    : [];
  return {
    tone: 'good',
    heading: [named(view, say.from), text(words.handed.text), member(view, say.to), ...rest],
    blocks: [],
    actions: [],
  };
}

/** Which part of a case a matter names, for the buttons under it. */
function subjectFor({ file }: View, matter: Matter): Subject {
  return matter.kind === 'promise'
    ? subjectOf(file.case, { promiseId: matter.promiseId })
    : matter.kind === 'ask'
      ? subjectOf(file.case, { askId: matter.askId })
      : subjectOf(file.case);
}

function headingOf({ file }: View, matter: Matter): string {
  if (matter.kind === 'ask') {
    return words.call.ask;
  }
  if (matter.kind === 'case') {
    return words.call.waiting;
  }
  return promiseOf(file, matter.promiseId)?.status === 'broken' ? words.call.broken : words.call.atRisk;
}

function matterBlocks(view: View, matter: Matter): Block[] {
  if (matter.kind === 'ask') {
    const ask = askOf(view.file, matter.askId);
    return ask ? askBlocks(view, ask) : [];
  }
  const promise = matter.kind === 'promise' ? promiseOf(view.file, matter.promiseId) : undefined;
  if (promise === undefined) {
    return [{ b: 'text', line: [text(words.card.waiting)] }];
  }
  const risk = promise.status === 'live' ? promise.risk : null;
  const rows = [
    { label: words.card.promise, value: [typed(promise.action)] },
    { label: words.card.owner, value: [member(view, promise.ownerId)] },
    { label: words.call.left.trim(), value: [moment(view, promise.followUpAt)] },
    { label: words.call.done, value: doneSoFar(view, promise) },
  ];
  const why: Block[] =
    risk === null
      ? []
      : [{ b: 'text', line: [text(words.risk_card.because), text(`${words.risk[risk.why]}.`)] }];
  return [{ b: 'facts', rows }, ...why];
}

/** What is on record since it was promised: a sign of life, and what authority was asked. */
function doneSoFar(view: View, promise: CarePromise): Inline[] {
  const signed: Inline[] =
    promise.status === 'live' && promise.lastSignAt !== null
      ? [text(`${words.timeline['sign of life']} `), moment(view, promise.lastSignAt), text('. ')]
      : [];
  const asked = view.file.asks
    .filter(({ askedAt }) => askedAt >= promise.madeAt)
    .flatMap((ask): Inline[] => [
      text(words.timeline.asked),
      typed(ask.need),
      text(ask.status === 'decided' ? `,${words.ask.decided[ask.answer.answer]}. ` : '. '),
    ]);
  const done = [...signed, ...asked];
  return done.length === 0 ? [text(words.call.nothing)] : done;
}

function actionsFor({ file }: View, matter: Matter, subject: Subject): Action[] {
  const open = button('go', subject);
  const take = button('take', subject, 'primary');
  switch (matter.kind) {
    case 'ask':
      return [...decisionActions(subject), button('take', subject), open];
    case 'case':
      return [take, button('promise', subject), open];
    case 'promise': {
      // A broken promise can't be handed over: whoever takes it makes a new one.
      const isBroken = promiseOf(file, matter.promiseId)?.status === 'broken';
      return [take, ...(isBroken ? [] : [button('hand over', subject)]), button('move', subject), open];
    }
    default:
      return unreachable(matter);
  }
}

/** A call that needs no answer any more says what became of the matter, and who has it. */
function overCard(view: View, { matter, holderId }: Extract<Say, { what: 'call' }>): Card {
  const ask = matter.kind === 'ask' ? askOf(view.file, matter.askId) : undefined;
  if (ask?.status === 'open' && ask.notMine.includes(holderId)) {
    return noteCard([text(words.call.passed), ...titleOf(view), text('. '), ...passedTo(view, ask)]);
  }
  if (isTakenBy(view, matter, holderId)) {
    return noteCard([text(words.call.mine), ...titleOf(view), text('.')], 'good');
  }
  const promise = matter.kind === 'promise' ? promiseOf(view.file, matter.promiseId) : undefined;
  if (promise?.status === 'broken' && promise.settled === null && promise.climb?.status !== 'taken') {
    return missedCard(view, promise.climb?.calls.at(-1)?.holderId);
  }
  return noteCard([text(words.call.over), ...titleOf(view), text('. '), ...outcomeOf(view, matter)]);
}

/** Who has an ask that its reader has said isn't theirs. */
function passedTo(view: View, ask: OpenAsk): Inline[] {
  const { climb } = ask;
  if (climb.status === 'taken') {
    return [member(view, climb.takenBy), text(words.call.taken)];
  }
  if (climb.status === 'nobody') {
    return [text(isUndecidable(view, ask) ? words.nobody.left : words.nobody.away)];
  }
  const called = climb.calls.at(-1)?.holderId;
  return called === undefined || ask.notMine.includes(called)
    ? [text(words.call.next)]
    : [member(view, called), text(words.risk_card.calling)];
}

/** Whether nobody is left whose limit covers an ask and who hasn't said that it isn't theirs. */
function isUndecidable({ team }: View, ask: OpenAsk): boolean {
  return ladderForAsk(team, ask, ask.notMine).length === 0;
}

/** Whether a matter that isn't settled is this member's now. */
function isTakenBy({ file }: View, matter: Matter, memberId: MemberId): boolean {
  if (matter.kind === 'case') {
    return file.case.status === 'open' && file.case.ownerId === memberId;
  }
  const promise = matter.kind === 'promise' ? promiseOf(file, matter.promiseId) : undefined;
  return promise?.status === 'broken'
    ? promise.settled?.how === 'taken' && promise.settled.by === memberId
    : promise?.status === 'live' && promise.ownerId === memberId;
}

/** A promise at risk that was missed: nobody has it, and a climb of its own has begun. */
function missedCard(view: View, called: MemberId | undefined): Card {
  const next = called === undefined ? [] : [member(view, called), text(words.risk_card.calling)];
  return noteCard([text(words.call.missed), ...titleOf(view), text('. '), ...next]);
}

function outcomeOf(view: View, matter: Matter): Inline[] {
  const { file } = view;
  const ask = matter.kind === 'ask' ? askOf(file, matter.askId) : undefined;
  if (ask?.status === 'decided') {
    return [member(view, ask.decidedBy), text(`${words.ask.decided[ask.answer.answer]}.`)];
  }
  const last = ask?.status === 'open' ? ask.climb.calls.at(-1)?.holderId : undefined;
  if (ask?.status === 'open' && ask.climb.status !== 'taken' && last !== undefined) {
    return [member(view, last), text(words.risk_card.calling)];
  }
  const holder =
    ask?.status === 'open' && ask.climb.status === 'taken'
      ? ask.climb.takenBy
      : ask
        ? null
        : file.case.ownerId;
  return holder === null ? [text(words.call.settled)] : [member(view, holder), text(words.call.taken)];
}
