import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SlackConfig } from '../../adapters/slack/slack-config.ts';
import { createBrowser } from '../support/emulate-slack.ts';
import { freePort } from '../support/engines.ts';
import { anyJson, oddText, oddValue, runs } from '../support/fuzz.ts';
import { type InstalledSlack, installedSlack } from '../support/installed-slack.ts';
import { startTabServer, type TabServer } from '../support/teams-tab-server.ts';

vi.setConfig({ testTimeout: 60_000 + runs(120_000) });

/** Answered, and by no 500: what can't be done is said with what is wrong with it. */
const isHeld = (status: number) => status >= 200 && status < 500;

/** A header's value: what HTTP has no way to say goes. */
const headerOf = (text: string) => text.replaceAll(/[^\x21-\x7e]/gu, '');

describe('the way into a Slack team by a link', () => {
  let on: InstalledSlack;
  let kept: string;
  beforeAll(async () => {
    on = await installedSlack();
    const port = await freePort();
    kept = `http://127.0.0.1:${port}`;
    // Slack is away, which is said by 502: nothing that is made up may get as far as that it is asked.
    const config: SlackConfig = {
      apiUrl: 'http://127.0.0.1:1/api/',
      receive: { by: 'http', signingSecret: 'unused' },
      install: {
        by: 'oauth',
        clientId: '1.2',
        clientSecret: 'a-client-secret',
        stateSecret: 'a state secret',
      },
    };
    await on.serve(on.process(config, { publicUrl: kept }).install.routes, port);
  });
  afterAll(() => on.stop());

  const query = fc.dictionary(
    fc.oneof(fc.constantFrom('code', 'state', 'error', 'scope', 'team'), oddText),
    oddText,
    { maxKeys: 4, noNullPrototype: true },
  );

  it('answers every page, and connects nobody', async () => {
    // given the state and the cookie of a browser that has begun, to be mixed with what is made up
    const { location, headers } = await createBrowser().visit(`${kept}/slack/install`);
    const state = new URL(location ?? '').searchParams.get('state') ?? '';
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    expect([state, cookie]).not.toContain('');
    const page = fc.constantFrom('/slack/install', '/slack/oauth_redirect');
    const cookies = fc.oneof(
      fc.constant(cookie),
      oddText.map((odd) => `slack-app-oauth-state=${odd}`),
      oddText,
    );
    const states = fc.oneof(
      fc.constant(null),
      oddText,
      oddText.map((odd) => `${state}${odd}`),
      fc.nat(state.length).map((at) => state.slice(0, at)),
    );
    // when
    await fc.assert(
      fc.asyncProperty(page, query, states, cookies, async (path, asked, itsState, itsCookie) => {
        const search = new URLSearchParams({ ...asked, ...(itsState === null ? {} : { state: itsState }) });
        const { status } = await fetch(`${kept}${path}?${search.toString().slice(0, 8_000)}`, {
          headers: { cookie: headerOf(itsCookie).slice(0, 4_000) },
          redirect: 'manual',
        });
        const isTheirs = itsState === state && itsCookie === cookie && asked['code'] !== undefined;
        expect(isHeld(status) || (isTheirs && status === 502), `${status} to ${search.toString()}`).toBe(
          true,
        );
      }),
      { numRuns: runs(2_000) },
    );
    // then
    expect(await on.connections.all('slack')).toEqual([]);
    expect(on.logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect((await createBrowser().visit(`${kept}/slack/install`)).status).toBe(302);
  });
});

describe('Kept’s tab in Teams', () => {
  let on: TabServer;
  beforeAll(async () => {
    on = await startTabServer('nowhere');
  });
  afterAll(() => on.stop());

  const ask = async (path: string, body: string | null, headers: Record<string, string>) => {
    const response = await fetch(`${on.url}/teams/tab/${path}`, {
      method: body === null ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, text: await response.text() };
  };

  it('takes whatever somebody signed in sends, and saves nothing of it by halves', async () => {
    const authorization = `Bearer ${await on.token()}`;
    const before = await on.cases();
    const press = fc.record({
      id: fc.oneof(fc.uuid(), oddText),
      data: fc.oneof(
        fc.dictionary(fc.constantFrom('v', 'do', 'action', 'subject', 'form', 'meta', 'field'), oddValue, {
          noNullPrototype: true,
        }),
        oddValue,
      ),
    });
    const sent = fc.oneof(
      fc.tuple(fc.constantFrom('press', 'suggest'), fc.oneof(press, anyJson)),
      fc.tuple(fc.constant('suggest'), fc.record({ query: oddText })),
      fc.tuple(fc.constant('home'), fc.constant(null)),
    );
    await fc.assert(
      fc.asyncProperty(sent, oddText, oddText, async ([path, body], locale, zone) => {
        const reader = new URLSearchParams({ locale, zone }).toString().slice(0, 8_000);
        const said = path === 'home' ? null : JSON.stringify(body);
        const { status, text } = await ask(`${path}?${reader}`, said, { authorization });
        if (!isHeld(status)) throw new Error(`${status} ${text.slice(0, 200)} to ${path}`);
      }),
      { numRuns: runs(1_500) },
    );
    expect(on.errors).toEqual([]);
    expect(await on.cases()).toEqual(before);
    expect((await ask('home', null, { authorization })).status).toBe(200);
  });

  it('lets nobody in by a token that is made up', async () => {
    const token = await on.token();
    const forged = fc.oneof(
      oddText.map(headerOf),
      fc.nat(token.length - 1).map((at) => token.slice(0, at)),
      fc
        .tuple(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '.', '-'))
        .map(([at, other]) => `${token.slice(0, at)}${other}${token.slice(at + 1)}`)
        // The last character of a signature has bits that mean nothing.
        .filter((other) => other.slice(0, -1) !== token.slice(0, -1)),
    );
    await fc.assert(
      fc.asyncProperty(forged, async (made) => {
        const { status } = await ask('home', null, { authorization: `Bearer ${made}`.slice(0, 6_000) });
        // One that names another tenant isn't looked at any further: keys are asked for of those let in alone.
        expect([401, 403]).toContain(status);
      }),
      { numRuns: runs(500) },
    );
    expect(on.errors).toEqual([]);
  });
});
