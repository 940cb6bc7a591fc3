import type { Ask } from './ask.ts';
import type { CareCase, Waiting } from './care-case.ts';
import { type BrokenPromise, isUnsettled, type LivePromise, type RiskReason } from './care-promise.ts';
import type { CaseFile } from './case-file.ts';
import { isStanding } from './standing.ts';
import { note, putCase, say, type Turn } from './turn.ts';

/**
 * Ends a turn. Whatever was decided, an open case without a promise begins to wait for one (invariant 1 by
 * construction), posts that were answered fold, and the card is drawn again when its face has changed.
 */
export function settle(turn: Turn, before: CaseFile | null, why: Waiting['why']): void {
  waitOrNot(turn, why);
  fold(turn);
  if (before !== null && !looksAlike(before, turn.file)) {
    redraw(turn, `${turn.file.case.id}/card`);
    redrawCalls(turn, before);
  }
}

function waitOrNot(turn: Turn, why: Waiting['why']): void {
  const careCase = turn.file.case;
  if (careCase.status !== 'open') {
    return;
  }
  const promised = turn.file.promises.some(isUnsettled);
  if (promised && careCase.waiting !== null) {
    putCase(turn, { ...careCase, waiting: null });
  }
  if (!promised && careCase.waiting === null) {
    const number = careCase.turns + 1;
    const waiting: Waiting = { since: turn.now, turn: number, why, said: [], climb: null };
    putCase(turn, { ...careCase, turns: number, waiting });
    note(turn, { kind: 'asked for a promise', round: 0 });
    say(turn, { kind: 'thread' }, `wait/${number}/0`, { what: 'wants promise', turn: number, round: 0 });
  }
}

function fold(turn: Turn): void {
  const { file } = turn;
  const gone = file.case.standing.filter((post) => !isStanding(file, post));
  if (gone.length === 0) {
    return;
  }
  putCase(turn, { ...file.case, standing: file.case.standing.filter((post) => !gone.includes(post)) });
  const justSaid = new Set(turn.messages.flatMap((message) => (message.op === 'post' ? [message.key] : [])));
  for (const { key } of gone) {
    if (!justSaid.has(key)) {
      redraw(turn, key);
    }
  }
}

/** Those called see the matter as it stands: at risk becomes broken, another owner takes over. */
function redrawCalls(turn: Turn, before: CaseFile): void {
  const earlier = new Set(before.case.standing.map(({ key }) => key));
  for (const { key, say } of turn.file.case.standing) {
    if (say.what === 'call' && earlier.has(key)) {
      redraw(turn, key);
    }
  }
}

function redraw(turn: Turn, of: string): void {
  turn.messages.push({ op: 'redraw', of });
}

/** Whether the case card shows the same of both: then it stays as it is. */
function looksAlike(one: CaseFile, other: CaseFile): boolean {
  return (
    isSameCase(one.case, other.case) &&
    isSameOfEach(one.promises.filter(isUnsettled), other.promises.filter(isUnsettled), isSamePromise) &&
    isSameOfEach(one.asks.filter(isOpen), other.asks.filter(isOpen), (a, b) => a.id === b.id)
  );
}

function isSameCase(one: CareCase, other: CareCase): boolean {
  return (
    one.status === other.status &&
    one.ownerId === other.ownerId &&
    one.title === other.title &&
    one.stakes === other.stakes &&
    one.severity === other.severity &&
    one.deadline?.at === other.deadline?.at &&
    one.deadline?.reason === other.deadline?.reason &&
    isWaiting(one) === isWaiting(other)
  );
}

function isSamePromise(one: LivePromise | BrokenPromise, other: LivePromise | BrokenPromise): boolean {
  return (
    one.id === other.id &&
    one.status === other.status &&
    one.ownerId === other.ownerId &&
    one.followUpAt === other.followUpAt &&
    riskOf(one) === riskOf(other) &&
    one.climb?.status === other.climb?.status
  );
}

function isSameOfEach<T>(
  ones: readonly T[],
  others: readonly T[],
  isSame: (one: T, other: T) => boolean,
): boolean {
  return (
    ones.length === others.length &&
    ones.every((one, at) => {
      const other = others[at];
      return other !== undefined && (one === other || isSame(one, other));
    })
  );
}

function riskOf(promise: LivePromise | BrokenPromise): RiskReason | undefined {
  return promise.status === 'live' ? promise.risk?.why : undefined;
}

function isWaiting(careCase: CareCase): boolean {
  return careCase.status === 'open' && careCase.waiting !== null;
}

function isOpen(ask: Ask): boolean {
  return ask.status === 'open';
}
