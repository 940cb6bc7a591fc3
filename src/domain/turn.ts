import type { Ask } from './ask.ts';
import type { WorkClock } from './calendar.ts';
import type { CareCase } from './care-case.ts';
import type { CarePromise } from './care-promise.ts';
import type { CaseFile } from './case-file.ts';
import type { MemberId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Member, Team } from './people.ts';
import type { Policy } from './policy.ts';
import type { Audience, OutMessage, Say } from './say.ts';
import type { Happening, TimelineEvent } from './timeline.ts';

/** What a decision may know beside the state: who is there, the rules, the time, and who acts. */
export type Context = { team: Team; policy: Policy; now: Instant; by: MemberId | null };

/** One decision in the making: the file as it will be, what happened, what is to be said. */
export type Turn = Context & { file: CaseFile; events: TimelineEvent[]; messages: OutMessage[] };

/** Begins a decision on `file`. */
export function startTurn(file: CaseFile, { team, policy, now, by }: Context): Turn {
  return { team, policy, now, by, file, events: [], messages: [] };
}

/** What follows from somebody's doing, and is Kept's own. */
const BY_KEPT: ReadonlySet<Happening['kind']> = new Set([
  'asked for a promise',
  'nudged',
  'at risk',
  'broken',
  'called',
  'nobody to call',
]);

/** Writes an entry into the timeline. */
export function note(turn: Turn, what: Happening): void {
  const by = BY_KEPT.has(what.kind) ? null : turn.by;
  turn.events.push({ caseId: turn.file.case.id, at: turn.now, by, what });
}

/** Says something once: `key` is prefixed with the case's id and must be unique within it. */
export function say(turn: Turn, to: Audience, key: string, what: Say): void {
  const full = `${turn.file.case.id}/${key}`;
  turn.messages.push({ op: 'post', key: full, to, say: what });
  putCase(turn, { ...turn.file.case, standing: [...turn.file.case.standing, { key: full, say: what }] });
}

/** Replaces the case. */
export function putCase(turn: Turn, careCase: CareCase): void {
  turn.file = { ...turn.file, case: careCase };
}

/** Adds a promise, or replaces the one of the same id. */
export function putPromise(turn: Turn, promise: CarePromise): void {
  turn.file = { ...turn.file, promises: put(turn.file.promises, promise) };
}

/** Adds an ask, or replaces the one of the same id. */
export function putAsk(turn: Turn, ask: Ask): void {
  turn.file = { ...turn.file, asks: put(turn.file.asks, ask) };
}

/** The member who owns something; one who is missing from the team is treated as having left. */
export function memberOf(turn: Context, id: MemberId): Member | null {
  return turn.team.members.get(id) ?? null;
}

/**
 * The clock that a member's promises of this case run by: around the clock where the severity says so, or where
 * no working hours are set at all.
 */
export function clockOf(turn: Turn, ownerId: MemberId): WorkClock {
  const owner = memberOf(turn, ownerId);
  if (owner === null || turn.policy.aroundTheClock.includes(turn.file.case.severity)) {
    return 'clock';
  }
  const calendar = turn.team.calendarOf(owner);
  return Object.values(calendar.days).some((hours) => hours.length > 0) ? calendar : 'clock';
}

function put<T extends { id: string }>(all: readonly T[], one: T): T[] {
  return all.some(({ id }) => id === one.id)
    ? all.map((old) => (old.id === one.id ? one : old))
    : [...all, one];
}
