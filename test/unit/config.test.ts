import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  isLoopback,
  readConfig,
  unusedVariables,
  VARIABLES,
  withConsole,
} from '../../src/config.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');

describe('readConfig', () => {
  it('runs with nothing set', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: null,
      redisUrl: null,
      dataDir: './.kept',
      role: 'all',
      logLevel: 'info',
      slack: null,
      encryptionKeys: null,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['HOST', 'two words'],
    ['PUBLIC_URL', 'kept.invalid'],
    ['DATABASE_URL', 'mysql://db/kept'],
    ['REDIS_URL', 'cache.invalid:6379'],
    ['KEPT_ROLE', 'both'],
    ['LOG_LEVEL', 'loud'],
    ['KEPT_ENCRYPTION_KEY', 'c2hvcnQ='],
    ['KEPT_ENCRYPTION_KEY', `${KEY},`],
    ['SLACK_BOT_TOKEN', 'xoxp-a-person'],
    ['SLACK_APP_TOKEN', 'xoxb-a-bot'],
    ['SLACK_BOT_TOKEN', 'xoxb-…'],
    ['SLACK_SIGNING_SECRET', 'two words'],
    ['SLACK_STATE_SECRET', 'short'],
    ['PUBLIC_URL', 'https://example.com/kept'],
    ['SLACK_API_URL', 'no address'],
    ['SLACK_API_URL', 'http://slack.example.com/api/'],
    ['SLACK_API_URL', 'https://slack.example.com/api/?token=1'],
  ] as const)('stops at %s=%s with its name, what was expected, and an example', (name, value) => {
    const wrong = () => readConfig({ DATABASE_URL: 'postgres://db/kept', [name]: value });
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(
      `${name} must be ${VARIABLES[name].expected}, like ${name}=${VARIABLES[name].example}`,
    );
    expect(wrong).not.toThrow(value);
  });

  it('names all that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT.*\nLOG_LEVEL/u);
  });

  it('takes every example of its own', () => {
    const { SLACK_BOT_TOKEN, ...others } = Object.fromEntries(
      Object.entries(VARIABLES).map(([name, { example }]) => [name, example]),
    );
    expect(readConfig(others)).toMatchObject({ port: 3000, slack: { install: { by: 'oauth' } } });
    const SLACK_APP_TOKEN = VARIABLES.SLACK_APP_TOKEN.example;
    expect(readConfig({ SLACK_BOT_TOKEN, SLACK_APP_TOKEN })).toMatchObject({ slack: { apiUrl: null } });
  });

  it('reads keys, the one that seals first', () => {
    const other = Buffer.alloc(32, 2).toString('base64');
    expect(readConfig({ KEPT_ENCRYPTION_KEY: `${KEY}, ${other}` }).encryptionKeys).toEqual([KEY, other]);
  });

  it('gives the embedded database to one process only', () => {
    expect(() => readConfig({ KEPT_ROLE: 'worker' })).toThrow(/DATABASE_URL must be set where KEPT_ROLE is/u);
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '192.168.1.4', '127.0.0.1.example.com', 'kept.example.com'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

describe('Slack', () => {
  const bot = { SLACK_BOT_TOKEN: 'xoxb-1' };
  const socket = { SLACK_APP_TOKEN: 'xapp-1' };
  const http = { SLACK_SIGNING_SECRET: 'signing' };
  const oauth = {
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: 'client',
    SLACK_STATE_SECRET: 'a-long-enough-text',
  };
  const database = { DATABASE_URL: 'postgres://db/kept' };
  const installedByOAuth = {
    by: 'oauth',
    clientId: '1.2',
    clientSecret: 'client',
    stateSecret: 'a-long-enough-text',
  };

  it.each([
    [{}, null],
    [{ SLACK_API_URL: 'https://slack-gov.com/api/' }, null],
    [
      { ...bot, ...socket },
      {
        apiUrl: null,
        receive: { by: 'socket', appToken: 'xapp-1' },
        install: { by: 'token', botToken: 'xoxb-1' },
      },
    ],
    [
      { ...bot, ...http, SLACK_API_URL: 'https://slack-gov.com/api' },
      {
        apiUrl: 'https://slack-gov.com/api/',
        receive: { by: 'http', signingSecret: 'signing' },
        install: { by: 'token', botToken: 'xoxb-1' },
      },
    ],
    [
      { ...oauth, ...http, SLACK_API_URL: 'http://127.0.0.1:4000/api/' },
      {
        apiUrl: 'http://127.0.0.1:4000/api/',
        receive: { by: 'http', signingSecret: 'signing' },
        install: installedByOAuth,
      },
    ],
    [
      { ...oauth, ...socket, ...http, ...database, KEPT_ENCRYPTION_KEY: KEY },
      { apiUrl: null, receive: { by: 'socket', appToken: 'xapp-1' }, install: installedByOAuth },
    ],
  ])('is read from %j', (env, slack) => {
    expect(readConfig(env).slack).toEqual(slack);
  });

  it.each([
    [bot, ['SLACK_SIGNING_SECRET']],
    [socket, ['SLACK_BOT_TOKEN']],
    [http, ['SLACK_BOT_TOKEN']],
    [{ SLACK_CLIENT_ID: '1.2' }, ['SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET', 'SLACK_SIGNING_SECRET']],
    [oauth, ['SLACK_SIGNING_SECRET']],
    [{ ...oauth, ...http, ...database }, ['KEPT_ENCRYPTION_KEY']],
    [{ ...oauth, ...bot, ...http }, ['SLACK_BOT_TOKEN']],
    [{ ...bot, SLACK_CLIENT_SECRET: 'client' }, ['SLACK_BOT_TOKEN']],
    // What can't be used and what is missing, at once.
    [{ SLACK_BOT_TOKEN: 'xoxp-1' }, ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET']],
  ])('half of it or too much stops the start: %j', (env, names) => {
    const problems = problemsOf(env);
    expect(problems.map(({ name }) => name)).toEqual(names);
    // With what each names unset, nothing is in the way any more.
    const gone = new Set(problems.flatMap(({ unset }) => unset));
    const left = Object.fromEntries(Object.entries(env).filter(([name]) => !gone.has(name)));
    expect(readConfig(left).slack).toBeNull();
  });

  it('says what to set, and what not to set both of', () => {
    expect(() => readConfig(bot)).toThrow(
      /^SLACK_SIGNING_SECRET must be set for Slack, or SLACK_APP_TOKEN for Socket Mode: .*, like SLACK_SIGNING_SECRET=0123/u,
    );
    expect(() => readConfig({ ...oauth, ...bot, ...http })).toThrow(
      /^SLACK_BOT_TOKEN must be unset where SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET are set[^=]*$/u,
    );
  });

  it('is what the console gives way to', () => {
    expect(withConsole(readConfig({}))).toBe(true);
    expect(withConsole(readConfig({ ...bot, ...socket }))).toBe(false);
    expect(withConsole(readConfig({ HOST: '0.0.0.0' }))).toBe(false);
    expect(withConsole(readConfig({ ...database, KEPT_ROLE: 'worker' }))).toBe(false);
  });

  it.each([
    [{ SLACK_API_URL: 'https://slack-gov.com/api/' }, ['SLACK_API_URL']],
    [{ ...bot, ...http, SLACK_API_URL: 'https://slack-gov.com/api/' }, []],
    [{ ...bot, ...http, ...socket }, ['SLACK_SIGNING_SECRET']],
    [{ SLACK_TOKEN: 'xoxb-1' }, ['SLACK_TOKEN']],
    [{ MICROSOFT_APP_ID: 'x', MICROSOFT_APP_TYPE: '', PATH: '/bin' }, ['MICROSOFT_APP_ID']],
  ])('of %j it is told what does nothing', (env, names) => {
    expect(unusedVariables(env)).toEqual(names);
  });
});

function problemsOf(env: Record<string, string>): ConfigError['problems'] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
