import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { isFilled } from '../../src/domain/sized.ts';
import { TeamsCallFailed } from './errors.ts';
import { exchange } from './exchange.ts';
import { json } from './json.ts';

/** A token that says who we are, and until when (epoch ms). */
export type Granted = { token: string; until: Instant };

/** A token is renewed when it has less than this left. */
const SPARE_MS = 5 * 60_000;

/** Microsoft's sign-in, of its public cloud. */
export const LOGIN_URL = 'https://login.microsoftonline.com';

const Answer = z.object({
  access_token: z.string().refine(isFilled),
  expires_in: z.coerce.number().positive(),
});
const Refused = z.object({ error: z.string().regex(/^\w{1,80}$/) });

/** A token that is asked for once however many want it, and kept until shortly before its end. */
export type KeptToken = {
  /** Throws what asking threw; then it is asked for anew. */
  get(): Promise<string>;
  /** It was refused: the next one is a new one. */
  forget(): void;
};

/** Keeps what `ask` grants. The SDK's way (MSAL) asks once for each who wants one, and goes on using what was refused. */
export function keepToken(ask: () => Promise<Granted>, clock: Clock): KeptToken {
  let granted: Promise<Granted> | null = null;

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
      const kept = granted;
      const known = await (kept ?? askForAll());
      if (clock() + SPARE_MS < known.until || kept === null) {
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

/**
 * A token of the app's own by its secret (client credentials of OAuth 2.0), from the sign-in of `tenant`.
 *
 * @throws TeamsCallFailed
 */
export async function grantedBySecret(
  app: { loginUrl: string; tenant: string; appId: string; password: string; scope: string },
  clock: Clock,
): Promise<Granted> {
  const login = app.loginUrl.replace(/\/+$/u, '');
  const { status, text } = await exchange(`${login}/${encodeURIComponent(app.tenant)}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: app.appId,
      client_secret: app.password,
      scope: app.scope,
    }),
  }).catch((error: unknown) => {
    // To ask again does no harm, however far it got.
    throw error instanceof TeamsCallFailed ? noToken(false, error.message) : error;
  });
  const answer = status === 200 ? Answer.safeParse(json(text)).data : undefined;
  if (answer !== undefined) {
    return { token: answer.access_token, until: clock() + answer.expires_in * 1_000 };
  }
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const code = Refused.safeParse(json(text)).data?.error;
  throw noToken(isRefused, code === undefined ? `http_${status}` : `http_${status} ${code}`);
}

function noToken(refused: boolean, error: string): TeamsCallFailed {
  return new TeamsCallFailed({ kind: 'no token', refused, error });
}
