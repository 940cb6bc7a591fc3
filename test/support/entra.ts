import { Hono } from 'hono';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { startWeb } from '../../adapters/web/start.ts';

/** Claims of a token, or `undefined` for one that it lacks. */
export type EntraClaims = Record<string, unknown>;

/** Entra as a tab knows it: it signs people in, and shows the keys of its tenants. */
export async function startEntra(clock: () => number = Date.now) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const stranger = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', use: 'sig', alg: 'RS256' };
  const asked: string[] = [];
  let isDown = false;
  const app = new Hono().get('/:tenant/discovery/v2.0/keys', (c) => {
    asked.push(c.req.param('tenant'));
    return isDown ? c.text('down', 503) : c.json({ keys: [jwk] });
  });
  const { port, stop } = await startWeb({ host: '127.0.0.1', port: 0, app, close: () => {} });

  return {
    /** In the place of https://login.microsoftonline.com. */
    url: `http://127.0.0.1:${port}`,
    /** The tenants whose keys were asked for. */
    asked,
    down: (now: boolean) => {
      isDown = now;
    },
    /** A token of version 2 for `appId`, with claims of one's own; of version 1 with `ver: '1.0'`. */
    token: (
      { tenantId, personId, appId }: { tenantId: string; personId: string; appId: string },
      claims: EntraClaims = {},
      by: { key?: 'ours' | 'another'; kid?: string } = {},
    ) => {
      const isFirst = claims['ver'] === '1.0';
      const now = Math.floor(clock() / 1_000);
      const payload: JWTPayload = {
        iss: isFirst
          ? `https://sts.windows.net/${tenantId}/`
          : `https://login.microsoftonline.com/${tenantId}/v2.0`,
        aud: appId,
        iat: now,
        nbf: now,
        exp: now + 3_600,
        ver: '2.0',
        tid: tenantId,
        oid: personId,
        scp: 'access_as_user',
        ...claims,
      };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: by.kid ?? 'key-1', typ: 'JWT' })
        .sign(by.key === 'another' ? stranger.privateKey : privateKey);
    },
    stop,
  };
}

export type Entra = Awaited<ReturnType<typeof startEntra>>;
