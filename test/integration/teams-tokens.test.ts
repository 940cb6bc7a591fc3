import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBot } from '../../adapters/teams/bot.ts';
import { troubleOf } from '../../adapters/teams/errors.ts';
import { teamsRoutes } from '../../adapters/teams/receive.ts';
import { createTeams } from '../../adapters/teams/teams.ts';
import type { TeamsConfig } from '../../adapters/teams/teams-config.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { startFakeMicrosoft, type Token } from '../support/fake-microsoft.ts';
import { startFakeTeams } from '../support/fake-teams.ts';
import { GROUP, PEOPLE, TENANT_1, TENANT_2 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { useCases } from '../support/use-cases.ts';

const APP_ID = 'd0000000-0000-4000-8000-000000000001';
const config: TeamsConfig = {
  identity: { by: 'secret', appId: APP_ID, password: 'a-secret', tenantId: TENANT_1 },
  tenants: [TENANT_1],
  workspace: null,
};
const NOBODY: TeamsConfig = { identity: { by: 'nobody' }, tenants: null, workspace: null };
const HOUR_S = 3_600;
const now = () => Math.floor(Date.now() / 1_000);

type Microsoft = Awaited<ReturnType<typeof startFakeMicrosoft>>;

/** Kept with its routes on a real port, and a Teams and a Microsoft to talk to it. */
async function listening() {
  const on = await useCases();
  const microsoft = await startFakeMicrosoft({ appId: APP_ID, tenantId: TENANT_1 });
  const fake = await startFakeTeams({ appId: APP_ID, tokenFor: (url) => microsoft.tokenFor(url) });
  const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
  const inbox = createInbox(on.db, on.poolConfig, () => {});
  const deps = {
    ...chatDeps({ deps: on.deps, connections, inbox, publicUrl: null }),
    addresses: createAddresses(on.db),
  };
  const teams = createTeams(config, deps, microsoft.authority);
  const server: ServerType = serve({ fetch: teams.routes.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  fake.keptAt(`http://127.0.0.1:${portOf(server)}`);
  return {
    fake,
    microsoft,
    connections,
    deps,
    stop: async () => {
      await new Promise((resolve) => server.close(resolve));
      await teams.stop();
      await inbox.close();
      await fake.stop();
      await microsoft.stop();
      await on.stop();
    },
  };
}

describe('tokens that Teams comes with', () => {
  let on: Awaited<ReturnType<typeof listening>>;
  let strangers: Microsoft;

  beforeAll(async () => {
    on = await listening();
    strangers = await startFakeMicrosoft({ appId: APP_ID, tenantId: TENANT_1 });
  });
  afterAll(async () => {
    await on.stop();
    await strangers.stop();
  });

  const here = () => on.fake.serviceUrl(TENANT_1);
  /** Said in a chat of its own, and with the token given; what HTTP and the bot itself say to it. */
  async function says(authorization: string, more: Record<string, unknown> = {}) {
    const message = { tenant: TENANT_1, person: PEOPLE.Ada, conversation: null, text: 'hello' };
    const heard = await on.fake.message(message, { authorization, more });
    const bot = createBot(config, on.microsoft.authority);
    const told = { channelId: 'msteams', serviceUrl: here(), ...more };
    return { status: heard.status, isLetIn: await bot.authenticate(told, authorization) };
  }
  const bearer = async (token: Token = {}) => `Bearer ${await on.microsoft.tokenFor(here(), token)}`;

  it('lets a good one in', async () => {
    expect(await says(await bearer())).toEqual({ status: 200, isLetIn: true });
    expect(await on.connections.find('teams', TENANT_1)).not.toBeNull();
  });

  it('brings people whose presence is looked at where what is due is worked off, and nowhere else', async () => {
    await says(await bearer());
    await eventually(async () => {
      const tenant = await on.connections.find('teams', TENANT_1);
      const met = tenant && (await on.connections.everybody(tenant.workspaceId, tenant.id));
      return met !== null && met.size > 0;
    });
    const looks = async (works: boolean) => {
      const before = on.microsoft.asked.length;
      const another = createTeams(config, on.deps, on.microsoft.authority);
      await another.start({ works });
      await another.stop();
      return on.microsoft.asked.slice(before).map(({ body }) => JSON.stringify(body));
    };
    expect(await looks(false)).toEqual([]);
    expect(await looks(true)).toEqual([expect.stringContaining('graph.microsoft.com')]);
  });

  it.each<[string, Token]>([
    ['one for another app', { claims: { aud: 'd0000000-0000-4000-8000-000000000009' } }],
    ['one for nobody', { without: ['aud'] }],
    [
      'one of another issuer',
      { claims: { iss: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/' } },
    ],
    [
      'one of the Emulator',
      {
        claims: {
          iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
          ver: '1.0',
          appid: APP_ID,
        },
      },
    ],
    ['one of another bot', { claims: { ver: '1.0', appid: 'd0000000-0000-4000-8000-000000000009' } }],
    ['one for another serviceUrl', { claims: { serviceurl: 'https://smba.trafficmanager.net/emea/' } }],
    ['one for no serviceUrl', { without: ['serviceurl'] }],
    ['one that ran out', { claims: { exp: now() - HOUR_S, nbf: now() - 2 * HOUR_S } }],
    ['one without an end', { without: ['exp'] }],
    ['one that isn’t good yet', { claims: { nbf: now() + HOUR_S } }],
    ['one whose key nobody knows', { header: { kid: 'another-key' } }],
  ])('refuses %s', async (_, token) => {
    expect(await says(await bearer(token))).toEqual({ status: 401, isLetIn: false });
  });

  it.each([
    ['none', ''],
    ['one that is no token', 'Bearer abc'],
    ['a password', 'Basic YTpi'],
  ])('refuses %s', async (_, authorization) => {
    expect(await says(authorization)).toEqual({ status: 401, isLetIn: false });
  });

  it('refuses one that a stranger signed in the name of Microsoft’s key', async () => {
    const token = await strangers.tokenFor(here(), { header: { kid: on.microsoft.keyId() } });
    expect(await says(`Bearer ${token}`)).toEqual({ status: 401, isLetIn: false });
  });

  it('refuses one whose claims were changed after it was signed', async () => {
    const [head = '', , signature = ''] = (await bearer()).split('.');
    const claims = {
      iss: 'https://api.botframework.com',
      aud: APP_ID,
      serviceurl: here(),
      exp: now() + HOUR_S,
    };
    const changed = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(await says(`${head}.${changed}.${signature}`)).toEqual({ status: 401, isLetIn: false });
  });

  it('refuses one that says it needs no key', async () => {
    const [, claims = ''] = (await bearer()).split('.');
    const head = Buffer.from(JSON.stringify({ alg: 'none', kid: on.microsoft.keyId() })).toString(
      'base64url',
    );
    for (const signature of ['', 'AAAA']) {
      expect(await says(`Bearer ${head}.${claims}.${signature}`)).toEqual({ status: 401, isLetIn: false });
    }
  });

  it('refuses a good one with an activity from elsewhere, from nowhere, or of another channel', async () => {
    const good = await bearer();
    for (const more of [
      { serviceUrl: 'https://elsewhere.example.test/' },
      { serviceUrl: '' },
      { serviceUrl: undefined },
      { channelId: 'emulator' },
      { channelId: 'AseChannel' },
    ]) {
      expect(await says(good, more), JSON.stringify(more)).toEqual({ status: 401, isLetIn: false });
    }
  });

  it('refuses another tenant, whose token is good', async () => {
    const heard = await on.fake.message({
      tenant: TENANT_2,
      person: PEOPLE.Ada,
      conversation: null,
      text: 'hello',
    });
    expect(heard.status).toBe(403);
    expect(await on.connections.find('teams', TENANT_2)).toBeNull();
  });
});

describe('when Microsoft’s keys can’t be had', () => {
  let microsoft: Microsoft;
  let silent: Server;

  beforeAll(async () => {
    microsoft = await startFakeMicrosoft({ appId: APP_ID, tenantId: TENANT_1 });
    // Takes every request, and answers none.
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    await microsoft.stop();
  });

  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const serviceUrl = 'https://smba.trafficmanager.net/emea/';

  it.each([
    ['not there', () => `${microsoft.url}/nothing-here`],
    ['nobody listens', () => 'http://127.0.0.1:1/nobody-here'],
    ['no answer', () => `http://127.0.0.1:${portOf(silent)}/keys`],
  ])('%s: says “not now”, so that Teams tries again, and not “no”', async (_, openIdMetadataUrl) => {
    const authority = { ...microsoft.authority, openIdMetadataUrl: openIdMetadataUrl() };
    const { authenticate } = createBot(config, authority);
    const routes = teamsRoutes({ authenticate, hear: async () => {}, log });
    const post = (authorization: string) =>
      routes.request('/api/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ type: 'message', channelId: 'msteams', serviceUrl }),
      });
    expect((await post(`Bearer ${await microsoft.tokenFor(serviceUrl)}`)).status).toBe(503);
    // and who is a stranger anyway stays one
    const stranger = await microsoft.tokenFor(serviceUrl, {
      claims: { iss: 'https://stranger.example.test' },
    });
    expect((await post(`Bearer ${stranger}`)).status).toBe(401);
  });
});

function portOf(server: Server | ServerType): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no port');
  return address.port;
}

describe('tokens that we come with', () => {
  let microsoft: Microsoft;
  let fake: Awaited<ReturnType<typeof startFakeTeams>>;
  let isOurs: (authorization: string | null) => boolean = () => true;

  beforeAll(async () => {
    microsoft = await startFakeMicrosoft({ appId: APP_ID, tenantId: TENANT_1 });
    fake = await startFakeTeams({ isOurs: (authorization) => isOurs(authorization) });
  });
  afterEach(() => {
    isOurs = () => true;
    microsoft.heal();
    microsoft.asked.length = 0;
    fake.world.calls.length = 0;
  });
  afterAll(async () => {
    await fake.stop();
    await microsoft.stop();
  });

  const at = () => ({ serviceUrl: fake.serviceUrl(TENANT_1), tenantId: TENANT_1, conversation: GROUP });
  const said = { summary: 'Hello', attachments: [] };
  const came = () => fake.calls('post').map(({ authorization }) => authorization);

  it('are asked for once, however many want one, with our id and secret', async () => {
    const bot = createBot(config, microsoft.authority);
    await Promise.all([bot.post(at(), said), bot.post(at(), said), bot.post(at(), said)]);
    await bot.post(at(), said);
    expect(microsoft.asked).toHaveLength(1);
    expect(microsoft.asked[0]?.body).toMatchObject({
      grant_type: 'client_credentials',
      client_id: APP_ID,
      client_secret: 'a-secret',
      scope: 'https://api.botframework.com/.default',
    });
    expect(new Set(came())).toEqual(new Set([`Bearer ${String(microsoft.asked[0]?.token)}`]));
  });

  it('are asked for anew when Teams refuses one', async () => {
    const bot = createBot(config, microsoft.authority);
    await bot.post(at(), said);
    const old = came()[0] ?? null;
    isOurs = (authorization) => authorization !== old;
    const refused = await bot.post(at(), said).catch((error: unknown) => troubleOf(error));
    expect(refused).toMatchObject({ kind: 'unknown to Teams' });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await bot.post(at(), said);
    expect(microsoft.asked).toHaveLength(2);
    expect(came().at(-1)).not.toBe(old);
  });

  it('aren’t had with a wrong secret: Teams isn’t spoken to, and it is asked again', async () => {
    const bot = createBot(config, microsoft.authority);
    microsoft.refuse(401, 'invalid_client');
    const refused = await bot.post(at(), said).catch((error: unknown) => troubleOf(error));
    expect(refused).toEqual({
      kind: 'unknown to Teams',
      error: 'No token from Microsoft: http_401 invalid_client',
    });
    expect(came()).toEqual([]);
    microsoft.heal();
    await bot.post(at(), said);
    expect(came()).toHaveLength(1);
  });

  it('aren’t had from a sign-in that is down: nothing is in doubt', async () => {
    const bot = createBot(config, microsoft.authority);
    microsoft.refuse(503, 'temporarily_unavailable');
    const down = await bot.post(at(), said).catch((error: unknown) => troubleOf(error));
    expect(down).toMatchObject({ kind: 'unreachable' });
    const gone = await startFakeMicrosoft({ appId: APP_ID, tenantId: TENANT_1 });
    await gone.stop();
    const lost = createBot(config, gone.authority);
    const nowhere = await lost.post(at(), said).catch((error: unknown) => troubleOf(error));
    expect(nowhere).toMatchObject({ kind: 'unreachable' });
    expect(came()).toEqual([]);
  });

  it('go by https alone: an address that lies there from local development doesn’t get ours', async () => {
    const bot = createBot(config, null);
    const refused = await bot.post(at(), said).catch((error: unknown) => troubleOf(error));
    expect(refused).toMatchObject({ kind: 'unreachable', error: expect.stringContaining('https alone') });
    expect(fake.world.calls).toEqual([]);
  });

  describe('in local development', () => {
    it('are none, and Teams is on this machine alone', async () => {
      const bot = createBot(NOBODY, null);
      await bot.post(at(), said);
      expect(came()).toEqual([null]);
      expect(microsoft.asked).toEqual([]);
      const away = { ...at(), serviceUrl: 'https://smba.trafficmanager.net/emea/' };
      await expect(bot.post(away, said)).rejects.toThrow('on this machine alone');
      await expect(bot.openPersonal(away, PEOPLE.Ada)).rejects.toThrow('on this machine alone');
    });

    it('heard is who calls us by a name of this machine, and no page whose name was made to lead here', async () => {
      const on = await useCases();
      const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
      const inbox = createInbox(on.db, on.poolConfig, () => {});
      const deps = chatDeps({ deps: on.deps, connections, inbox, publicUrl: null });
      const { routes, stop } = createTeams(NOBODY, { ...deps, addresses: createAddresses(on.db) });
      const ada = { tenant: TENANT_1, person: PEOPLE.Ada, conversation: null };
      const body = JSON.stringify({ ...fake.envelope(ada, '1', null), type: 'message', text: 'list' });
      const calls = (host: string) =>
        routes.request('/api/messages', {
          method: 'POST',
          headers: { 'content-type': 'application/json', host },
          body,
        });
      const statuses: number[] = [];
      for (const host of ['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', 'rebound.example.test:3000']) {
        statuses.push((await calls(host)).status);
      }
      await stop();
      await inbox.close();
      await on.stop();
      expect(statuses).toEqual([200, 200, 200, 403]);
    });

    it.each([
      ['http://127.0.0.1:56150', true],
      ['http://localhost:56150/', true],
      ['http://[::1]:1/', true],
      ['https://smba.trafficmanager.net/emea/', false],
      ['http://127.0.0.1.example.test/', false],
      ['http://localhost.example.test/', false],
      ['http://2130706433.example.test/', false],
      ['file://localhost/etc/passwd', false],
      ['', false],
    ])('lets in what comes from %s: %s', async (serviceUrl, isLetIn) => {
      const bot = createBot(NOBODY, null);
      expect(await bot.authenticate({ channelId: 'msteams', serviceUrl }, '')).toBe(isLetIn);
    });
  });
});
