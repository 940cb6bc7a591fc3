import type { Connection } from '../../src/app/connections.ts';
import { TeamsFacts } from './facts.ts';
import type { TeamsConnection } from './teams-deps.ts';

/** A connection with its facts read. @throws ZodError when they aren't those of a tenant. */
export function teamsConnection(connection: Connection): TeamsConnection {
  return { ...connection, facts: TeamsFacts.parse(connection.facts) };
}
