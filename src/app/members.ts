import type { MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Member, Workspace } from '../domain/people.ts';
import type { Rejection } from '../domain/rejection.ts';
import { type Authority, authorityFault, notAnAdmin } from '../domain/team-change.ts';
import { type Result, ring } from './act.ts';
import type { Deps, Who } from './deps.ts';
import type { StoreTx, WorkspaceData } from './store.ts';

/**
 * Writes a member anew. When something has changed that decisions depend on, what they have promised is looked
 * at again at once: the member and those alarms commit together, so that nobody forgets to look.
 * @throws when the workspace has no such member.
 */
export async function changeMember(
  deps: Deps,
  workspaceId: WorkspaceId,
  id: MemberId,
  change: (member: Member) => Member,
): Promise<void> {
  const now = deps.clock();
  const isPulled = await deps.store.transact(workspaceId, async (tx) => {
    await tx.lockTeam();
    const before = memberIn(await tx.workspace(), id);
    if (before === undefined) {
      throw new Error('A member is missing from their workspace');
    }
    const after = change(before);
    if (JSON.stringify(after) === JSON.stringify(before)) {
      return false;
    }
    await tx.saveMember(after);
    const matters = decisive(after) !== decisive(before);
    if (matters) {
      await tx.pullAlarms(id, now);
    }
    return matters;
  });
  if (isPulled) {
    await ring(deps, { rowIds: [], alarms: [now] });
  }
}

/** Says whom a member answers to, what they may decide and whether they may change the team. */
export function setAuthority(
  deps: Deps,
  who: Who,
  memberId: MemberId,
  authority: Authority,
  nonce: string,
): Promise<Result> {
  return changeTeam(deps, who, nonce, async (tx, data) => {
    const team = deps.teamOf(data, deps.clock());
    const before = team.members.get(memberId);
    const rejection: Rejection | null =
      before === undefined ? { why: 'not found' } : authorityFault(team, memberId, authority);
    if (before === undefined || rejection !== null) {
      return rejection;
    }
    await tx.saveMember({ ...before, ...authority });
    // A ladder may have changed for anybody.
    await tx.pullAlarms(null, deps.clock());
    return null;
  });
}

/** What of a workspace can be set from chat. */
export type Settings = Partial<
  Pick<Workspace, 'currency' | 'zone' | 'country' | 'region' | 'week' | 'quiet' | 'homeChannels'>
>;

/** Changes the settings of a workspace; what isn't named stays. */
export function changeWorkspace(
  deps: Deps,
  who: Who,
  change: (workspace: Workspace) => Settings,
  nonce: string,
): Promise<Result> {
  return changeTeam(deps, who, nonce, async (tx, { workspace }) => {
    await tx.saveWorkspace({ ...workspace, ...change(workspace) });
    return null;
  });
}

/** One change of the team by who may make it; the same form sent twice makes it once. */
async function changeTeam(
  deps: Deps,
  who: Who,
  nonce: string,
  make: (tx: StoreTx, data: WorkspaceData) => Promise<Rejection | null>,
): Promise<Result> {
  const now = deps.clock();
  const result = await deps.store.transact(who.workspaceId, async (tx): Promise<Result> => {
    await tx.lockTeam();
    const data = await tx.workspace();
    const refused = notAnAdmin(deps.teamOf(data, now), who.memberId);
    if (refused !== null) {
      return { ok: false, rejection: refused };
    }
    if (!(await tx.receiveOnce(nonce, now))) {
      return { ok: true, repeated: true };
    }
    const rejection = await make(tx, data);
    if (rejection !== null) {
      await tx.forget(nonce);
      return { ok: false, rejection };
    }
    return { ok: true, repeated: false };
  });
  if (result.ok && !result.repeated) {
    await ring(deps, { rowIds: [], alarms: [now] });
  }
  return result;
}

/** What decisions depend on, of a member. */
function decisive({ zone, leadId, limit, absence, chat, active }: Member): string {
  return JSON.stringify({ zone, leadId, limit, absence, chat, active });
}

function memberIn({ members }: WorkspaceData, id: MemberId): Member | undefined {
  return members.find((member) => member.id === id);
}
