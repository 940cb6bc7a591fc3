import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWeb } from '../../adapters/web/start.ts';
import { createWeb } from '../../adapters/web/web.ts';
import { noSubject } from '../../src/conversation/card.ts';
import { ana, ben, eve } from '../support/fake-console.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';

let web: WebServer;

async function begin(options: { empty?: boolean; publicUrl?: string }): Promise<void> {
  await web.stop();
  web = await startWebServer(options);
}

beforeEach(async () => {
  web = await startWebServer();
});
afterEach(async () => {
  await web.stop();
});

describe('who may call', () => {
  test.each([
    ['a foreign host name', { host: 'evil.example' }, 403],
    ['a foreign name that looks like ours', { host: 'localhost.evil.example' }, 403],
    ['user info before a name', { host: 'localhost@evil.example' }, 400],
    ['localhost', { host: 'localhost:3000' }, 200],
    ['IPv6 loopback', { host: '[::1]:3000' }, 200],
  ])('%s', async (_name, headers, status) => {
    expect(await web.raw('/api/session', headers)).toBe(status);
    expect(await web.raw('/', headers)).toBe(status);
  });

  test('the public name is let in where there is one', async () => {
    await begin({ publicUrl: 'https://kept.example' });
    expect(await web.raw('/api/session', { host: 'kept.example' })).toBe(200);
    expect(await web.raw('/api/session', { host: 'other.example' })).toBe(403);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['the same name on another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 403],
    ['no origin, as from a program', {}, 200],
  ])('a change asked for by %s', async (_name, headers, status) => {
    const body = { room: 'care', threadId: null, text: 'Hello', nonce: randomUUID() };
    expect((await web.post(`/api/say?as=${ana.id}`, body, headers)).status).toBe(status);
  });

  test('a change asked for by our own pages', async () => {
    const body = { room: 'care', threadId: null, text: 'Hello', nonce: randomUUID() };
    expect((await web.post(`/api/say?as=${ana.id}`, body, { origin: web.url })).status).toBe(200);
  });

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data']])(
    'a form’s content type, %s, is refused',
    async (type) => {
      expect((await web.post(`/api/say?as=${ana.id}`, '{}', { 'content-type': type })).status).toBe(415);
    },
  );

  test.each([[''], ['nobody'], [randomUUID()], [eve.id]])('no eyes to see with: %s', async (as) => {
    for (const path of ['/api/rooms', '/api/messages', '/api/board', '/api/live']) {
      const response = await web.get(`${path}?as=${as}&room=care`);
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ error: expect.stringContaining('Choose a member') });
    }
  });

  test('another’s direct message is closed, for reading, writing and forms', async () => {
    const room = `dm:${ben.id}`;
    expect((await web.get(`/api/messages?as=${ana.id}&room=${room}`)).status).toBe(403);
    expect((await web.say(ana.id, 'Hello', { room })).status).toBe(403);
    const place = { connection: 'console', channel: room };
    const intent = { kind: 'press', action: 'on it', subject: noSubject, place };
    expect((await web.post(`/api/intent?as=${ana.id}`, { intent })).status).toBe(403);
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
    const response = await web.post(`/api/say?as=${ana.id}`, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringContaining(words) });
    expect(await (await web.get(`/api/messages?as=${ana.id}&room=care`)).json()).toMatchObject({
      messages: [],
    });
  });

  test('an unknown call and an unknown page', async () => {
    const call = await web.get('/api/nothing');
    expect(call.status).toBe(404);
    expect(await call.json()).toEqual({ error: 'There is no such call.' });
    expect((await web.get('/nothing')).status).toBe(404);
  });

  test('a failure says nothing of the inside, and is logged', async () => {
    const response = await web.say(ana.id, '/care crash');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(web.logged.join()).toContain('secret of the database');
  });

  test('10,000 characters, right-to-left text, emoji and markup come back whole', async () => {
    const text = `${'word '.repeat(2_000)}متوقفة 👩‍👩‍👧 <script>alert(1)</script> <!channel>`;
    await web.say(ana.id, text);
    const page = await (await web.get(`/api/messages?as=${ben.id}&room=care`)).json();
    expect(page).toMatchObject({ messages: [{ body: { kind: 'text', text } }] });
  });
});

describe('pages and operation', () => {
  test.each(['/', '/board', '/r/care', `/r/dm:${ana.id}`, '/r/care/t/m1'])(
    '%s is a page, asked for again',
    async (path) => {
      const response = await web.get(path);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const etag = response.headers.get('etag') ?? '';
      expect((await web.get(path, { 'if-none-match': etag })).status).toBe(304);
    },
  );

  test('hashed files are kept for ever; a path can’t lead out', async () => {
    const response = await web.get('/assets/index-abc.js');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(await web.raw('/assets/../../../../etc/passwd')).toBe(404);
    expect(await web.raw('/assets/%2e%2e%2f%2e%2e%2fetc/passwd')).toBe(404);
  });

  test('every answer carries the safe headers', async () => {
    for (const path of ['/', '/api/session', '/api/nothing', '/healthz', '/nothing']) {
      const { headers } = await web.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('pages that aren’t built say how to build them', async () => {
    await rm(join(web.dir, 'index.html'));
    const response = await web.get('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
    await writeFile(join(web.dir, 'index.html'), 'built');
    expect((await web.get('/')).status).toBe(200);
  });

  test('health, readiness and metrics answer under any name', async () => {
    expect(await web.raw('/healthz', { host: '10.0.0.7' })).toBe(200);
    const ready = await web.get('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ checks: { database: { ok: false } } });
    const metrics = await web.get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
    expect(await metrics.text()).toContain('kept_open_promises 3');
  });

  test('a taken port is said by the system’s code', async () => {
    const port = Number(new URL(web.url).port);
    const second = startWeb({ host: '127.0.0.1', port, ...createWeb(web.fake.deps) });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
