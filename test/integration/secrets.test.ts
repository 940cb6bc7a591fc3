import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createTeams } from '../../adapters/teams/teams.ts';
import { checkRedisUrl } from '../../jobs/redis-check.ts';
import { checkSlackOf, checkTeamsOf } from '../../src/chat-check.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import { start } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { examine, reportOf } from '../../src/operation/doctor.ts';
import { createLog, secretsOf } from '../../src/operation/log.ts';
import { inWords } from '../../src/operation/start-trouble.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { listening } from '../support/chat-ears.ts';
import { enginesToTest, freshDatabase, startPostgres } from '../support/engines.ts';
import { startFakeMicrosoft } from '../support/fake-microsoft.ts';
import { startFakeTeams } from '../support/fake-teams.ts';
import { PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { useCases } from '../support/use-cases.ts';

// Two databases and three platforms that fail: half a minute where nothing else runs.
vi.setConfig({ testTimeout: 180_000 });

const random = () => randomBytes(12).toString('hex');
const SECRETS = {
  signing: `signing-${random()}`,
  client: `client-${random()}`,
  state: `state-${random()}`,
  bot: `xoxb-${random()}`,
  rotated: `xoxe.xoxb-1-${random()}`,
  app: `xapp-${random()}`,
  database: `database-${random()}`,
  redis: `redis-${random()}`,
  heartbeat: `heartbeat-${random()}`,
  microsoft: `microsoft-${random()}`,
  key: randomBytes(32).toString('base64'),
  response: `response-${random()}`,
  code: `code-${random()}`,
};
/** What a customer's trouble is called: nobody who reads the log shall see it. */
const TYPED = `typed-${random()}`;

type Line = { level: number; text: string };

/** A log at its most talkative, and what it has written. */
function talkative(secrets: readonly string[] = []) {
  const lines: Line[] = [];
  const write = (text: string) => void lines.push({ level: Number(/"level":(\d+)/.exec(text)?.[1]), text });
  return { log: createLog('trace', { secrets, to: { write } }), lines };
}

function leaks(lines: readonly Line[], also: readonly string[] = []): string[] {
  const never = [...Object.values(SECRETS), ...also];
  return lines.flatMap(({ level, text }) => {
    const found = never.filter(
      (secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)),
    );
    return found.length > 0 || (level > 20 && text.includes(TYPED)) ? [text] : [];
  });
}

const engines = await enginesToTest();
const onPostgres = describe.runIf(engines.includes('postgres'));

