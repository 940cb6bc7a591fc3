import type { Deps, Who } from '../app/deps.ts';
import type { CaseData } from '../app/store.ts';
import type { CaseId } from '../domain/ids.ts';
import type { View } from './view.ts';

/** A case as it stands, with what its cards and forms need; null when it isn't in this workspace. */
export async function loadView(
  { store, clock, teamOf }: Pick<Deps, 'store' | 'clock' | 'teamOf'>,
  { workspaceId }: Pick<Who, 'workspaceId'>,
  caseId: CaseId,
): Promise<View | null> {
  const read = await store.caseData({ workspaceId, caseId });
  return read === null ? null : viewOf({ clock, teamOf }, read);
}

/** The same of what was read already. */
export function viewOf(
  { clock, teamOf }: Pick<Deps, 'clock' | 'teamOf'>,
  { file, data, customer, history }: CaseData,
): View {
  const now = clock();
  return { file, customer, team: teamOf(data, now), policy: data.policy, now, history };
}
