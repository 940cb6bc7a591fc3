import { OAuth2Server } from 'oauth2-mock-server';
import type { Authority } from '../../adapters/teams/teams-config.ts';

const ISSUER = 'https://api.botframework.com';

/** How a token differs from a good one. */
export type Token = {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Claims that are left out. */
  without?: string[];
};

/**
 * Microsoft's sign-in for tests: the keys of the tokens that Teams comes with, and our own tokens, asked for under
 * `/<tenant>/oauth2/v2.0/token`. What it signs for Teams is good for `appId` unless told otherwise.
 */
export async function startFakeMicrosoft({ appId, tenantId }: { appId: string; tenantId: string }) {
  const server = new OAuth2Server(undefined, undefined, {
    endpoints: { token: `/${tenantId}/oauth2/v2.0/token` },
  });
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const url = server.issuer.url ?? '';
  const asked: { body: unknown; token: unknown }[] = [];
  let refusing: { status: number; error: string } | null = null;
  server.service.on(
    'beforeResponse',
    (response: { statusCode: number; body: Record<string, unknown> }, request: { body: unknown }) => {
      if (refusing !== null) {
        response.statusCode = refusing.status;
        response.body = { error: refusing.error };
      }
      asked.push({ body: request.body, token: response.body['access_token'] });
    },
  );
  const authority: Authority = {
    openIdMetadataUrl: `${url}/.well-known/openid-configuration`,
    issuer: ISSUER,
    loginUrl: url,
  };

  return {
    authority,
    url,
    /** A token of Teams for what comes from `serviceUrl`, good unless told otherwise. */
    tokenFor: (serviceUrl: string, { claims = {}, header = {}, without = [] }: Token = {}): Promise<string> =>
      server.issuer.buildToken({
        scopesOrTransform: (head, payload) => {
          Object.assign(head, header);
          Object.assign(payload, { iss: ISSUER, aud: appId, serviceurl: serviceUrl }, claims);
          for (const name of without) delete payload[name];
        },
      }),
    /** The id of the key that it signs with. */
    keyId: () => server.issuer.keys.get()?.kid ?? '',
    addKey: (kid: string) => server.issuer.keys.generate('RS256', { kid }),
    /** Our own tokens, as they were asked for and given. */
    asked,
    refuse: (status: number, error: string) => {
      refusing = { status, error };
    },
    heal: () => {
      refusing = null;
    },
    stop: () => server.stop(),
  };
}
