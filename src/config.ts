import { z } from 'zod';

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
};

/** A variable that can't be used: its name, what was expected, and an example. Its value is never repeated. */
export type ConfigProblem = { name: string; expected: string; example: string };

/** The environment has variables that can't be used. The message names each, in a line of its own. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(({ name, expected, example }) => `${name} must be ${expected}, like ${name}=${example}`)
        .join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol));

// Sentinel and Cluster name several hosts, which is no URL to the standard parser.
const redisUrl = z.string().regex(/^(?:rediss?|rediss?\+(?:sentinel|cluster)):\/\/\S+$/u);

const Environment = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/u)
    .transform(Number)
    .pipe(z.int().max(65_535))
    .default(3_000),
  HOST: z.string().regex(/^\S+$/u).default('127.0.0.1'),
  PUBLIC_URL: url('http:', 'https:').nullable().default(null),
  DATABASE_URL: url('postgres:', 'postgresql:').nullable().default(null),
  REDIS_URL: redisUrl.nullable().default(null),
  KEPT_DATA_DIR: z.string().default('./.kept'),
  KEPT_ROLE: z.enum(['all', 'web', 'worker']).default('all'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** What is expected of each variable, in words, and an example. */
export const VARIABLES: Record<keyof z.infer<typeof Environment>, { expected: string; example: string }> = {
  PORT: { expected: 'a port number from 0 to 65535', example: '3000' },
  HOST: { expected: 'an address to listen on', example: '127.0.0.1' },
  PUBLIC_URL: { expected: 'the address people reach Kept at', example: 'https://kept.example.com' },
  DATABASE_URL: {
    expected: 'the URL of a Postgres database',
    example: 'postgres://kept:secret@127.0.0.1:5432/kept',
  },
  REDIS_URL: { expected: 'the URL of a Redis server', example: 'redis://127.0.0.1:6379' },
  KEPT_DATA_DIR: { expected: 'a directory for the embedded database', example: './.kept' },
  KEPT_ROLE: { expected: 'all, web or worker', example: 'all' },
  LOG_LEVEL: { expected: 'one of trace, debug, info, warn, error, silent', example: 'info' },
};

/** Reads the environment; empty variables count as unset. Throws ConfigError, naming every variable at fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const filled = Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== '');
  const parsed = Environment.safeParse(Object.fromEntries(filled));
  if (!parsed.success) {
    const faulty = new Set(parsed.error.issues.map(({ path }) => path[0]));
    throw new ConfigError(
      Object.entries(VARIABLES).flatMap(([name, words]) => (faulty.has(name) ? [{ name, ...words }] : [])),
    );
  }
  const { KEPT_ROLE: role, DATABASE_URL: databaseUrl } = parsed.data;
  if (role !== 'all' && databaseUrl === null) {
    const expected = 'set where KEPT_ROLE is web or worker, for the embedded database serves one process';
    throw new ConfigError([{ name: 'DATABASE_URL', expected, example: VARIABLES.DATABASE_URL.example }]);
  }
  return {
    port: parsed.data.PORT,
    host: parsed.data.HOST,
    publicUrl: parsed.data.PUBLIC_URL,
    databaseUrl,
    redisUrl: parsed.data.REDIS_URL,
    dataDir: parsed.data.KEPT_DATA_DIR,
    role,
    logLevel: parsed.data.LOG_LEVEL,
  };
}

/** Variables of surfaces that this version doesn't have yet: set, they do nothing, and that is said. */
export function unusedVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => /^(?:SLACK|MICROSOFT)_/u.test(name) && env[name] !== '');
}

/** Whether only this machine can reach an address. The console, which asks for no sign-in, is served on no other. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}
