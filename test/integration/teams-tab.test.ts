import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answered } from '../../adapters/teams/arrival.ts';
import { type TabParts, type TabPressed, tabRoutes } from '../../adapters/teams/tab.ts';
import type { TeamsConfig } from '../../adapters/teams/teams-config.ts';
import { createTenants, type Tenants } from '../../adapters/teams/tenants.ts';
import type { From } from '../../adapters/teams/told.ts';
import { startWeb } from '../../adapters/web/start.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import { type Card, noSubject } from '../../src/conversation/card.ts';
import type { Intent, Reply } from '../../src/conversation/intent.ts';
import { type NoMember, noMemberWords } from '../../src/conversation/no-member.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { type Entra, startEntra } from '../support/entra.ts';
import { useCases } from '../support/use-cases.ts';

const appId = '11111111-2222-4333-8444-555555555555';
const tenantId = 'aaaaaaaa-0000-4000-8000-000000000001';
const unknownTenant = 'aaaaaaaa-0000-4000-8000-000000000002';
const personId = 'bbbbbbbb-0000-4000-8000-000000000001';
const ada = { tenantId, personId, appId };
const config: TeamsConfig = {
  identity: { by: 'secret', appId, password: 'a-secret', tenantId },
  tenants: [tenantId, unknownTenant],
  workspace: null,
};
const SCHEMA = 'http://adaptivecards.io/schemas/adaptive-card.json';
const connectionId = `teams/${tenantId}`;
const seen = { userId: '29:ada', serviceUrl: 'https://smba.example/', conversation: 'a:ada' };
const said = (words: string): Answered => ({
  how: 'shown',
  shown: { is: 'sentence', said: words, isForAll: false },
});
const home: Card = {
  tone: 'calm',
  heading: [{ t: 'typed', text: '# Ada’s promises <at>x</at>' }],
  blocks: Array.from({ length: 200 }, (_, i) => ({
    b: 'text' as const,
    line: [{ t: 'typed' as const, text: `promise ${i} ${'long '.repeat(40)}` }],
  })),
  actions: [{ id: 'open', label: 'Open a case', style: 'primary', subject: noSubject }],
};

