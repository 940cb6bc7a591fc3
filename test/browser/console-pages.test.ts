import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startWeb } from '../../adapters/web/start.ts';
import { createWeb } from '../../adapters/web/web.ts';
import { launchChromium, whyNoChromium } from '../support/chromium.ts';
import { ana, ben, type FakeConsole, fakeConsole } from '../support/fake-console.ts';

const why = whyNoChromium();
if (why !== null) {
  if (process.env['KEPT_TEST_ALL'] === '1') throw new Error(why);
  process.stderr.write(`The console's pages in the browser are left out: ${why}\n`);
}

let clientDir: string;
let browser: Browser;
let url: string;
let fake: FakeConsole;
let rootId: string;
let port: number;
let stop: () => Promise<void>;
let complaints: string[];
/** What a test brings about on purpose, and the browser complains of. */
let expected: RegExp | null;

async function start(options: { empty?: boolean; port?: number } = {}): Promise<void> {
  fake = fakeConsole({ clientDir, empty: options.empty ?? false });
  rootId = options.empty ? '' : fake.furnish();
  await serve(options.port ?? 0);
}

async function serve(on: number): Promise<void> {
  ({ port, stop } = await startWeb({ host: '127.0.0.1', port: on, ...createWeb(fake.deps) }));
  url = `http://127.0.0.1:${port}`;
}

async function open(path: string, look: { scheme?: 'light' | 'dark'; width?: number } = {}): Promise<Page> {
  const { scheme = 'light', width = 1280 } = look;
  const phone = width < 600;
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: scheme,
    hasTouch: phone,
    isMobile: phone,
  });
  const page = await context.newPage();
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url + path);
  return page;
}

const writer = (page: Page, name = 'Message #care') => page.getByRole('textbox', { name });
const as = (id: string) => `?as=${id}`;

