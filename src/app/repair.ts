import { nextAlarm } from '../domain/case-file.ts';
import { decide } from '../domain/decide.ts';
import type { CaseId, WorkspaceId } from '../domain/ids.ts';
import { caretakerOf } from '../domain/people.ts';
import type { Post } from '../domain/said.ts';
import { commitOf, ring } from './act.ts';
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
    // As if the case were another object: so what its row derives from it is written anew.
    const before = { ...locked, file: { ...locked.file, case: { ...locked.file.case } } };
    const commit = commitOf(before, decision, policy, now);
    const isOpen = decision.file.case.status === 'open';
    const mended: Commit =
      isOpen && nextAlarm(decision.file, policy) === null ? { ...commit, alarmAt: now + 60_000 } : commit;
    return tx.commit([mended]);
  });
}

/** What the auditor found, by kind. */
type Findings = {
  silent: readonly Finding[];
  missing: readonly Missing[];
  unsaid: readonly Finding[];
  failing: readonly Finding[];
};

/** Tells whoever looks after each workspace what was found in it: one direct message a run, in plain words. */
export async function tellOwners(deps: Deps, found: Findings): Promise<void> {
  const all: Finding[] = [...found.silent, ...found.missing, ...found.unsaid, ...found.failing];
  for (const workspaceId of new Set(all.map((finding) => finding.workspaceId))) {
    const here = (findings: readonly Finding[]) => findings.filter((one) => one.workspaceId === workspaceId);
    const numbers = (findings: readonly Finding[]) => [
      ...new Set(here(findings).map(({ number }) => number)),
    ];
    const [first] = here(all);
    if (first === undefined) {
      continue;
    }
    const say = {
      what: 'audit found' as const,
      silent: numbers(found.silent),
      missing: numbers(found.missing),
      unsaid: numbers(found.unsaid),
      failing: numbers(found.failing),
    };
    // One workspace that can't be told keeps no other from it; it stays in the log.
    await tell(deps, first, say).catch((err: unknown) =>
      deps.log.error({ err, workspaceId, say }, 'The owner of a workspace could not be told what was found'),
    );
  }
}

async function tell(deps: Deps, { workspaceId, caseId }: Finding, say: Post['say']): Promise<void> {
  const now = deps.clock();
  const rowIds = await deps.store.transact(workspaceId, async (tx) => {
    const data = await tx.workspace();
    const memberId = caretakerOf(deps.teamOf(data, now), now);
    if (memberId === null) {
      return [];
    }
    const key = `${caseId}/audit/${now}`;
    return tx.owe(caseId, [{ op: 'post', key, to: { kind: 'member', memberId }, say }], now);
  });
  await deps.bell.ringOutbox(rowIds);
}
