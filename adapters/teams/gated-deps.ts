import type { Gate } from '../../src/app/gate.ts';
import type { People } from './people.ts';
import type { TeamsDeps } from './teams-deps.ts';

/** What hearing asks of the rest of Kept, a few at a time: connections to the database are left for all else. */
export type Asked = Pick<
  TeamsDeps,
  'hear' | 'drawPost' | 'caseAt' | 'threadOf' | 'homeChannel' | 'inbox' | 'connections' | 'addresses'
> & { people: Pick<People, 'memberFor'> };

/** The same, through a gate. `first`: Teams waits for the answer. */
export function gated(deps: TeamsDeps, people: Pick<People, 'memberFor'>, gate: Gate, first: boolean): Asked {
  const options = { first };
  const { connections, inbox, addresses } = deps;
  return {
    hear: (who, intent) => gate.run(() => deps.hear(who, intent), options),
    drawPost: (workspaceId, key) => gate.run(() => deps.drawPost(workspaceId, key), options),
    caseAt: (workspaceId, connection, ref) =>
      gate.run(() => deps.caseAt(workspaceId, connection, ref), options),
    threadOf: (workspaceId, caseId) => gate.run(() => deps.threadOf(workspaceId, caseId), options),
    homeChannel: (workspaceId, connection) =>
      gate.run(() => deps.homeChannel(workspaceId, connection), options),
    connections: {
      ...connections,
      everybody: (workspaceId, id) => gate.run(() => connections.everybody(workspaceId, id), options),
      identitiesOf: (workspaceId, id, memberIds) =>
        gate.run(() => connections.identitiesOf(workspaceId, id, memberIds), options),
    },
    inbox: { ...inbox, get: (workspaceId, id) => gate.run(() => inbox.get(workspaceId, id), options) },
    addresses: {
      ...addresses,
      get: (workspaceId, connection, of) =>
        gate.run(() => addresses.get(workspaceId, connection, of), options),
    },
    people: {
      memberFor: (connection, who, conversation) =>
        gate.run(() => people.memberFor(connection, who, conversation), options),
    },
  };
}
