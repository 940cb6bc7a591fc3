import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoLocalSlack } from '../support/local-slack.ts';
import { buttonsOf, labelsOf, wordsOf } from '../support/local-slack-words.ts';
import { eventually } from '../support/running-kept.ts';
import {
  asked,
  caseTitled,
  isAbout,
  openedCase,
  type SlackWithKept,
  sent,
  setAuthority,
  slackWithKept,
} from '../support/slack-story.ts';

const MINUTE = 60_000;
const HOSTILE = '<!channel> <@U03LEO> *bold* `code` <https://evil.example|click> &amp; :tada: 🙁 הייצוא';
const missing = await whyNoLocalSlack();

describe.runIf(missing === null).each(['events', 'socket'] as const)('the story in Slack, by %s', (mode) => {
  let whole: SlackWithKept;

  beforeAll(async () => {
    whole = await slackWithKept(mode);
  }, 300_000);
  afterAll(() => whole?.stop());

  it('is set up from a chat: who leads whom, and who may decide what', async () => {
    const ada = whole.as('Ada');
    await setAuthority(ada, 'Leo', { lead: 'Mia', may: 'Up to a limit', money: '500' });
    await setAuthority(ada, 'Mia', { lead: 'Dora', may: 'Up to a limit', money: '2500' });
    await setAuthority(ada, 'Dora', { may: 'Anything, without limit' });
    await setAuthority(ada, 'Sam', { lead: 'Leo' });
    await setAuthority(ada, 'Ada', { lead: 'Leo' });

    const card = await asked(ada, 'team', 'Leo Lead → Mia Manager → Dora Director');
    expect(wordsOf(card)).toContain('Leo Lead');
  });

  it('opens a case from a command: prefilled, its customer found as one types, its card in the channel', async () => {
    const ada = whole.as('Ada');
    await ada.command('Acme export down since noon, board meeting at 5pm');
    const form = await ada.form('Open care case');
    expect(form.value('title')).toBe('export down since noon');
    expect(form.value('deadline')).toBe('5pm');
    await form.put({ stakes: '' });
    expect(await form.submit()).toMatchObject({
      kind: 'errors',
      errors: { 'What does it mean for them?': expect.stringContaining('fill this in') },
    });

    const found = await form.suggestions('customer', 'Acm');
    expect(found.map(({ text }) => text.text).join()).toContain('Acm');
    await form.put({ customer: 'Acme', stakes: 'The board decides without figures' });
    await form.put({ 'Their time zone': 'America/New York' });
    expect(form.value('deadline')).toBe('5pm');
    await sent(form);

    const story = await caseTitled(whole, 'export down since noon');
    expect(wordsOf(story.root())).toContain('The board decides without figures');
    await story.says('What we know of Acme');
    expect(labelsOf(story.thread().at(-1))).toEqual(['Make a promise', 'Need authority', 'Close the case']);
  });

  it('reads plain words for a time in the form, shows them in both zones, and offers what can be kept', async () => {
    const story = await openedCase(whole, 'plain words');
    const form = await story.pressed('Ada', 'Make a promise');
    await form.put({ followUp: 'yesterday' });
    await eventually(async () => form.words().includes('That time has passed'));
    await form.put({ action: 'Find the stuck job', followUp: 'in 2 hours' });
    await eventually(async () => /today 13:00, your time.* 07:00 for Acme/u.test(form.words()));
    await form.put({ owner: 'Sam', contactBy: 'Sam' });
    await eventually(async () => form.words().includes('Sam Support will be in touch'));
    expect(form.value('action')).toBe('Find the stuck job');
    await sent(form);
    const made = await story.says('promised: ');
    expect(wordsOf(made)).toContain('Find the stuck job');
  });

  it('nudges, folds what was answered, is kept with proof, closes with “did it hold?”, reopens', async () => {
    const story = await openedCase(whole, 'answered in time');
    await story.promise('Ada', 'in 2 minutes');
    const nudge = await story.after(97_000, 'soon due');
    expect(labelsOf(nudge)).toEqual(['I’m on it', 'Kept', 'Move it', 'Need authority', 'Hand over']);

    const unproven = await story.fill('Ada', 'Kept', { proof: '   ' });
    expect(unproven).toMatchObject({ kind: 'errors' });
    const form = await whole.as('Ada').form('Kept');
    await form.put({ proof: 'Called Ann, the export runs' });
    await sent(form);

    await story.says('kept the promise');
    await story.says('what is the next promise?');
    await eventually(async () => {
      const folded = story.thread().find(({ ts }) => ts === nudge.ts);
      return folded !== undefined && labelsOf(folded).length === 0;
    });
    expect(await story.fill('Ada', 'Close the case', { solved: 'A new export worker' })).not.toMatchObject({
      kind: 'errors',
    });
    await story.says('closed the case');
    await story.says('We look again whether it held');

    const closed = await story.withButton('Reopen');
    await Promise.all([whole.as('Ada').press(closed, 'Reopen'), whole.as('Ada').press(closed, 'Reopen')]);
    await story.says('opened the case again');
    await story.card('No promise yet');
    const reopened = story.thread().filter((message) => wordsOf(message).includes('opened the case again'));
    expect(reopened).toHaveLength(1);
  });

  it('takes a word of the owner’s in the thread for a sign of life', async () => {
    const story = await openedCase(whole, 'looked at');
    await story.promise('Ada', 'in 2 minutes');
    await story.after(97_000, 'soon due');
    await whole.as('Ada').say('Looking at the logs', { thread: story.root().ts });
    const number = /Case (\d+)/u.exec(wordsOf(story.root()))?.[1] ?? '';
    await eventually(() => asked(whole.as('Leo'), `show ${number}`, 'gave a sign of life'));
  });

  it('goes up the ladder when nobody answers, and on after the miss until somebody takes it', async () => {
    const story = await openedCase(whole, 'nobody answers');
    await story.promise('Ada', 'in 2 minutes');

    await story.after(97_000, 'soon due');
    await story.after(12_000, 'At risk');
    const call = await story.dm('Leo', 'a promise is at risk');
    expect(labelsOf(call)).toEqual(
      expect.arrayContaining(['I’ll take it', 'Hand over', 'Move it', 'Open thread']),
    );
    await story.after(12_000, 'now. Kept?');
    await story.after(20_000, 'No answer from you in time', 'Leo');
    await story.dm('Mia', 'needs you');
    await story.after(12_000, 'The customer has heard nothing');
    await story.card('Broken');

    const mia = whole.as('Mia');
    await mia.press(await story.dm('Mia', 'a promise was broken'), 'I’ll take it');
    await story.says('has taken it on');
    for (const name of ['Mia', 'Leo'] as const) {
      await eventually(async () => {
        const about = (await whole.as(name).readDm()).filter(isAbout('nobody answers'));
        return !about.flatMap(labelsOf).includes('I’ll take it');
      });
    }
  });

  it('moves early as a good deed, hands over, and shows it to its new owner', async () => {
    const story = await openedCase(whole, 'moved and handed');
    await story.promise('Ada', 'in 30 minutes');
    await story.fill('Ada', 'Move it', { to: 'in 1 hour', reason: 'Waiting for logs', told: 'Yes' });
    await story.says('moved the promise early');
    await story.fill('Ada', 'Hand over', { to: 'Sam' });
    await story.says('handed it over to');

    const mine = await asked(whole.as('Sam'), 'mine', 'My promises');
    expect(wordsOf(mine)).toContain('moved and handed');
  });

  it('takes an ask to the first who may decide it, never takes a bare no, and brings the answer', async () => {
    const story = await openedCase(whole, 'wants money back');
    await story.promise('Ada', 'in 90 minutes');
    const form = await story.pressed('Ada', 'Need authority');
    await form.put({ need: 'Half of the fee back', money: '900' });
    await eventually(async () => form.words().includes('It goes to Mia Manager'));
    await form.put({ by: 'in 1 hour', recommendation: 'Yes' });
    await sent(form);
    const call = await story.dm('Mia', 'needs your decision');
    expect((await whole.as('Leo').readDm()).some(isAbout('wants money back'))).toBe(false);
    expect(labelsOf(call)).toEqual(
      expect.arrayContaining([
        'Approve',
        'Approve within…',
        'Another option',
        'Decline with an option',
        'Not mine',
      ]),
    );

    const mia = whole.as('Mia');
    await mia.press(call, 'Decline with an option');
    const decline = await mia.form('Decline with an option');
    await decline.put({ reason: 'Too much' });
    expect(await decline.submit()).toMatchObject({ kind: 'errors' });
    await decline.close();
    await mia.press(call, 'Approve within…');
    const within = await mia.form('Approve within a limit');
    await within.put({ limit: '450' });
    await sent(within);

    const answer = await story.says('approved it, within a limit');
    expect(wordsOf(answer)).toContain('This is what we can do');
    await mia.press(call, 'Approve');
    await answerAnywhere('Mia', 'decided this');
  });

  it('puts what an absent owner promised at risk at once', async () => {
    const story = await openedCase(whole, 'owner goes away');
    await story.promise('Sam', 'in 3 hours');
    whole.clock.forward(MINUTE);
    await asked(whole.as('Sam'), 'away until tomorrow 9am', 'You are away until');
    await story.says('the owner is away then');
    await story.dm('Leo', 'owner goes away');
    await whole.as('Sam').command('back');
    await story.says('The risk is over');
  });

  it('shows what somebody wrote as what they wrote, and fires nothing', async () => {
    const ada = whole.as('Ada');
    await ada.command('');
    const form = await ada.form('Open care case');
    await form.put({ customer: 'Acme', title: `markup ${HOSTILE}`, stakes: HOSTILE, happened: HOSTILE });
    await sent(form);
    const story = await caseTitled(whole, 'markup');
    expect(wordsOf(story.root())).toContain(HOSTILE.replaceAll(/\s+/gu, ' '));
    expect(wordsOf(story.root())).not.toContain('FIRED');
    await story.promise('Ada', 'in 1 hour');
    const text = story
      .thread()
      .map((message) => message.text)
      .join('\n');
    expect(text).not.toMatch(/<!channel>|<https:\/\/evil|<@U03LEO>/u);
  });

  it('answers two people who press at once with one settlement', async () => {
    const story = await openedCase(whole, 'two at once');
    await story.promise('Ada', 'in 2 minutes');
    const made = await story.withButton('Kept');
    const submissions = [];
    for (const name of ['Ada', 'Sam'] as const) {
      await whole.as(name).press(made, 'Kept');
      const form = await whole.as(name).form('Kept');
      await form.put({ proof: `Done by ${name}` });
      submissions.push(await form.submission());
      await form.close();
    }

    const answers = await Promise.all(
      submissions.map((payload) => whole.slack.wire.deliver('interactive', payload)),
    );

    await story.says('kept the promise');
    expect(
      answers.filter((answer) => JSON.stringify(answer ?? '').includes('Nothing was changed')),
    ).toHaveLength(1);
    expect(story.thread().filter((message) => wordsOf(message).includes('kept the promise'))).toHaveLength(1);
  });

  it('opens one case when the same submission comes twice', async () => {
    const ada = whole.as('Ada');
    await ada.command('Acme twice');
    const form = await ada.form('Open care case');
    await form.put({ title: 'sent twice', stakes: 'None' });
    await sent(form);
    const again = whole.slack.wire.sent.findLast(({ payload }) => payload['type'] === 'view_submission');
    await whole.slack.wire.deliver('interactive', again?.payload ?? {});
    await caseTitled(whole, 'sent twice');
    await asked(ada, 'list', 'sent twice');
    expect(ada.readChannel().filter(isAbout('sent twice'))).toHaveLength(1);
  });

  it('says what has happened since to whoever presses an old button', async () => {
    const story = await openedCase(whole, 'stale button');
    await story.promise('Ada', 'in 1 hour');
    const asItWas = await story.withButton('Kept');
    await story.fill('Ada', 'Kept', { proof: 'Called Ann' });
    await story.says('kept the promise');

    await whole.as('Sam').press(asItWas, 'Kept');

    await answerAnywhere('Sam', 'That promise was kept by Ada Agent');
  });

  it.each([
    ['mine', 'My promises'],
    ['at risk', 'At risk now'],
    ['list', 'Care cases'],
    ['show 1', 'export down since noon'],
    ['show 999', 'There is no case 999 here'],
    ['show', 'Which case?'],
    ['halp', 'That is no command'],
    ['policy', 'Quiet hours 20:00 to 07:00'],
    ['team', 'Team and settings'],
    ['help', '/care away until Monday'],
    ['home', 'Hello Ada Agent'],
    ['away until the cows come home', 'can’t be read'],
    ['back', 'Welcome back'],
  ])('/care %s answers its asker alone: %s', async (said, words) => {
    const [ada, sam] = [whole.as('Ada'), whole.as('Sam')];
    const before = [sam.readEphemerals().length, sam.readChannel().length];
    await asked(ada, said, words);
    expect([sam.readEphemerals().length, sam.readChannel().length]).toEqual(before);
  });

  it('opens a case from a message, with its words and a link to it', async () => {
    const sam = whole.as('Sam');
    const ts = await sam.say('Acme says that their invoices are doubled & <wrong>');
    const message = sam.readChannel().find((one) => one.ts === ts);
    await sam.messageShortcut('open_case_from_message', message ?? expect.fail('It was not said'));
    const form = await sam.form('Open care case');
    expect(form.words()).toContain('their invoices are doubled & <wrong>');
    await form.put({ customer: 'Acme', title: 'invoices doubled', stakes: 'They can’t close the month' });
    await sent(form);
    const story = await caseTitled(whole, 'invoices doubled');
    expect(wordsOf(story.root())).toContain('Opened by');
  });

  it('opens a case from the global shortcut', async () => {
    const sam = whole.as('Sam');
    await sam.shortcut('open_case');
    const form = await sam.form('Open care case');
    await form.close();
  });

  it('understands plain words in a DM and in a mention', async () => {
    const sam = whole.as('Sam');
    await sam.dm('mine');
    await eventually(async () => (await sam.readDm()).some((one) => wordsOf(one).includes('My promises')));
    const ts = await sam.mention('help');
    await eventually(async () =>
      [...sam.readThread({ channel: 'C01CARE', ts }), ...sam.readEphemerals()].some((one) =>
        wordsOf(one).includes('What Kept does for you'),
      ),
    );
    await sam.dm('Acme logins fail since an hour');
    const offered = await eventually(async () =>
      (await sam.readDm()).findLast((one) => labelsOf(one).includes('Open the form')),
    );
    await sam.press(offered, 'Open the form');
    const form = await sam.form('Open care case');
    expect(form.value('title')).toContain('logins fail');
    await form.close();
  });

  it('shows in App Home what is one’s own, with buttons', async () => {
    const ada = whole.as('Ada');
    await ada.openHome();
    const words = await eventually(async () => {
      const said = wordsOf(ada.home());
      return said.includes('My promises') && said;
    });
    expect(words).toContain('Hello Ada Agent');
    expect(words).toContain('Cases I opened');
    expect(buttonsOf(ada.home()).length).toBeGreaterThan(0);
    ada.pressHome('Open care case');
    const form = await ada.form('Open care case');
    await form.close();
  });

  it('keeps the team’s talk out of a channel that people from outside read', async () => {
    const [ada, sam] = [whole.as('Ada'), whole.as('Sam')];
    await ada.press(await asked(ada, 'team', 'Team and settings'), 'Settings');
    const settings = await ada.form('Settings');
    await settings.put({ home: 'care' });
    await sent(settings);
    await sam.command('Acme shared trouble', 'partner');
    const form = await sam.form('Open care case');
    await form.put({ stakes: 'They read along' });
    await sent(form);

    const story = await caseTitled(whole, 'shared trouble');
    await story.says('What we know of Acme');
    expect(sam.readChannel('partner')).toEqual([]);
    await eventually(async () =>
      sam
        .readEphemerals()
        .some(({ text, channel }) => channel === 'C03PARTNER' && text.includes('read along')),
    );
  });

  it('tells a guest nothing', async () => {
    const gus = whole.as('Gus');
    await gus.command('list', 'partner');
    const said = await eventually(async () => gus.readEphemerals().at(-1));
    expect(wordsOf(said) + said.text).not.toContain('export down');
  });

  it('never sent anything that Slack would turn away, and asked for nothing that it doesn’t have', () => {
    expect(whole.slack.faults()).toEqual([]);
  });

  /** What is shown to one person alone: in the channel, in a modal or in the DM. */
  async function answerAnywhere(name: 'Mia' | 'Sam', words: string): Promise<void> {
    const who = whole.as(name);
    await eventually(async () => {
      const seen = [...who.readEphemerals(), ...(await who.readDm())].map(wordsOf);
      if (who.modal.isOpen()) seen.push(who.modal.words());
      return seen.some((one) => one.includes(words));
    });
    if (who.modal.isOpen()) await who.modal.close();
  }
});
