import type { Instant } from '../domain/instant.ts';
import { act } from './act.ts';
import type { Deps, Who } from './deps.ts';
import { changeMember } from './members.ts';

/** Marks a member away until `until` (null: until they say *back*); what they have promised is looked at again. */
export function goAway(deps: Deps, { workspaceId, memberId }: Who, until: Instant | null): Promise<void> {
  const absence = { from: deps.clock(), until };
  return changeMember(deps, workspaceId, memberId, (member) => ({ ...member, absence }));
}

/** Marks a member as here again: for what they have promised a sign of life. */
export async function comeBack(deps: Deps, who: Who): Promise<void> {
  await changeMember(deps, who.workspaceId, who.memberId, (member) => ({ ...member, absence: null }));
  const rows = await deps.store.read(who.workspaceId, (tx) => tx.unsettledPromises(who.memberId, 500));
  for (const caseId of new Set(rows.map(({ file }) => file.case.id))) {
    await act(deps, who, caseId, { do: 'sign' });
  }
}
