import type { Clock } from '../../src/app/clock.ts';
import type { Connection, Connections } from '../../src/app/connections.ts';
import type { Log } from '../../src/app/deps.ts';
import { createKnownConnections } from '../../src/app/known-connections.ts';
import { SlackFacts } from './facts.ts';
import type { SlackConnection } from './slack-deps.ts';
import type { TeamRef } from './told.ts';

/** A team that has no connection of its own is taken for one for so long: its org's hears it. */
const ORGS_ALONE_FOR_MS = 30_000;

export type KnownTeams = {
  /** The connection of a team or its org; null when there is none. Of one that was found before, it waits for nothing. */
  find(team: TeamRef): Promise<SlackConnection | null>;
  forget(externalId: string): void;
};

/** Remembers the connections of teams and their orgs. */
export function createKnownTeams(parts: {
  connections: Pick<Connections, 'find'>;
  clock: Clock;
  log: Log;
}): KnownTeams {
  const { clock } = parts;
  const known = createKnownConnections({ ...parts, kind: 'slack', read: slackConnection });
  /** Teams without a connection of their own, and until when that is taken for so. */
  const orgsAlone = new Map<string, number>();

  return {
    find: async ({ teamId, enterpriseId }) => {
      // A team that has Kept of its own keeps it when its org installs it, too (decision 0011).
      const isOrgsAlone = teamId !== null && (orgsAlone.get(teamId) ?? 0) > clock();
      const own = teamId === null || isOrgsAlone ? null : await known.find(teamId);
      if (own?.status === 'connected' || enterpriseId === null) {
        return own;
      }
      const orgs = await known.find(enterpriseId);
      if (teamId !== null && orgs !== null && !isOrgsAlone) {
        orgsAlone.set(teamId, clock() + ORGS_ALONE_FOR_MS);
      }
      return orgs ?? own;
    },
    forget: (externalId) => {
      known.forget(externalId);
      orgsAlone.delete(externalId);
    },
  };
}

/** A connection with its facts. @throws ZodError when they aren't those of a Slack team. */
export function slackConnection(connection: Connection): SlackConnection {
  return { ...connection, facts: SlackFacts.parse(connection.facts) };
}
