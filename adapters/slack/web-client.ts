import { type Logger, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { fetchLean } from './fetch.ts';

/** Where Slack's Web API is, unless `SLACK_API_URL` says another place. */
export const SLACK_API_URL = 'https://slack.com/api/';

/** Slack's SDK writes nothing by itself: its errors are logged where they are caught, and tokens nowhere. */
export const quiet: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** One try, 5 s at most, and a 429 is an error at once: whoever asked decides when to ask again. */
export function clientOptions(apiUrl: string | null): WebClientOptions {
  return {
    slackApiUrl: apiUrl ?? SLACK_API_URL,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: fetchLean,
    logger: quiet,
  };
}

/** A client for a token, or for the calls that need none. */
export type NewClient = (token: string | null) => WebClient;

/** Makes clients of that Web API. */
export function newClients(apiUrl: string | null): NewClient {
  return (token) => new WebClient(token ?? undefined, clientOptions(apiUrl));
}
