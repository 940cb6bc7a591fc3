import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import { isFilled } from '../../src/domain/sized.ts';
import type { TeamsConfig } from './teams-config.ts';

/** Who looks at the tab, as Entra says it. Ids in lower case. */
export type Viewer = {
  tenantId: string;
  /** Entra object id. */
  personId: string;
  /** Their address where the token says no name; empty where it says neither. */
  name: string;
};

/** `nobody to ask`: local development. `no keys`: Entra's can't be had now. */
export type NoViewer = 'no token' | 'bad token' | 'expired' | 'tenant' | 'nobody to ask' | 'no keys';

/** Whose request it is, by its `Authorization` header. */
export type ViewerOf = (
  authorization: string | undefined,
) => Promise<{ ok: true; viewer: Viewer } | { ok: false; why: NoViewer; detail: string }>;

/** Microsoft's, for all tenants of its public cloud. */
const LOGIN = 'https://login.microsoftonline.com';
const KEYS_WITHIN_MS = 5_000;
/** They roll seldom; one that is new to us is asked for at once. */
const KEYS_FOR_MS = 3_600_000;
const TENANTS = 1_000;
/** Clocks differ. Seconds, like all of a token's times. */
const TOLERANCE_S = 60;
/** What a tab may ask for; a token that an app got for itself, or for signing in alone, hasn't it. */
const SCOPE = 'access_as_user';

const Id = z.guid().transform((id) => id.toLowerCase());
const Text = z.string().refine(isFilled).nullish();

/** The claims of version 1 and 2 of Entra's tokens, as far as we need them. */
const Claims = z.object({
  tid: Id,
  oid: Id,
  scp: z.string().refine((scopes) => scopes.split(' ').includes(SCOPE)),
  name: Text,
  /** Version 2, and version 1. */
  preferred_username: Text,
  upn: Text,
});

/**
 * Checks the token of Teams' single sign-on: signed by the tenant's keys for us, by Entra, not expired, of a tenant
 * that is let in, and for a person. See https://learn.microsoft.com/entra/identity-platform/access-tokens
 *
 * @param parts `publicUrl` is where people reach us: the app's id URI (`api://<host>/<app id>`) has its host.
 * `keysUrl` stands in for Microsoft's sign-in in tests.
 */
export function createViewerOf(parts: {
  config: TeamsConfig;
  publicUrl: string | null;
  clock: Clock;
  keysUrl?: string | undefined;
}): ViewerOf {
  const { config, publicUrl, clock, keysUrl = LOGIN } = parts;
  const { identity, tenants } = config;
  const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

  /** Asked for with ids of tenants that are let in alone, so strangers can't make us ask for others. */
  function keysOf(tenantId: string): ReturnType<typeof createRemoteJWKSet> {
    const kept = keySets.get(tenantId);
    if (kept !== undefined) {
      return kept;
    }
    if (keySets.size >= TENANTS) {
      keySets.clear();
    }
    const url = new URL(`${keysUrl.replace(/\/+$/u, '')}/${tenantId}/discovery/v2.0/keys`);
    const keys = createRemoteJWKSet(url, { timeoutDuration: KEYS_WITHIN_MS, cacheMaxAge: KEYS_FOR_MS });
    keySets.set(tenantId, keys);
    return keys;
  }

  return async (authorization) => {
    if (identity.by === 'nobody' || tenants === null) {
      return { ok: false, why: 'nobody to ask', detail: 'local development' };
    }
    const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/iu.exec(authorization ?? '') ?? [];
    if (token === undefined) {
      return { ok: false, why: 'no token', detail: 'no bearer token' };
    }
    const tenantId = tenantOf(token);
    if (tenantId === null) {
      return { ok: false, why: 'bad token', detail: 'names no tenant' };
    }
    if (!tenants.includes(tenantId)) {
      return { ok: false, why: 'tenant', detail: tenantId };
    }
    const { appId } = identity;
    try {
      const { payload } = await jwtVerify(token, keysOf(tenantId), {
        algorithms: ['RS256'],
        issuer: [`${LOGIN}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`],
        audience: publicUrl === null ? [appId] : [appId, `api://${new URL(publicUrl).host}/${appId}`],
        requiredClaims: ['exp'],
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(clock()),
      });
      const claims = Claims.safeParse(payload);
      return claims.success
        ? { ok: true, viewer: viewerOf(claims.data) }
        : { ok: false, why: 'bad token', detail: claims.error.issues.map(({ path }) => path.join()).join() };
    } catch (error) {
      return { ok: false, ...troubleOf(error) };
    }
  };
}

/** The tenant that a token says it is of, before anything of it is believed. */
function tenantOf(token: string): string | null {
  try {
    return Id.parse(decodeJwt(token)['tid']);
  } catch {
    return null;
  }
}

function viewerOf({ tid, oid, name, preferred_username, upn }: z.infer<typeof Claims>): Viewer {
  return { tenantId: tid, personId: oid, name: name ?? preferred_username ?? upn ?? '' };
}

/** What is wrong with the token itself; everything else is about getting the keys. */
const TOKEN_FAULTS: ReadonlySet<string> = new Set([
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JWTInvalid.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWKSMultipleMatchingKeys.code,
]);

function troubleOf(error: unknown): { why: NoViewer; detail: string } {
  if (error instanceof errors.JWTExpired) {
    return { why: 'expired', detail: error.code };
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { why: 'bad token', detail: `${error.code} ${error.claim}` };
  }
  if (error instanceof errors.JOSEError && TOKEN_FAULTS.has(error.code)) {
    return { why: 'bad token', detail: error.code };
  }
  return { why: 'no keys', detail: error instanceof Error ? error.message : 'unknown' };
}
