import type { Waiting } from './care-case.ts';
import { isUnsettled } from './care-promise.ts';
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
  if (before !== null && !isAlike(face(before), face(turn.file))) {
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

/** What the case card shows: when this stays the same, the card stays as it is. */
function face({ case: visible, promises, asks }: CaseFile): unknown[] {
  const waiting = visible.status === 'open' && visible.waiting !== null;
  const unsettled = promises.filter(isUnsettled);
  return [
    visible.status,
    visible.ownerId,
    visible.title,
    visible.stakes,
    visible.severity,
    visible.deadline?.at,
    visible.deadline?.reason,
    waiting,
    unsettled.length,
    ...unsettled.flatMap((p) => [
      p.id,
      p.status,
      p.ownerId,
      p.followUpAt,
      p.status === 'live' && p.risk?.why,
      p.climb?.status,
    ]),
    ...asks.flatMap(({ id, status }) => (status === 'open' ? [id] : [])),
  ];
}

function isAlike(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
