import type { Deps, Who } from '../app/deps.ts';
import type { CaseId } from '../domain/ids.ts';
import type { View } from './view.ts';

/** A case as it stands, with what its cards and forms need; null when it isn't in this workspace. */
export async function loadView(
  { store, clock, teamOf }: Pick<Deps, 'store' | 'clock' | 'teamOf'>,
  { workspaceId }: Pick<Who, 'workspaceId'>,
  caseId: CaseId,
): Promise<View | null> {
  const read = await store.caseData({ workspaceId, caseId });
  if (read === null) {
    return null;
  }
  const now = clock();
  const { file, data, customer, history } = read;
  return { file, customer, team: teamOf(data, now), policy: data.policy, now, history };
}
