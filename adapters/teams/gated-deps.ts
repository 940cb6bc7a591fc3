import type { Gate } from '../../src/app/gate.ts';
import { type Gated, gated as gatedDeps } from '../../src/conversation/gated.ts';
import type { People } from './people.ts';
import type { TeamsDeps } from './teams-deps.ts';

/** What hearing asks of the rest of Kept, a few at a time. */
export type Asked = Gated & Pick<TeamsDeps, 'addresses'> & { people: Pick<People, 'memberFor'> };

/** The same, through a gate. `first`: Teams waits for the answer. */
export function gated(deps: TeamsDeps, people: Pick<People, 'memberFor'>, gate: Gate, first: boolean): Asked {
  const { addresses } = deps;
  return {
    ...gatedDeps(deps, gate, first),
    addresses: {
      ...addresses,
      get: (workspaceId, connection, of) =>
        gate.run(() => addresses.get(workspaceId, connection, of), { first, whose: workspaceId }),
      list: (workspaceId, connection, begins) =>
        gate.run(() => addresses.list(workspaceId, connection, begins), { first, whose: workspaceId }),
    },
    people: {
      memberFor: (connection, who, conversation) =>
        gate.run(() => people.memberFor(connection, who, conversation), {
          first,
          whose: connection.workspaceId,
        }),
    },
  };
}
