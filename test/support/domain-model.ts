import type { CaseFile } from '../../src/domain/case-file.ts';
import { isSilent, nextAlarm } from '../../src/domain/case-file.ts';
import type { Climb } from '../../src/domain/climb.ts';
import { type Command, type Decided, decide, open } from '../../src/domain/decide.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { canBeCalled } from '../../src/domain/ladder.ts';
import type { Team } from '../../src/domain/people.ts';
import type { Policy, Severity } from '../../src/domain/policy.ts';
import { type Post, saidSince } from '../../src/domain/said.ts';
import type { Say } from '../../src/domain/say.ts';
import { faultsOf } from './case-faults.ts';
import { ben, berlin, caseTerms, DAY, HOUR, wall, when } from './domain-fixtures.ts';
import { movesOf } from './domain-model-moves.ts';
import { abstraction, statusesOf } from './domain-model-states.ts';

/** A case at a moment, the team as it is then, all that was said of it, and the way that led there. */
export type State = {
  file: CaseFile;
  team: Team;
  now: Instant;
  said: readonly Post[];
  way: readonly string[];
};

/** One thing that can happen: somebody gives a command, the team changes, time passes. */
export type Move = {
  name: string;
  at?: Instant;
  team?: Team;
  by?: MemberId | null;
  command: Command;
};

export type World = { team: Team; policy: Policy; at: string; severity: Severity; deadlineMs: number };

/** What a search came upon: how often each kind was seen, states, moves, faults with the ways to them. */
export type Found = {
  states: number;
  moves: number;
  exhausted: boolean;
  seen: Map<string, number>;
  faults: string[];
  /** The most wakes that any state needed until somebody was called, and the longest it took, in ms. */
  longest: { wakes: number; ms: number };
};

/**
 * Walks through every state that can be reached from a case's opening, `most` of them at most, each by every move
 * there is. States that differ in nothing that a decision looks at count as one. Half of the steps go broad, half
 * deep, always in the same order.
 */
export function search({ team, policy, at, severity, deadlineMs }: World, most: number): Found {
  const found: Found = {
    states: 0,
    moves: 0,
    exhausted: false,
    seen: new Map(),
    faults: [],
    longest: { wakes: 0, ms: 0 },
  };
  const now = when(at, berlin);
  const opened = open(caseTerms({ severity, deadline: { at: now + deadlineMs, reason: 'Board' } }), {
    team,
    policy,
    now,
    by: ben,
  });
  const known = new Set<string>();
  const frontier: State[] = [];
  const meet = (state: State) => {
    const key = abstraction(state);
    if (known.has(key) || known.size >= most) return;
    known.add(key);
    frontier.push(state);
    found.states += 1;
    found.faults.push(...stateFaults(state, policy, found));
  };
  const first = after({ file: opened.file, team, now, said: [], way: [] }, 'open', opened, now, team);
  count(found, 'command: open');
  note(found, opened, first.said);
  meet(first);
  for (let turn = 0; frontier.length > 0 && found.faults.length === 0; turn += 1) {
    const state = turn % 2 === 0 ? frontier.shift() : frontier.pop();
    if (state === undefined) break;
    for (const move of movesOf(state, policy)) {
      const next = go(state, move, policy, found);
      if (next !== null) meet(next);
    }
  }
  found.exhausted = known.size < most;
  return found;
}

/** The state after a move; null when it was rejected. */
function go(state: State, move: Move, policy: Policy, found: Found): State | null {
  found.moves += 1;
  const now = Math.max(state.now, move.at ?? state.now);
  const team = move.team ?? state.team;
  const decision = decide(state.file, move.command, { team, policy, now, by: move.by ?? null });
  if (!decision.ok) {
    count(found, `rejection: ${decision.rejection.why}`);
    return null;
  }
  count(found, `command: ${move.command.do}`);
  const keys = state.said.map(({ key }) => key);
  const faults = faultsOf(decision, { team, policy, now, command: move.command.do, keys });
  const next = after(state, move.name, decision, now, team);
  found.faults.push(...faults.map((fault) => `${fault} after ${next.way.join(' → ')}`));
  note(found, decision, next.said.slice(state.said.length));
  return next;
}

function after(state: State, name: string, { file, messages }: Decided, now: Instant, team: Team): State {
  const posts = messages.filter((message) => message.op === 'post');
  return {
    file,
    team,
    now,
    said: [...state.said, ...posts],
    way: [...state.way, `${wall(now)} ${name}`],
  };
}

/** What must hold in a state, whatever led to it. */
function stateFaults(state: State, policy: Policy, found: Found): string[] {
  const { file, team, now, way } = state;
  const faults: string[] = [];
  if (isSilent(file, policy)) {
    faults.push('silent');
  }
  // Invariant 5. What is due, or was changed in the team, is woken before; a second time finds nothing.
  const awake = decide(file, { do: 'wake' }, { team, policy, now, by: null });
  const again = awake.ok ? decide(awake.file, { do: 'wake' }, { team, policy, now, by: null }) : awake;
  if (
    !awake.ok ||
    !again.ok ||
    again.file !== awake.file ||
    again.messages.length + again.events.length > 0
  ) {
    faults.push('a stale wake changed something');
  }
  const alarm = nextAlarm(file, policy);
  if (moments(file).some((at) => alarm === null || alarm > at)) {
    faults.push('something falls due before the alarm');
  }
  const isWokenEarly = alarm !== null && alarm > now && awake.ok && awake.file !== file;
  if (isWokenEarly && !way.at(-1)?.includes('team')) {
    faults.push('a wake before the alarm changed something');
  }
  faults.push(...auditFaults(state, policy), ...livenessFaults(state, policy, found));
  return faults.map((fault) => `${fault} after ${way.join(' → ')}`);
}

