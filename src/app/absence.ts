import type { Instant } from '../domain/instant.ts';
import type { Absence } from '../domain/people.ts';
import { act, ring } from './act.ts';
import type { Deps, Who } from './deps.ts';

/** Marks a member away until `until` (null: until they say *back*); what they have promised is looked at again. */
export function goAway(deps: Deps, who: Who, until: Instant | null): Promise<void> {
  return setAbsence(deps, who, { from: deps.clock(), until });
}

/** Marks a member as here again: for what they have promised a sign of life. */
export async function comeBack(deps: Deps, who: Who): Promise<void> {
  await setAbsence(deps, who, null);
  const rows = await deps.store.transact(who.workspaceId, (tx) => tx.unsettledPromises(who.memberId, 500));
  for (const caseId of new Set(rows.map(({ file }) => file.case.id))) {
    await act(deps, who, caseId, { do: 'sign' });
  }
}

/** The absence and the alarms of all that it touches commit together, so that nobody forgets to look. */
async function setAbsence(deps: Deps, who: Who, absence: Absence | null): Promise<void> {
  const now = deps.clock();
  await deps.store.transact(who.workspaceId, async (tx) => {
    const { members } = await tx.workspace();
    const member = members.find(({ id }) => id === who.memberId);
    if (member === undefined) {
      throw new Error('A member is missing from their workspace');
    }
    await tx.saveMember({ ...member, absence });
    await tx.pullAlarms(who.memberId, now);
  });
  await ring(deps, { rowIds: [], alarms: [now] });
}
