import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWeb } from '../../adapters/web/start.ts';
import { createWeb } from '../../adapters/web/web.ts';
import { noSubject } from '../../src/conversation/card.ts';
import { ana, ben, eve, type FakeConsole, fakeConsole } from '../support/fake-console.ts';
import { readEvents } from '../support/read-events.ts';

let dir: string;
let logged: string[];
let web: { url: string; fake: FakeConsole };
const stops: (() => Promise<void>)[] = [];

async function start(options: { empty?: boolean; publicUrl?: string } = {}): Promise<typeof web> {
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
  const fake = fakeConsole({ clientDir: dir, log, ...options });
  const { port, stop } = await startWeb({ host: '127.0.0.1', port: 0, ...createWeb(fake.deps) });
  stops.push(stop);
  return { url: `http://127.0.0.1:${port}`, fake };
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(web.url + path, { headers });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(web.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const say = (as: string, text: string, more: { room?: string; threadId?: string; nonce?: string } = {}) =>
  post(`/api/say?as=${as}`, { room: 'care', threadId: null, nonce: randomUUID(), ...more, text });

/** With headers that fetch won't set. */
function raw(path: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(web.url + path, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end(body);
  });
}

beforeEach(async () => {
  logged = [];
  dir = await mkdtemp(join(tmpdir(), 'kept-client-'));
  await mkdir(join(dir, 'assets'));
  await writeFile(join(dir, 'index.html'), '<!doctype html><title>Kept</title>');
  await writeFile(join(dir, 'assets', 'index-abc.js'), 'export {};');
  web = await start();
});

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  await rm(dir, { recursive: true });
});

describe('who may call', () => {
  test.each([
    ['a foreign host name', { host: 'evil.example' }, 403],
    ['a foreign name that looks like ours', { host: 'localhost.evil.example' }, 403],
    ['user info before a name', { host: 'localhost@evil.example' }, 400],
    ['localhost', { host: 'localhost:3000' }, 200],
    ['IPv6 loopback', { host: '[::1]:3000' }, 200],
  ])('%s', async (_name, headers, status) => {
    expect(await raw('/api/session', headers)).toBe(status);
    expect(await raw('/', headers)).toBe(status);
  });

  test('the public name is let in where there is one', async () => {
    web = await start({ publicUrl: 'https://kept.example' });
    expect(await raw('/api/session', { host: 'kept.example' })).toBe(200);
    expect(await raw('/api/session', { host: 'other.example' })).toBe(403);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['the same name on another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 403],
    ['no origin, as from a program', {}, 200],
  ])('a change asked for by %s', async (_name, headers, status) => {
    const body = { room: 'care', threadId: null, text: 'Hello', nonce: randomUUID() };
    expect((await post(`/api/say?as=${ana.id}`, body, headers)).status).toBe(status);
  });

  test('a change asked for by our own pages', async () => {
    const body = { room: 'care', threadId: null, text: 'Hello', nonce: randomUUID() };
    expect((await post(`/api/say?as=${ana.id}`, body, { origin: web.url })).status).toBe(200);
  });

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data']])(
    'a form’s content type, %s, is refused',
    async (type) => {
      expect((await post(`/api/say?as=${ana.id}`, '{}', { 'content-type': type })).status).toBe(415);
    },
  );

  test.each([[''], ['nobody'], [randomUUID()], [eve.id]])('no eyes to see with: %s', async (as) => {
    for (const path of ['/api/rooms', '/api/messages', '/api/board', '/api/live']) {
      const response = await get(`${path}?as=${as}&room=care`);
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ error: expect.stringContaining('Choose a member') });
    }
  });

  test('another’s direct message is closed, for reading, writing and forms', async () => {
    const room = `dm:${ben.id}`;
    expect((await get(`/api/messages?as=${ana.id}&room=${room}`)).status).toBe(403);
    expect((await say(ana.id, 'Hello', { room })).status).toBe(403);
    const place = { connection: 'console', channel: room };
    const intent = { kind: 'press', action: 'on it', subject: noSubject, place };
    expect((await post(`/api/intent?as=${ana.id}`, { intent })).status).toBe(403);
    expect(web.fake.heard).toEqual([]);
  });
});

