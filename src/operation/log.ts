import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config.ts';

const REMOVED = '[removed]';
/** What tokens look like, whosever they are: Slack's, a JSON web token, a header's, the password of an address. */
const SECRETIVE = [
  /xox[a-z](?:\.xox[a-z])?-[\w-]+/gu,
  /xapp-[\w-]+/gu,
  /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/gu,
  /(?<=\b(?:basic|bearer) )[\w+/.~-]{16,}=*/giu,
  /(?<=[a-z+]:\/\/[^\s:/@"]*:)[^\s@/"]+(?=@)/gu,
  /(?<=https:\/\/hooks\.slack(?:-gov)?\.com\/)[\w/-]+/gu,
];
/** A shorter one would be found in every other word. */
const SHORTEST = 6;
const CAUSES = 4;

/**
 * JSON lines on standard output. Nobody hands a secret to the log; should one come along in an error all the same,
 * three things keep it out: of an error only words, stack and code are written, what is named like a secret is left
 * out, and so is what looks like one, or is one of `secrets`, in a line that is ready to be written.
 */
export function createLog(
  level: Config['logLevel'],
  { secrets = [], to }: { secrets?: readonly string[]; to?: DestinationStream } = {},
): Logger {
  const own = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      // As a form is sent: signs are written there that stand bare in an address.
      new URLSearchParams({ secret }).toString().slice('secret='.length),
      JSON.stringify(secret).slice(1, -1),
    ]);
  const options = {
    level,
    base: { service: 'kept' },
    serializers: { err: plainError, error: plainError, cause: plainError },
    hooks: { streamWrite: (line: string) => scrubbed(line, [...new Set(own)]) },
    redact: {
      paths: [
        'token',
        'password',
        'authorization',
        'connectionString',
        'url',
        '*.token',
        '*.password',
        '*.url',
      ],
      censor: REMOVED,
    },
  };
  return to === undefined ? pino(options) : pino(options, to);
}

/** Whatever a configuration has that nobody else may know. */
export function secretsOf({
  databaseUrl,
  redisUrl,
  heartbeatUrl,
  encryptionKeys,
  slack,
  teams,
}: Pick<
  Config,
  'databaseUrl' | 'redisUrl' | 'heartbeatUrl' | 'encryptionKeys' | 'slack' | 'teams'
>): string[] {
  const found: (string | null | undefined)[] = [
    ...(encryptionKeys ?? []),
    ...[databaseUrl, redisUrl].flatMap(passwordsIn),
    // Whoever knows the address can say that all is well.
    heartbeatUrl,
    slack?.receive.by === 'http' ? slack.receive.signingSecret : slack?.receive.appToken,
    ...(slack?.install.by === 'oauth'
      ? [slack.install.clientSecret, slack.install.stateSecret]
      : [slack?.install.botToken]),
    teams?.identity.by === 'secret' ? teams.identity.password : null,
  ];
  return found.flatMap((secret) => secret ?? []);
}

/**
 * As they are written in an address, and as they are meant: between the first colon after `//` and the last `@`, or in
 * the query. An address with several hosts is no URL to the parser.
 */
function passwordsIn(address: string | null): string[] {
  const written = (address ?? '').matchAll(
    /(?<=^[a-z+]+:\/\/[^:/@]*:)[^?]+(?=@)|(?<=[?&]\w*password=)[^&#]+/giu,
  );
  return [...written].flatMap(([one]) => [one, decoded(one)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An error without what libraries hang on it: the request that failed, with its headers and its body. */
function plainError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const { name, message, stack, cause } = error;
  const code: unknown = Reflect.get(error, 'code');
  return {
    type: name,
    message,
    stack,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined || depth === CAUSES ? {} : { cause: plainError(cause, depth + 1) }),
    // Of a host with two addresses Node says here alone which of them refused.
    ...(error instanceof AggregateError && depth < CAUSES
      ? { errors: error.errors.map((one: unknown) => plainError(one, depth + 1)) }
      : {}),
  };
}

function scrubbed(line: string, secrets: readonly string[]): string {
  const known = secrets.reduce((text, secret) => text.replaceAll(secret, REMOVED), line);
  return SECRETIVE.reduce((text, pattern) => text.replaceAll(pattern, REMOVED), known);
}