/** Every moment at which something of a case falls due, read off its parts: steps, calls, and what was taken. */
function moments({ case: careCase, promises, asks }: CaseFile): Instant[] {
  const ofClimb = (climb: Climb | null) => (climb === null || climb.status === 'taken' ? [] : [climb.nextAt]);
  return [
    ...promises.flatMap((one) => {
      if (one.status === 'live') {
        const left = one.plan.steps.filter(({ step }) => !one.said.includes(step));
        return [...left.map(({ at }) => at), ...ofClimb(one.climb)];
      }
      return one.status === 'broken' && one.settled === null ? ofClimb(one.climb) : [];
    }),
    ...asks.flatMap((ask) => {
      if (ask.status !== 'open') return [];
      const { climb, by } = ask;
      return climb.status === 'taken' ? [Math.max(by, climb.takenAt + HOUR)] : [climb.nextAt];
    }),
    ...(careCase.status === 'open' ? ofClimb(careCase.waiting?.climb ?? null) : []),
  ];
}

/** What the auditor would say was said is what was said, word for word; and it watches all that waits for an answer. */
function auditFaults({ file, said }: State, policy: Policy): string[] {
  const watched = saidSince(file, policy, Number.NEGATIVE_INFINITY);
  const same = (a: Post, b: Post) => JSON.stringify(a) === JSON.stringify(b);
  const invented = watched.filter((post) => !said.some((one) => one.key === post.key && same(one, post)));
  const unwatched = file.case.standing.filter(({ key }) => !watched.some((post) => post.key === key));
  return [
    ...invented.map(({ key }) => `the auditor would invent ${key}`),
    ...unwatched.map(({ key }) => `the auditor doesn’t watch ${key}`),
  ];
}

/** With nobody ever answering, this many wakes and this long are enough for somebody to be called. */
const MOST_WAKES = 40;
const MOST_MS = 21 * DAY;

/**
 * From here on nobody answers. Waked at each alarm, the case comes to call somebody with authority, or to say that
 * there is nobody, for each matter that is open; every alarm lies beyond the one before.
 */
function livenessFaults({ file, team, now }: State, policy: Policy, found: Found): string[] {
  const owed = openMatters(file);
  const called = new Set<string>();
  let at = now;
  let current = file;
  for (let wakes = 0; [...owed].some((matter) => !called.has(matter)); wakes += 1) {
    const alarm = nextAlarm(current, policy);
    if (alarm === null) {
      return ['nobody is called, and nothing rings any more'];
    }
    if (wakes > MOST_WAKES || alarm - now > MOST_MS) {
      return [`nobody is called for ${[...owed].filter((matter) => !called.has(matter)).join(', ')}`];
    }
    at = Math.max(at, alarm);
    const decision = decide(current, { do: 'wake' }, { team, policy, now: at, by: null });
    if (!decision.ok) {
      return ['a wake was rejected'];
    }
    const next = nextAlarm(decision.file, policy);
    if (next !== null && next <= at) {
      return ['the alarms stand still'];
    }
    for (const post of decision.messages) {
      if (post.op === 'post' && (post.say.what === 'call' || post.say.what === 'nobody')) {
        if (post.say.what === 'call' && !canBeCalled(team, post.say.holderId, at)) {
          return ['somebody is called who is not here'];
        }
        called.add(matterOf(post.say));
      }
    }
    // A matter that said so before and whose climb goes on is with them still.
    for (const matter of climbing(decision.file)) called.add(matter);
    current = decision.file;
    found.longest.wakes = Math.max(found.longest.wakes, wakes + 1);
    found.longest.ms = Math.max(found.longest.ms, at - now);
  }
  return [];
}

function matterOf(say: Extract<Say, { what: 'call' | 'nobody' }>): string {
  const { matter } = say;
  return matter.kind === 'promise'
    ? matter.promiseId
    : matter.kind === 'ask'
      ? matter.askId
      : 'case without a promise';
}

/** What somebody has to be called for in the end: promises that nobody keeps, asks, a case without a promise. */
function openMatters({ case: careCase, promises, asks }: CaseFile): Set<string> {
  return new Set([
    ...promises.flatMap((one) =>
      one.status === 'live' || (one.status === 'broken' && one.settled === null) ? [one.id] : [],
    ),
    ...asks.flatMap((ask) => (ask.status === 'open' ? [ask.id] : [])),
    ...(careCase.status === 'open' && careCase.waiting !== null ? ['case without a promise'] : []),
  ]);
}

/** Matters whose climb has called somebody, or found nobody, and looks again. */
function climbing({ case: careCase, promises, asks }: CaseFile): string[] {
  const isUnderWay = (climb: Climb | null) =>
    climb !== null && (climb.status === 'nobody' || (climb.status === 'calling' && climb.calls.length > 0));
  return [
    ...promises.flatMap((one) =>
      (one.status === 'live' || one.status === 'broken') && isUnderWay(one.climb) ? [one.id] : [],
    ),
    ...asks.flatMap((ask) => (ask.status === 'open' && isUnderWay(ask.climb) ? [ask.id] : [])),
    ...(careCase.status === 'open' && isUnderWay(careCase.waiting?.climb ?? null)
      ? ['case without a promise']
      : []),
  ];
}

function note(found: Found, { file, events }: Decided, posts: readonly Post[]): void {
  for (const { say } of posts) count(found, `say: ${say.what}`);
  for (const { what } of events) count(found, `event: ${what.kind}`);
  for (const kind of statusesOf(file)) count(found, kind);
}

function count(found: Found, kind: string): void {
  found.seen.set(kind, (found.seen.get(kind) ?? 0) + 1);
}