onPostgres('the log of a Kept in Slack', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  it('has no secret and nobody’s words, whatever goes wrong', async () => {
    // given a Slack that lets Kept in, else says no in many ways, and quotes what it was asked
    const answers = ['invalid_auth', 'bad_client_secret', 'ratelimited', 'fatal_error'];
    let asked = 0;
    const slack = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked += 1;
        const said = Buffer.concat(chunks).toString('utf8');
        const error = answers[asked % answers.length];
        response.writeHead(asked % 5 === 0 ? 500 : 200, { 'content-type': 'application/json' });
        const isLetIn = request.url?.endsWith('/auth.test') === true;
        const answer = isLetIn
          ? { ok: true, url: 'https://acme.slack.example/', team_id: 'T1', user_id: 'UBOT', bot_id: 'B1' }
          : { ok: false, error };
        response.end(JSON.stringify({ ...answer, said, token: request.headers.authorization }));
      });
    }).listen(0, '127.0.0.1');
    await once(slack, 'listening');
    stops.push(async () => slack.close());
    const address = slack.address();
    const slackUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api/`;
    const postgres = await startPostgres();
    stops.push(postgres.stop);
    const databaseUrl = (await freshDatabase(postgres)).replace('postgres@', `postgres:${SECRETS.database}@`);
    const install = {
      oauth: {
        SLACK_CLIENT_ID: '1.2',
        SLACK_CLIENT_SECRET: SECRETS.client,
        SLACK_STATE_SECRET: SECRETS.state,
      },
      token: { SLACK_BOT_TOKEN: SECRETS.bot },
    };
    const { log, lines } = talkative();
    for (const by of ['oauth', 'token'] as const) {
      const config = readConfig({
        PORT: '0',
        PUBLIC_URL: 'http://127.0.0.1:1',
        DATABASE_URL: databaseUrl,
        REDIS_URL: `redis://:${SECRETS.redis}@127.0.0.1:1/0`,
        KEPT_ENCRYPTION_KEY: SECRETS.key,
        KEPT_HEARTBEAT_URL: `http://127.0.0.1:1/${SECRETS.heartbeat}`,
        SLACK_SIGNING_SECRET: SECRETS.signing,
        SLACK_API_URL: slackUrl,
        ...install[by],
      });
      const kept = await start(config, log, { sweepEveryMs: 200 }).catch((error: unknown) => {
        lines.push({ level: 50, text: inWords(error) });
        return null;
      });
      if (kept === null) continue;
      const url = `http://127.0.0.1:${kept.port}`;
      const post = async (body: string, secret = SECRETS.signing) => {
        const at = String(Math.floor(Date.now() / 1_000));
        const mac = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
        return (
          await fetch(`${url}/slack/events`, {
            method: 'POST',
            headers: {
              'content-type': 'application/x-www-form-urlencoded',
              'x-slack-request-timestamp': at,
              'x-slack-signature': `v0=${mac}`,
            },
            body,
          })
        ).status;
      };
      const command = new URLSearchParams({
        command: '/care',
        text: TYPED,
        team_id: 'T1',
        user_id: 'U1',
        channel_id: 'C1',
        is_enterprise_install: 'false',
        trigger_id: `${by}.1`,
        response_url: `http://127.0.0.1:1/${SECRETS.response}`,
      }).toString();
      // when
      expect(await post(command)).toBe(200);
      expect(await post(command, 'another')).toBe(401);
      expect(
        await post(
          `payload=${encodeURIComponent(JSON.stringify({ type: 'block_actions', text: TYPED, response_url: `http://127.0.0.1:1/${SECRETS.response}` }))}`,
        ),
      ).toBe(200);
      expect(await post(`payload={"type":"nothing","x":"${TYPED}"}`)).toBe(400);
      const begun = await fetch(`${url}/slack/install`, { redirect: 'manual' });
      const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
      const state = new URL(begun.headers.get('location') ?? 'http://x/').searchParams.get('state') ?? '';
      for (const one of [state, 'forged', '']) {
        await fetch(`${url}/slack/oauth_redirect?code=${SECRETS.code}&state=${one}`, { headers: { cookie } });
      }
      for (const path of ['/readyz', '/metrics', '/c/x/y', `/c/${TYPED}`]) await fetch(`${url}${path}`);
      if (by === 'token') {
        await eventually(() => Promise.resolve(asked > 3));
        expect(await post(command.replace(`${by}.1`, `${by}.2`))).toBe(200);
        await eventually(() => Promise.resolve(asked > 4));
        await postgres.kill();
        await sleep(300);
        await post(command);
        await fetch(`${url}/c/10000000-0000-4000-8000-000000000001/10000000-0000-4000-8000-000000000001`);
        await sleep(500);
      }
      await kept.stop();
    }
    // then
    expect(asked).toBeGreaterThan(4);
    expect(lines.filter(({ level }) => level >= 40).length).toBeGreaterThan(3);
    expect(leaks(lines)).toEqual([]);
  });
});

