import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import {
  AuthorizationError,
  type Installation,
  InstallProvider,
  InvalidStateError,
  MissingCodeError,
  MissingStateError,
} from '@slack/oauth';
import { SlackError } from '@slack/web-api';
import { Hono } from 'hono';
import { slackLogger } from './clients.ts';
import type { Granted } from './connect-team.ts';
import { errorCodeOf } from './error-code.ts';
import {
  drawPage,
  type Failure,
  failurePage,
  PAGE_HEADERS,
  type Page,
  successPage,
} from './install-pages.ts';
import { NEEDED_SCOPES } from './scopes.ts';
import type { SlackConfig } from './slack-config.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';
import { clientOptions, SLACK_API_URL } from './web-client.ts';

type Exchange = { incoming: IncomingMessage; outgoing: ServerResponse };

/**
 * The way into a team by a link: to Slack, and back with a code. The state that goes along is signed, ten minutes
 * old at most, and this browser's own. They write to Node's own response, as Slack's library does.
 */
export function oauthRoutes(
  { config, publicUrl, log }: Pick<SlackDeps, 'publicUrl' | 'log'> & { config: SlackConfig },
  app: Extract<SlackConfig['install'], { by: 'oauth' }>,
  connect: (granted: Granted) => Promise<SlackConnection>,
): Hono {
  const slackUrl = new URL(config.apiUrl ?? SLACK_API_URL).origin;
  const provider = new InstallProvider({
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    stateSecret: app.stateSecret,
    directInstall: true,
    authorizationUrl: `${slackUrl}/oauth/v2/authorize`,
    clientOptions: clientOptions(config.apiUrl),
    logger: slackLogger(log, { part: 'oauth' }),
    // Nothing is stored through here: what follows an installation needs its outcome.
    installationStore: {
      storeInstallation: async () => {},
      fetchInstallation: () => Promise.reject(new Error('Tokens are not read through the install provider')),
    },
  });
  const installOptions = {
    scopes: [...NEEDED_SCOPES],
    ...(publicUrl === null ? {} : { redirectUri: new URL('/slack/oauth_redirect', publicUrl).href }),
  };

  async function install({ incoming, outgoing }: Exchange): Promise<void> {
    setHeaders(outgoing);
    await provider.handleInstallPath(incoming, outgoing, {}, installOptions);
  }

  async function redirected({ incoming, outgoing }: Exchange): Promise<void> {
    setHeaders(outgoing);
    await provider.handleCallback(incoming, outgoing, {
      afterInstallation: async (installation) => {
        const connection = await connect(grantedBy(installation));
        send(outgoing, successPage(connection, slackUrl));
        return false;
      },
      failureAsync: async (error) => {
        const failure = failureOf(error);
        const fields = { err: error, code: errorCodeOf(error) };
        if (failure === 'settings' || failure === 'ours') {
          log.error(fields, 'slack installation failed');
        } else {
          log.info({ failure }, 'slack installation not completed');
        }
        send(outgoing, failurePage(failure));
      },
    });
  }

  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get('/slack/install', async (c) => {
    await install(c.env);
    return RESPONSE_ALREADY_SENT;
  });
  routes.get('/slack/oauth_redirect', async (c) => {
    await redirected(c.env);
    return RESPONSE_ALREADY_SENT;
  });
  return new Hono().route('/', routes);
}

function grantedBy(installation: Installation): Granted {
  const { bot, user, appId, team, enterprise, isEnterpriseInstall } = installation;
  if (bot === undefined) {
    throw new Error('Slack gave no bot token with the installation');
  }
  const { token, refreshToken = null, expiresAt } = bot;
  return {
    token,
    secret: { token, refreshToken, expiresAt: expiresAt === undefined ? null : expiresAt * 1_000 },
    installedBy: user.id,
    appId: appId ?? null,
    name: (isEnterpriseInstall ? enterprise?.name : team?.name) ?? null,
  };
}

/** What is wrong with the app's own settings, and not with this one try. */
const SETTINGS_CODES: ReadonlySet<string> = new Set([
  'invalid_client_id',
  'bad_client_secret',
  'bad_redirect_uri',
  'invalid_scope',
  'org_login_required',
]);

/** What is wrong with the code that Slack sent the browser back with. */
const CODE_CODES: ReadonlySet<string> = new Set(['invalid_code', 'code_already_used', 'code_expired']);

function failureOf(error: unknown): Failure {
  if (error instanceof AuthorizationError) {
    return 'cancelled';
  }
  if (
    error instanceof InvalidStateError ||
    error instanceof MissingStateError ||
    error instanceof MissingCodeError
  ) {
    return 'state';
  }
  if (!(error instanceof SlackError)) {
    return 'ours';
  }
  const code = errorCodeOf(error);
  if (code === null) {
    return 'slack';
  }
  if (SETTINGS_CODES.has(code)) {
    return 'settings';
  }
  return CODE_CODES.has(code) ? 'code' : 'ours';
}

function setHeaders(outgoing: ServerResponse): void {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) {
    outgoing.setHeader(name, value);
  }
}

function send(outgoing: ServerResponse, page: Page): void {
  outgoing.statusCode = page.status;
  outgoing.end(drawPage(page));
}
