import { describe, expect, it } from 'vitest';
import { ConfigError, isLoopback, readConfig, unusedVariables, VARIABLES } from '../../src/config.ts';

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
    const env = Object.fromEntries(Object.entries(VARIABLES).map(([name, { example }]) => [name, example]));
    expect(readConfig(env).port).toBe(3000);
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

it('names the variables that do nothing yet', () => {
  expect(unusedVariables({ SLACK_BOT_TOKEN: 'x', MICROSOFT_APP_ID: '', PATH: '/bin' })).toEqual([
    'SLACK_BOT_TOKEN',
  ]);
});
