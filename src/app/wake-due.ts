import { decide } from '../domain/decide.ts';
import type { Instant } from '../domain/instant.ts';
import type { Team } from '../domain/people.ts';
import { commitOfWake, ring } from './act.ts';
import type { Deps } from './deps.ts';
import type { Ahead, AtHand, Commit, Locked, WorkspaceData } from './store.ts';

/** Cases decided and committed as one. Larger batches gain little and hold their locks longer. */
const BATCH = 500;

/** What one run of the wake did. Lateness is from the alarm's time to the commit of its decision, in ms. */
export type Woken = { cases: number; latenessMs: number[] };

/**
 * Wakes every case whose alarm is due, in batches, until none is left. Safe to call at any time and from any
 * number of processes: what one has claimed, another skips. With `ahead`, what is due in a moment is made ready before
 * it is, so that but the commit is left to do then; `hand` gets what was read for its messages meanwhile, before
 * their delivery is rung for.
 */
export async function wakeDue(
  deps: Deps,
  ahead: Ahead | null = null,
  hand: (atHand: AtHand) => void = () => {},
): Promise<Woken> {
  const woken: Woken = { cases: 0, latenessMs: [] };
  const wake = (whenFull?: () => void) => wakeOnce(deps, ahead, hand, woken, whenFull);
  const untilNoneIsLeft = async (isMore: Promise<boolean>) => {
    if (await isMore) while (await wake());
  };
  // Three side by side: while Postgres reads and writes for two, one is decided. A full first batch says so early.
  let know = (_isMore: boolean) => {};
  const isMore = new Promise<boolean>((resolve) => {
    know = resolve;
  });
  const first = wake(() => know(true));
  first.then(know, () => know(false));
  await Promise.all([first, isMore, isMore].map(untilNoneIsLeft));
  return woken;
}

/** Wakes one batch, adds what it did to `woken`, and gives whether there may be more. */
async function wakeOnce(
  deps: Deps,
  ahead: Ahead | null,
  hand: (atHand: AtHand) => void,
  woken: Woken,
  whenFull: () => void = () => {},
): Promise<boolean> {
  const teams = new Map<WorkspaceData, Team>();
  const decideOne = (locked: Locked, data: WorkspaceData, now: Instant): Commit => {
    const team = teams.get(data) ?? deps.teamOf(data, now);
    teams.set(data, team);
    const decision = decide(locked.file, { do: 'wake' }, { team, policy: data.policy, now, by: null });
    if (!decision.ok) {
      throw new Error('A wake is never rejected', { cause: decision.rejection });
    }
    return commitOfWake(locked, decision, data.policy, now);
  };
  const batch = await deps.store.wakeBatch(deps.clock(), BATCH, decideOne, ahead, whenFull);
  const committedAt = deps.clock();
  for (const { caseId, error } of batch.failed) {
    deps.log.error({ caseId, err: error }, 'A case could not be woken and is put off');
  }
  if (batch.atHand !== null) hand(batch.atHand);
  await ring(deps, batch);
  woken.cases += batch.dueAt.length;
  woken.latenessMs.push(...batch.dueAt.map((dueAt) => committedAt - dueAt));
  return batch.isMore;
}

/** The moments until `until` for which bells should hang. */
export function upcomingAlarms(deps: Pick<Deps, 'store'>, until: Instant): Promise<Instant[]> {
  return deps.store.upcoming(until, 100_000);
}
