import type { LivePromise, RiskReason } from './care-promise.ts';
import type { Instant } from './instant.ts';
import { type Absence, absenceAt, pauseAt } from './people.ts';
import { memberOf, type Turn } from './turn.ts';

/** What keeps the owner from it now and still at its time, and since when. */
export function ownerFact(turn: Turn, promise: LivePromise): { why: RiskReason; since: Instant } | null {
  const owner = memberOf(turn, promise.ownerId);
  if (!owner?.active) {
    return { why: 'owner left', since: turn.now };
  }
  const heardAt = promise.lastSignAt ?? 0;
  const away = absenceAt(owner, promise.followUpAt);
  // Who was away at its time and has been heard of since is back.
  if (isBegun(away, turn.now) && heardAt < (away.until ?? Number.POSITIVE_INFINITY)) {
    return { why: 'owner away', since: away.from };
  }
  const paused = pauseAt(owner, promise.followUpAt);
  // Who speaks up in spite of it is there, and knows.
  return isBegun(paused, turn.now) && heardAt < paused.from
    ? { why: 'owner paused', since: paused.from }
    : null;
}

/**
 * Why a promise's owner can't keep it any more: gone, or out since it was made until after its time; else null. Who
 * is given a promise while out was chosen so; that one waits for its own step.
 */
export function dangerOf(turn: Turn, promise: LivePromise): RiskReason | null {
  const fact = ownerFact(turn, promise);
  return fact !== null && (fact.why === 'owner left' || fact.since > promise.plan.from) ? fact.why : null;
}

function isBegun(absence: Absence | null, now: Instant): absence is Absence {
  return absence !== null && absence.from <= now;
}
