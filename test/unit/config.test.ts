import { describe, expect, it } from 'vitest';
import { readConfig, unusedVariables, VARIABLES, withConsole } from '../../src/config.ts';
import { ConfigError, isLoopback } from '../../src/config-problem.ts';

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
      canaryMs: null,
      heartbeatUrl: null,
      perSecond: 50,
      logLevel: 'info',
      slack: null,
      teams: null,
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
    ['KEPT_PER_SECOND', '1.5'],
    ['KEPT_CANARY', '1441'],
    ['KEPT_CANARY', 'five'],
    ['KEPT_HEARTBEAT_URL', 'watch.invalid'],
    ['KEPT_HEARTBEAT_URL', 'ftp://kept.invalid/ping'],
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
    ['MICROSOFT_APP_ID', 'kept'],
    ['MICROSOFT_APP_PASSWORD', 'two words'],
    ['MICROSOFT_APP_TENANT_ID', 'acme.example.com'],
    ['MICROSOFT_APP_TYPE', 'Everybody'],
    ['MICROSOFT_TENANTS', '00000000-0000-0000-0000-000000000002,'],
    ['MICROSOFT_WORKSPACE', 'ours'],
    ['MICROSOFT_LOCAL_DEVELOPMENT', 'true'],
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
    const { SLACK_BOT_TOKEN, MICROSOFT_LOCAL_DEVELOPMENT, ...others } = Object.fromEntries(
      Object.entries(VARIABLES).map(([name, { example }]) => [name, example]),
    );
    expect(readConfig(others)).toMatchObject({
      port: 3000,
      slack: { install: { by: 'oauth' } },
      teams: { identity: { by: 'secret' } },
    });
    expect(readConfig({ MICROSOFT_LOCAL_DEVELOPMENT })).toMatchObject({
      teams: { identity: { by: 'nobody' } },
    });
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
    [{ MICROSOFT_BOT_ID: 'x', MICROSOFT_APP_TYPE: '', PATH: '/bin' }, ['MICROSOFT_BOT_ID']],
  ])('of %j it is told what does nothing', (env, names) => {
    expect(unusedVariables(env)).toEqual(names);
  });
});

