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

  /** A token that was refused may have given way to another in the meantime. */
  async function isGood(connection: SlackConnection): Promise<boolean> {
    for (let refused: string | null = null; ; ) {
      tokens.forget(connection.id);
      try {
        const token = await tokens.tokenOf(connection);
        if (token === refused) {
          return false;
        }
        refused = token;
        await newClient(token).auth.test();
        return true;
      } catch (error) {
        if (error instanceof NoToken) {
          return false;
        }
        if (!isTokenRefused(error)) {
          throw error;
        }
      }
    }
  }

  /** Marks the connection disconnected when its token isn't good any more. */
  async function check(connection: SlackConnection): Promise<void> {
    const { workspaceId, id } = connection;
    if (!(await isGood(connection))) {
      await connections.setStatus(workspaceId, id, 'disconnected');
      log.warn({ connection: id, workspaceId }, 'slack team disconnected: install Kept there again to go on');
    }
  }

  return {
    appUninstalled: check,
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