describe('bad input', () => {
  test.each([
    ['malformed JSON', '{', 400, 'valid JSON'],
    ['a missing field', '{}', 400, 'room'],
    [
      'nothing written',
      { room: 'care', threadId: null, text: ' \n', nonce: randomUUID() },
      400,
      'Write something',
    ],
    [
      'an unknown channel',
      { room: 'nope', threadId: null, text: 'x', nonce: randomUUID() },
      404,
      'no such channel',
    ],
    [
      'an unknown thread',
      { room: 'care', threadId: 'm99', text: 'x', nonce: randomUUID() },
      404,
      'no such thread',
    ],
    [
      'too long a text',
      { room: 'care', threadId: null, text: 'x'.repeat(40_001), nonce: randomUUID() },
      400,
      '40,000',
    ],
    ['an oversized body', { text: 'x'.repeat(300_000) }, 413, '256 KB'],
  ])('%s', async (_name, body, status, words) => {
    const response = await post(`/api/say?as=${ana.id}`, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringContaining(words) });
    expect(await (await get(`/api/messages?as=${ana.id}&room=care`)).json()).toMatchObject({ messages: [] });
  });

  test('an unknown call and an unknown page', async () => {
    const call = await get('/api/nothing');
    expect(call.status).toBe(404);
    expect(await call.json()).toEqual({ error: 'There is no such call.' });
    expect((await get('/nothing')).status).toBe(404);
  });

  test('a failure says nothing of the inside, and is logged', async () => {
    const response = await say(ana.id, '/care crash');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(logged.join()).toContain('secret of the database');
  });

  test('10,000 characters, right-to-left text, emoji and markup come back whole', async () => {
    const text = `${'word '.repeat(2_000)}متوقفة 👩‍👩‍👧 <script>alert(1)</script> <!channel>`;
    await say(ana.id, text);
    const page = await (await get(`/api/messages?as=${ben.id}&room=care`)).json();
    expect(page).toMatchObject({ messages: [{ body: { kind: 'text', text } }] });
  });
});

describe('what is said', () => {
  const place = { connection: 'console', channel: 'care' };

  test('/care is a command that nobody else sees', async () => {
    const result = await (await say(ana.id, '/care Acme export down')).json();
    expect(result).toMatchObject({ message: null, reply: { kind: 'form' } });
    expect(web.fake.heard).toEqual([
      { memberId: ana.id, intent: { kind: 'command', text: 'Acme export down', place } },
    ]);
  });

  test('a plain word in a channel is posted, and Kept hears nothing', async () => {
    const result = await (await say(ana.id, 'Hello')).json();
    expect(result).toMatchObject({ message: { body: { text: 'Hello' } }, reply: { kind: 'done' } });
    expect(web.fake.heard).toEqual([]);
  });

  test('a word in a case’s thread is posted, and a sign of life', async () => {
    const threadId = web.fake.furnish();
    await say(ana.id, 'Still at it', { threadId });
    expect(web.fake.heard).toMatchObject([{ intent: { kind: 'said', text: 'Still at it' } }]);
  });

  test('a mention, and plain words in the direct message, are posted and commands', async () => {
    await say(ana.id, '@Kept list');
    const result = await (await say(ana.id, 'mine', { room: `dm:${ana.id}` })).json();
    expect(result).toMatchObject({ message: { body: { text: 'mine' } }, reply: { kind: 'card' } });
    expect(web.fake.heard.map(({ intent }) => intent)).toMatchObject([
      { kind: 'command', text: 'list' },
      { kind: 'command', text: 'mine', place: { channel: `dm:${ana.id}` } },
    ]);
  });

  test('the same nonce twice is one message', async () => {
    const nonce = randomUUID();
    await say(ana.id, 'Once', { nonce });
    await say(ana.id, 'Once', { nonce });
    const page = await (await get(`/api/messages?as=${ana.id}&room=care`)).json();
    expect(page).toMatchObject({ messages: [{ body: { text: 'Once' } }], more: false });
  });

  test('words that stand but weren’t heard say so, and aren’t to be sent again', async () => {
    const result = await (await say(ana.id, '@Kept crash')).json();
    expect(result).toMatchObject({ message: { body: { text: '@Kept crash' } }, reply: { kind: 'notice' } });
  });

  test('a press leads to its reply; go leads to the thread', async () => {
    const rootId = web.fake.furnish();
    const press = { kind: 'press', action: 'go', subject: noSubject, place };
    const response = await post(`/api/intent?as=${ana.id}`, { intent: press });
    expect(await response.json()).toEqual({ kind: 'go', room: 'care', rootId });
  });

  test('what isn’t pressed in the console is refused', async () => {
    const press = {
      kind: 'press',
      action: 'go',
      subject: noSubject,
      place: { ...place, connection: 'slack' },
    };
    expect((await post(`/api/intent?as=${ana.id}`, { intent: press })).status).toBe(400);
    const said = { kind: 'said', caseId: randomUUID(), text: 'x' };
    expect((await post(`/api/intent?as=${ana.id}`, { intent: said })).status).toBe(400);
  });

  test('messages come in pages, newest first to be asked for, and a thread with its root', async () => {
    const rootId = web.fake.furnish();
    const page = await (await get(`/api/messages?as=${ana.id}&room=care&limit=2`)).json();
    expect(page).toMatchObject({
      root: null,
      more: true,
      messages: [{ id: rootId, replies: { count: 7 } }, {}],
    });
    const older = await (await get(`/api/messages?as=${ana.id}&room=care&limit=50&before=6`)).json();
    expect(older).toMatchObject({ more: false, messages: [{ seq: 2 }, { seq: 3 }, { seq: 4 }, { seq: 5 }] });
    const thread = await (await get(`/api/messages?as=${ana.id}&room=care&thread=${rootId}`)).json();
    expect(thread).toMatchObject({ root: { id: rootId }, more: false });
    expect((await get(`/api/messages?as=${ana.id}&room=general&thread=${rootId}`)).status).toBe(404);
  });
});

