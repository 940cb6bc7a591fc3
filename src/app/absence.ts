import type { Instant } from '../domain/instant.ts';
import { lookAgain } from './act.ts';
import type { Deps, Who } from './deps.ts';

/** Marks a member away until `until` (null: until they say *back*), and looks at what they have promised. */
export async function goAway(deps: Deps, who: Who, until: Instant | null): Promise<void> {
  await setAbsence(deps, who, { from: deps.clock(), until });
  await lookAgain(deps, who);
}

/** Marks a member as here again. */
export async function comeBack(deps: Deps, who: Who): Promise<void> {
  await setAbsence(deps, who, null);
}

async function setAbsence(
  deps: Deps,
  who: Who,
  absence: { from: Instant; until: Instant | null } | null,
): Promise<void> {
  await deps.store.transact(who.workspaceId, async (tx) => {
    const { members } = await tx.workspace();
    const member = members.find(({ id }) => id === who.memberId);
    if (member === undefined) {
      throw new Error('A member is missing from their workspace');
    }
    await tx.saveMember({ ...member, absence });
  });
}
