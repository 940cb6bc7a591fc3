import type { Ask } from './ask.ts';
import { addWorking, isQuiet, type WorkClock, workingMsBetween } from './calendar.ts';
import type { Climb } from './climb.ts';
import type { MemberId } from './ids.ts';
import type { Instant } from './instant.ts';
import { isReachable, type Limit, type Member, quietHoursOf, type Team } from './people.ts';
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

/** The rungs for an ask: those of the asker's ladder whose limit covers it; failing that, any other holder's. */
export function ladderForAsk(team: Team, ask: Pick<Ask, 'askedBy' | 'money' | 'days'>): MemberId[] {
  const mayDecide = (id: MemberId) => covers(team.members.get(id)?.limit ?? null, ask);
  const own = ladderOf(team, ask.askedBy).filter(mayDecide);
  return own.length > 0 ? own : otherHolders(team, [ask.askedBy]).filter(mayDecide);
}

/** Whether a limit allows this ask. No limit at all (`null`) means no authority. */
export function covers(limit: Limit | null, ask: Pick<Ask, 'money' | 'days'>): boolean {
  if (limit === null) {
    return false;
  }
  const within = (asked: number | null, most: number | null) =>
    asked === null || most === null || asked <= most;
  return within(ask.money, limit.money) && within(ask.days, limit.days);
}

/** A climb that has not called anybody yet. */
export function newClimb(now: Instant): Climb {
  return { status: 'calling', startedAt: now, round: 1, calls: [], nextAt: now };
}

type Rungs = {
  ladder: readonly MemberId[];
  team: Team;
  policy: Policy;
  now: Instant;
  /** When the matter is due, and how long before that the customer must be told (ms). */
  due: { at: Instant; reserveMs: number } | null;
  clock: WorkClock;
  /** When to begin again if everyone was called in vain. */
  roundOverAt: Instant | null;
};

/**
 * One move of a climb: calls the next holder who is here, skips those away, leaves those in their quiet hours
 * for last. `called` is null when the round is over or nobody can be reached.
 */
export function callNext(climb: Climb, rungs: Rungs): { climb: Climb; called: MemberId | null } {
  const { team, now, ladder, policy } = rungs;
  const { startedAt, round, calls } = climb;
  const here = ladder.filter((id) => canBeCalled(team, id, now));
  if (here.length === 0) {
    return {
      climb: { status: 'nobody', startedAt, round, calls, nextAt: whenToLookAgain(rungs) },
      called: null,
    };
  }
  const fresh = here.filter((id) => !calls.some((call) => call.round === round && call.holderId === id));
  const called = fresh.find((id) => rungs.clock === 'clock' || !inQuietHours(team, id, now)) ?? fresh[0];
  if (called === undefined) {
    const nextAt = rungs.roundOverAt ?? addWorking(rungs.clock, now, policy.climb.againMs);
    return { climb: { status: 'calling', startedAt, round: round + 1, calls, nextAt }, called: null };
  }
  const until = answerBy(rungs);
  const call = { holderId: called, round, at: now, until };
  return { climb: { status: 'calling', startedAt, round, calls: [...calls, call], nextAt: until }, called };
}

/** Whether anybody on the ladder can be called on now. */
export function anyoneReachable(team: Team, ladder: readonly MemberId[], now: Instant): boolean {
  return ladder.some((id) => canBeCalled(team, id, now));
}

function answerBy({ due, policy, clock, now }: Rungs): Instant {
  if (due === null || due.at <= now) {
    return now + policy.climb.afterMs;
  }
  const left = workingMsBetween(clock, now, Math.max(now, due.at - due.reserveMs));
  return addWorking(clock, now, Math.max(policy.climb.minMs, Math.floor(left * policy.climb.share)));
}

function whenToLookAgain({ team, ladder, now, policy }: Rungs): Instant {
  const returns = ladder.flatMap((id) => team.members.get(id)?.absence?.until ?? []).filter((at) => at > now);
  return Math.min(now + policy.climb.afterMs, ...returns);
}

function canBeCalled(team: Team, id: MemberId, now: Instant): boolean {
  const member = team.members.get(id);
  return member !== undefined && isReachable(member, now);
}

function inQuietHours(team: Team, id: MemberId, now: Instant): boolean {
  const member = team.members.get(id);
  return member !== undefined && isQuiet(quietHoursOf(member, team.workspace), now);
}

function otherHolders(team: Team, except: readonly MemberId[]): MemberId[] {
  const reach = (member: Member) => member.limit?.money ?? Number.POSITIVE_INFINITY;
  return [...team.members.values()]
    .filter((member) => member.active && member.limit !== null && !except.includes(member.id))
    .sort((a, b) => reach(a) - reach(b) || a.id.localeCompare(b.id))
    .map((member) => member.id);
}
