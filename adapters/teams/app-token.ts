import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { grantedBySecret, type KeptToken, keepToken } from './granted.ts';
import { managedToken } from './managed-token.ts';
import type { TeamsConfig } from './teams-config.ts';

/** A token of the app's own for Graph, and the permissions that a tenant's admins granted it. */
export type AppToken = { token: string; roles: ReadonlySet<string> };

const Claims = z.object({ roles: z.array(z.string()).catch([]) });

type Parts = { identity: TeamsConfig['identity']; loginUrl: string; graphUrl: string; clock: Clock };

export type AppTokens = {
  /**
   * The token for a tenant; null when the app has none there: in local development, and with a managed identity in
   * any tenant but its own. Throws TeamsCallFailed when Microsoft grants none, or can't be reached.
   */
  of(tenantId: string): Promise<AppToken | null>;
  forget(tenantId: string): void;
};

/** Tokens of the app's own, by tenant. Each says itself what was granted. */
export function createAppTokens(parts: Parts): AppTokens {
  const kept = new Map<string, KeptToken | null>();
  return {
    of: async (tenantId) => {
      const known = kept.get(tenantId);
      const keeping = known === undefined ? tokenIn(parts, tenantId) : known;
      kept.set(tenantId, keeping);
      const token = await keeping?.get();
      return token === undefined ? null : { token, roles: new Set(Claims.parse(decodeJwt(token)).roles) };
    },
    forget: (tenantId) => kept.get(tenantId)?.forget(),
  };
}

function tokenIn({ identity, loginUrl, graphUrl, clock }: Parts, tenant: string): KeptToken | null {
  const scope = `${graphUrl}/.default`;
  switch (identity.by) {
    case 'secret': {
      const { appId, password } = identity;
      return keepToken(() => grantedBySecret({ loginUrl, tenant, appId, password, scope }, clock), clock);
    }
    case 'managed identity':
      return identity.tenantId === tenant
        ? keepToken(() => managedToken(identity.appId, scope), clock)
        : null;
    case 'nobody':
      return null;
    default:
      return unreachable(identity);
  }
}