describe('the log of a Kept in Teams', () => {
  it('has no secret and nobody’s words, whatever goes wrong', async () => {
    const on = await useCases();
    const appId = 'd0000000-0000-4000-8000-000000000001';
    const microsoft = await startFakeMicrosoft({ appId, tenantId: TENANT_1 });
    const given: string[] = [];
    const fake = await startFakeTeams({
      appId,
      tokenFor: async (at) => {
        const token = await microsoft.tokenFor(at);
        given.push(token);
        return token;
      },
    });
    const { log, lines } = talkative();
    const connections = createConnections(on.db, createSeal([SECRETS.key]));
    const inbox = createInbox(on.db, on.poolConfig, () => {});
    await inbox.open();
    const deps = {
      ...chatDeps({ deps: { ...on.deps, log }, connections, inbox, publicUrl: null }),
      addresses: createAddresses(on.db),
    };
    const identity = { by: 'secret' as const, appId, password: SECRETS.microsoft, tenantId: TENANT_1 };
    const teams = createTeams({ identity, tenants: [TENANT_1], workspace: null }, deps, microsoft.authority);
    const server = await listening(teams.routes);
    try {
      fake.keptAt(server.url);
      const whose = { tenant: TENANT_1, person: PEOPLE.Ada, conversation: null };
      const say = (authorization?: string) =>
        fake.message({ ...whose, text: TYPED }, authorization === undefined ? {} : { authorization });
      // when its sign-in works, and when it doesn't
      expect((await say()).status).toBe(200);
      const forged = `Bearer ${await microsoft.tokenFor('https://another.example.com/')}`;
      for (const bad of [forged, `${forged}x`, 'Bearer x', 'Basic x', `Bearer ${SECRETS.microsoft}`]) {
        expect((await say(bad)).status).toBe(401);
      }
      for (const [status, error] of [
        [401, 'invalid_client'],
        [500, 'server_error'],
      ] as const) {
        microsoft.refuse(status, error);
        expect((await say()).status).toBe(200);
        await fetch(`${server.url}/teams/tab/home`, { headers: { authorization: forged } });
      }
      await sleep(500);
      await teams.late();
      // then
      const ours = microsoft.asked.flatMap(({ token }) => (typeof token === 'string' ? [token] : []));
      expect(ours.length + given.length).toBeGreaterThan(1);
      expect(lines.length).toBeGreaterThan(5);
      expect(leaks(lines, [...given, ...ours, forged.slice(7)])).toEqual([]);
    } finally {
      await server.close();
      await teams.stop();
      await inbox.close();
      await fake.stop();
      await microsoft.stop();
      await on.stop();
    }
  });
});

describe('a start that fails, and the doctor', () => {
  const env = {
    LOG_LEVEL: 'trace',
    DATABASE_URL: `postgres://kept:${SECRETS.database}@127.0.0.1:1/kept`,
    REDIS_URL: `redis://:${SECRETS.redis}@127.0.0.1:1/0`,
    KEPT_ENCRYPTION_KEY: SECRETS.key,
    SLACK_SIGNING_SECRET: SECRETS.signing,
    SLACK_BOT_TOKEN: SECRETS.bot,
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
    PUBLIC_URL: 'http://127.0.0.1:1',
  };
  const whyNot = (bad: Record<string, string>): string => {
    try {
      readConfig(bad);
      return '';
    } catch (error) {
      return inWords(error);
    }
  };
  const said = (text: string) => leaks([{ level: 50, text }]);

  it('no database: the start says so, without its password', async () => {
    const { log, lines } = talkative();
    const text = await start(readConfig(env), log).then(() => '', inWords);
    expect(text).not.toBe('');
    expect([...said(text), ...leaks(lines)]).toEqual([]);
  });

  it('settings that can’t be used are named, and never quoted', () => {
    const text = whyNot({
      ...env,
      KEPT_ENCRYPTION_KEY: `${SECRETS.key}x`,
      SLACK_BOT_TOKEN: ` ${SECRETS.app}`,
      DATABASE_URL: `mysql://kept:${SECRETS.database}@127.0.0.1`,
      MICROSOFT_APP_PASSWORD: SECRETS.microsoft,
    });
    expect(text).toContain('KEPT_ENCRYPTION_KEY');
    expect(said(text)).toEqual([]);
  });

  it('the doctor looks at all of it and says none of it', async () => {
    const results = await examine({
      env,
      nodeVersion: '20.19.0',
      askRedis: checkRedisUrl,
      askSlack: checkSlackOf,
      askTeams: checkTeamsOf,
    });
    const text = reportOf(results, env);
    expect(text.length).toBeGreaterThan(200);
    expect(said(text)).toEqual([]);
  });
});

