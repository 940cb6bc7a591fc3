import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, whyNoChromium } from '../support/chromium.ts';
import { type PlaygroundWindow, playgroundWindow, pressIn } from '../support/playground-browser.ts';
import type { Person } from '../support/playground-team.ts';
import { setAuthority, settled, type TeamsWithKept, teamsWithKept } from '../support/teams-story.ts';

const SHOTS = join(import.meta.dirname, 'shots', 'teams');
const HOSTILE = `<at>Leo Lead</at> *bold* {{DATE(2026-01-01T00:00:00Z)}} ${'long '.repeat(40)}`;
const HEBREW = 'הייצוא לא עובד 🙁';

const missing = whyNoChromium();
if (missing !== null) {
  if (process.env['KEPT_TEST_ALL'] === '1') throw new Error(missing);
  process.stderr.write(`The story in Teams’ page is left out: ${missing}\n`);
}

describe.runIf(missing === null)('the story in a page of Teams, from the first words to the close', () => {
  let whole: TeamsWithKept;
  let browser: Browser;
  const faults: string[] = [];
  const open = (name: Person) => playgroundWindow(browser, whole.teams.urlOf(name), faults);

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    whole = await teamsWithKept();
    browser = await launchChromium();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await whole?.stop();
  });

  it('plays both ways: answered, and escalated to the second holder', async () => {
    const [ada, leo, mia] = [await open('Ada'), await open('Leo'), await open('Mia')];
    await setAuthority(whole.as('Ada'), 'Leo', { lead: 'Mia', may: 'Up to a limit', money: '500' });
    await setAuthority(whole.as('Ada'), 'Mia', { may: 'Anything, without limit' });
    await setAuthority(whole.as('Ada'), 'Ada', { lead: 'Leo' });
    await ada.goTo('care');

    await ada.mention('care Acme export down since noon, board meeting at 5pm');
    await pressIn(ada.card('asked Kept'), 'Open it');
    const form = ada.card('What does it mean for them?');
    await ada.put(form, { 'What does it mean for them?': 'The board decides without figures' });
    await shot(ada, '01-open', form);
    await pressIn(form, 'Open');
    const first = ada.thread('What we know of Acme');
    await shot(ada, '02-card', ada.card('What it means for Acme', first));
    await promise(ada, first, 'Find the stuck job and run the export again');

    await settled();
    whole.clock.forward(97_000);
    await shot(ada, '04-soon', ada.card('soon due', first));
    await keepAndClose(ada, first);

    await ada.mention('care Acme logins fail');
    await pressIn(ada.thread('Only Ada Agent can open this.'), 'Open it');
    const other = ada.card('What does it mean for them?', ada.thread('care Acme logins fail'));
    await ada.put(other, { 'What is it?': `second ${HOSTILE}`, 'What does it mean for them?': HEBREW });
    await pressIn(other, 'Open');
    const second = ada.thread('Acme: second');
    await promise(ada, second, 'Call Raj with the cause');
    await settled();
    whole.clock.forward(97_000);
    await ada.card('soon due', second).waitFor();
    await settled();
    whole.clock.forward(12_000);
    await shot(leo, '07-leo-is-called', leo.card('needs you: a promise is at risk'));
    await settled();
    whole.clock.forward(12_000);
    await ada.card('now. Kept?', second).waitFor();
    await settled();
    whole.clock.forward(20_000);
    await mia.card('needs you: a promise is at risk').waitFor();
    await settled();
    whole.clock.forward(12_000);
    await shot(ada, '08-broken', ada.card('The customer has heard nothing from us', second));
    await ada.card('Broken:', second).waitFor();

    await pressIn(mia.card('needs you: a promise was broken'), 'I’ll take it');
    await shot(ada, '09-taken', ada.card('has taken it on', second));
    await shot(mia, '10-mia-took-it', mia.card('second'));
    expect(await second.getByText(HEBREW).first().isVisible()).toBe(true);

    await ada.goTo('chat');
    await ada.say('home');
    await shot(ada, '11-home', ada.card('Hello Ada Agent'));
    await ada.say('list');
    await shot(ada, '12-list', ada.card('Care cases'));
    expect(faults).toEqual([]);
    expect(whole.teams.faults()).toEqual([]);
  });
});

async function promise(who: PlaygroundWindow, thread: Locator, action: string): Promise<void> {
  await pressIn(who.card('Who owns it, what will you do', thread), 'Make a promise');
  const form = who.card('What will be done?', thread);
  await who.put(form, { 'What will be done?': action, 'When do they hear from us?': 'yesterday' });
  await pressIn(form, 'Promise');
  await form.getByText('That time has passed').first().waitFor();
  await who.put(form, { 'When do they hear from us?': 'in 2 minutes' });
  await pressIn(form, 'Check');
  await form.getByText('your time').first().waitFor();
  await shot(who, '03-promise', form);
  await pressIn(form, 'Promise');
  await who.card(`promised: ${action}`, thread).waitFor();
}

async function keepAndClose(who: PlaygroundWindow, thread: Locator): Promise<void> {
  await pressIn(who.card('soon due', thread), 'Kept');
  const proof = who.card('What shows it?', thread);
  await who.put(proof, { 'What shows it?': 'Ann confirmed the export on the phone' });
  await pressIn(proof, 'Kept');
  await shot(who, '05-kept', who.card('kept the promise', thread));
  await pressIn(who.card('what is the next promise?', thread), 'Close the case');
  const close = who.card('What solved it?', thread);
  await who.put(close, { 'What solved it?': 'The stuck job was removed and cannot come back' });
  await pressIn(close, 'Close the case');
  await who.card('closed the case', thread).waitFor();
  await shot(who, '06-closed', who.card('We look again whether it held', thread));
}

/** A picture of the page with a card in its middle, once it is there. */
async function shot(who: PlaygroundWindow, name: string, card: Locator): Promise<void> {
  await card.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await who.page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
