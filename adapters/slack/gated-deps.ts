import type { Gate } from '../../src/app/gate.ts';
import { type Gated, gated as gatedDeps } from '../../src/conversation/gated.ts';
import type { People } from './people.ts';
import type { SlackDeps } from './slack-deps.ts';

/** What hearing asks of the rest of Kept, a few at a time. */
export type Asked = Gated & { people: Pick<People, 'memberFor'> };

/** The same, through a gate. `first`: Slack waits for the answer. */
export function gated(deps: SlackDeps, people: People, gate: Gate, first: boolean): Asked {
  return {
    ...gatedDeps(deps, gate, first),
    people: {
      memberFor: (connection, userId) =>
        gate.run(() => people.memberFor(connection, userId), { first, whose: connection.workspaceId }),
    },
  };
}
