import type { Deps, Who } from '../app/deps.ts';
import type { StoreTx } from '../app/store.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { CaseId } from '../domain/ids.ts';
import type { View } from './view.ts';

/** A case as it stands, with what its cards and forms need; null when it isn't in this workspace. */
export function loadView(deps: Deps, who: Pick<Who, 'workspaceId'>, caseId: CaseId): Promise<View | null> {
  return deps.store.transact(who.workspaceId, async (tx) => {
    const file = await tx.readCase(caseId);
    return file === null ? null : viewOf(deps, tx, file);
  });
}

/** The view of a file that has been read already. */
export async function viewOf(deps: Deps, tx: StoreTx, file: CaseFile): Promise<View> {
  const now = deps.clock();
  const data = await tx.workspace();
  const customer = await tx.customer(file.case.customerId);
  if (customer === null) {
    throw new Error('A case names a customer that is not there');
  }
  const history = await tx.history(customer.id, file.case.id);
  return { file, customer, team: deps.teamOf(data, now), policy: data.policy, now, history };
}
