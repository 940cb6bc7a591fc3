import { createHash } from 'node:crypto';
import { ClearStateStore } from '@slack/oauth';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SlackSecret } from '../../adapters/slack/facts.ts';
import { NEEDED_SCOPES } from '../../adapters/slack/scopes.ts';
import type { SlackConfig } from '../../adapters/slack/slack-config.ts';
import { NoToken } from '../../adapters/slack/tokens.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createSeal } from '../../src/store/seal.ts';
import { createBrowser, startEmulatedSlack } from '../support/emulate-slack.ts';
import { freePort } from '../support/engines.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';
import { fakeTeam } from '../support/fake-slack-world.ts';
import { handClock } from '../support/hand-clock.ts';
import { type InstalledSlack, installedSlack } from '../support/installed-slack.ts';

const STATE_SECRET = 'a state secret of the tests';
const MINUTE = 60_000;

let on: InstalledSlack;
beforeAll(async () => {
  on = await installedSlack();
});
afterAll(() => on.stop());

const oauth = (apiUrl: string, more: { clientSecret?: string } = {}): SlackConfig => ({
  apiUrl,
  receive: { by: 'http', signingSecret: 'unused' },
  install: {
    by: 'oauth',
    clientId: '12345.67890',
    clientSecret: 'a-client-secret',
    stateSecret: STATE_SECRET,
    ...more,
  },
});
const byToken = (apiUrl: string, botToken: string): SlackConfig => ({
  apiUrl,
  receive: { by: 'http', signingSecret: 'unused' },
  install: { by: 'token', botToken },
});

