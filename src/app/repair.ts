import { nextAlarm } from '../domain/case-file.ts';
import { decide } from '../domain/decide.ts';
import type { CaseId, WorkspaceId } from '../domain/ids.ts';
import type { Post } from '../domain/said.ts';
import { commitOfWake, ring } from './act.ts';
import type { Deps } from './deps.ts';
import type { Commit, ToRing } from './store.ts';

/** A case in which the auditor found something. */
export type Finding = { workspaceId: WorkspaceId; caseId: CaseId; number: number };

/** A message that the state of a case says was said, and that isn't there. */
export type Missing = Finding & { post: Post };

/**
 * Wakes cases that nothing speaks up for: the decision gives them what their state asks for, and so an alarm.
 * Returns those that have one now.
 */
export async function repairSilent(deps: Deps, silent: readonly Finding[]): Promise<Finding[]> {
  const repaired: Finding[] = [];
  for (const finding of silent) {
    try {
      const toRing = await wakeOne(deps, finding);
      await ring(deps, toRing);
      if (toRing !== null) {
        repaired.push(finding);
      }
    } catch (err) {
      deps.log.error({ err, caseId: finding.caseId }, 'A silent case could not be repaired');
    }
  }
  return repaired;
}

function wakeOne(deps: Deps, { workspaceId, caseId }: Finding): Promise<ToRing | null> {
  const now = deps.clock();
  return deps.store.transact(workspaceId, async (tx) => {
    const locked = await tx.lockCase(caseId);
    if (locked === null) {
      return null;
    }
    const data = await tx.workspace();
    const { policy } = data;
    const decision = decide(
      locked.file,
      { do: 'wake' },
      { team: deps.teamOf(data, now), policy, now, by: null },
    );
    if (!decision.ok) {
      return null;
    }
    const commit: Commit = { ...commitOfWake(locked, decision, policy, now), isAnew: true };
    const isOpen = decision.file.case.status === 'open';
    const mended: Commit =
      isOpen && nextAlarm(decision.file, policy) === null ? { ...commit, alarmAt: now + 60_000 } : commit;
    return tx.commit([mended]);
  });
}
