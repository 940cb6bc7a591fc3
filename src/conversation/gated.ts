import type { Gate } from '../app/gate.ts';
import type { WorkspaceId } from '../domain/ids.ts';
import type { ChatDeps } from './chat-deps.ts';

/** What hearing asks of the rest of Kept, a few at a time: connections to the database are left for all else. */
export type Gated = Pick<
  ChatDeps,
  'hear' | 'drawPost' | 'caseAt' | 'threadOf' | 'shortCard' | 'homeChannel' | 'inbox' | 'connections'
>;

/** The same, through a gate, with one of each workspace in turn. `first`: somebody waits for the answer. */
export function gated(deps: Gated, gate: Gate, first: boolean): Gated {
  const { connections, inbox } = deps;
  const run = <T>(whose: WorkspaceId, work: () => Promise<T>) => gate.run(work, { first, whose });
  return {
    hear: (who, intent) => run(who.workspaceId, () => deps.hear(who, intent)),
    drawPost: (workspaceId, key) => run(workspaceId, () => deps.drawPost(workspaceId, key)),
    caseAt: (workspaceId, connection, ref) =>
      run(workspaceId, () => deps.caseAt(workspaceId, connection, ref)),
    threadOf: (workspaceId, caseId) => run(workspaceId, () => deps.threadOf(workspaceId, caseId)),
    shortCard: (workspaceId, caseId) => run(workspaceId, () => deps.shortCard(workspaceId, caseId)),
    homeChannel: (workspaceId, connection) =>
      run(workspaceId, () => deps.homeChannel(workspaceId, connection)),
    connections: {
      ...connections,
      memberOf: (workspaceId, id, externalId) =>
        run(workspaceId, () => connections.memberOf(workspaceId, id, externalId)),
      everybody: (workspaceId, id) => run(workspaceId, () => connections.everybody(workspaceId, id)),
      identitiesOf: (workspaceId, id, memberIds) =>
        run(workspaceId, () => connections.identitiesOf(workspaceId, id, memberIds)),
    },
    inbox: { ...inbox, get: (workspaceId, id) => run(workspaceId, () => inbox.get(workspaceId, id)) },
  };
}
