import type { Gate } from '../app/gate.ts';
import type { ChatDeps } from './chat-deps.ts';

/** What hearing asks of the rest of Kept, a few at a time: connections to the database are left for all else. */
export type Gated = Pick<
  ChatDeps,
  'hear' | 'drawPost' | 'caseAt' | 'threadOf' | 'shortCard' | 'homeChannel' | 'inbox' | 'connections'
>;

/** The same, through a gate. `first`: somebody waits for the answer. */
export function gated(deps: Gated, gate: Gate, first: boolean): Gated {
  const options = { first };
  const { connections, inbox } = deps;
  return {
    hear: (who, intent) => gate.run(() => deps.hear(who, intent), options),
    drawPost: (workspaceId, key) => gate.run(() => deps.drawPost(workspaceId, key), options),
    caseAt: (workspaceId, connection, ref) =>
      gate.run(() => deps.caseAt(workspaceId, connection, ref), options),
    threadOf: (workspaceId, caseId) => gate.run(() => deps.threadOf(workspaceId, caseId), options),
    shortCard: (workspaceId, caseId) => gate.run(() => deps.shortCard(workspaceId, caseId), options),
    homeChannel: (workspaceId, connection) =>
      gate.run(() => deps.homeChannel(workspaceId, connection), options),
    connections: {
      ...connections,
      memberOf: (workspaceId, id, externalId) =>
        gate.run(() => connections.memberOf(workspaceId, id, externalId), options),
      everybody: (workspaceId, id) => gate.run(() => connections.everybody(workspaceId, id), options),
      identitiesOf: (workspaceId, id, memberIds) =>
        gate.run(() => connections.identitiesOf(workspaceId, id, memberIds), options),
    },
    inbox: { ...inbox, get: (workspaceId, id) => gate.run(() => inbox.get(workspaceId, id), options) },
  };
}