describe('the first page', () => {
  beforeEach(async () => {
    web = await start({ empty: true });
  });

  const member = {
    key: 'a',
    name: 'Ana',
    title: '',
    zone: 'Europe/Madrid',
    lead: null,
    mayDecide: { kind: 'no' },
  };
  const team = { name: 'Us', zone: 'UTC', country: 'DE', region: null, currency: 'EUR', members: [member] };

  test('the example team, once', async () => {
    expect(await (await get('/api/session')).json()).toMatchObject({ workspace: null });
    expect((await get(`/api/rooms?as=${ana.id}`)).status).toBe(409);
    expect(await (await post('/api/setup', { kind: 'example' })).json()).toEqual({ ok: true });
    expect((await post('/api/setup', { kind: 'example' })).status).toBe(409);
    expect(await (await get('/api/session')).json()).toMatchObject({
      workspace: { name: 'Northwind', members: [{ name: 'Ana Ruiz', away: false }, {}, { away: true }, {}] },
    });
  });

  test('a team of one', async () => {
    expect(await (await post('/api/setup', { kind: 'own', team })).json()).toEqual({ ok: true });
  });

  test.each([
    ['no name', { ...team, name: ' ' }, 'name'],
    ['no such zone', { ...team, members: [{ ...member, zone: 'Mars/Olympus' }] }, 'members.0.zone'],
    ['nobody', { ...team, members: [] }, 'members'],
    ['no such country', { ...team, country: 'XX' }, 'country'],
    ['no such region', { ...team, region: 'XX' }, 'region'],
    ['one who answers to nobody we know', { ...team, members: [{ ...member, lead: 'z' }] }, 'members.0.lead'],
    [
      'a circle',
      {
        ...team,
        members: [
          { ...member, lead: 'b' },
          { ...member, key: 'b', name: 'Ben', lead: 'a' },
        ],
      },
      'members.0.lead',
    ],
    [
      'two of one name',
      { ...team, members: [member, { ...member, key: 'b', name: 'ANA' }] },
      'members.1.name',
    ],
    ['an error of the team’s store', { ...team, name: 'taken' }, 'name'],
  ])('%s: said beside its field', async (_name, wrong, path) => {
    const response = await post('/api/setup', { kind: 'own', team: wrong });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      ok: false,
      errors: expect.arrayContaining([expect.objectContaining({ path })]),
    });
  });

  test('countries and regions for the holidays', async () => {
    expect(await (await get('/api/countries')).json()).toContainEqual({ code: 'DE', name: 'Germany' });
    expect(await (await get('/api/regions?country=DE')).json()).toContainEqual({
      code: 'BY',
      name: 'Bayern',
    });
    expect(await (await get('/api/regions?country=nowhere')).json()).toEqual([]);
  });
});

