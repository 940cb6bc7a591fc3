import { z } from 'zod';
import { ConfigError, ENCRYPTION_KEY, isLoopback, url } from './config-problem.ts';
import {
  SLACK,
  SLACK_VARIABLES,
  type SlackConfig,
  slackOf,
  slackProblems,
  slackShape,
} from './config-slack.ts';
import {
  TEAMS,
  TEAMS_VARIABLES,
  type TeamsConfig,
  teamsOf,
  teamsProblems,
  teamsShape,
} from './config-teams.ts';

/** How Kept runs. Made from the environment; see `.env.example` for what each variable is for. */
export type Config = {
  port: number;
  host: string;
  publicUrl: string | null;
  databaseUrl: string | null;
  redisUrl: string | null;
  dataDir: string;
  role: 'all' | 'web' | 'worker';
  /** What one workspace may ask of one process in a second, on average over ten. */
  perSecond: number;
  /** How often each workspace's canary flies, in ms. Null: none does. */
  canaryMs: number | null;
  /** What is asked while all is well, so that an outside watch hears of Kept's end. A secret. Null: nobody. */
  heartbeatUrl: string | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Null: Slack is off. */
  slack: SlackConfig | null;
  /** Null: Teams is off. */
  teams: TeamsConfig | null;
  /** Base64 of 32 bytes each. The first seals; all of them open. Null: none is set. */
  encryptionKeys: string[] | null;
};

// Sentinel and Cluster name several hosts, which is no URL to the standard parser.
const redisUrl = z.string().regex(/^(?:rediss?|rediss?\+(?:sentinel|cluster)):\/\/\S+$/u);

/** Kept's own paths begin at its root, and links and redirects are made so. */
const publicUrl = url('http:', 'https:').refine((value) => {
  const { pathname, search, hash } = new URL(value);
  return pathname === '/' && search === '' && hash === '';
});

/** 32 bytes take 43 characters and one to fill up. */
const encryptionKeys = z
  .string()
  .transform((value) => value.split(',').map((key) => key.trim()))
  .pipe(z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/u)));

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
  KEPT_PER_SECOND: z
    .string()
    .regex(/^\d{1,6}$/u)
    .transform(Number)
    .pipe(z.int().min(1))
    .default(50),
  // A flight takes up to a minute and a half; the next one waits for its end.
  KEPT_CANARY: z
    .string()
    .regex(/^\d{1,4}$/u)
    .transform(Number)
    .pipe(z.int().min(2).max(1_440))
    .nullable()
    .default(null),
  KEPT_HEARTBEAT_URL: url('http:', 'https:').nullable().default(null),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ...slackShape,
  ...teamsShape,
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
  KEPT_ENCRYPTION_KEY: ENCRYPTION_KEY,
  KEPT_PER_SECOND: { expected: 'a whole number from 1 to 999999', example: '50' },
  KEPT_CANARY: { expected: 'whole minutes from 2 to 1440', example: '5' },
  KEPT_HEARTBEAT_URL: {
    expected: 'the address that an outside watch gave you, beginning with http:// or https://',
    example: 'https://watch.example.com/ping/0c2f',
  },
  LOG_LEVEL: { expected: 'one of trace, debug, info, warn, error, silent', example: 'info' },
  ...SLACK_VARIABLES,
  ...TEAMS_VARIABLES,
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
    ...teamsProblems(new Map(filled)),
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
    perSecond: parsed.data.KEPT_PER_SECOND,
    canaryMs: parsed.data.KEPT_CANARY === null ? null : parsed.data.KEPT_CANARY * 60_000,
    heartbeatUrl: parsed.data.KEPT_HEARTBEAT_URL,
    logLevel: parsed.data.LOG_LEVEL,
    slack: slackOf(parsed.data),
    teams: teamsOf(parsed.data),
    encryptionKeys: parsed.data.KEPT_ENCRYPTION_KEY,
  };
}

/** What has to go with a variable that can't be used: with one of Slack's or Teams', all of them. */
function needing(name: string, names: ReadonlySet<string>): string[] {
  const group = [SLACK, TEAMS].find((ones) => ones.some((one) => one === name));
  return group === undefined ? [name] : group.filter((one) => names.has(one));
}

/** Variables of surfaces that do nothing as things are, and that is said. */
export function unusedVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const set = Object.keys(env).filter((name) => (env[name] ?? '').trim() !== '');
  const names = new Set(set);
  const isIdle = (name: string) =>
    (/^(?:SLACK|MICROSOFT)_/u.test(name) && !(name in VARIABLES)) ||
    (name === 'SLACK_API_URL' && !SLACK.some((one) => names.has(one))) ||
    // Socket Mode needs no signature.
    (name === 'SLACK_SIGNING_SECRET' && names.has('SLACK_APP_TOKEN'));
  return set.filter(isIdle);
}

/** Whether this process serves the console: where no chat is connected, and on loopback alone. */
export function withConsole({
  slack,
  teams,
  role,
  host,
}: Pick<Config, 'slack' | 'teams' | 'role' | 'host'>): boolean {
  return slack === null && teams === null && role !== 'worker' && isLoopback(host);
}
