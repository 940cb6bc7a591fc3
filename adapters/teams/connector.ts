import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { type ConnectorClient, type ConnectorClientOptions, TokenCredentials } from 'botframework-connector';
import { z } from 'zod';
import type { BotToken } from './bot-token.ts';
import { TeamsCallFailed } from './errors.ts';
import { exchange } from './exchange.ts';
import { LOGIN_URL } from './granted.ts';
import { json } from './json.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';

/** Microsoft's public cloud, as botbuilder has it. */
const BOT_FRAMEWORK = 'https://api.botframework.com';
export const CHANNEL: Pick<Authority, 'issuer' | 'openIdMetadataUrl'> = {
  issuer: BOT_FRAMEWORK,
  openIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
};

/** Microsoft's error bodies: the Connector's, and the chat service's behind it, whose `message` may hold another. */
const Refusal = z.object({ error: z.object({ code: z.string() }) });
const Inner = z.object({ message: z.string() });
const SubCode = z.object({ subCode: z.string() });
const Code = z.string().regex(/^\w{1,80}$/);

/**
 * botbuilder's adapter, as we use it: with our own tokens and our own way of making requests, for its own makes each
 * four times on a 5xx or 429 (a message would stand there twice) and waits for an answer's body for ever.
 */
export function createAdapter(config: TeamsConfig, ours: BotToken, authority: Authority | null) {
  const appId = config.identity.by === 'nobody' ? '' : config.identity.appId;
  const { issuer, openIdMetadataUrl } = authority ?? CHANNEL;
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      ToChannelFromBotLoginUrl: authority?.loginUrl ?? LOGIN_URL,
      ToChannelFromBotOAuthScope: BOT_FRAMEWORK,
      ToBotFromChannelTokenIssuer: issuer,
      OAuthUrl: BOT_FRAMEWORK,
      ToBotFromChannelOpenIdMetadataUrl: openIdMetadataUrl,
      // Such tokens aren't let as far as this.
      ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadataUrl,
      ValidateAuthority: true,
      CallerId: 'urn:botframework:azure',
    },
    {
      isValidAppId: (id) => Promise.resolve(appId !== '' && id === appId),
      isAuthenticationDisabled: () => Promise.resolve(false),
      createCredentials: () =>
        Promise.resolve({
          signRequest: async (request) => {
            const token = await ours.get();
            return token === null ? request : new TokenCredentials(token).signRequest(request);
          },
        }),
    },
    undefined,
    undefined,
    { httpClient: { sendRequest: (request) => sendOnce(request, ours) } },
  );
  const adapter = new CloudAdapter(authentication);

  return {
    authentication,
    /** Makes calls of Teams where a conversation is. */
    at: async <T>(
      serviceUrl: string,
      conversation: string,
      work: (client: ConnectorClient) => Promise<T>,
    ): Promise<T> => {
      const done: { result: T }[] = [];
      const reference = {
        channelId: 'msteams',
        serviceUrl,
        bot: { id: appId, name: 'Kept' },
        conversation: { id: conversation, isGroup: false, conversationType: '', name: '' },
      };
      await adapter.continueConversationAsync(appId, reference, async (turn) => {
        const client = turn.turnState.get<ConnectorClient>(adapter.ConnectorClientKey);
        done.push({ result: await work(client) });
      });
      const [first] = done;
      if (first === undefined) {
        throw new Error('The turn came to no end');
      }
      return first.result;
    },
  };
}

type HttpClient = NonNullable<ConnectorClientOptions['httpClient']>;

/** A request of the SDK's, made once. Anything but a yes is thrown, past the SDK's retries. */
async function sendOnce(
  request: Parameters<HttpClient['sendRequest']>[0],
  ours: BotToken,
): ReturnType<HttpClient['sendRequest']> {
  const sent = Object.entries(request.headers.rawHeaders()).filter(([name]) => name !== 'content-length');
  const { status, headers, text } = await exchange(
    request.url,
    {
      method: request.method,
      headers: sent,
      ...(request.body === undefined ? {} : { body: z.string().parse(request.body) }),
    },
    request.timeout > 0 ? request.timeout : undefined,
  );
  if (status < 200 || status > 299) {
    if (status === 401) {
      ours.forget();
    }
    throw new TeamsCallFailed({
      kind: 'answered',
      status,
      code: codeIn(text),
      afterMs: afterMs(headers.get('retry-after')),
    });
  }
  const got = request.headers.clone();
  for (const name of got.headerNames()) {
    got.remove(name);
  }
  for (const [name, value] of headers) {
    got.set(name, value);
  }
  return { request, status, headers: got, bodyAsText: text };
}

/** The innermost code of an error body; null where there is none. */
function codeIn(text: string): string | null {
  const body = json(text);
  const inner = Inner.safeParse(body).data?.message;
  const found =
    (inner === undefined ? undefined : SubCode.safeParse(json(inner)).data?.subCode) ??
    Refusal.safeParse(body).data?.error.code;
  return Code.safeParse(found).data ?? null;
}

/** `Retry-After`: seconds, or a date; in whole ms. Less than a second is no time: we know ourselves how long to wait. */
function afterMs(header: string | null): number | null {
  if (header === null) {
    return null;
  }
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 1_000 ? Math.ceil(ms) : null;
}
