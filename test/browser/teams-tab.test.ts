import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { launchChromium, whyNoChromium } from '../support/chromium.ts';
import { CHANNEL } from '../support/fake-teams-world.ts';
import { openInTeams } from '../support/teams-host.ts';
import { startTabServer, type TabServer } from '../support/teams-tab-server.ts';

const SHOTS = join(import.meta.dirname, 'shots', 'teams-tab');
const PROOF = 'Ann confirmed the export on the phone';

const why = whyNoChromium();
if (why !== null) {
  if (process.env['KEPT_TEST_ALL'] === '1') throw new Error(why);
  process.stderr.write(`The tab in the browser is left out: ${why}\n`);
}

describe.skipIf(why !== null)('the tab in Teams', () => {
  let dir: string;
  let browser: Browser;
  let server: TabServer;
  let context: BrowserContext;
  let complaints: string[];
  /** What a test brings about on purpose, and the browser complains of. */
  let expected: RegExp | null;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    dir = await mkdtemp(join(tmpdir(), 'kept-tab-'));
    await build({ configFile: 'vite.tab.config.ts', logLevel: 'error', build: { outDir: dir } });
    server = await startTabServer(dir);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(dir, { recursive: true });
  });
  beforeEach(async () => {
    complaints = [];
    expected = null;
    context = await browser.newContext({
      viewport: { width: 1000, height: 900 },
      timezoneId: 'Europe/Berlin',
    });
    context.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
    });
    context.on('weberror', (error) => complaints.push(error.error().message));
  });
  afterEach(async () => {
    await context.close();
    expect(server.errors).toEqual([]);
    // Microsoft's library would ask Microsoft for newer hosts; the page's policy keeps it from that.
    const known = /res\.cdn\.office\.net/;
    expect(complaints.filter((line) => !known.test(line) && !expected?.test(line))).toEqual([]);
  });

  const open = (more: Partial<Parameters<typeof openInTeams>[1]> = {}) =>
    openInTeams(context, { server: server.url, token: server.token, ...more });
  const shot = (page: Page, name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`) });

  const Findings = z.array(z.object({ impact: z.string().nullish(), id: z.string(), nodes: z.unknown() }));
  async function findings(page: Page): Promise<string[]> {
    const frame = page.frames().find((one) => one.url().endsWith('/teams/tab'));
    await frame?.evaluate(axe.source);
    const found: unknown = await frame?.evaluate('axe.run(document).then(({ violations }) => violations)');
    return Findings.parse(found)
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes)}`);
  }

  test('shows my promises and what is at risk in my team; a promise is kept there, with its proof', async () => {
    await server.promise('Ada', 'export down since noon', 'in 2 hours');
    await server.promise('Sam', 'logins fail', 'in 4 minutes');
    await server.later(225_000);

    const { page, tab, calls } = await open();
    await tab.getByText('Hello Ada').waitFor();
    const card = tab.getByRole('region', { name: 'My promises' });
    await card.getByText('Work on export down since noon').first().waitFor();
    await card.getByText('At risk in my team').waitFor();
    await card.getByText('logins fail').first().waitFor();
    await shot(page, '01-home');
    expect(calls.map(({ func }) => func)).toContain('appInitialization.success');

    await card.getByRole('button', { name: 'Kept', exact: true }).first().click();
    const form = tab.getByRole('region', { name: 'Kept' });
    await form.getByRole('button', { name: 'Kept' }).click();
    await form.getByText('fill this in').waitFor();
    await form.getByLabel('What shows it?').fill(PROOF);
    await shot(page, '02-proof');
    await form.getByRole('button', { name: 'Kept' }).click();
    await form.getByLabel('What shows it?').waitFor({ state: 'detached' });
    await shot(page, '03-kept');
    if (await tab.getByRole('button', { name: 'Back to my promises' }).isVisible()) {
      await tab.getByRole('button', { name: 'Back to my promises' }).click();
    }
    await card.getByText('You have no open promises').waitFor();
    expect(await card.getByText('Work on export down since noon').count()).toBe(0);
    await shot(page, '04-gone');
  });

  test.each(['default', 'dark', 'contrast'] as const)(
    'nothing serious is found by axe: %s',
    async (theme) => {
      const { page, tab } = await open({ theme });
      await tab.getByText('Hello Ada').waitFor();
      expect(await findings(page)).toEqual([]);
      await tab.getByRole('button', { name: 'Open care case' }).click();
      await tab.getByLabel('What is it?').waitFor();
      await tab.getByRole('button', { name: 'Open', exact: true }).click();
      await tab.getByText('fill this in').first().waitFor();
      expect(await findings(page)).toEqual([]);
      await shot(page, `05-form-${theme}`);
    },
  );

  test('another theme leaves what was typed; customers are found as one types', async () => {
    const acme = await server.acme();
    const { page, tab, setTheme } = await open();
    await tab.getByRole('button', { name: 'Open care case' }).click();
    await tab.getByLabel('What is it?').fill('<b>half</b> a **thought**');
    const customer = tab.getByRole('combobox', { name: 'Customer' });
    await customer.pressSequentially('acm');
    await expect.poll(() => tab.locator('datalist option').count()).toBeGreaterThan(0);
    await customer.fill('Acme');
    await setTheme('dark');
    await tab.locator('html[data-theme=dark]').waitFor();
    expect(await tab.getByLabel('What is it?').inputValue()).toBe('<b>half</b> a **thought**');
    await shot(page, '06-dark');
    expect(await customer.inputValue()).toBe('Acme');
    await tab.getByLabel('What does it mean for them?').fill('No figures for the board');
    await tab.getByRole('button', { name: 'Open', exact: true }).click();
    await tab.getByLabel('What is it?').waitFor({ state: 'detached' });
    expect(await server.cases()).toContainEqual([acme, '<b>half</b> a **thought**']);
  });

  test('a lost connection loses nothing; an expired token is got anew', async () => {
    expected = /Failed to load|ERR_|401/;
    let tokens = 0;
    const token = () => {
      tokens += 1;
      return server.token(tokens === 1 ? { exp: 1_000 } : {});
    };
    const { page, tab } = await open({ token });
    await tab.getByText('Hello Ada').waitFor();
    expect(tokens).toBe(2);
    await tab.getByRole('button', { name: 'Open care case' }).click();
    await tab.getByLabel('What is it?').fill('a lost word');
    await page.route('**/teams/tab/press*', (route) => route.abort());
    await tab.getByRole('button', { name: 'Open', exact: true }).click();
    await tab.getByRole('alert').getByText('Kept can’t be reached').waitFor();
    expect(await tab.getByLabel('What is it?').inputValue()).toBe('a lost word');
    await shot(page, '07-lost');
    await page.unroute('**/teams/tab/press*');
    await tab.getByLabel('What is it?').fill('a word found again');
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByText('fill this in').first().waitFor();
    expect(await tab.getByRole('alert').isVisible()).toBe(false);
    expect(await tab.getByLabel('What is it?').inputValue()).toBe('a word found again');
  });

  test('a case’s thread opens in Teams itself', async () => {
    await server.promise('Ada', 'links expired', 'in 2 hours', CHANNEL);
    await server.posted(`${CHANNEL};messageid=1700000000001`, '1700000000001');
    const { tab, calls } = await open();
    await tab.getByText('links expired').first().waitFor();
    await tab.getByRole('button', { name: 'Open thread' }).first().click();
    await tab.getByRole('region', { name: 'Kept' }).getByText('Open thread').click();
    await expect
      .poll(() => calls.filter(({ func }) => func === 'executeDeepLink').map(({ args }) => args[0]))
      .toEqual([expect.stringContaining('https://teams.microsoft.com/l/message/19%3Asupport')]);
  });

  test('who isn’t let in, or stands outside of Teams, is told so', async () => {
    expected = /403|404/;
    const refused = () => Promise.reject(new Error('resourceRequiresConsent'));
    const first = await open({ token: refused });
    await first.tab.getByText('Teams didn’t say who you are').waitFor();
    await shot(first.page, '08-no-token');
    const other = await open({ token: () => server.token({ tid: crypto.randomUUID() }) });
    await other.tab.getByText('isn’t open to your organisation').waitFor();
    const alone = await context.newPage();
    await alone.goto(`${server.url}/teams/tab`);
    await alone.getByText('This page is a tab of Microsoft Teams').waitFor();
  });
});
