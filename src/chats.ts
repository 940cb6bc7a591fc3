import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import type { PoolConfig } from 'pg';
import type { Connection, ConnectionKind } from './app/connections.ts';
import type { Deps } from './app/deps.ts';
import type { Pace } from './app/pace.ts';
import type { Surface } from './app/surface.ts';
import { chatDeps } from './chat-deps.ts';
import type { Config } from './config.ts';
import type { Card } from './conversation/card.ts';
import type { ChatDeps } from './conversation/chat-deps.ts';
import { createAddresses } from './store/addresses.ts';
import { createConnections } from './store/connections.ts';
import type { Database } from './store/database.ts';
import { createInbox } from './store/inbox.ts';
import { ownKey } from './store/own-key.ts';
import { createSeal } from './store/seal.ts';
import { resealSecrets } from './store/secrets.ts';

/** Teams' app package leads here, as to the page that says what becomes of what people write. */
export const GREETING = `Kept runs here, and talks in your chat: say /care in Slack, or @Kept care in Teams.

It is run by your own organisation, on its own database. It keeps what is written to it there, and what was promised;
nothing goes to a customer by itself, and nothing to anybody else. Whoever looks after it can tell you more.
`;

/** A chat platform, joined: what Slack and Teams have in common. */
export type Chat = {
  kind: ConnectionKind;
  surface: Surface<Card>;
  routes: Hono;
  linkTo: (connection: Connection, ref: string) => string | null;
  start: (options: { hears: boolean; works: boolean }) => Promise<void>;
  late: () => Promise<number>;
  stop: () => Promise<void>;
};

type Parts = { config: Config; deps: Deps; db: Database; poolConfig: PoolConfig; pace: Pace };

/** The chats that are configured, with what they need of the store: connections with sealed secrets, and the inbox. */
export async function chatsOf(
  { config, deps, db, poolConfig, pace }: Parts,
  stops: (() => Promise<void>)[],
): Promise<{ deps: ChatDeps; all: Chat[] } | null> {
  if (config.slack === null && config.teams === null) {
    return null;
  }
  const { log } = deps;
  // Without a key of its own nothing is sealed that has to be opened again: OAuth, which brings tokens, asks for one.
  const keys = config.encryptionKeys ?? [
    config.databaseUrl === null ? await ownKey(config.dataDir, log) : randomBytes(32).toString('base64'),
  ];
  const seal = createSeal(keys);
  const inbox = createInbox(db, poolConfig, (err) => log.warn({ err }, 'A connection of the inbox was lost'));
  stops.push(inbox.close);
  await inbox.open();
  const resealed = await resealSecrets(db, seal);
  if (resealed.resealed > 0 || resealed.unreadable.length > 0) {
    log.warn(resealed, 'Secrets were sealed with another key than the newest');
  }
  const connections = createConnections(db, seal);
  const chat = chatDeps({ deps, connections, inbox, publicUrl: config.publicUrl, pace });
  const all: Chat[] = [];
  // Read only where they are set up: their SDKs take a second to load.
  if (config.slack !== null) {
    const { createSlack } = await import('../adapters/slack/slack.ts');
    all.push({ kind: 'slack', ...createSlack(config.slack, chat) });
  }
  if (config.teams !== null) {
    const { createTeams } = await import('../adapters/teams/teams.ts');
    all.push({ kind: 'teams', ...createTeams(config.teams, { ...chat, addresses: createAddresses(db) }) });
  }
  stops.push(...all.map(({ stop }) => stop));
  return { deps: chat, all };
}