describe('the tab’s routes', () => {
  let on: Awaited<ReturnType<typeof useCases>>;
  let chat: TabParts['deps'];
  let tenants: Tenants;
  let entra: Entra;
  let dir: string;
  let port: number;
  let stop: () => Promise<void>;
  const stops: (() => Promise<void>)[] = [];
  const heard: Intent[] = [];
  const told: { connection: string; told: TabPressed }[] = [];
  const met: From[] = [];
  const logged: { fields: object; message: string }[] = [];
  let why: NoMember | null;
  let reply: () => Answered;

  function parts(more: Partial<TabParts> = {}): TabParts {
    const note = (fields: object, message: string) => void logged.push({ fields, message });
    return {
      config,
      tenants,
      people: {
        memberFor: (_, from) => {
          met.push(from);
          return Promise.resolve(
            why === null ? { ok: true, member: on.memberOf('Ada') } : { ok: false, why },
          );
        },
      },
      deps: {
        ...chat,
        hear: (_, intent): Promise<Reply> => {
          heard.push(intent);
          return Promise.resolve(
            intent.kind === 'suggest'
              ? { kind: 'suggestions', options: [{ value: 'id-1', label: `Acme of ${intent.query}` }] }
              : { kind: 'card', card: home },
          );
        },
        log: { debug: note, info: note, warn: note, error: note },
      },
      press: async (to, one) => {
        told.push({ connection: to.id, told: one });
        return reply();
      },
      dir,
      keysUrl: entra.url,
      ...more,
    };
  }

  async function serve(more: Partial<TabParts> = {}): Promise<number> {
    const app = new Hono().route('/', tabRoutes(parts(more)));
    const started = await startWeb({ host: '127.0.0.1', port: 0, app, close: () => {} });
    stops.push(started.stop);
    return started.port;
  }

  const get = (path: string, token: string | null, at = port) =>
    fetch(`http://127.0.0.1:${at}${path}`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
  const post = (path: string, token: string, body: string, type = 'application/json') =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    });

  /** Ada has said hello to Kept, so her tenant is known. */
  async function connected() {
    const from = { personId, userId: '29:ada', name: 'Ada Agent', locale: null, zone: null };
    const found = await tenants.meet({ by: 'person', tenantId, from });
    if (found === null) throw new Error('The tenant is not let in');
    return found;
  }

  beforeAll(async () => {
    on = await useCases();
    const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
    const inbox = createInbox(on.db, on.poolConfig, () => {});
    const addresses = createAddresses(on.db);
    const publicUrl = 'https://kept.example:8443';
    const deps = { ...on.deps, clock: Date.now };
    const all = { ...chatDeps({ deps, connections, inbox, publicUrl }), addresses };
    chat = all;
    tenants = createTenants({ config, deps: all });
    const { workspaceId } = await connected();
    await addresses.save(workspaceId, connectionId, { of: `person/${personId}`, facts: seen, seenAt: 1 });
    entra = await startEntra();
    dir = await mkdtemp(join(tmpdir(), 'kept-tab-'));
    await mkdir(join(dir, 'assets'));
    await writeFile(join(dir, 'index.html'), '<!doctype html><title>Kept</title>');
    await writeFile(join(dir, 'assets', 'index-abc.js'), 'export {};');
    await writeFile(join(dir, 'secret.env'), 'KEY=1');
    port = await serve();
    stop = async () => {
      for (const one of stops) await one();
      await entra.stop();
      await tenants.idle();
      await on.stop();
      await rm(dir, { recursive: true });
    };
  });
  afterAll(() => stop());
  beforeEach(() => {
    for (const list of [heard, told, met, logged]) list.length = 0;
    why = null;
    reply = () => said('Done.');
    entra.down(false);
  });

  describe('tokens', () => {
    it.each([
      ['of version 2', {}],
      ['of version 1', { ver: '1.0', upn: 'ada@example.com' }],
      ['for the id URI of the app', { aud: `api://kept.example:8443/${appId}` }],
      ['with more scopes', { scp: 'openid access_as_user' }],
      ['expired half a minute ago, for clocks differ', { exp: Math.floor(Date.now() / 1_000) - 30 }],
    ])('one %s lets in', async (_, claims) => {
      const answer = await get('/teams/tab/home', await entra.token(ada, claims));
      expect(answer.status).toBe(200);
      expect(heard).toEqual([{ kind: 'home', place: { connection: connectionId, channel: 'a:ada' } }]);
    });

    const past = Math.floor(Date.now() / 1_000) - 600;
    it.each([
      ['for another app', { aud: randomUUID() }],
      ['for another host’s id URI', { aud: `api://evil.example/${appId}` }],
      ['for Graph', { aud: 'https://graph.microsoft.com' }],
      ['of another issuer', { iss: 'https://login.example.com/v2.0' }],
      ['of another tenant’s issuer', { iss: `https://login.microsoftonline.com/${unknownTenant}/v2.0` }],
      ['expired', { exp: past }],
      ['that never expires', { exp: undefined }],
      ['not valid yet', { nbf: Math.floor(Date.now() / 1_000) + 600 }],
      ['without a person', { oid: undefined }],
      ['with a person that is no id', { oid: '../x' }],
      ['that an app got for itself', { scp: undefined, roles: ['access_as_user'] }],
      ['for signing in alone', { scp: undefined }],
      ['with another scope', { scp: 'access_as_user.none' }],
      ['without a tenant', { tid: undefined }],
      ['with a tenant that is a path', { tid: `${tenantId}/..` }],
    ])('one %s: 401, and nothing is done', async (_, claims) => {
      const answer = await get('/teams/tab/home', await entra.token(ada, claims));
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(await answer.json()).toMatchObject({
        error: expect.stringMatching(/reload/),
        expired: 'exp' in claims && claims.exp === past,
      });
      expect([heard, met]).toEqual([[], []]);
    });

    it('one that is signed by another, unsigned, or garbage: 401', async () => {
      const signed = await entra.token(ada, {}, { key: 'another' });
      const unknownKey = await entra.token(ada, {}, { kid: 'key-2' });
      const unsigned = new UnsecuredJWT({ tid: tenantId, oid: personId, scp: 'access_as_user' }).encode();
      for (const token of [signed, unknownKey, unsigned, `${unsigned}x`, 'a.b.c', 'x', '', null]) {
        expect((await get('/teams/tab/home', token)).status).toBe(401);
      }
      expect(heard).toEqual([]);
    });

    it('a tenant that isn’t let in: 403, and nobody asks for its keys', async () => {
      const other = randomUUID();
      const answer = await get('/teams/tab/home', await entra.token({ ...ada, tenantId: other }));
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({
        error: expect.stringMatching(/isn’t open to your organisation/),
      });
      expect(entra.asked).not.toContain(other);
    });

    it('a tenant that Kept has never heard from: 403, with what to do', async () => {
      const answer = await get('/teams/tab/home', await entra.token({ ...ada, tenantId: unknownTenant }));
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/Say hello to Kept/) });
    });

    it('a guest: 403, with the sentence they get elsewhere', async () => {
      why = 'guest';
      const answer = await get('/teams/tab/home', await entra.token(ada));
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ error: noMemberWords.guest });
      expect(heard).toEqual([]);
    });

    it('keys that can’t be had: 503, and later it goes', async () => {
      const at = await serve();
      entra.down(true);
      const answer = await get('/teams/tab/home', await entra.token(ada), at);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/try again in a minute/) });
      entra.down(false);
      expect((await get('/teams/tab/home', await entra.token(ada), at)).status).toBe(200);
    });

    it('in local development: a sentence, and no data', async () => {
      const at = await serve({ config: { identity: { by: 'nobody' }, tenants: null, workspace: null } });
      const page = await get('/teams/tab', null, at);
      expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('local development')]);
      expect((await get('/teams/tab/home', await entra.token(ada), at)).status).toBe(404);
      expect(heard).toEqual([]);
    });

    it('nothing of a token is logged', async () => {
      const token = await entra.token(ada, { aud: 'another', name: 'Ada Agent' });
      await get('/teams/tab/home', token);
      const lines = JSON.stringify(logged);
      expect(lines).toContain('not let in');
      expect(lines).not.toContain(token.split('.')[2]);
      expect(lines).not.toContain('Ada Agent');
    });
  });

  it('the page stands in Microsoft’s hosts alone, and its files are what was built', async () => {
    const page = await get('/teams/tab', null);
    const { headers } = page;
    const policy = headers.get('content-security-policy') ?? '';
    expect([page.status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(policy).toContain(
      'frame-ancestors https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft',
    );
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
    expect(headers.get('x-frame-options')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const script = await get('/teams/tab/assets/index-abc.js', null);
    expect(script.headers.get('cache-control')).toContain('immutable');
    for (const path of ['assets/..%2fsecret.env', 'assets/%2e%2e%2fsecret.env', 'assets/nothing.js']) {
      expect((await get(`/teams/tab/${path}`, null)).status).toBe(404);
    }
    expect((await get('/teams/tab/secret.env', null)).status).toBe(401);
    const unbuilt = await serve({ dir: join(dir, 'nowhere') });
    expect((await get('/teams/tab', null, unbuilt)).status).toBe(503);
  });

  it('home is the whole card, fresh, for whoever asks', async () => {
    const token = await entra.token(ada, { name: 'Ada Agent' });
    const answer = await get('/teams/tab/home?zone=Europe/Berlin&locale=de', token);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(text).toContain('promise 199');
    expect(text).not.toContain('"TextBlock"');
    expect(met).toEqual([
      { personId, userId: '29:ada', name: 'Ada Agent', locale: 'de', zone: 'Europe/Berlin' },
    ]);
  });

  it('a press is told with its data, in the name of whom the token names', async () => {
    const id = randomUUID();
    const data = { kept: { v: 1, do: 'back', to: null }, 'f.proof': 'Ann said so\u0000' };
    const body = JSON.stringify({ id, data, from: 'another', personId: 'another' });
    const answer = await post('/teams/tab/press', await entra.token(ada), body);
    expect(await answer.json()).toEqual({ kind: 'sentence', text: 'Done.' });
    expect(told).toMatchObject([
      {
        connection: connectionId,
        told: {
          key: `tab/${personId}/${id}`,
          tenantId,
          data,
          from: { personId, userId: '29:ada' },
          where: { conversation: 'a:ada', kind: 'personal', serviceUrl: 'https://smba.example/' },
          by: 'person',
          kind: 'press',
          how: 'tab',
          on: null,
        },
      },
    ]);
    const card = {
      type: 'AdaptiveCard',
      $schema: SCHEMA,
      version: '1.5',
      fallbackText: 'x',
      body: [],
    } as const;
    reply = () => ({ how: 'shown', shown: { is: 'card', card: { ...card, body: [] }, summary: 'x' } });
    const replaced = await post('/teams/tab/press', await entra.token(ada), body);
    expect(await replaced.json()).toEqual({ kind: 'card', card });
  });

  it.each([
    ['accepted', 200],
    ['turned away', 503],
    ['not let in', 403],
    ['unreadable', 400],
    ['unknown', 400],
  ] as const)('a press that was %s: %i, with a sentence', async (how, status) => {
    reply = () => ({ how });
    const body = JSON.stringify({ id: randomUUID(), data: {} });
    const answer = await post('/teams/tab/press', await entra.token(ada), body);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(/[.]"/u);
  });

  it('somebody without a chat with Kept presses all the same', async () => {
    const other = randomUUID();
    const body = JSON.stringify({ id: randomUUID(), data: {} });
    expect(
      (await post('/teams/tab/press', await entra.token({ ...ada, personId: other }), body)).status,
    ).toBe(200);
    expect(told[0]?.told).toMatchObject({
      from: { personId: other, userId: '' },
      where: { conversation: '', serviceUrl: '' },
    });
  });

  it('customers are found as one types', async () => {
    const answer = await post('/teams/tab/suggest', await entra.token(ada), '{"query":"ac"}');
    expect(await answer.json()).toEqual([{ title: 'Acme of ac', value: 'id-1' }]);
    expect(heard).toEqual([{ kind: 'suggest', query: 'ac' }]);
  });

  it('what isn’t JSON of ours: 415, 400 and 413, with a sentence, and nothing is done', async () => {
    const token = await entra.token(ada);
    const whole = JSON.stringify({ id: randomUUID(), data: {} });
    const bad = [
      await post('/teams/tab/press', token, whole, 'text/plain'),
      await post('/teams/tab/press', token, '{"id":'),
      await post('/teams/tab/press', token, JSON.stringify({ id: 'x', data: {} })),
      await post('/teams/tab/press', token, JSON.stringify({ id: randomUUID(), data: [] })),
      // The inbox takes what comes at once together, so nobody may bring what it can't write down.
      await post(
        '/teams/tab/press',
        token,
        `{"id":"${randomUUID()}","data":{"x":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`,
      ),
      await post('/teams/tab/press', token, JSON.stringify({ data: 'x'.repeat(1_100_000) })),
    ];
    expect(bad.map(({ status }) => status)).toEqual([415, 400, 400, 400, 400, 413]);
    for (const one of bad) expect(await one.json()).toMatchObject({ error: /\./ });
    expect(told).toEqual([]);
  });

  it('what fails is said without its reason, and logged', async () => {
    reply = () => {
      throw new Error('the database is away');
    };
    const body = JSON.stringify({ id: randomUUID(), data: {} });
    const answer = await post('/teams/tab/press', await entra.token(ada), body);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('database');
    expect(logged.map(({ message }) => message)).toContain('the tab could not be answered');
  });
});