describe('the second line', () => {
  it('a secret that comes along all the same is taken out, whatever it is called and however deep it lies', () => {
    const { log, lines } = talkative([SECRETS.signing]);
    const error = new Error(`the request with Bearer ${SECRETS.bot} failed`, {
      cause: new Error(`${SECRETS.signing} at postgres://kept:${SECRETS.database}@127.0.0.1/kept`),
    });
    const request = { headers: { authorization: SECRETS.microsoft }, body: SECRETS.client };
    log.warn({ err: Object.assign(error, { request, config: { request } }) }, 'a library is talkative');
    log.info({ some: { where: [{ far: SECRETS.signing }] } }, `and so is ${SECRETS.app}`);
    expect(lines).toHaveLength(2);
    expect(leaks(lines)).toEqual([]);
    expect(lines[0]?.text).toContain('[removed]');
    expect(lines[0]?.text).toContain('a library is talkative');
  });

  it('a secret is found however it is written: in a form, in an address, in a header', () => {
    const secret = `abc8Q~a+b/c=d e${random()}`;
    const { log, lines } = talkative([secret]);
    const form = new URLSearchParams({ client_secret: secret, scope: 'all' }).toString();
    const basic = Buffer.from(`kept:${secret}`).toString('base64');
    log.warn({ err: new Error(`${form} was refused`) }, 'an error quotes what was sent');
    log.warn({ headers: `Basic ${basic}` }, 'a header');
    expect(lines.map(({ text }) => text).join('')).not.toContain(secret.slice(-20));
    expect(lines.map(({ text }) => text).join('')).not.toContain(basic);
    expect(lines[0]?.text).toContain('scope=all was refused');
  });

  it('a password is known wherever an address has it, and as it is written there', () => {
    const known = secretsOf(
      readConfig({
        DATABASE_URL: 'postgres://127.0.0.1/kept?user=kept&password=in-the-query',
        REDIS_URL: 'redis+sentinel://:p%2fss-w%21rd@127.0.0.1:1/kept?sentinelPassword=of-the-sentinels%21',
      }),
    );
    expect(known).toEqual(
      expect.arrayContaining([
        'in-the-query',
        'p/ss-w!rd',
        'p%2fss-w%21rd',
        'of-the-sentinels!',
        'of-the-sentinels%21',
      ]),
    );
  });

  it('whatever a configuration has of secrets is known to it', () => {
    const config = readConfig({
      DATABASE_URL: `postgres://kept:${SECRETS.database}@127.0.0.1/kept`,
      REDIS_URL: `redis+sentinel://:${SECRETS.redis}@127.0.0.1:1,127.0.0.1:2/kept`,
      KEPT_ENCRYPTION_KEY: SECRETS.key,
      KEPT_HEARTBEAT_URL: `https://example.com/${SECRETS.heartbeat}`,
      SLACK_SIGNING_SECRET: SECRETS.signing,
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: SECRETS.client,
      SLACK_STATE_SECRET: SECRETS.state,
      PUBLIC_URL: 'https://kept.example.com',
      MICROSOFT_APP_ID: TENANT_1,
      MICROSOFT_APP_PASSWORD: SECRETS.microsoft,
      MICROSOFT_APP_TENANT_ID: TENANT_1,
    });
    const known = secretsOf(config).join(' ');
    for (const name of [
      'database',
      'redis',
      'key',
      'heartbeat',
      'signing',
      'client',
      'state',
      'microsoft',
    ] as const) {
      expect(known).toContain(SECRETS[name]);
    }
    expect(secretsOf(readConfig({ SLACK_BOT_TOKEN: SECRETS.bot, SLACK_APP_TOKEN: SECRETS.app }))).toEqual(
      expect.arrayContaining([SECRETS.bot, SECRETS.app]),
    );
  });
});