describe('Teams', () => {
  const MICROSOFT_APP_ID = '00000000-0000-0000-0000-00000000000a';
  const MICROSOFT_APP_TENANT_ID = '00000000-0000-0000-0000-00000000000b';
  const other = '00000000-0000-0000-0000-00000000000c';
  const id = { MICROSOFT_APP_ID };
  const tenant = { MICROSOFT_APP_TENANT_ID };
  const password = { MICROSOFT_APP_PASSWORD: 'a-secret' };
  const managed = { MICROSOFT_APP_TYPE: 'UserAssignedMSI' };
  const multi = { MICROSOFT_APP_TYPE: 'MultiTenant' };
  const local = { MICROSOFT_LOCAL_DEVELOPMENT: 'yes' };
  const bySecret = { by: 'secret', appId: MICROSOFT_APP_ID, password: 'a-secret' };
  const workspace = '00000000-0000-4000-8000-000000000003';

  it.each([
    [{}, null],
    [
      { ...id, ...tenant, ...password },
      {
        identity: { ...bySecret, tenantId: MICROSOFT_APP_TENANT_ID },
        tenants: [MICROSOFT_APP_TENANT_ID],
        workspace: null,
      },
    ],
    [
      {
        ...password,
        MICROSOFT_APP_ID: MICROSOFT_APP_ID.toUpperCase(),
        MICROSOFT_APP_TENANT_ID: MICROSOFT_APP_TENANT_ID.toUpperCase(),
        MICROSOFT_APP_TYPE: 'SingleTenant',
        MICROSOFT_TENANTS: `${other.toUpperCase()}, ${MICROSOFT_APP_TENANT_ID}`,
      },
      {
        identity: { ...bySecret, tenantId: MICROSOFT_APP_TENANT_ID },
        tenants: [other, MICROSOFT_APP_TENANT_ID],
        workspace: null,
      },
    ],
    [
      { ...id, ...tenant, ...managed },
      {
        identity: {
          by: 'managed identity',
          appId: MICROSOFT_APP_ID,
          tenantId: MICROSOFT_APP_TENANT_ID,
        },
        tenants: [MICROSOFT_APP_TENANT_ID],
        workspace: null,
      },
    ],
    [
      { ...id, ...tenant, ...password, ...multi, MICROSOFT_TENANTS: other },
      // Its token is asked for in no tenant of its own, whatever else is set.
      { identity: { ...bySecret, tenantId: null }, tenants: [other], workspace: null },
    ],
    [
      { ...local, MICROSOFT_WORKSPACE: workspace },
      { identity: { by: 'nobody' }, tenants: null, workspace },
    ],
    [
      { ...local, HOST: '::1' },
      { identity: { by: 'nobody' }, tenants: null, workspace: null },
    ],
  ])('is read from %j', (env, teams) => {
    expect(readConfig(env).teams).toEqual(teams);
  });

  it.each([
    // Without an app id the SDK checks nobody's token: that has to be meant.
    [{ ...tenant, ...password }, ['MICROSOFT_APP_ID']],
    [{ ...tenant, ...password, MICROSOFT_APP_ID: ' ' }, ['MICROSOFT_APP_ID']],
    [{ ...tenant, ...managed }, ['MICROSOFT_APP_ID']],
    [id, ['MICROSOFT_APP_TENANT_ID', 'MICROSOFT_APP_PASSWORD']],
    [{ ...id, ...managed }, ['MICROSOFT_APP_TENANT_ID']],
    [{ ...id, ...tenant, ...managed, ...password }, ['MICROSOFT_APP_PASSWORD']],
    // Which tenants may come in has to be said.
    [{ ...id, ...password, ...multi }, ['MICROSOFT_TENANTS']],
    [
      { MICROSOFT_WORKSPACE: workspace },
      ['MICROSOFT_APP_ID', 'MICROSOFT_APP_TENANT_ID', 'MICROSOFT_APP_PASSWORD'],
    ],
    [{ ...local, ...id, ...password }, ['MICROSOFT_APP_ID', 'MICROSOFT_APP_PASSWORD']],
    // Two companies in one workspace would see each other's customers.
    [
      {
        ...id,
        ...tenant,
        ...password,
        MICROSOFT_TENANTS: `${other},${MICROSOFT_APP_TENANT_ID}`,
        MICROSOFT_WORKSPACE: workspace,
      },
      ['MICROSOFT_WORKSPACE'],
    ],
    [{ ...local, MICROSOFT_TENANTS: other }, ['MICROSOFT_TENANTS']],
    [{ ...local, HOST: '0.0.0.0' }, ['MICROSOFT_LOCAL_DEVELOPMENT']],
    [{ ...local, HOST: 'kept.example.com' }, ['MICROSOFT_LOCAL_DEVELOPMENT']],
  ])('half of it or too much stops the start: %j', (env, names) => {
    const problems = problemsOf(env);
    expect(problems.map(({ name }) => name)).toEqual(names);
    // With what each names unset, nothing is in the way any more.
    const gone = new Set(problems.flatMap(({ unset }) => unset));
    const left = Object.fromEntries(Object.entries(env).filter(([name]) => !gone.has(name)));
    expect(readConfig(left).teams).toBeNull();
  });

  it('says what to set, what not to set, and why', () => {
    expect(() => readConfig({ ...tenant, ...password })).toThrow(
      /^MICROSOFT_APP_ID must be set for Teams \(or MICROSOFT_LOCAL_DEVELOPMENT, to try it on this machine\): the Microsoft App ID .*, like MICROSOFT_APP_ID=0/u,
    );
    expect(() => readConfig({ ...local, ...id })).toThrow(
      'MICROSOFT_APP_ID must be unset where MICROSOFT_LOCAL_DEVELOPMENT is set, for nobody is checked then',
    );
    expect(() => readConfig({ ...local, HOST: '0.0.0.0' })).toThrow(
      'MICROSOFT_LOCAL_DEVELOPMENT must be unset where HOST is more than this machine, for nobody is checked then; or set HOST=127.0.0.1',
    );
    expect(() => readConfig({ ...id, ...tenant, ...managed, ...password })).toThrow(
      'MICROSOFT_APP_PASSWORD must be unset where MICROSOFT_APP_TYPE is UserAssignedMSI, which needs none',
    );
  });

  it('is what the console gives way to, and goes beside Slack', () => {
    expect(withConsole(readConfig(local))).toBe(false);
    const both = readConfig({ ...local, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' });
    expect(both.slack).not.toBeNull();
    expect(both.teams).not.toBeNull();
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
