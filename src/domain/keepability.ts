import { isOffHours } from './calendar.ts';
import type { MemberId } from './ids.ts';
import type { Instant } from './instant.ts';
import { absenceAt, pauseAt, type Team } from './people.ts';
import type { Policy } from './policy.ts';

const QUARTER_HOUR_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;
const HORIZON_MS = 14 * 24 * HOUR_MS;

/** What stands against keeping a promise at its time. */
export type Obstacle =
  | { kind: 'owner away'; until: Instant | null }
  | { kind: 'after deadline'; deadline: Instant }
  | { kind: 'off hours' }
  /** Reminders then would not be heard. */
  | { kind: 'owner paused'; until: Instant | null }
  | { kind: 'crowded'; count: number };

type Prospect = {
  ownerId: MemberId;
  at: Instant;
  now: Instant;
  deadline: Instant | null;
  /** Follow-up times of the owner's other live promises around `at`. */
  others: readonly Instant[];
  /** Off hours don't count against a promise that runs around the clock. */
  aroundTheClock: boolean;
  team: Team;
  policy: Policy;
};

/** What stands against this follow-up time, the gravest first. Empty: it can be kept. */
export function obstaclesTo(prospect: Prospect): Obstacle[] {
  const { at, now, deadline, team, policy } = prospect;
  const owner = team.members.get(prospect.ownerId);
  const obstacles: Obstacle[] = [];
  const absence = owner ? absenceAt(owner, at) : null;
  if (absence !== null) {
    obstacles.push({ kind: 'owner away', until: absence.until });
  }
  if (deadline !== null && deadline < at && deadline > now) {
    obstacles.push({ kind: 'after deadline', deadline });
  }
  const soon = at - now < policy.clockBelowMs;
  if (owner && !prospect.aroundTheClock && !soon && isOffHours(team.calendarOf(owner), at)) {
    obstacles.push({ kind: 'off hours' });
  }
  const pause = owner ? pauseAt(owner, at) : null;
  if (pause !== null) {
    obstacles.push({ kind: 'owner paused', until: pause.until });
  }
  const count = prospect.others.filter((other) => Math.abs(other - at) < HOUR_MS / 2).length;
  if (count >= policy.crowd) {
    obstacles.push({ kind: 'crowded', count });
  }
  return obstacles;
}

/**
 * The nearest quarter of an hour that nothing stands against, within two weeks of the time or, where that is
 * after the customer's own deadline, of the deadline. Null when there is none.
 */
export function nearestKeepable(prospect: Prospect): Instant | null {
  const { at: asked, deadline } = prospect;
  const from = deadline !== null && deadline > prospect.now ? Math.min(asked, deadline) : asked;
  const base = Math.round(from / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  const earliest = prospect.now + QUARTER_HOUR_MS;
  // Who asks for a time further off is not to be offered one off hours because it is near.
  const { policy, now } = prospect;
  const isNear = prospect.at - now < policy.clockBelowMs;
  const offered = isNear ? prospect : { ...prospect, policy: { ...policy, clockBelowMs: 0 } };
  for (let away = 0; away <= HORIZON_MS; away += QUARTER_HOUR_MS) {
    for (const at of [base - away, base + away]) {
      if (at >= earliest && obstaclesTo({ ...offered, at }).length === 0) {
        return at;
      }
    }
  }
  return null;
}
