import { z } from 'zod';

/** How Kept hears Slack and how it gets in. */
export type SlackConfig = {
  /** Another Web API than Slack's own, as for GovSlack, with the slash at its end; null for the ordinary one. */
  apiUrl: string | null;
  receive: { by: 'http'; signingSecret: string } | { by: 'socket'; appToken: string };
  install:
    | { by: 'token'; botToken: string }
    | { by: 'oauth'; clientId: string; clientSecret: string; stateSecret: string };
};

/** How Kept runs. Made from the environment; see `.env.example` for what each variable is for. */
export type Config = {
  port: number;
  host: string;
  publicUrl: string | null;
  databaseUrl: string | null;
  redisUrl: string | null;
  dataDir: string;
  role: 'all' | 'web' | 'worker';
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Null: Slack is off. */
  slack: SlackConfig | null;
  /** Base64 of 32 bytes each. The first seals; all of them open. Null: none is set. */
  encryptionKeys: string[] | null;
};

/** A variable that can't be used: its name, what was expected, and an example. Its value is never repeated. */
export type ConfigProblem = {
  name: string;
  expected: string;
  /** Null where nothing is to be set. */
  example: string | null;
  /** With these unset, the problem is gone as well. */
  unset: readonly string[];
};

/** The environment has variables that can't be used. The message names each, in a line of its own. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(
          ({ name, expected, example }) =>
            `${name} must be ${expected}${example === null ? '' : `, like ${name}=${example}`}`,
        )
        .join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const url = (...protocols: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), { abort: true });

// Sentinel and Cluster name several hosts, which is no URL to the standard parser.
const redisUrl = z.string().regex(/^(?:rediss?|rediss?\+(?:sentinel|cluster)):\/\/\S+$/u);

/** Kept's own paths begin at its root, and links and redirects are made so. */
const publicUrl = url('http:', 'https:').refine((value) => {
  const { pathname, search, hash } = new URL(value);
  return pathname === '/' && search === '' && hash === '';
});

/** Tokens travel there: in the clear only where they don't leave this machine. */
const slackApiUrl = url('http:', 'https:')
  .refine((value) => new URL(value).protocol === 'https:' || isLoopback(hostOf(value)))
  .refine((value) => !/[?#]/u.test(value))
  .transform((value) => (value.endsWith('/') ? value : `${value}/`));

/** 32 bytes take 43 characters and one to fill up. */
const encryptionKeys = z
  .string()
  .transform((value) => value.split(',').map((key) => key.trim()))
  .pipe(z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/u)));

const secret = z.string().regex(/^\S+$/u).nullable().default(null);

const Environment = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/u)
    .transform(Number)
    .pipe(z.int().max(65_535))
    .default(3_000),
  HOST: z.string().regex(/^\S+$/u).default('127.0.0.1'),
  PUBLIC_URL: publicUrl.nullable().default(null),
  DATABASE_URL: url('postgres:', 'postgresql:').nullable().default(null),
  REDIS_URL: redisUrl.nullable().default(null),
  KEPT_DATA_DIR: z.string().default('./.kept'),
  KEPT_ROLE: z.enum(['all', 'web', 'worker']).default('all'),
  KEPT_ENCRYPTION_KEY: encryptionKeys.nullable().default(null),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
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