describe('by a link, against a Slack made by others', () => {
  const TEAM = 'T000000001';
  let slack: Awaited<ReturnType<typeof startEmulatedSlack>>;
  let kept: string;
  let wrong: string;

  beforeAll(async () => {
    const [port, wrongPort, slackPort] = [await freePort(), await freePort(), await freePort()];
    kept = `http://127.0.0.1:${port}`;
    wrong = `http://127.0.0.1:${wrongPort}`;
    slack = await startEmulatedSlack(slackPort, `${kept}/slack/oauth_redirect`);
    const ours = on.process(oauth(slack.apiUrl), { publicUrl: kept });
    await on.serve(ours.install.routes, port);
    const other = on.process(oauth(slack.apiUrl, { clientSecret: 'mistyped' }), { publicUrl: kept });
    await on.serve(other.install.routes, wrongPort);
  });
  afterAll(() => slack.stop());

  const installed = async () => {
    const browser = createBrowser();
    const back = await browser.allow(`${kept}/slack/install`, 'Ada Agent');
    return { browser, back, page: await browser.visit(back) };
  };
  const teams = async () => (await on.connections.all('slack')).length;

  test('Slack is asked for what Kept needs, and no more', async () => {
    const { status, location, headers } = await createBrowser().visit(`${kept}/slack/install`);
    expect(status).toBe(302);
    const asked = new URL(location ?? '');
    expect(asked.origin + asked.pathname).toBe(new URL('/oauth/v2/authorize', slack.apiUrl).href);
    expect(asked.searchParams.get('scope')?.split(',')).toEqual(NEEDED_SCOPES);
    expect(asked.searchParams.get('redirect_uri')).toBe(`${kept}/slack/oauth_redirect`);
    expect(asked.searchParams.get('user_scope')).toBeNull();
    expect(headers.get('set-cookie')).toMatch(/HttpOnly/);
  });

  test('an installation connects the team, and says what to do next', async () => {
    const { page } = await installed();
    expect(page.status).toBe(200);
    expect(page.body).toContain('Kept is in Acme &amp; &lt;Sons&gt;');
    expect(page.body).toContain('/care team');
    expect(page.body).toContain(`/app_redirect?app=A0KEPT&amp;team=${TEAM}`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    // the page's own style, and no other
    const style = /<style>([^<]+)<\/style>/u.exec(page.body)?.[1] ?? '';
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');

    const { workspaceId, id, status, facts } = await on.connection(TEAM);
    expect({ id, status }).toEqual({ id: `slack/${TEAM}`, status: 'connected' });
    expect(facts).toMatchObject({ teamId: TEAM, enterpriseId: null, name: 'Acme & <Sons>', appId: 'A0KEPT' });
    expect(facts.installedBy).toMatch(/^U/);
    const { workspace, members } = await on.deps.store.transact(workspaceId, (tx) => tx.workspace());
    expect(workspace.name).toBe('Acme & <Sons>');
    expect(members).toMatchObject([{ name: 'ada', admin: true, active: true }]);
    expect(await on.connections.memberOf(workspaceId, id, facts.installedBy ?? '')).toEqual(members[0]);
  });

  test('the token works, and lies in the database sealed', async () => {
    await installed();
    const connection = await on.connection(TEAM);
    const { tokens, clientOf } = on.process(oauth(slack.apiUrl));
    const token = await tokens.tokenOf(connection);
    expect(token).toMatch(/^xoxb-/);
    const auth = await (await clientOf(connection)).auth.test();
    expect(auth.user_id).toBe(connection.facts.botUserId);
    const { rows } = await sql<{ row: string }>`
      select row_to_json(s)::text || row_to_json(c)::text as row
      from kept.connection c join kept.connection_secret s on s.connection_id = c.id`.execute(on.db);
    expect(rows.map(({ row }) => row).join()).toContain(TEAM);
    expect(rows.map(({ row }) => row).join()).not.toContain('xoxb-');
    expect(JSON.stringify(on.logged)).not.toContain(token);
  });

  test('installed again, it goes on where it stood, with the new token', async () => {
    await installed();
    const before = await on.connection(TEAM);
    const { tokens } = on.process(oauth(slack.apiUrl));
    const old = await tokens.tokenOf(before);
    await on.connections.setStatus(before.workspaceId, before.id, 'disconnected');
    const count = await teams();

    await installed();

    const after = await on.connection(TEAM);
    expect(after).toMatchObject({ workspaceId: before.workspaceId, id: before.id, status: 'connected' });
    expect(await teams()).toBe(count);
    expect(await on.process(oauth(slack.apiUrl)).tokens.tokenOf(after)).not.toBe(old);
    const { members } = await on.deps.store.transact(after.workspaceId, (tx) => tx.workspace());
    expect(members).toHaveLength(1);
  });

  describe('that goes wrong', () => {
    let before: unknown;
    beforeEach(async () => {
      before = await on.connections.all('slack');
    });
    afterEach(async () => {
      expect(await on.connections.all('slack')).toEqual(before);
    });

    /** The way back from Slack with a good code, not gone yet. */
    const wayBack = async () => {
      const browser = createBrowser();
      return { browser, back: new URL(await browser.allow(`${kept}/slack/install`, 'Ada Agent')) };
    };
    const shows = (page: { status: number; body: string }, status: number, title: string) => {
      expect(page.body).toContain(`<h1>${title}</h1>`);
      expect(page.status).toBe(status);
      expect(page.body).not.toMatch(/ at .*\.[jt]s:|Error:/);
    };

    test('cancelled', async () => {
      const { browser, back } = await wayBack();
      const state = back.searchParams.get('state');
      const page = await browser.visit(`${kept}/slack/oauth_redirect?error=access_denied&state=${state}`);
      shows(page, 403, 'Nothing was installed');
      expect(page.body).toContain('href="/slack/install"');
    });

    test('begun in another browser', async () => {
      const { back } = await wayBack();
      shows(await createBrowser().visit(back.href), 400, 'This link can’t be used');
    });

    test.each<[string, (state: string) => string]>([
      ['changed', (state) => `${state.slice(0, -4)}AAAA`],
      ['not signed', () => 'a.b.c'],
      ['missing', () => ''],
    ])('a state that is %s', async (_how, forge) => {
      const { browser, back } = await wayBack();
      const forged = forge(back.searchParams.get('state') ?? '');
      back.searchParams.set('state', forged);
      browser.cookies.set('slack-app-oauth-state', forged);
      shows(await browser.visit(back.href), 400, 'This link can’t be used');
    });

    test('a state that is older than ten minutes', async () => {
      const { browser, back } = await wayBack();
      const tenMinutesAgo = new Date(Date.now() - 10 * MINUTE - 2_000);
      const old = await new ClearStateStore(STATE_SECRET).generateStateParam({ scopes: [] }, tenMinutesAgo);
      back.searchParams.set('state', old);
      browser.cookies.set('slack-app-oauth-state', old);
      shows(await browser.visit(back.href), 400, 'This link can’t be used');
    });

    test('without a code', async () => {
      shows(await createBrowser().visit(`${kept}/slack/oauth_redirect`), 400, 'This link can’t be used');
    });

    test('with a code that nobody gave', async () => {
      const { browser, back } = await wayBack();
      back.searchParams.set('code', 'guessed');
      shows(await browser.visit(back.href), 400, 'This link was used already');
    });

    test('with another client secret', async () => {
      const browser = createBrowser();
      const back = await browser.allow(`${wrong}/slack/install`, 'Ada Agent');
      const page = await browser.visit(back.replace(kept, wrong));
      shows(page, 500, 'Kept isn’t set up for Slack yet');
      expect(page.body).toContain('SLACK_CLIENT_SECRET');
      expect(on.logged).toContainEqual(
        expect.objectContaining({ level: 'error', message: 'slack installation failed' }),
      );
    });
  });

  test('a link gone twice installs once', async () => {
    const { browser, back } = await installed();
    const state = new URL(back).searchParams.get('state') ?? '';
    browser.cookies.set('slack-app-oauth-state', state);
    const again = await browser.visit(back);
    expect(again.status).toBe(400);
    expect(again.body).toContain('This link was used already');
  });

  test('with Slack out of reach, one is asked to come back', async () => {
    const { install } = on.process(oauth('http://127.0.0.1:9/api/'), { publicUrl: kept });
    const port = await freePort();
    await on.serve(install.routes, port);
    const browser = createBrowser();
    const asked = (await browser.visit(`http://127.0.0.1:${port}/slack/install`)).location ?? '';
    const state = new URL(asked).searchParams.get('state') ?? '';
    const page = await browser.visit(`http://127.0.0.1:${port}/slack/oauth_redirect?code=x&state=${state}`);
    expect(page.status).toBe(502);
    expect(page.body).toContain('Slack didn’t answer');
  });
});

describe('against a Slack of our own', () => {
  let fake: FakeSlack;
  const clock = handClock('2026-11-23T10:00:00Z');

  beforeEach(async () => {
    const org = { enterpriseId: 'E1' };
    fake = await startFakeSlack({
      signingSecret: 'unused',
      teams: [fakeTeam('T1'), fakeTeam('T2'), fakeTeam('T3', org), fakeTeam('T4', org)],
      now: clock.now,
    });
  });
  afterEach(() => fake.stop());

  /** Through the pages: with a code that the fake gives. */
  async function installOver(code: { team: string; user: string; org?: boolean }) {
    const { install } = on.process(oauth(fake.apiUrl), { clock: clock.now });
    const port = await freePort();
    await on.serve(install.routes, port);
    fake.addCode('a-code', code);
    const browser = createBrowser();
    const asked = (await browser.visit(`http://127.0.0.1:${port}/slack/install`)).location ?? '';
    const state = new URL(asked).searchParams.get('state') ?? '';
    return browser.visit(`http://127.0.0.1:${port}/slack/oauth_redirect?code=a-code&state=${state}`);
  }

  test('an org installs once for all its teams, and is one workspace', async () => {
    const page = await installOver({ team: 'T3', user: 'U1', org: true });
    expect(page.status).toBe(200);
    expect(page.body).toContain('Kept is installed for Org E1');
    expect(page.body).toContain('manage/organization/apps/profile/A1/workspaces/add');
    const connection = await on.connection('E1');
    expect(connection.facts).toMatchObject({ teamId: null, enterpriseId: 'E1', name: 'Org E1' });
    expect(await on.connections.find('slack', 'T3')).toBeNull();
  });

  test('the team is where who installed it is, and they run it', async () => {
    const installer = fake.team('T2').users.get('U2');
    if (installer !== undefined) installer.tz = 'Asia/Kolkata';
    await installOver({ team: 'T2', user: 'U2' });
    const connection = await on.connection('T2');
    const { workspace, members } = await on.deps.store.transact(connection.workspaceId, (tx) =>
      tx.workspace(),
    );
    expect(workspace).toMatchObject({ zone: 'Asia/Kolkata', country: 'IN', currency: 'INR' });
    expect(members).toMatchObject([{ name: 'Sam Support', zone: 'Asia/Kolkata', admin: true }]);
    // Somebody else installs it again, whom Slack lets: they don't come to run it by that.
    await installOver({ team: 'T2', user: 'U3' });
    const after = await on.deps.store.transact(connection.workspaceId, (tx) => tx.workspace());
    expect(after.members.map(({ name, admin }) => [name, admin])).toEqual(
      expect.arrayContaining([
        ['Sam Support', true],
        ['Leo Lead', false],
      ]),
    );
    // But who runs the Slack team runs Kept, too.
    const leo = fake.team('T2').users.get('U3');
    if (leo !== undefined) leo.is_admin = true;
    await installOver({ team: 'T2', user: 'U3' });
    const again = await on.deps.store.transact(connection.workspaceId, (tx) => tx.workspace());
    expect(again.members.find(({ name }) => name === 'Leo Lead')?.admin).toBe(true);
    expect(after.workspace.zone).toBe('Asia/Kolkata');
  });

  describe('with a token from the environment', () => {
    test('its team is connected, nothing is kept of it, and there is nothing to install', async () => {
      const { install, tokens } = on.process(byToken(fake.apiUrl, 'xoxb-T1'), { clock: clock.now });
      install.start();
      await expect.poll(() => on.connections.find('slack', 'T1')).toMatchObject({ status: 'connected' });
      const connection = await on.connection('T1');
      expect(await tokens.tokenOf(connection)).toBe('xoxb-T1');
      expect(await on.connections.secret(connection.workspaceId, connection.id)).toBeNull();
      expect(connection.facts).toMatchObject({
        teamId: 'T1',
        botUserId: 'UBOT',
        botId: 'B1',
        installedBy: null,
      });
      expect(connection.facts.scopes).toEqual(expect.arrayContaining(['chat:write']));
      await expect(tokens.tokenOf({ ...connection, id: 'slack/T2' })).rejects.toThrow(NoToken);

      const port = await freePort();
      await on.serve(install.routes, port);
      const page = await createBrowser().visit(`http://127.0.0.1:${port}/slack/install`);
      expect(page.status).toBe(404);
      expect(page.body).toContain('SLACK_BOT_TOKEN');
    });

    test('it waits for a Slack that can’t be reached', async () => {
      fake.fault({ method: 'auth.test', times: 1, what: '500' });
      const { install, tokens } = on.process(byToken(fake.apiUrl, 'xoxb-T1'), { clock: clock.now });
      install.start();
      const connection = await on.connection('T1');
      // Who wants to send meanwhile waits for it.
      expect(await tokens.tokenOf(connection)).toBe('xoxb-T1');
      expect(fake.calls('auth.test')).toHaveLength(2);
    });

    test('a token that Slack refuses is said, and not tried again', async () => {
      on.logged.length = 0;
      const { install } = on.process(byToken(fake.apiUrl, 'xoxb-mistyped'), { clock: clock.now });
      install.start();
      await expect.poll(() => on.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(on.logged.at(-1)).toMatchObject({ fields: { code: 'invalid_auth' } });
      expect(JSON.stringify(on.logged)).not.toContain('xoxb-mistyped');
      await install.stop();
      expect(fake.calls('auth.test')).toHaveLength(1);
    });
  });

  test('a token that no key opens is none: what is owed there waits, until the key is back', async () => {
    await installOver({ team: 'T2', user: 'U1' });
    const connection = await on.connection('T2');
    const { workspaceId, id } = connection;
    const secret = await on.connections.secret(workspaceId, id);
    const other = createConnections(on.db, createSeal([Buffer.alloc(32, 7).toString('base64')]));
    await other.saveSecret(workspaceId, id, secret);
    const { tokens } = on.process(oauth(fake.apiUrl), { clock: clock.now });
    await expect(tokens.tokenOf(connection)).rejects.toThrow(NoToken);
    await on.connections.saveSecret(workspaceId, id, secret);
    expect(await tokens.tokenOf(connection)).toMatch(/^xoxb-/);
  });

  describe('tokens that are renewed', () => {
    /** The team with a token that lives so long from now. */
    async function connected(expiresIn: number) {
      await installOver({ team: 'T2', user: 'U1' });
      fake.rotate(12 * 3_600);
      const connection = await on.connection('T2');
      const refreshToken = `xoxe-${clock.now()}-${fake.world.refreshTokens.size}`;
      fake.world.refreshTokens.set(refreshToken, { team: 'T2', org: false });
      const expiresAt = clock.now() + expiresIn;
      const old = `xoxb-old-${clock.now()}`;
      fake.world.tokens.set(old, { team: 'T2', org: false, expiresAt, revoked: false });
      await on.connections.saveSecret(connection.workspaceId, connection.id, {
        token: old,
        refreshToken,
        expiresAt,
      });
      const process = () => on.process(oauth(fake.apiUrl), { clock: clock.now }).tokens;
      return { connection, old, refreshToken, process };
    }
    const renewals = () =>
      fake.calls('oauth.v2.access').filter(({ args }) => args['grant_type'] === 'refresh_token');
    beforeEach(() => clock.forward(24 * 60 * MINUTE));

    test('not while they are fresh', async () => {
      const { connection, old, process } = await connected(31 * MINUTE);
      expect(await process().tokenOf(connection)).toBe(old);
      expect(renewals()).toHaveLength(0);
    });

    test('once, however many ask in however many processes', async () => {
      const { connection, old, process } = await connected(29 * MINUTE);
      const fleet = [process(), process(), process()];
      const given = await Promise.all(
        fleet.flatMap((one) => [one.tokenOf(connection), one.tokenOf(connection)]),
      );
      expect(renewals()).toHaveLength(1);
      const secret = SlackSecret.parse(await on.connections.secret(connection.workspaceId, connection.id));
      expect(secret).toMatchObject({ expiresAt: clock.now() + 12 * 60 * MINUTE });
      expect(new Set(given)).toEqual(new Set([old, secret.token]));
      // Whoever went on with the old one takes the new one a minute later.
      clock.forward(MINUTE);
      expect(await Promise.all(fleet.map((one) => one.tokenOf(connection)))).toEqual(
        Array(3).fill(secret.token),
      );
    });

    test('expired while nothing ran: everybody waits for the new one', async () => {
      const { connection, process } = await connected(-MINUTE);
      const given = await Promise.all([process(), process()].map((one) => one.tokenOf(connection)));
      expect(renewals()).toHaveLength(1);
      expect(new Set(given).size).toBe(1);
      expect(given[0]).toMatch(/^xoxb-T2-/);
    });

    test('with Slack out of order, the old one goes on as long as it lives', async () => {
      const { connection, old, process } = await connected(20 * MINUTE);
      fake.fault({ method: 'oauth.v2.access', times: 1, what: '500' });
      const one = process();
      expect(await one.tokenOf(connection)).toBe(old);
      clock.forward(MINUTE);
      expect(await one.tokenOf(connection)).not.toBe(old);
    });

    test('one that can’t be written down at once is held, not lost', async () => {
      const { connection, old } = await connected(20 * MINUTE);
      const save = on.connections.saveSecret;
      let failures = 2;
      on.connections.saveSecret = async (...args) => {
        failures -= 1;
        if (failures >= 0) throw new Error('The database is away');
        await save(...args);
      };
      try {
        const { tokens } = on.process(oauth(fake.apiUrl), { clock: clock.now });
        const token = await tokens.tokenOf(connection);
        expect(token).not.toBe(old);
        expect(await on.connections.secret(connection.workspaceId, connection.id)).toMatchObject({ token });
      } finally {
        on.connections.saveSecret = save;
      }
    });

    test('one that is not written down yet is not forgotten either, unless the team is installed anew', async () => {
      const { connection } = await connected(20 * MINUTE);
      const { workspaceId, id } = connection;
      const save = on.connections.saveSecret;
      on.connections.saveSecret = () => Promise.reject(new Error('The database is away'));
      const { tokens } = on.process(oauth(fake.apiUrl), { clock: clock.now });
      const token = await tokens.tokenOf(connection).finally(() => {
        on.connections.saveSecret = save;
      });
      tokens.forget(id);
      expect(await tokens.tokenOf(connection)).toBe(token);
      expect(await on.connections.secret(workspaceId, id)).toMatchObject({ token });
      tokens.replaced(id);
      await on.connections.saveSecret(workspaceId, id, {
        token: 'xoxb-anew',
        refreshToken: null,
        expiresAt: null,
      });
      expect(await tokens.tokenOf(connection)).toBe('xoxb-anew');
    });

    test('one that Slack doesn’t renew any more ends the connection when it runs out', async () => {
      const { connection, old, refreshToken, process } = await connected(20 * MINUTE);
      fake.world.refreshTokens.delete(refreshToken);
      const one = process();
      expect(await one.tokenOf(connection)).toBe(old);
      expect(await on.connection('T2')).toMatchObject({ status: 'connected' });
      clock.forward(20 * MINUTE);
      await expect(one.tokenOf(connection)).rejects.toThrow(NoToken);
      expect(await on.connection('T2')).toMatchObject({ status: 'disconnected' });
    });
  });

  describe('the app is removed', () => {
    const revoked = (tokens: { bot?: string[]; oauth?: string[] }) => ({ type: 'tokens_revoked', tokens });

    async function connected() {
      await installOver({ team: 'T2', user: 'U1' });
      const connection = await on.connection('T2');
      const { install, tokens } = on.process(oauth(fake.apiUrl), { clock: clock.now });
      const token = fake.world.tokens.get(await tokens.tokenOf(connection));
      if (token === undefined) throw new Error('The fake doesn’t know the token');
      return { connection, install, token };
    }

    test.each<[string, (kept: Awaited<ReturnType<typeof connected>>) => Promise<void>]>([
      ['app_uninstalled', ({ install, connection }) => install.appUninstalled(connection)],
      [
        'tokens_revoked',
        ({ install, connection }) => install.tokensRevoked(connection, revoked({ bot: ['UBOT'] })),
      ],
    ])('%s: it is disconnected, and its people and cases stay', async (_event, told) => {
      const kept = await connected();
      kept.token.revoked = true;
      await told(kept);
      const after = await on.connection('T2');
      expect(after).toMatchObject({ status: 'disconnected', workspaceId: kept.connection.workspaceId });
      const { members } = await on.deps.store.transact(after.workspaceId, (tx) => tx.workspace());
      expect(members.length).toBeGreaterThan(0);
      await installOver({ team: 'T2', user: 'U1' });
      expect(await on.connection('T2')).toMatchObject({
        status: 'connected',
        workspaceId: kept.connection.workspaceId,
      });
    });

    test('a person’s token is no matter of ours', async () => {
      const { connection, install, token } = await connected();
      token.revoked = true;
      await install.tokensRevoked(connection, revoked({ oauth: ['U1'] }));
      await install.tokensRevoked(connection, revoked({ bot: ['USOMEBODYELSE'] }));
      await install.tokensRevoked(connection, 'nonsense');
      expect(await on.connection('T2')).toMatchObject({ status: 'connected' });
    });

    test('an event that comes late, after a reinstallation, ends nothing', async () => {
      const { connection, install } = await connected();
      await install.appUninstalled(connection);
      await install.tokensRevoked(connection, revoked({ bot: ['UBOT'] }));
      expect(await on.connection('T2')).toMatchObject({ status: 'connected' });
    });

    test('a reinstallation that comes while Slack is asked is not taken back', async () => {
      const { connection, token } = await connected();
      token.revoked = true;
      const port = await freePort();
      let asked = 0;
      const slack = new Hono().post('/api/auth.test', async (c) => {
        asked += 1;
        if (asked > 1) {
          return c.json({ ok: true });
        }
        await installOver({ team: 'T2', user: 'U1' });
        return c.json({ ok: false, error: 'token_revoked' });
      });
      await on.serve(slack, port);
      const { install } = on.process(oauth(`http://127.0.0.1:${port}/api/`), { clock: clock.now });
      await install.appUninstalled(connection);
      expect(await on.connection('T2')).toMatchObject({ status: 'connected' });
      expect(asked).toBe(2);
    });

    test('while Slack can’t be asked, nothing is decided', async () => {
      const { connection, install, token } = await connected();
      token.revoked = true;
      fake.fault({ method: 'auth.test', times: 1, what: 'cut before' });
      await expect(install.appUninstalled(connection)).rejects.toThrow();
      expect(await on.connection('T2')).toMatchObject({ status: 'connected' });
    });
  });
});
