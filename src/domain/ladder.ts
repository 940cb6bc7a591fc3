import type { Ask } from './ask.ts';
import { addWorking, endOfQuiet, isQuiet, type WorkClock, workingMsBetween } from './calendar.ts';
import type { Climb } from './climb.ts';
import type { MemberId } from './ids.ts';
import type { Instant } from './instant.ts';
import { absenceAt, isReachable, type Limit, type Member, quietHoursOf, type Team } from './people.ts';
import type { Policy } from './policy.ts';

/**
 * Who is called on for this member's promises: their lead, that one's lead, and so on to the top. Who answers
 * to nobody has the other authority holders for a ladder, the smallest limit first.
 */
export function ladderOf(team: Team, memberId: MemberId): MemberId[] {
  const chain: MemberId[] = [];
  let next = team.members.get(memberId)?.leadId ?? null;
  while (next !== null && next !== memberId && !chain.includes(next)) {
    chain.push(next);
    next = team.members.get(next)?.leadId ?? null;
  }
  const active = chain.filter((id) => team.members.get(id)?.active);
  return active.length > 0 ? active : otherHolders(team, [memberId]);
}

/**
 * The rungs for an ask: those of the asker's ladder whose limit covers it; failing that, any other holder's.
 * `notMine` are those who have said that it isn't theirs.
 */
export function ladderForAsk(
  team: Team,
  ask: Pick<Ask, 'askedBy' | 'money' | 'days'>,
  notMine: readonly MemberId[] = [],
): MemberId[] {
  const mayDecide = (id: MemberId) =>
    covers(team.members.get(id)?.limit ?? null, ask) && !notMine.includes(id);
  const own = ladderOf(team, ask.askedBy).filter(mayDecide);
  return own.length > 0 ? own : otherHolders(team, [ask.askedBy]).filter(mayDecide);
}

/** Whether a limit allows this ask. No limit at all (`null`) means no authority. */
export function covers(limit: Limit | null, ask: Pick<Ask, 'money' | 'days'>): boolean {
  if (limit === null) {
    return false;
  }
  return isWithin(ask.money, limit.money) && isWithin(ask.days, limit.days);
}

function isWithin(asked: number | null, most: number | null): boolean {
  return asked === null || most === null || asked <= most;
}

/** A climb that has not called anybody yet. */
export function newClimb(now: Instant): Climb {
  return { status: 'calling', startedAt: now, round: 1, calls: [], emptied: 0, nextAt: now };
}

type Rungs = {
  ladder: readonly MemberId[];
  team: Team;
  policy: Policy;
  now: Instant;
  /** When the matter is due. */
  due: Instant | null;
  clock: WorkClock;
  /** When to begin again if everyone was called in vain. */
  roundOverAt: Instant | null;
};

/**
 * One move of a climb: calls the next holder who is here and skips those away. Quiet hours put a call off to
 * their end, unless the matter is due before that or runs by the clock. `called` is null when the climb waits,
 * the round is over, or nobody can be reached.
 */
export function callNext(climb: Climb, rungs: Rungs): { climb: Climb; called: MemberId | null } {
  const { team, now, ladder, policy } = rungs;
  const { startedAt, round, calls } = climb;
  const so = { startedAt, round, calls, emptied: climb.emptied };
  const here = ladder.filter((id) => canBeCalled(team, id, now));
  if (here.length === 0) {
    return {
      climb: {
        ...so,
        status: 'nobody',
        emptied: so.emptied + (climb.status === 'nobody' ? 0 : 1),
        nextAt: whenToLookAgain(rungs),
      },
      called: null,
    };
  }
  const fresh = here.filter((id) => !calls.some((call) => call.round === round && call.holderId === id));
  const awake = fresh.find((id) => rungs.clock === 'clock' || !inQuietHours(team, id, now));
  const morning = Math.min(...fresh.map((id) => endOfQuietHours(team, id, now)));
  const isDueByThen = rungs.due !== null && rungs.due > now && rungs.due <= morning;
  if (awake === undefined && fresh.length > 0 && !isDueByThen) {
    return { climb: { ...so, status: 'calling', nextAt: morning }, called: null };
  }
  const called = awake ?? fresh[0];
  if (called === undefined) {
    const nextAt = rungs.roundOverAt ?? addWorking(rungs.clock, now, policy.climb.againMs);
    return { climb: { ...so, status: 'calling', round: round + 1, nextAt }, called: null };
  }
  const until = answerBy(rungs, startedAt);
  const call = { holderId: called, round, at: now, until };
  return { climb: { ...so, status: 'calling', calls: [...calls, call], nextAt: until }, called };
}

function answerBy({ due, policy, clock, now }: Rungs, startedAt: Instant): Instant {
  const { share, reserveShare, minMs, afterMs } = policy.climb;
  if (due === null || due <= now) {
    return now + afterMs;
  }
  const by = workingMsBetween(clock, now, due) > 0 ? clock : 'clock';
  const reserve = workingMsBetween(by, startedAt, due) * reserveShare;
  const left = Math.max(0, workingMsBetween(by, now, due) - reserve);
  const until = addWorking(by, now, Math.max(minMs, Math.floor(left * share)));
  return Math.min(until, Math.max(due, now + minMs));
}

function whenToLookAgain({ team, ladder, now, policy }: Rungs): Instant {
  return Math.min(now + policy.climb.afterMs, firstBack(team, ladder, now));
}

/** When the first of them who is away now is back, as far as that is known; else never (infinity). */
export function firstBack(team: Team, ladder: readonly MemberId[], now: Instant): Instant {
  const returns = ladder.flatMap((id) => {
    const member = team.members.get(id);
    return (member && absenceAt(member, now)?.until) ?? [];
  });
  return Math.min(...returns);
}

/** Whether a member of the team is there to be called at `now`. */
export function canBeCalled(team: Team, id: MemberId, now: Instant): boolean {
  const member = team.members.get(id);
  return member !== undefined && isReachable(member, now);
}

function inQuietHours(team: Team, id: MemberId, now: Instant): boolean {
  const member = team.members.get(id);
  return member !== undefined && isQuiet(quietHoursOf(member, team.workspace), now);
}

function endOfQuietHours(team: Team, id: MemberId, now: Instant): Instant {
  const member = team.members.get(id);
  return member === undefined ? now : endOfQuiet(quietHoursOf(member, team.workspace), now);
}

function otherHolders(team: Team, except: readonly MemberId[]): MemberId[] {
  return [...team.members.values()]
    .filter((member) => member.active && member.limit !== null && !except.includes(member.id))
    .toSorted((a, b) => reachOf(a) - reachOf(b) || a.id.localeCompare(b.id))
    .map((member) => member.id);
}

/** How far a member’s limit of money reaches; no limit is the furthest. */
export function reachOf(member: Member): number {
  return member.limit?.money ?? Number.POSITIVE_INFINITY;
}