/** What is expected of each variable, in words, and an example. */
export const VARIABLES: Record<Name, { expected: string; example: string }> = {
  PORT: { expected: 'a port number from 0 to 65535', example: '3000' },
  HOST: { expected: 'an address to listen on', example: '127.0.0.1' },
  PUBLIC_URL: {
    expected: 'the address people reach Kept at, without a path',
    example: 'https://kept.example.com',
  },
  DATABASE_URL: {
    expected: 'the URL of a Postgres database',
    example: 'postgres://kept:secret@127.0.0.1:5432/kept',
  },
  REDIS_URL: { expected: 'the URL of a Redis server', example: 'redis://127.0.0.1:6379' },
  KEPT_DATA_DIR: { expected: 'a directory for the embedded database', example: './.kept' },
  KEPT_ROLE: { expected: 'all, web or worker', example: 'all' },
  KEPT_ENCRYPTION_KEY: {
    expected: 'base64 of 32 bytes, as openssl rand -base64 32 makes them; several with commas between',
    example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  },
  LOG_LEVEL: { expected: 'one of trace, debug, info, warn, error, silent', example: 'info' },
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

/** Reads the environment; empty variables count as unset. Throws ConfigError, naming every variable at fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const filled = Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== '');
  const names = new Set(filled.map(([name]) => name));
  const parsed = Environment.safeParse(Object.fromEntries(filled));
  const faulty = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]));
  const problems = [
    ...Object.entries(VARIABLES).flatMap(([name, words]) =>
      faulty.has(name) ? [{ name, ...words, unset: needing(name, names) }] : [],
    ),
    ...slackProblems(names),
  ];
  const role = new Map(filled).get('KEPT_ROLE') ?? 'all';
  if (!faulty.has('KEPT_ROLE') && role !== 'all' && !names.has('DATABASE_URL')) {
    const expected = 'set where KEPT_ROLE is web or worker, for the embedded database serves one process';
    const { example } = VARIABLES.DATABASE_URL;
    problems.push({ name: 'DATABASE_URL', expected, example, unset: ['KEPT_ROLE'] });
  }
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(problems);
  }
  return {
    port: parsed.data.PORT,
    host: parsed.data.HOST,
    publicUrl: parsed.data.PUBLIC_URL,
    databaseUrl: parsed.data.DATABASE_URL,
    redisUrl: parsed.data.REDIS_URL,
    dataDir: parsed.data.KEPT_DATA_DIR,
    role: parsed.data.KEPT_ROLE,
    logLevel: parsed.data.LOG_LEVEL,
    slack: slackOf(parsed.data),
    encryptionKeys: parsed.data.KEPT_ENCRYPTION_KEY,
  };
}

const OAUTH: readonly Name[] = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'];
/** Any of these set, and Slack is wanted. Of SLACK_API_URL alone nothing can be told. */
const SLACK: readonly Name[] = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', ...OAUTH];

/** What has to go with a variable that can't be used: with one of Slack's, all of them. */
function needing(name: string, names: ReadonlySet<string>): string[] {
  return SLACK.some((one) => one === name) ? SLACK.filter((one) => names.has(one)) : [name];
}

/** What is missing for Slack, or too much. */
function slackProblems(names: ReadonlySet<string>): ConfigProblem[] {
  const given = SLACK.filter((name) => names.has(name));
  const oauth = OAUTH.filter((name) => names.has(name));
  const missing = (name: Name, why: string): ConfigProblem[] => {
    const { expected, example } = VARIABLES[name];
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

function listed(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]+)$/u, ' and $1');
}

function slackOf(env: Environment): SlackConfig | null {
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

/** Variables of surfaces that do nothing as things are, and that is said. */
export function unusedVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const set = Object.keys(env).filter((name) => (env[name] ?? '').trim() !== '');
  const names = new Set(set);
  const isIdle = (name: string) =>
    name.startsWith('MICROSOFT_') ||
    (name.startsWith('SLACK_') && !(name in VARIABLES)) ||
    (name === 'SLACK_API_URL' && !SLACK.some((one) => names.has(one))) ||
    // Socket Mode needs no signature.
    (name === 'SLACK_SIGNING_SECRET' && names.has('SLACK_APP_TOKEN'));
  return set.filter(isIdle);
}

/** Whether this process serves the console: where no chat is connected, and on loopback alone. */
export function withConsole({ slack, role, host }: Pick<Config, 'slack' | 'role' | 'host'>): boolean {
  return slack === null && role !== 'worker' && isLoopback(host);
}

/** Whether only this machine can reach an address. The console, which asks for no sign-in, is served on no other. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/** The host of a URL, IPv6 without its brackets. */
function hostOf(address: string): string {
  return new URL(address).hostname.replaceAll(/[[\]]/gu, '');
}
