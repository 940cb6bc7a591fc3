import { z } from 'zod';
import {
  type ConfigProblem,
  ENCRYPTION_KEY,
  hostOf,
  isLoopback,
  listed,
  secret,
  url,
} from './config-problem.ts';

/** How Kept hears Slack and how it gets in. */
export type SlackConfig = {
  /** Another Web API than Slack's own, as for GovSlack, with the slash at its end; null for the ordinary one. */
  apiUrl: string | null;
  receive: { by: 'http'; signingSecret: string } | { by: 'socket'; appToken: string };
  install:
    | { by: 'token'; botToken: string }
    | { by: 'oauth'; clientId: string; clientSecret: string; stateSecret: string };
};

/** Tokens travel there: in the clear only where they don't leave this machine. */
const slackApiUrl = url('http:', 'https:')
  .refine((value) => new URL(value).protocol === 'https:' || isLoopback(hostOf(value)))
  .refine((value) => !/[?#]/u.test(value))
  .transform((value) => (value.endsWith('/') ? value : `${value}/`));

const Environment = z.object({
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-[!-~]+$/u)
    .nullable()
    .default(null),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-[!-~]+$/u)
    .nullable()
    .default(null),
  SLACK_SIGNING_SECRET: secret,
  SLACK_CLIENT_ID: secret,
  SLACK_CLIENT_SECRET: secret,
  SLACK_STATE_SECRET: z
    .string()
    .regex(/^\S{16,}$/u)
    .nullable()
    .default(null),
  SLACK_API_URL: slackApiUrl.nullable().default(null),
});
type Environment = z.infer<typeof Environment>;
type Name = keyof Environment;

/** Slack's variables. */
export const slackShape = Environment.shape;

/** What is expected of each of them, in words, and an example. */
export const SLACK_VARIABLES: Record<Name, { expected: string; example: string }> = {
  SLACK_BOT_TOKEN: {
    expected: 'the bot token of the Slack app (OAuth & Permissions), which begins with xoxb-',
    example: 'xoxb-0000-0000-example',
  },
  SLACK_APP_TOKEN: {
    expected: 'an app-level token with connections:write (Basic Information), which begins with xapp-',
    example: 'xapp-1-A000-0000-example',
  },
  SLACK_SIGNING_SECRET: {
    expected: 'the signing secret of the Slack app (Basic Information)',
    example: '0123456789abcdef0123456789abcdef',
  },
  SLACK_CLIENT_ID: {
    expected: 'the client ID of the Slack app (Basic Information)',
    example: '1234567890.1234567890',
  },
  SLACK_CLIENT_SECRET: {
    expected: 'the client secret of the Slack app (Basic Information)',
    example: '0123456789abcdef0123456789abcdef',
  },
  SLACK_STATE_SECRET: {
    expected: 'a long random text of your own, 16 characters or more, as openssl rand -hex 32 makes it',
    example: 'a-long-random-text-of-your-own',
  },
  SLACK_API_URL: {
    expected: 'the address of a Slack Web API, by https',
    example: 'https://slack-gov.com/api/',
  },
};

const OAUTH: readonly Name[] = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'];
/** Any of these set, and Slack is wanted. Of SLACK_API_URL alone nothing can be told. */
export const SLACK: readonly Name[] = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  ...OAUTH,
];

/** What is missing for Slack, or too much. */
export function slackProblems(names: ReadonlySet<string>): ConfigProblem[] {
  const given = SLACK.filter((name) => names.has(name));
  const oauth = OAUTH.filter((name) => names.has(name));
  const missing = (name: Name | 'KEPT_ENCRYPTION_KEY', why: string): ConfigProblem[] => {
    const { expected, example } = name === 'KEPT_ENCRYPTION_KEY' ? ENCRYPTION_KEY : SLACK_VARIABLES[name];
    return names.has(name) ? [] : [{ name, expected: `set ${why}: ${expected}`, example, unset: given }];
  };
  if (given.length === 0) {
    return [];
  }
  if (names.has('SLACK_BOT_TOKEN') && oauth.length > 0) {
    const others = listed(oauth);
    const expected = `unset where ${others} ${oauth.length > 1 ? 'are' : 'is'} set, for by OAuth each workspace gets a token of its own; for one workspace by token, unset ${others} instead`;
    return [{ name: 'SLACK_BOT_TOKEN', expected, example: null, unset: given }];
  }
  const receive = names.has('SLACK_APP_TOKEN')
    ? []
    : missing('SLACK_SIGNING_SECRET', 'for Slack, or SLACK_APP_TOKEN for Socket Mode');
  if (oauth.length === 0) {
    return [...missing('SLACK_BOT_TOKEN', `for Slack, or ${listed(OAUTH)} for many workspaces`), ...receive];
  }
  return [
    ...OAUTH.flatMap((name) => missing(name, 'for Slack by OAuth')),
    ...receive,
    ...(names.has('DATABASE_URL')
      ? missing('KEPT_ENCRYPTION_KEY', 'where Slack by OAuth keeps tokens in DATABASE_URL')
      : []),
  ];
}

/** Slack as the variables have it; null where it is off. */
export function slackOf(env: Environment): SlackConfig | null {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = env;
  const {
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_STATE_SECRET: stateSecret,
  } = env;
  const receive: SlackConfig['receive'] | null =
    appToken !== null
      ? { by: 'socket', appToken }
      : signingSecret === null
        ? null
        : { by: 'http', signingSecret };
  const install: SlackConfig['install'] | null =
    botToken !== null
      ? { by: 'token', botToken }
      : clientId === null || clientSecret === null || stateSecret === null
        ? null
        : { by: 'oauth', clientId, clientSecret, stateSecret };
  return receive === null || install === null ? null : { apiUrl: env.SLACK_API_URL, receive, install };
}