describe('live', () => {
  const next = async (events: AsyncGenerator<{ event: string; id: string; data: string }>) =>
    (await events.next()).value ?? { event: 'end', id: '', data: '' };

  test('what is posted and drawn again arrives, but never another’s direct message', async () => {
    const rootId = web.fake.furnish();
    const stop = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, stop.signal);
    expect(await next(events)).toMatchObject({ event: 'hello' });
    web.fake.chat.sendText(`dm:${ben.id}`, ben.id, 'for Ben alone');
    await say(ben.id, 'for all', { threadId: rootId });
    const { event, data } = await next(events);
    expect(event).toBe('changes');
    expect(data).toContain('for all');
    expect(data).not.toContain('for Ben alone');
    // The root comes along, for its count.
    expect(JSON.parse(data)).toMatchObject({
      messages: [{ threadId: rootId }, { id: rootId, replies: { count: 8 } }],
    });
    stop.abort();
  });

  test('a reader who comes back misses nothing', async () => {
    const stop = new AbortController();
    const before = readEvents(`${web.url}/api/live?as=${ana.id}`, stop.signal);
    const { id } = await next(before);
    stop.abort();
    for (let i = 0; i < 450; i++) web.fake.chat.sendText('care', ben.id, `missed ${i}`);
    const again = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, again.signal, { 'last-event-id': id });
    const texts: string[] = [];
    await next(events);
    while (texts.length < 450) texts.push(...((await next(events)).data.match(/missed \d+/g) ?? []));
    again.abort();
    expect(texts).toEqual(Array.from({ length: 450 }, (_, i) => `missed ${i}`));
  });

  test('nobody listens, nobody polls; two listeners are served by one poll', async () => {
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(600);
    expect(web.fake.chat.polls()).toBe(0);
    const stop = new AbortController();
    for (const as of [ana.id, ben.id]) await next(readEvents(`${web.url}/api/live?as=${as}`, stop.signal));
    await pause(1_100);
    expect(web.fake.chat.polls()).toBeGreaterThanOrEqual(3);
    expect(web.fake.chat.polls()).toBeLessThanOrEqual(5);
    stop.abort();
    await pause(300);
    const rest = web.fake.chat.polls();
    await pause(700);
    expect(web.fake.chat.polls()).toBeLessThanOrEqual(rest + 1);
  });

  test('a failing store is logged once, and the stream goes on when it is back', async () => {
    const stop = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, stop.signal);
    await next(events);
    web.fake.chat.fail(true);
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    web.fake.chat.fail(false);
    web.fake.chat.sendText('care', ben.id, 'back again');
    expect((await next(events)).data).toContain('back again');
    expect(logged.filter((line) => line.includes('live updates fail'))).toHaveLength(1);
    stop.abort();
  });

  test('stopping ends the streams at once', async () => {
    const stopping = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, stopping.signal);
    await next(events);
    const started = Date.now();
    await stops.pop()?.();
    expect((await events.next()).done).toBe(true);
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});

describe('pages and operation', () => {
  test.each(['/', '/board', '/r/care', `/r/dm:${ana.id}`, '/r/care/t/m1'])(
    '%s is a page, asked for again',
    async (path) => {
      const response = await get(path);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const etag = response.headers.get('etag') ?? '';
      expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
    },
  );

  test('hashed files are kept for ever; a path can’t lead out', async () => {
    const response = await get('/assets/index-abc.js');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(await raw('/assets/../../../../etc/passwd', {})).toBe(404);
    expect(await raw('/assets/%2e%2e%2f%2e%2e%2fetc/passwd', {})).toBe(404);
  });

  test('every answer carries the safe headers', async () => {
    for (const path of ['/', '/api/session', '/api/nothing', '/healthz', '/nothing']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('pages that aren’t built say how to build them', async () => {
    await rm(join(dir, 'index.html'));
    const response = await get('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
    await writeFile(join(dir, 'index.html'), 'built');
    expect((await get('/')).status).toBe(200);
  });

  test('health, readiness and metrics answer under any name', async () => {
    expect(await raw('/healthz', { host: '10.0.0.7' })).toBe(200);
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ checks: { database: { ok: false } } });
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
    expect(await metrics.text()).toContain('kept_open_promises 3');
  });

  test('a taken port is said by the system’s code', async () => {
    const port = Number(new URL(web.url).port);
    const second = startWeb({ host: '127.0.0.1', port, ...createWeb(web.fake.deps) });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
