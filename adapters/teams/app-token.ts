import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Granted, managedToken } from './managed-token.ts';
import type { TeamsConfig } from './teams-config.ts';

/** A token of the app's own for Graph, and the permissions that a tenant's admins granted it. */
export type AppToken = { token: string; roles: ReadonlySet<string> };

/** A token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 5 * 60_000;
const TIMEOUT_MS = 5_000;

const Answer = z.object({ access_token: z.string(), expires_in: z.coerce.number() });
const Claims = z.object({ roles: z.array(z.string()).catch([]) });

type Parts = { identity: TeamsConfig['identity']; loginUrl: string; graphUrl: string; clock: Clock };

export type AppTokens = {
  /**
   * The token for a tenant; null when the app has none there: in local development, and with a managed identity in
   * any tenant but its own. Throws when Microsoft grants none, or can't be reached.
   */
  of(tenantId: string): Promise<AppToken | null>;
  forget(tenantId: string): void;
};

/** Tokens of the app's own, by tenant. Each says itself what was granted. */
export function createAppTokens(parts: Parts): AppTokens {
  const kept = new Map<string, AppToken & { until: Instant }>();
  const asking = new Map<string, Promise<AppToken | null>>();

  async function ask(tenantId: string): Promise<AppToken | null> {
    const granted = await grantedIn(parts, tenantId);
    if (granted === null) {
      return null;
    }
    const { token, until } = granted;
    const found = { token, roles: new Set(Claims.parse(decodeJwt(token)).roles) };
    kept.set(tenantId, { ...found, until: until - RENEW_BEFORE_MS });
    return found;
  }

  return {
    of: async (tenantId) => {
      const known = kept.get(tenantId);
      if (known !== undefined && parts.clock() < known.until) {
        return known;
      }
      const under = asking.get(tenantId);
      if (under !== undefined) {
        return under;
      }
      const work = ask(tenantId).finally(() => asking.delete(tenantId));
      asking.set(tenantId, work);
      return work;
    },
    forget: (tenantId) => {
      kept.delete(tenantId);
    },
  };
}

async function grantedIn({ identity, ...parts }: Parts, tenantId: string): Promise<Granted | null> {
  switch (identity.by) {
    case 'secret':
      return bySecret(identity, parts, tenantId);
    case 'managed identity':
      return identity.tenantId === tenantId
        ? managedToken(identity.appId, `${parts.graphUrl}/.default`)
        : null;
    case 'nobody':
      return null;
    default:
      return unreachable(identity);
  }
}

/** Client credentials of OAuth 2.0. */
async function bySecret(
  { appId, password }: Extract<Parts['identity'], { by: 'secret' }>,
  { loginUrl, graphUrl, clock }: Omit<Parts, 'identity'>,
  tenantId: string,
): Promise<Granted> {
  const url = `${loginUrl.replace(/\/+$/u, '')}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: password,
      scope: `${graphUrl}/.default`,
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    // No more than the status: what it says quotes the request.
    throw new Error(`Microsoft grants no token for Graph: ${answer.status}`);
  }
  const { access_token: token, expires_in: seconds } = Answer.parse(await answer.json());
  return { token, until: clock() + seconds * 1_000 };
}
