import { z } from 'zod';
import { TeamsCallFailed } from './errors.ts';
import { exchange } from './exchange.ts';
import { json } from './json.ts';
import { type Granted, managedToken } from './managed-token.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';

/** Renewed when it has less than this left. */
const SPARE_MS = 5 * 60_000;
/** Where the token of an app of many tenants is asked for. */
const ANY_TENANT = 'botframework.com';
const SCOPE = 'https://api.botframework.com/.default';

/** Microsoft's, of its public cloud. */
export const LOGIN_URL = 'https://login.microsoftonline.com';

const Answer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
const Refused = z.object({ error: z.string().regex(/^\w{1,80}$/) });

/** What says to Teams that it is us. */
export type BotToken = {
  /** Null in local development, where nobody asks. Throws TeamsCallFailed. */
  get(): Promise<string | null>;
  /** It was refused: the next one is a new one. */
  forget(): void;
};

/**
 * The bot's token, asked for once however many want it, and kept until shortly before its end. The SDK's way (MSAL)
 * waits for an answer without an end, asks once for each who wants one, and goes on using what was refused.
 */
export function createBotToken({ identity }: TeamsConfig, authority: Authority | null): BotToken {
  let granted: Promise<Granted> | null = null;

  function ask(): Promise<Granted> {
    if (identity.by === 'managed identity') {
      return managedToken(identity.appId, SCOPE);
    }
    if (identity.by === 'nobody') {
      return Promise.reject(new Error('In local development there is no token'));
    }
    const { appId, password, tenantId } = identity;
    const login = (authority?.loginUrl ?? LOGIN_URL).replace(/\/+$/, '');
    return askWithSecret(`${login}/${tenantId ?? ANY_TENANT}/oauth2/v2.0/token`, appId, password);
  }

  function askForAll(): Promise<Granted> {
    const asked = ask();
    granted = asked;
    asked.catch(() => {
      if (granted === asked) {
        granted = null;
      }
    });
    return asked;
  }

  return {
    get: async () => {
      if (identity.by === 'nobody') {
        return null;
      }
      const kept = granted;
      const known = await (kept ?? askForAll());
      if (Date.now() + SPARE_MS < known.until || kept === null) {
        return known.token;
      }
      // While this one waited, another may have asked already.
      return (await (granted === null || granted === kept ? askForAll() : granted)).token;
    },
    forget: () => {
      granted = null;
    },
  };
}

async function askWithSecret(url: string, appId: string, password: string): Promise<Granted> {
  const { status, text } = await exchange(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: password,
      scope: SCOPE,
    }),
  }).catch((error: unknown) => {
    // To ask again does no harm, however far it got.
    throw error instanceof TeamsCallFailed ? noToken(false, error.message) : error;
  });
  const answer = status === 200 ? Answer.safeParse(json(text)).data : undefined;
  if (answer !== undefined) {
    return { token: answer.access_token, until: Date.now() + answer.expires_in * 1_000 };
  }
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const code = Refused.safeParse(json(text)).data?.error;
  throw noToken(isRefused, code === undefined ? `http_${status}` : `http_${status} ${code}`);
}

function noToken(refused: boolean, error: string): TeamsCallFailed {
  return new TeamsCallFailed({ kind: 'no token', refused, error });
}
