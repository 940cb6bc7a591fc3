import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Log } from '../../src/app/deps.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';
import { clientOptions } from './web-client.ts';

/**
 * Clients of Slack's Web API: one for each connection and its token of the moment. They try once and report a 429
 * at once, for the outbox is the one that waits and tries again; by default a client does so for half an hour.
 */
export function createClients(parts: {
  apiUrl: string | null;
  tokenOf: (connection: SlackConnection) => Promise<string>;
  log: Log;
}): ClientOf {
  const { apiUrl, tokenOf, log } = parts;
  const kept = new Map<string, { token: string; client: WebClient }>();

  return async (connection) => {
    const token = await tokenOf(connection);
    const name = `${connection.workspaceId}/${connection.id}`;
    const known = kept.get(name);
    if (known?.token === token) {
      return known.client;
    }
    const client = new WebClient(token, {
      ...clientOptions(apiUrl),
      logger: slackLogger(log, { connection: connection.id }),
      allowAbsoluteUrls: false,
    });
    kept.set(name, { token, client });
    return client;
  };
}

/**
 * Hands what Slack's libraries say on to our log, words alone. Their debug lines hold whole requests with what
 * people wrote in them, and secrets but for those whose name says *token*: they are left out.
 */
export function slackLogger(log: Log, fields: object): Logger {
  const words = (said: readonly unknown[]) =>
    said
      .map((part) => (part instanceof Error ? part.message : part))
      .filter((part) => typeof part === 'string');
  return {
    debug: () => {},
    info: (...said: unknown[]) => log.debug({ ...fields, said: words(said) }, 'Slack’s library says'),
    warn: (...said: unknown[]) => log.debug({ ...fields, said: words(said) }, 'Slack’s library warns'),
    error: (...said: unknown[]) =>
      log.warn({ ...fields, said: words(said) }, 'Slack’s library reports an error'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
