import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, whyNoChromium } from '../support/chromium.ts';
import { type KeptProcess, startKeptProcess } from '../support/kept-process.ts';

const SHOTS = join(import.meta.dirname, 'shots');
const SCRIPT = `<script>alert('no')</script> <!channel> **bold** <@U123> ${'long '.repeat(40)}`;
const HEBREW = 'הייצוא לא עובד 🙁';

const missing = whyNoChromium();
if (missing !== null) {
  if (process.env['KEPT_TEST_ALL'] === '1') throw new Error(missing);
  process.stderr.write(`The story in the browser is left out: ${missing}\n`);
}

describe.runIf(missing === null)('the story, from the first click to the close, by real clocks', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kept-browser-'));
  let kept: KeptProcess;
  let browser: Browser;
  const faults: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    kept = await startKeptProcess({ KEPT_DATA_DIR: dataDir, TZ: 'Europe/Berlin' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await kept?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('plays both ways: answered, and escalated to the second holder', async () => {
    const ada = await window(browser);
    await ada.goto(`http://127.0.0.1:${kept.port}/`);
    await shot(ada, '01-first-page');
    await ada.getByRole('button', { name: 'Start with an example team' }).click();
    await ada.getByRole('region', { name: '#care', exact: true }).waitFor();
    const [leo, mia] = [
      await asMember(browser, ada, 'Leo Lead'),
      await asMember(browser, ada, 'Mia Manager'),
    ];

    await openCase(ada, 'Acme export down since noon, board meeting tomorrow at 5pm', {});
    await promise(ada, 'export down since noon', 'Find the stuck job and run the export again');
    await openCase(ada, '', { 'What is it?': SCRIPT, 'What does it mean for them?': HEBREW });
    await promise(ada, 'alert', 'Call Raj with the cause');
    const promisedAt = Date.now();
    const at = (seconds: number) =>
      ada.waitForTimeout(Math.max(0, promisedAt + seconds * 1_000 - Date.now()));

    await at(60);
    await openThread(ada, 'export down since noon');
    await thread(ada).getByText('soon due').waitFor({ timeout: 60_000 });
    await shot(ada, '05-soon');
    await keepAndClose(ada);

    await openThread(leo, 'alert', 'Kept');
    await room(leo).getByText('needs you: a promise is at risk').waitFor({ timeout: 60_000 });
    await shot(leo, '08-leo-is-called');
    await openThread(ada, 'alert');
    await thread(ada).getByText('now. Kept?').waitFor({ timeout: 60_000 });
    await openThread(mia, 'alert', 'Kept');
    await room(mia).getByText('needs you').waitFor({ timeout: 60_000 });
    await thread(ada).getByText('The customer has heard nothing from us').waitFor({ timeout: 60_000 });
    await shot(ada, '09-broken');
    await ada.getByRole('link', { name: 'Board' }).click();
    await ada.getByText('broken, due').first().waitFor();
    await shot(ada, '10-board');

    await room(mia).getByText('needs you: a promise was broken').waitFor();
    await room(mia).getByRole('button', { name: 'I’ll take it' }).last().click();
    await thread(mia).getByText('has taken it on').waitFor();
    await shot(mia, '11-mia-took-it');
    await room(leo).getByText('Mia Manager has it.').waitFor();
    await openThread(ada, 'alert');
    await thread(ada).getByText('has taken it on').waitFor();
    await thread(ada).getByText('has taken this on. What do we promise now?').waitFor();
    await shot(ada, '12-taken');
    expect(Date.now() - promisedAt).toBeLessThan(180_000);
    expect(await thread(ada).getByText(HEBREW).first().isVisible()).toBe(true);
    expect(faults).toEqual([]);
  });

  async function window(from: Browser): Promise<Page> {
    const context = await from.newContext({
      viewport: { width: 1280, height: 860 },
      timezoneId: 'Europe/Berlin',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('dialog', (dialog) => {
      faults.push(`A dialog was fired: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return page;
  }

  async function asMember(from: Browser, first: Page, name: string): Promise<Page> {
    const { members } = await kept.client.session();
    const id = members.find((member) => member.name === name)?.id ?? '';
    const page = await window(from);
    await page.goto(`${new URL(first.url()).origin}/r/care?as=${id}`);
    await page.getByRole('region', { name: '#care', exact: true }).waitFor();
    return page;
  }
});

async function openCase(page: Page, words: string, fields: Record<string, string>): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Rooms' })
    .getByRole('link', { name: /^care( |$)/ })
    .click();
  const composer = page.getByRole('textbox', { name: 'Message #care' });
  await composer.fill(`/care ${words}`);
  await composer.press('Enter');
  const form = page.getByRole('dialog', { name: 'Open care case' });
  await form.waitFor();
  if (words === '') {
    await form.getByRole('combobox', { name: 'Customer' }).fill('Globex');
    await form.getByRole('option', { name: 'Globex', exact: true }).click();
  }
  for (const [label, value] of Object.entries(fields)) {
    await form.getByRole('textbox', { name: label }).fill(value);
  }
  await shot(page, words === '' ? '03-hostile-words' : '02-open');
  await form.getByRole('button', { name: 'Open', exact: true }).click();
  await form.waitFor({ state: 'hidden' });
}

async function promise(page: Page, title: string, action: string): Promise<void> {
  await openThread(page, title);
  await thread(page).getByRole('button', { name: 'Make a promise' }).last().click();
  const form = page.getByRole('dialog', { name: 'Make a promise' });
  const time = form.getByRole('textbox', { name: 'When do they hear from us?' });
  await time.fill('yesterday');
  await form.getByText('That time has passed').waitFor();
  await time.fill('in 2 minutes');
  await form.getByText(/your time/).waitFor();
  await form.getByRole('textbox', { name: 'What will be done?' }).fill(action);
  await form.getByText('will be in touch with you').waitFor();
  await shot(page, '04-promise');
  await form.getByRole('button', { name: 'Promise', exact: true }).click();
  await thread(page).getByText('promised:').waitFor();
}

async function keepAndClose(page: Page): Promise<void> {
  await thread(page).getByRole('button', { name: 'Kept', exact: true }).last().click();
  const keep = page.getByRole('dialog', { name: 'Kept' });
  await keep.getByRole('button', { name: 'Kept', exact: true }).click();
  await keep.getByText('Please fill this in').waitFor();
  await keep.getByRole('textbox', { name: 'What shows it?' }).fill('Ann confirmed the export on the phone');
  await keep.getByRole('button', { name: 'Kept', exact: true }).click();
  await thread(page).getByText('kept the promise').waitFor();
  await shot(page, '06-kept');
  await thread(page).getByRole('button', { name: 'Close the case' }).last().click();
  const close = page.getByRole('dialog', { name: 'Close the case' });
  await close
    .getByRole('textbox', { name: 'What solved it?' })
    .fill('The stuck job was removed and cannot come back');
  await close.getByRole('button', { name: 'Close the case' }).click();
  await thread(page).getByText('closed the case').waitFor();
  await thread(page).getByText('We look again whether it held').waitFor();
  await shot(page, '07-closed');
}

/** The thread of the case of that title; of a direct message, its room, for what is said there has no thread. */
async function openThread(page: Page, title: string, room = 'care'): Promise<void> {
  const rooms = page.getByRole('navigation', { name: 'Rooms' });
  await rooms.getByRole('link', { name: new RegExp(`^${room}( |$)`) }).click();
  if (room === 'care') {
    const article = page.getByRole('main').getByRole('article').filter({ hasText: title }).first();
    await article.getByRole('link', { name: /repl/ }).click();
    await thread(page).waitFor();
  }
}

function thread(page: Page): Locator {
  return page.getByRole('region', { name: 'Thread', exact: true });
}

function room(page: Page): Locator {
  return page.getByRole('main');
}

async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
