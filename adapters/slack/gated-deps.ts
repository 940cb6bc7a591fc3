import type { Gate } from '../../src/app/gate.ts';
import type { People } from './people.ts';
import type { SlackDeps } from './slack-deps.ts';

/** What hearing asks of the rest of Kept, a few at a time: connections to the database are left for all else. */
export type Asked = Pick<
  SlackDeps,
  'hear' | 'drawPost' | 'caseAt' | 'threadOf' | 'shortCard' | 'homeChannel' | 'inbox' | 'connections'
> & { people: Pick<People, 'memberFor'> };

/** The same, through a gate. `first`: Slack waits for the answer. */
export function gated(deps: SlackDeps, people: People, gate: Gate, first: boolean): Asked {
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
      identitiesOf: (workspaceId, id, memberIds) =>
        gate.run(() => connections.identitiesOf(workspaceId, id, memberIds), options),
    },
    inbox: { ...inbox, get: (workspaceId, id) => gate.run(() => inbox.get(workspaceId, id), options) },
    people: {
      memberFor: (connection, userId) => gate.run(() => people.memberFor(connection, userId), options),
    },
  };
}
