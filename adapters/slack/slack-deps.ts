import type { WebClient } from '@slack/web-api';
import type { Connection } from '../../src/app/connections.ts';
import type { SlackFacts } from './facts.ts';

export type { CaseThread, ChatDeps as SlackDeps } from '../../src/conversation/chat-deps.ts';

/** A connection with its facts read. */
export type SlackConnection = Omit<Connection, 'facts'> & { facts: SlackFacts };

/** A WebClient for the connection, with a token that is valid now, few retries and a timeout. */
export type ClientOf = (connection: SlackConnection) => Promise<WebClient>;
