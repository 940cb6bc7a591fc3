import type { Browser, Locator, Page } from 'playwright-core';
import { forThePage, fromThePage } from './local-slack-drawn.ts';
import { type Person, people } from './local-slack-team.ts';

/**
 * Opens local-slack's own page with the eyes of one person, and gives what a person does in it. What the page
 * can't draw is put so that it can (`local-slack-drawn.ts`); `faults` gets what goes wrong in it.
 */
export async function slackWindow(browser: Browser, url: string, name: Person, faults: string[]) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('dialog', (dialog) => {
    faults.push(`A dialog was fired: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.routeWebSocket(/\/ui$/u, (toPage) => {
    const toSlack = toPage.connectToServer();
    toSlack.onMessage((data) => toPage.send(JSON.stringify(forThePage(JSON.parse(String(data))))));
    toPage.onMessage((data) => toSlack.send(JSON.stringify(fromThePage(JSON.parse(String(data))))));
  });
  await page.goto(url);
  await page.locator('.actas select').selectOption({ label: people[name].real_name });

  const main = page.locator('main.main');
  const thread = page.locator('.thread-pane');
  const modal = page.locator('.modal');
  const say = async (composer: Locator, text: string) => {
    await composer.locator('.composer-input').fill(text);
    await composer.locator('.composer-send').click();
  };
  return {
    page,
    main,
    thread,
    modal,
    /** Opens a channel, the DM that Kept has with somebody, or the App Home. */
    goTo: async (room: string) => {
      await page
        .locator('.sidebar-item')
        .filter({ hasText: new RegExp(`${room}$`, 'u') })
        .click();
      await main.waitFor();
    },
    say: (text: string) => say(main.locator('.composer'), text),
    sayInThread: (text: string) => say(thread.locator('.composer'), text),
    /** Opens the thread of the newest message that holds those words. */
    openThread: async (words: string) => {
      await message(main, words).locator('.thread-summary').click();
      await thread.waitFor();
    },
    message: (words: string, where = main) => message(where, words),
    /** Presses the newest button of that name there. */
    press: (label: string, where = main) =>
      where.getByRole('button', { name: label, exact: true }).last().click(),
    field: (label: string) => field(modal, label),
    put: async (values: Record<string, string>) => {
      for (const [label, value] of Object.entries(values)) await putIn(field(modal, label), value);
    },
    submit: () => modal.locator('.modal-foot .primary').click(),
  };
}

/** A window on local-slack's page. */
export type SlackWindow = Awaited<ReturnType<typeof slackWindow>>;

function message(where: Locator, words: string): Locator {
  return where.locator('.msg').filter({ hasText: words }).last();
}

function field(modal: Locator, label: string): Locator {
  const named: Page | Locator = modal;
  return named.locator('.bk-input').filter({ has: named.page().locator('.bk-label', { hasText: label }) });
}

async function putIn(input: Locator, value: string): Promise<void> {
  const list = input.locator('select');
  if ((await list.count()) > 0) await list.selectOption({ label: value });
  else if ((await input.locator('.bk-options').count()) > 0) await input.getByLabel(value).check();
  else await input.locator('input').fill(value);
}
