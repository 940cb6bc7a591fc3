import type { Browser, Locator } from 'playwright-core';
import { BOT } from './playground-team.ts';

/** Rooms as the Playground's own page names them. */
const ROOMS = { chat: 'Personal Chat', care: 'Care Team - care' } as const;

/**
 * Opens the Playground's own page with the eyes of one person, and gives what they do in it. It has no memory: open
 * it before anything is said. `faults` gets what goes wrong in it.
 */
export async function playgroundWindow(browser: Browser, url: string, faults: string[]) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 1000 },
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && message.text().includes('Saga error')) faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`A dialog was fired: ${dialog.message()}`);
    void dialog.dismiss();
  });
  // It asks for fonts and pictures from elsewhere, and goes on without them.
  await page.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.getByTitle('Toggle Log Panel').click();

  const cards = page.locator('.ac-adaptiveCard');
  const composer = page.locator('[contenteditable=true]').first();

  return {
    page,
    cards,
    goTo: async (room: keyof typeof ROOMS) => {
      await page.getByRole('treeitem', { name: ROOMS[room] }).click();
      await composer.waitFor();
    },
    /** Says something in one's chat with Kept. */
    say: async (text: string) => {
      await composer.click();
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    },
    /** Begins a thread in a channel with a mention of Kept. */
    mention: async (text: string) => {
      await composer.click();
      await page.keyboard.type(`@${BOT.name}`);
      await page.locator('#typeahead-menu').getByText(BOT.name, { exact: true }).click();
      await page.keyboard.type(` ${text}`);
      await page.getByRole('button', { name: 'Post', exact: true }).click();
    },
    /** The newest thread of a channel that holds those words; the page has the newest on top. */
    thread: (words: string) => page.locator('.fui-Card').filter({ hasText: words }).first(),
    /** The lowest card that holds those words, of the page or of a thread. */
    card: (words: string, within?: Locator) =>
      (within === undefined ? cards : within.locator('.ac-adaptiveCard')).filter({ hasText: words }).last(),
    put: async (card: Locator, values: Record<string, string>) => {
      for (const [label, value] of Object.entries(values)) await putIn(card, label, value);
    },
  };
}

/** A window on the Playground's page. */
export type PlaygroundWindow = Awaited<ReturnType<typeof playgroundWindow>>;

/** Presses a button of a card. */
export async function pressIn(card: Locator, label: string): Promise<void> {
  await card.getByRole('button', { name: label, exact: true }).last().click();
}

async function putIn(card: Locator, label: string, value: string): Promise<void> {
  const input = card.getByLabel(label).first();
  if ((await input.getAttribute('role')) !== 'combobox') {
    await input.fill(value);
    return;
  }
  await input.click();
  await input.page().getByRole('option', { name: value }).click();
}
