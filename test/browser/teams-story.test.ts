import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, whyNoChromium } from '../support/chromium.ts';
import { type PlaygroundWindow, playgroundWindow, pressIn } from '../support/playground-browser.ts';
import type { Person } from '../support/playground-team.ts';
import { setAuthority, type TeamsWithKept, teamsWithKept } from '../support/teams-story.ts';

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
    await shot(ada, '01-open', 'What does it mean for them?');
    await pressIn(form, 'Open');
    await ada.card('What we know of Acme').waitFor();
    await shot(ada, '02-card', 'What it means for Acme');
    await promise(ada, 'Find the stuck job and run the export again');

    whole.clock.forward(97_000);
    await ada.card('soon due').waitFor();
    await shot(ada, '04-soon', 'soon due');
    await keepAndClose(ada);

    await ada.mention('care Acme logins fail');
    await pressIn(ada.card('asked Kept'), 'Open it');
    await ada.put(ada.card('What does it mean for them?'), {
      'What is it?': `second ${HOSTILE}`,
      'What does it mean for them?': HEBREW,
    });
    await pressIn(ada.card('What does it mean for them?'), 'Open');
    await ada.card('second').first().waitFor();
    await promise(ada, 'Call Raj with the cause');
    whole.clock.forward(97_000);
    await ada.card('soon due').waitFor();
    whole.clock.forward(12_000);
    await leo.card('a promise is at risk').waitFor();
    await shot(leo, '07-leo-is-called', 'a promise is at risk');
    whole.clock.forward(12_000);
    await ada.card('now. Kept?').waitFor();
    whole.clock.forward(20_000);
    await mia.card('needs you').waitFor();
    whole.clock.forward(12_000);
    await ada.card('The customer has heard nothing from us').waitFor();
    await ada.card('Broken:').waitFor();
    await shot(ada, '08-broken', 'The customer has heard nothing from us');

    await mia.card('a promise was broken').waitFor();
    await pressIn(mia.card('a promise was broken'), "I'll take it");
    await ada.card('has taken it on').waitFor();
    await shot(ada, '09-taken', 'has taken it on');
    await shot(mia, '10-mia-took-it', 'needs you');
    expect(await ada.page.getByText(HEBREW).first().isVisible()).toBe(true);

    await ada.goTo('chat');
    await ada.say('home');
    await ada.card('Hello Ada Agent').waitFor();
    await shot(ada, '11-home', 'Hello Ada Agent');
    await ada.say('list');
    await ada.card('Care cases').waitFor();
    await shot(ada, '12-list', 'Care cases');
    expect(faults).toEqual([]);
    expect(whole.teams.faults()).toEqual([]);
  });
});

async function promise(who: PlaygroundWindow, action: string): Promise<void> {
  await pressIn(who.card('Who owns it, what will you do'), 'Make a promise');
  const form = who.card('What will be done?');
  await who.put(form, { 'What will be done?': action, 'When do they hear from us?': 'yesterday' });
  await pressIn(form, 'Promise');
  await form.getByText('That time has passed').first().waitFor();
  await who.put(form, { 'When do they hear from us?': 'in 2 minutes' });
  await pressIn(form, 'Check');
  await form.getByText('your time').first().waitFor();
  await shot(who, '03-promise', 'What will be done?');
  await pressIn(form, 'Promise');
  await who.card(`promised: `).filter({ hasText: action }).waitFor();
}

async function keepAndClose(who: PlaygroundWindow): Promise<void> {
  await pressIn(who.card('soon due'), 'Kept');
  const proof = who.card('What shows it?');
  await who.put(proof, { 'What shows it?': 'Ann confirmed the export on the phone' });
  await pressIn(proof, 'Kept');
  await who.card('kept the promise').waitFor();
  await shot(who, '05-kept', 'kept the promise');
  await pressIn(who.card('what is the next promise?'), 'Close the case');
  const close = who.card('What solved it?');
  await who.put(close, { 'What solved it?': 'The stuck job was removed and cannot come back' });
  await pressIn(close, 'Close the case');
  await who.card('closed the case').waitFor();
  await who.card('We look again whether it held').waitFor();
  await shot(who, '06-closed', 'We look again whether it held');
}

/** A picture of the page with the lowest card of those words in it. */
async function shot(who: PlaygroundWindow, name: string, words: string): Promise<void> {
  await who.card(words).evaluate((card) => card.scrollIntoView({ block: 'center' }));
  await who.page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
