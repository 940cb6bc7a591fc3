import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { connectTeam, type Granted } from './connect-team.ts';
import { errorCodeOf, isTokenRefused } from './error-code.ts';
import { drawPage, failurePage, PAGE_HEADERS } from './install-pages.ts';
import { oauthRoutes } from './oauth.ts';
import type { SlackConfig } from './slack-config.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';
import type { Tokens } from './tokens.ts';
import { createUninstall, type Uninstall } from './uninstall.ts';
import { newClients } from './web-client.ts';

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

export type Install = Uninstall & {
  /** `/slack/install` and `/slack/oauth_redirect`. */
  routes: Hono;
  /** With a token from the environment: connects its team, and tries until Slack can be reached. */
  start(): void;
  stop(): Promise<void>;
};

type Parts = Pick<SlackDeps, 'connections' | 'changeMember' | 'clock' | 'newId' | 'log' | 'publicUrl'> & {
  config: SlackConfig;
  tokens: Tokens;
};

/** The way into a Slack team: by a token from the environment, or by OAuth from a link; and the way out. */
export function createInstall(parts: Parts): Install {
  const { config, tokens, log } = parts;
  const newClient = newClients(config.apiUrl);
  const stopping = new AbortController();
  let connecting: Promise<void> = Promise.resolve();

  async function connect(granted: Granted): Promise<SlackConnection> {
    const connection = await connectTeam({ ...parts, newClient }, granted);
    tokens.replaced(connection.id);
    return connection;
  }

  async function connectToken(token: string): Promise<void> {
    for (let wait = FIRST_WAIT; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        const granted = { token, secret: null, installedBy: null, appId: null, name: null };
        tokens.lend((await connect(granted)).id, token);
        return;
      } catch (error) {
        if (isTokenRefused(error)) {
          log.error(
            { code: errorCodeOf(error) },
            'slack refuses SLACK_BOT_TOKEN: set a good one and start again',
          );
          return;
        }
        log.warn({ err: error, againInMs: wait }, 'slack team not connected yet');
      }
      await sleep(wait, undefined, { signal: stopping.signal }).catch((error: unknown) => {
        if (!stopping.signal.aborted) {
          throw error;
        }
      });
    }
  }

  const { install } = config;
  return {
    ...createUninstall({ connections: parts.connections, tokens, newClient, log }),
    routes: install.by === 'oauth' ? oauthRoutes(parts, install, connect) : tokenRoutes(),
    start: () => {
      if (install.by === 'token') {
        connecting = connectToken(install.botToken);
      }
    },
    stop: async () => {
      stopping.abort();
      await connecting;
    },
  };
}

function tokenRoutes(): Hono {
  const app = new Hono();
  const page = failurePage('by token');
  app.on(
    'GET',
    ['/slack/install', '/slack/oauth_redirect'],
    () => new Response(drawPage(page), { status: page.status, headers: PAGE_HEADERS }),
  );
  return app;
}
