import type { Clock } from '../../src/app/clock.ts';
import type { Connection, Connections } from '../../src/app/connections.ts';
import type { Log } from '../../src/app/deps.ts';
import { SlackFacts } from './facts.ts';
import type { SlackConnection } from './slack-deps.ts';
import type { TeamRef } from './told.ts';

/** After this long a connection is read anew, behind the back of whoever asks. */
const FRESH_FOR_MS = 30_000;

export type KnownConnections = {
  /** The connection of a team or its org; null when there is none. Of one that was found before, it waits for nothing. */
  find(team: TeamRef): Promise<SlackConnection | null>;
  forget(externalId: string): void;
};

/** Remembers connections, so that hearing doesn't wait for the database twice. */
export function createKnownConnections(parts: {
  connections: Pick<Connections, 'find'>;
  clock: Clock;
  log: Log;
}): KnownConnections {
  const { connections, clock, log } = parts;
  const known = new Map<string, { connection: SlackConnection; readAt: number; isBeingRead: boolean }>();

  /** Teams without a connection of their own, until when that is taken for so: their org's hears them. */
  const orgsAlone = new Map<string, number>();

  async function read(externalId: string): Promise<SlackConnection | null> {
    const found = await connections.find('slack', externalId);
    const connection = found === null ? null : slackConnection(found);
    if (connection === null || connection.status === 'disconnected') {
      // It may be connected again at any time, and whoever speaks then is to be heard at once.
      known.delete(externalId);
    } else {
      known.set(externalId, { connection, readAt: clock(), isBeingRead: false });
    }
    return connection;
  }

  async function readAgain(externalId: string): Promise<void> {
    try {
      await read(externalId);
    } catch (error) {
      log.warn({ err: error, externalId }, 'a slack connection could not be read again');
      const entry = known.get(externalId);
      if (entry !== undefined) {
        entry.isBeingRead = false;
      }
    }
  }

  /** What is remembered, and read again behind the back of whoever asks; what isn't, from the database. */
  async function connectionOf(externalId: string): Promise<SlackConnection | null> {
    const entry = known.get(externalId);
    if (entry === undefined) {
      return read(externalId);
    }
    if (!entry.isBeingRead && clock() - entry.readAt > FRESH_FOR_MS) {
      entry.isBeingRead = true;
      void readAgain(externalId);
    }
    return entry.connection;
  }

  return {
    find: async ({ teamId, enterpriseId }) => {
      // A team that has Kept of its own keeps it when its org installs it, too (decision 0011).
      const isOrgsAlone = teamId !== null && (orgsAlone.get(teamId) ?? 0) > clock();
      const own = teamId === null || isOrgsAlone ? null : await connectionOf(teamId);
      if (own?.status === 'connected' || enterpriseId === null) {
        return own;
      }
      const orgs = await connectionOf(enterpriseId);
      if (teamId !== null && orgs !== null && !isOrgsAlone) {
        orgsAlone.set(teamId, clock() + FRESH_FOR_MS);
      }
      return orgs ?? own;
    },
    forget: (externalId) => {
      known.delete(externalId);
      orgsAlone.delete(externalId);
    },
  };
}

/** A connection with its facts. @throws ZodError when they aren't those of a Slack team. */
export function slackConnection(connection: Connection): SlackConnection {
  return { ...connection, facts: SlackFacts.parse(connection.facts) };
}
