import { z } from 'zod';
import type { Connections } from '../../src/app/connections.ts';
import type { Log } from '../../src/app/deps.ts';
import { isTokenRefused } from './error-code.ts';
import type { SlackConnection } from './slack-deps.ts';
import { NoToken, type Tokens } from './tokens.ts';
import type { NewClient } from './web-client.ts';

/** The ids of users whose tokens were revoked, not the tokens (docs.slack.dev/reference/events/tokens_revoked). */
const TokensRevoked = z.object({ tokens: z.object({ bot: z.array(z.string()).catch([]) }) });

export type Uninstall = {
  /** Takes over a `tokens_revoked` event. A person's token is no matter of ours. */
  tokensRevoked(connection: SlackConnection, event: unknown): Promise<void>;
  /** Takes over an `app_uninstalled` event. */
  appUninstalled(connection: SlackConnection): Promise<void>;
  /** Looks whether the connection's token is still good, and marks it disconnected when it isn't. */
  check(connection: SlackConnection): Promise<'connected' | 'disconnected'>;
};

/**
 * Ends connections whose app was removed. What is owed there stays owed, and a reinstallation goes on with it.
 * Slack tells of a removal late and more than once, so after a reinstallation as well: that the token is refused
 * decides, and not that we were told.
 */
export function createUninstall(parts: {
  connections: Pick<Connections, 'setStatus'>;
  tokens: Tokens;
  newClient: NewClient;
  log: Log;
}): Uninstall {
  const { connections, tokens, newClient, log } = parts;

  async function isGood(connection: SlackConnection): Promise<boolean> {
    tokens.forget(connection.id);
    try {
      await newClient(await tokens.tokenOf(connection)).auth.test();
      return true;
    } catch (error) {
      if (isTokenRefused(error) || error instanceof NoToken) {
        return false;
      }
      throw error;
    }
  }

  async function check(connection: SlackConnection): Promise<'connected' | 'disconnected'> {
    const { workspaceId, id } = connection;
    if (await isGood(connection)) {
      return 'connected';
    }
    await connections.setStatus(workspaceId, id, 'disconnected');
    log.warn({ connection: id, workspaceId }, 'slack team disconnected: install Kept there again to go on');
    return 'disconnected';
  }

  return {
    check,
    appUninstalled: async (connection) => {
      await check(connection);
    },
    tokensRevoked: async (connection, payload) => {
      const event = TokensRevoked.safeParse(payload);
      const { botUserId, botId } = connection.facts;
      const bots = event.success ? event.data.tokens.bot : [];
      if (bots.some((id) => id === botUserId || id === botId)) {
        await check(connection);
      }
    },
  };
}