describe.skipIf(why !== null)('the console in a browser', () => {
  beforeAll(async () => {
    clientDir = await mkdtemp(join(tmpdir(), 'kept-pages-'));
    await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir: clientDir } });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await rm(clientDir, { recursive: true });
  });

  beforeEach(async () => {
    complaints = [];
    expected = null;
    await start();
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await stop();
    expect(complaints.filter((line) => !expected?.test(line))).toEqual([]);
  });

  const Findings = z.array(
    z.object({ impact: z.string().nullish(), id: z.string(), nodes: z.array(z.unknown()) }),
  );

  async function findings(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const found: unknown = await page.evaluate('axe.run(document).then(({ violations }) => violations)');
    return Findings.parse(found)
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes)}`);
  }

  test.each([
    ['light', 1280],
    ['light', 380],
    ['dark', 1280],
    ['dark', 380],
  ] as const)('nothing serious is found by axe, %s at %i px', async (scheme, width) => {
    const look = { scheme, width };
    const room = await open(`/r/care${as(ana.id)}`, look);
    await writer(room).fill('/care mine');
    await room.keyboard.press('Enter');
    await room.getByRole('article', { name: 'Only you see this' }).waitFor();
    await writer(room).fill('/');
    expect(await findings(room)).toEqual([]);

    const thread = await open(`/r/care/t/${rootId}${as(ana.id)}`, look);
    const pane = thread.getByRole('region', { name: 'Thread', exact: true });
    await pane.getByText('Find the failing export').first().waitFor();
    expect(await findings(thread)).toEqual([]);
    await pane.getByRole('button', { name: 'Make the promise' }).first().click();
    await thread.getByRole('textbox', { name: 'When do they hear from you' }).fill('tomorrow');
    await thread.getByText('Ana is off work then').waitFor();
    await thread.getByRole('button', { name: 'Promise it' }).click();
    await thread.getByText('2 fields need another look').waitFor();
    expect(await findings(thread)).toEqual([]);

    const board = await open(`/board${as(ben.id)}`, look);
    await board.getByRole('heading', { name: '3 at risk now' }).waitFor();
    expect(await findings(board)).toEqual([]);
    const home = await open(`/${as(ana.id)}`, look);
    await home.getByRole('button', { name: 'Seeing as Ana Ruiz' }).click();
    expect(await findings(home)).toEqual([]);

    // The pages above lose their server.
    expected = /Failed to load|ERR_/;
    await stop();
    await start({ empty: true });
    const setup = await open('/', look);
    await setup.getByRole('button', { name: 'Build your own team' }).click();
    await setup.getByRole('button', { name: 'Start with this team' }).click();
    await setup.getByText('Write a name.').waitFor();
    expect(await findings(setup)).toEqual([]);
  });

  test('one click starts the example team; one’s own team keeps what was typed until it fits', async () => {
    expected = /422/;
    await stop();
    await start({ empty: true });
    const page = await open('/');
    await page.getByRole('button', { name: 'Build your own team' }).click();
    await page.getByRole('textbox', { name: 'Name of the team' }).fill('taken');
    await page.getByRole('button', { name: 'Add a member' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).first().fill('Mia');
    await page.getByRole('combobox', { name: 'May decide' }).first().selectOption('up to an amount');
    await page.getByRole('button', { name: 'Remove Member 2' }).click();
    await page.getByRole('button', { name: 'Start with this team' }).click();
    await page.getByText('Write the amount as a number').waitFor();
    await page.getByRole('textbox', { name: 'Up to (USD)' }).fill('1,500');
    await page.getByRole('button', { name: 'Start with this team' }).click();
    await page.getByText('This name is taken.').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Build your own team' }).click();
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Mia');
    await page.getByRole('textbox', { name: 'Name of the team' }).fill('Mia alone');
    await page.getByRole('button', { name: 'Start with this team' }).click();
    await page.getByRole('button', { name: 'Seeing as Mia' }).waitFor();
  });

  test('two windows are two people, live; typed text never fires', async () => {
    const hers = await open(`/r/care${as(ana.id)}`);
    const his = await open(`/r/care${as(ben.id)}`);
    await his.getByText('Live', { exact: true }).waitFor();
    await writer(hers).fill('<b onclick="window.fired=1">Hello</b>\n@everyone');
    await hers.keyboard.press('Enter');
    const arrived = his.getByRole('article').getByText('<b onclick="window.fired=1">Hello</b>');
    await arrived.waitFor();
    expect(await writer(hers).inputValue()).toBe('');
    expect(await his.evaluate('window.fired')).toBeUndefined();
    fake.chat.sendText(`dm:${ben.id}`, ben.id, 'mine');
    fake.chat.send(`dm:${ben.id}`, {
      tone: 'urgent',
      heading: [{ t: 'text', text: 'Save it' }],
      blocks: [],
      actions: [],
    });
    await his.getByRole('link', { name: 'Kept to you: Save it' }).click();
    await his.getByRole('heading', { name: 'Kept', exact: true }).waitFor();
    await expect.poll(() => his.title()).toBe('(1) Kept · Ben Okafor');
  });

  test('a command opens its form; the case that it makes is there at once', async () => {
    const page = await open(`/r/care${as(ana.id)}`);
    await writer(page).fill('/care Exports fail again');
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'Open a care case' });
    const customer = form.getByRole('combobox', { name: 'Customer' });
    await customer.pressSequentially('acme i');
    await form.getByRole('option', { name: 'Acme Industries' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await customer.inputValue()).toBe('Acme Industries');
    await form.getByRole('button', { name: 'Open the case' }).click();
    // The first error gets the focus.
    const stakes = form.getByRole('textbox', { name: 'What it means for them' });
    await expect.poll(() => stakes.evaluate((box) => box.matches(':focus'))).toBe(true);
    await stakes.fill('No figures for the board');
    await form.getByRole('button', { name: 'Open the case' }).click();
    const card = page.getByRole('group', { name: 'Acme · Exports fail again' });
    await card.getByText('No figures for the board').waitFor();
    const sent = fake.heard.map(({ intent }) => intent).filter(({ kind }) => kind === 'submit');
    expect(sent).toMatchObject([
      { values: { customer: 'c-Acme Industries' } },
      { values: { stakes: 'No figures for the board' } },
    ]);
  });

  test('a live field is read as one types, and never overwritten; Esc asks first', async () => {
    const page = await open(`/r/care/t/${rootId}${as(ana.id)}`);
    const pane = page.getByRole('region', { name: 'Thread', exact: true });
    await pane.getByRole('button', { name: 'Make the promise' }).first().click();
    const when = page.getByRole('textbox', { name: 'When do they hear from you' });
    const what = page.getByRole('textbox', { name: 'What will you do' });
    await when.fill('2:30');
    await page.getByRole('button', { name: 'Fri 14:30' }).click();
    expect(await when.inputValue()).toBe('tomorrow 14:30');
    await page.getByText('19:45 for Acme').waitFor();
    await when.press('End');
    await when.pressSequentially(' sharp', { delay: 90 });
    await what.fill('Call them');
    await page.getByText('19:45 for Acme').waitFor();
    expect([await when.inputValue(), await what.inputValue()]).toEqual(['tomorrow 14:30 sharp', 'Call them']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Keep editing' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('pressed twice at once, it is sent once; go leads to the thread, and back leads back', async () => {
    const page = await open(`/board${as(ben.id)}`);
    await page.getByRole('button', { name: 'Open thread' }).first().dblclick();
    await page.getByRole('heading', { name: 'Thread' }).waitFor();
    expect(fake.heard.filter(({ intent }) => intent.kind === 'press')).toHaveLength(1);
    expect(page.url()).toBe(`${url}/r/care/t/${rootId}${as(ben.id)}`);
    await page.goBack();
    await page.getByRole('heading', { name: '3 at risk now' }).waitFor();
  });

  test('a lost connection loses nothing: words and form stay, and what was missed comes', async () => {
    expected = /Failed to load|ERR_/;
    const page = await open(`/r/care${as(ana.id)}`);
    await page.getByRole('button', { name: 'Make the promise' }).click();
    await page.getByRole('textbox', { name: 'What will you do' }).fill('Call them');
    const closed = port;
    await stop();
    await page.getByRole('button', { name: 'Promise it' }).click();
    await page.getByText('Kept can’t be reached').waitFor();
    expect(await page.getByRole('textbox', { name: 'What will you do' }).inputValue()).toBe('Call them');
    await page.getByText('The connection is lost. It is being tried again; nothing').waitFor();
    fake.chat.sendText('care', ben.id, 'said in the meantime');
    await serve(closed);
    await page.getByText('said in the meantime').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('a message becomes a case by its menu, from the keyboard alone', async () => {
    const page = await open(`/r/care${as(ben.id)}`);
    await page.getByRole('button', { name: /^More for Ana Ruiz: Morning all/ }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'Open a care case' });
    await form.getByText('From the message').waitFor();
    expect(fake.heard.at(-1)?.intent).toMatchObject({
      kind: 'open from message',
      link: `${url}/r/care/t/m2`,
    });
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
  });

  test('words not sent survive another room, other eyes and a reload', async () => {
    const page = await open(`/r/care${as(ana.id)}`);
    await writer(page).fill('half a thought');
    await page.getByRole('link', { name: 'general' }).click();
    expect(await writer(page, 'Message #general').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Seeing as Ana Ruiz' }).click();
    await page.getByRole('link', { name: 'See as Ben Okafor' }).first().click();
    await page.getByRole('button', { name: 'Seeing as Ben Okafor' }).waitFor();
    await page.goto(`${url}/r/care${as(ana.id)}`);
    expect(await writer(page).inputValue()).toBe('half a thought');
  });

  test('another’s direct message says no, in a sentence', async () => {
    expected = /403/;
    const page = await open(`/r/dm:${ben.id}${as(ana.id)}`);
    await page.getByRole('alert').getByText('Only the two in a direct message can see it.').waitFor();
  });
});
