import type { Addresses } from '../../src/app/addresses.ts';
import type { Connection } from '../../src/app/connections.ts';
import type { ChatDeps } from '../../src/conversation/chat-deps.ts';
import type { TeamsFacts } from './facts.ts';

/** What the adapter needs of the rest of Kept. */
export type TeamsDeps = ChatDeps & { addresses: Addresses };

/** A connection (`teams/<tenant id>`) with its facts read. */
export type TeamsConnection = Omit<Connection, 'facts'> & { facts: TeamsFacts };
