import type { AskAnswer } from './ask.ts';
import { type AskTerms, askAuthority, decideAsk, passAsk } from './ask-turns.ts';
import type { Waiting } from './care-case.ts';
import type { CarePromise } from './care-promise.ts';
import { askOf, type CaseFile, promiseOf } from './case-file.ts';
import { announce, closeCase, type NewCase, newFile, reopenCase, take } from './case-turns.ts';
import type { AskId, MemberId, NonBlank, PromiseId } from './ids.ts';
import type { Instant } from './instant.ts';
import {
  handOver,
  keepPromise,
  makePromise,
  movePromise,
  type PromiseTerms,
  withdrawPromise,
} from './promise-turns.ts';
import type { Rejection } from './rejection.ts';
import type { Matter, OutMessage } from './say.ts';
import { settle } from './settle.ts';
import { hear, signOfLife } from './sign-of-life.ts';
import type { TimelineEvent } from './timeline.ts';
import { type Context, startTurn, type Turn } from './turn.ts';
import { unreachable } from './unreachable.ts';
import { wake } from './wake.ts';

/** What a member, or the clock, wants of a case. */
export type Command =
  | { do: 'promise'; terms: PromiseTerms }
  | { do: 'keep'; promiseId: PromiseId; proof: NonBlank }
  | {
      do: 'move';
      promiseId: PromiseId;
      to: { id: PromiseId; followUpAt: Instant; reason: NonBlank; customerTold: boolean };
    }
  | { do: 'hand over'; promiseId: PromiseId; to: MemberId }
  | { do: 'withdraw'; promiseId: PromiseId; reason: NonBlank }
  | { do: 'take'; matter: Matter }
  | { do: 'ask'; terms: AskTerms }
  | { do: 'answer'; askId: AskId; answer: AskAnswer }
  | { do: 'not mine'; askId: AskId }
  | { do: 'close'; solved: NonBlank; holdId: PromiseId; holdAt: Instant; holdAction: NonBlank }
  | { do: 'reopen'; reason: NonBlank }
  /** A word or a button by the acting member. */
  | { do: 'sign' }
  | { do: 'wake' };

/** What is to be committed as one, or why nothing is. */
export type Decision = Decided | { ok: false; rejection: Rejection };
export type Decided = { ok: true; file: CaseFile; events: TimelineEvent[]; messages: OutMessage[] };

/** Opens a case. There is nothing to reject: what its form lets through can be opened. */
export function open(terms: NewCase, context: Context & { by: MemberId }): Decided {
  const turn = startTurn(newFile(terms, context.now, context.by), context);
  announce(turn);
  settle(turn, null, 'opened');
  return done(turn);
}

/** Decides a command on a case's file. Pure: the same arguments give the same decision. */
export function decide(file: CaseFile, command: Command, context: Context): Decision {
  const turn = startTurn(file, context);
  const rejection = carryOut(turn, command);
  if (rejection !== null) {
    return { ok: false, rejection };
  }
  if (turn.by !== null && !SAYS_NOTHING.has(command.do)) {
    hear(turn, turn.by);
  }
  settle(turn, file, WAITS_AFTER[command.do] ?? 'kept');
  return done(turn);
}

/** Commands that are no sign of life of who gives them, or have counted as one by themselves. */
const SAYS_NOTHING: ReadonlySet<Command['do']> = new Set(['wake', 'sign']);

/** Why a case waits for a promise after a command that left it without one. */
const WAITS_AFTER: Partial<Record<Command['do'], Waiting['why']>> = {
  keep: 'kept',
  take: 'taken',
  withdraw: 'withdrawn',
  reopen: 'reopened',
};

function carryOut(turn: Turn, command: Command): Rejection | null {
  switch (command.do) {
    case 'promise':
      return makePromise(turn, command.terms);
    case 'keep':
      return onPromise(turn, command.promiseId, (promise) => keepPromise(turn, promise, command.proof));
    case 'move':
      return onPromise(turn, command.promiseId, (promise) => movePromise(turn, promise, command.to));
    case 'hand over':
      return onPromise(turn, command.promiseId, (promise) => handOver(turn, promise, command.to));
    case 'withdraw':
      return onPromise(turn, command.promiseId, (promise) => withdrawPromise(turn, promise, command.reason));
    case 'take':
      return byMember(turn, (by) => take(turn, command.matter, by));
    case 'ask':
      return byMember(turn, (by) => askAuthority(turn, command.terms, by));
    case 'answer': {
      const ask = askOf(turn.file, command.askId);
      return byMember(turn, (by) => (ask ? decideAsk(turn, ask, command.answer, by) : { why: 'not found' }));
    }
    case 'not mine': {
      const ask = askOf(turn.file, command.askId);
      return byMember(turn, (by) => (ask ? passAsk(turn, ask, by) : { why: 'not found' }));
    }
    case 'close':
      return byMember(turn, (by) => closeCase(turn, command, by));
    case 'reopen':
      return byMember(turn, (by) => reopenCase(turn, command.reason, by));
    case 'sign':
      return byMember(turn, (by) => signOfLife(turn, by));
    case 'wake':
      wake(turn);
      return null;
    default:
      return unreachable(command);
  }
}

function onPromise(
  turn: Turn,
  id: PromiseId,
  act: (promise: CarePromise) => Rejection | null,
): Rejection | null {
  const promise = promiseOf(turn.file, id);
  return promise ? act(promise) : { why: 'not found' };
}

function byMember(turn: Turn, act: (by: MemberId) => Rejection | null): Rejection | null {
  return turn.by === null ? { why: 'no authority' } : act(turn.by);
}

function done({ file, events, messages }: Turn): Decided {
  return { ok: true, file, events, messages };
}
