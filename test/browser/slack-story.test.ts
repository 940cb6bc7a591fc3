import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, whyNoChromium } from '../support/chromium.ts';
import { whyNoLocalSlack } from '../support/local-slack.ts';
import { type SlackWindow, slackWindow } from '../support/local-slack-browser.ts';
import type { Person } from '../support/local-slack-team.ts';
import { type SlackWithKept, setAuthority, slackWithKept } from '../support/slack-story.ts';

const SHOTS = join(import.meta.dirname, 'shots', 'slack');
const HOSTILE = `<!channel> <@U03LEO> *bold* ${'long '.repeat(40)}`;
const HEBREW = 'הייצוא לא עובד 🙁';

const missing = whyNoChromium() ?? (await whyNoLocalSlack());
if (missing !== null) {
  if (process.env['KEPT_TEST_ALL'] === '1') throw new Error(missing);
  process.stderr.write(`The story in Slack’s page is left out: ${missing}\n`);
}

describe.runIf(missing === null)('the story in a page of Slack, from the first command to the close', () => {
  let whole: SlackWithKept;
  let browser: Browser;
  const faults: string[] = [];
  const open = (name: Person) => slackWindow(browser, whole.slack.client.url, name, faults);

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    whole = await slackWithKept('events');
    await setAuthority(whole.as('Ada'), 'Leo', { lead: 'Mia', may: 'Up to a limit', money: '500' });
    await setAuthority(whole.as('Ada'), 'Mia', { may: 'Anything, without limit' });
    await setAuthority(whole.as('Ada'), 'Ada', { lead: 'Leo' });
    browser = await launchChromium();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await whole?.stop();
  });

  it('plays both ways: answered, and escalated to the second holder', async () => {
    const ada = await open('Ada');
    await ada.goTo('care');

    await ada.say('/care Acme export down since noon, board meeting at 5pm');
    await ada.modal.getByText('Open care case', { exact: true }).waitFor();
    await ada.put({ 'What does it mean for them?': 'The board decides without figures' });
    await shot(ada, '01-open');
    await ada.submit();
    await ada.openThread('export down since noon');
    await shot(ada, '02-card');
    await promise(ada, 'Find the stuck job and run the export again');

    whole.clock.forward(97_000);
    await ada.thread.getByText('soon due').waitFor();
    await shot(ada, '04-soon');
    await keepAndClose(ada);

    await ada.say('/care Acme logins fail');
    await ada.modal.getByText('Open care case', { exact: true }).waitFor();
    await ada.put({ 'What is it?': `second ${HOSTILE}`, 'What does it mean for them?': HEBREW });
    await ada.submit();
    await ada.openThread('second');
    await promise(ada, 'Call Raj with the cause');
    whole.clock.forward(97_000);
    await ada.thread.getByText('soon due').waitFor();
    whole.clock.forward(12_000);
    const leo = await open('Leo');
    await leo.goTo('Leo Lead');
    await leo.main.getByText('needs you: a promise is at risk').waitFor();
    await shot(leo, '07-leo-is-called');
    whole.clock.forward(12_000);
    await ada.thread.getByText('now. Kept?').waitFor();
    whole.clock.forward(20_000);
    const mia = await open('Mia');
    await mia.goTo('Mia Manager');
    await mia.main.getByText('needs you').first().waitFor();
    whole.clock.forward(12_000);
    await ada.thread.getByText('The customer has heard nothing from us').waitFor();
    await ada.main.getByText('Broken:').waitFor();
    await shot(ada, '08-broken');

    await mia.main.getByText('needs you: a promise was broken').waitFor();
    await mia.press('I’ll take it');
    await ada.thread.getByText('has taken it on').waitFor();
    await ada.thread.getByText('has taken this on. What do we promise now?').waitFor();
    await shot(ada, '09-taken');
    await shot(mia, '10-mia-took-it');
    expect(await ada.thread.getByText(HEBREW).first().isVisible()).toBe(true);

    await ada.goTo('Kept');
    await ada.main.getByText('no promise yet').waitFor();
    await shot(ada, '11-home');
    await ada.goTo('care');
    await ada.say('/care list');
    await ada.main.getByText('Care cases').waitFor();
    await shot(ada, '12-list');
    expect(faults).toEqual([]);
    expect(whole.slack.faults()).toEqual([]);
  });
});

async function promise(who: SlackWindow, action: string): Promise<void> {
  await who.press('Make a promise', who.thread);
  await who.modal.getByText('Make a promise', { exact: true }).waitFor();
  await who.put({ 'What will be done?': action, 'When do they hear from us?': 'yesterday' });
  await who.submit();
  await who.modal.getByText('That time has passed').first().waitFor();
  await who.put({ 'What will be done?': action, 'When do they hear from us?': 'in 2 minutes' });
  await shot(who, '03-promise');
  await who.submit();
  await who.thread.getByText('promised:').waitFor();
}

async function keepAndClose(who: SlackWindow): Promise<void> {
  await who.press('Kept', who.thread);
  await who.put({ 'What shows it?': 'Ann confirmed the export on the phone' });
  await who.submit();
  await who.thread.getByText('kept the promise').waitFor();
  await shot(who, '05-kept');
  await who.press('Close the case', who.thread);
  await who.put({ 'What solved it?': 'The stuck job was removed and cannot come back' });
  await who.submit();
  await who.thread.getByText('closed the case').waitFor();
  await who.thread.getByText('We look again whether it held').waitFor();
  await shot(who, '06-closed');
}

async function shot(who: SlackWindow, name: string): Promise<void> {
  await who.page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
