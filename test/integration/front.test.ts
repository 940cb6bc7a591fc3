import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { runningKept } from '../support/running-kept.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';

vi.setConfig({ testTimeout: 120_000 });

const ALWAYS = ['content-security-policy', 'permissions-policy', 'referrer-policy', 'x-content-type-options'];

/** What every answer must have, and what none may. */
function faultsOf(name: string, { headers }: Response, { https }: { https: boolean }): string[] {
  const policy = headers.get('content-security-policy') ?? '';
  const faults = ALWAYS.filter((header) => !headers.has(header)).map((header) => `no ${header}`);
  if (!policy.includes("default-src 'none'") || !policy.includes('frame-ancestors'))
    faults.push(`policy ${policy}`);
  if (policy.includes('unsafe-eval') || /script-src[^;]*unsafe/.test(policy))
    faults.push('scripts from anywhere');
  if (headers.has('x-powered-by') || headers.has('server')) faults.push('says what it is made with');
  if ((headers.get('strict-transport-security') !== null) !== https) faults.push('strict-transport-security');
  return faults.map((fault) => `${name}: ${fault}`);
}

describe('headers of every answer', () => {
  it.each([true, false])('Slack, Teams, the tab, links and operation (https: %s)', async (https) => {
    const publicUrl = https ? 'https://kept.example.com' : 'http://kept.example.com:8080';
    // In local development nobody of Microsoft’s is asked.
    const teams = { identity: { by: 'nobody' as const }, tenants: null, workspace: null };
    const { slack } = readConfig({
      SLACK_SIGNING_SECRET: 'a-signing-secret',
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 'client-secret',
      SLACK_STATE_SECRET: 'a-state-secret-that-is-long-enough',
      SLACK_API_URL: 'http://127.0.0.1:1/api/',
      PUBLIC_URL: 'https://kept.example.com',
    });
    const kept = await runningKept({ databaseUrl: null, redisUrl: null }, undefined, {
      slack,
      teams,
      publicUrl,
    });
    try {
      const asked: [string, string, number | null][] = [
        ['GET', '/', 200],
        ['GET', '/healthz', 200],
        // It has only just started.
        ['GET', '/readyz', null],
        ['GET', '/metrics', 200],
        ['GET', '/nothing', 404],
        ['GET', '/c/x/y', 404],
        ['POST', '/slack/events', 401],
        ['GET', '/slack/install', 302],
        ['GET', '/slack/oauth_redirect?code=x&state=y', 400],
        ['POST', '/api/messages', 415],
        ['GET', '/teams/tab/home', 404],
        ['GET', '/teams/tab', 404],
      ];
      const faults: string[] = [];
      for (const [method, path, status] of asked) {
        const answer = await fetch(`http://127.0.0.1:${kept.port}${path}`, { method, redirect: 'manual' });
        if (status !== null && answer.status !== status)
          faults.push(`${path}: ${answer.status} and not ${status}`);
        faults.push(...faultsOf(path, answer, { https }));
        if (path.startsWith('/teams/tab')) {
          expect(answer.headers.get('content-security-policy')).toContain(
            'frame-ancestors https://teams.microsoft.com',
          );
        }
      }
      expect(faults).toEqual([]);
    } finally {
      await kept.stop();
    }
  });

  it('the console, its calls and its refusals', async () => {
    const on = await startWebServer({ publicUrl: 'https://kept.example.com' });
    try {
      const answers = await Promise.all(
        [
          '/',
          '/assets/index-abc.js',
          '/nothing',
          '/api/session',
          '/api/rooms',
          '/api/nothing',
          '/healthz',
        ].map(async (path) => [path, await on.get(path)] as const),
      );
      expect(answers.flatMap(([path, answer]) => faultsOf(path, answer, { https: true }))).toEqual([]);
      for (const [path, answer] of answers.filter(([one]) => one.startsWith('/api/') || one === '/healthz')) {
        expect([path, answer.headers.get('cache-control')]).toEqual([path, 'no-store']);
      }
    } finally {
      await on.stop();
    }
  });
});

describe('whoever is slow', () => {
  let on: WebServer;
  beforeAll(async () => {
    on = await startWebServer({ patience: { headersMs: 300, requestMs: 800, lookMs: 50 } });
  });
  afterAll(async () => {
    await on.stop();
  });

  /** Sends the beginning, then a byte every 50 ms; what was answered when the other side ended it. */
  function drip(beginning: string, byte: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(on.port, '127.0.0.1');
      let answer = '';
      const timer = setInterval(() => socket.write(byte), 50);
      const late = setTimeout(() => reject(new Error('It is still waited for')), 20_000);
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        answer += chunk;
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(timer);
        clearTimeout(late);
        resolve(answer);
      });
      socket.write(beginning);
    });
  }

  it.each([
    ['with its headers', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ', 'a'],
    [
      'with its body',
      'POST /api/setup HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{',
      ' ',
    ],
  ])('%s is not waited for: 408, and others are answered meanwhile', async (_name, beginning, byte) => {
    const dripping = Array.from({ length: 50 }, () => drip(beginning, byte));
    expect((await on.get('/healthz')).status).toBe(200);
    const answers = await Promise.all(dripping);
    // Whoever still writes when it is ended may not get to read why.
    const said = answers.map((answer) => answer.slice(0, 12)).filter((answer) => answer !== '');
    expect(new Set(said)).toEqual(new Set(['HTTP/1.1 408']));
  });
});
