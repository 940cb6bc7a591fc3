import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelsOf } from '../support/playground-cards.ts';
import { type CardForm, wordsIn } from '../support/playground-form.ts';
import { eventually } from '../support/running-kept.ts';
import {
  asked,
  askedIn,
  caseTitled,
  isRoot,
  openedCase,
  openForm,
  pressed,
  sent,
  setAuthority,
  type TeamsWithKept,
  taken,
  teamsWithKept,
} from '../support/teams-story.ts';

const MINUTE = 60_000;
const HOSTILE =
  '<at>Leo Lead</at> **bold** `code` [click](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}} &amp; 🙁 הייצוא';

describe('the story in Teams', () => {
  let whole: TeamsWithKept;

  beforeAll(async () => {
    whole = await teamsWithKept();
  }, 300_000);
  afterAll(() => whole?.stop());

  it('is set up from a chat: who leads whom, and who may decide what', async () => {
    const ada = whole.as('Ada');
    // She has nothing of Kept's yet, but is in the team that Kept is in.
    await setAuthority(ada, 'Dora', { may: 'Anything, without limit' }, 'care');
    await setAuthority(ada, 'Mia', { lead: 'Dora', may: 'Up to a limit', money: '2500' });
    await setAuthority(ada, 'Leo', { lead: 'Mia', may: 'Up to a limit', money: '500' });
    await setAuthority(ada, 'Sam', { lead: 'Leo' });
    await setAuthority(ada, 'Ada', { lead: 'Leo' });

    const card = await asked(ada, 'team', 'Leo Lead → Mia Manager → Dora Director');
    expect(card.words).toContain('Leo Lead');
  });

  it('opens a case from a mention: prefilled, for the asker alone, its card in the channel', async () => {
    const ada = whole.as('Ada');
    const said = 'care Acme exports stuck since noon, board meeting at 5pm';
    const sight = await askedIn(ada, said, 'Open care case');
    const form = ada.on(sight);
    expect(form.value('title')).toBe('exports stuck since noon');
    expect(form.value('deadline')).toBe('5pm');
    expect(whole.as('Leo').look(sight).words).not.toContain('What does it mean for them?');
    const notLeos = await whole.as('Leo').press(sight, 'Open it');
    expect(notLeos).toMatchObject({ kind: 'message' });

    form.put({ stakes: '' });
    await form.submit();
    expect(form.words()).toContain('fill this in');
    expect(form.value('title')).toBe('exports stuck since noon');
    form.put({ stakes: 'The board decides without figures', 'Their time zone': 'America/New York' });
    expect(form.value('deadline')).toBe('5pm');
    await sent(form);

    const story = await caseTitled(whole, 'exports stuck since noon');
    expect(story.root().words).toContain('The board decides without figures');
    await story.says('What we know of Acme');
    expect(labelsOf(story.thread().at(-1)?.card)).toEqual([
      'Make a promise',
      'Need authority',
      'Close the case',
    ]);
  });

  it('reads plain words for a time in the form, shows them in both zones, and offers what can be kept', async () => {
    const story = await openedCase(whole, 'plain words');
    const form = await story.pressed('Ada', 'Make a promise');
    form.put({ followUp: 'yesterday' });
    await taken(form.check());
    expect(form.words()).toContain('That time has passed');
    form.put({ action: 'Find the stuck job', followUp: 'in 2 hours' });
    await taken(form.check());
    expect(form.words()).toMatch(/today 13:0\d, your time.* 07:0\d for Acme/u);
    form.put({ owner: 'Sam', contactBy: 'Sam' });
    await taken(form.check());
    expect(form.words()).toContain('Sam Support will be in touch');
    expect(form.value('action')).toBe('Find the stuck job');
    await sent(form);
    const made = await story.says('promised: ');
    expect(made.words).toContain('Find the stuck job');
  });

  it('leads back from a form to the card that it stood in for', async () => {
    const story = await openedCase(whole, 'back again');
    const asks = await story.withButton('Make a promise');
    const form = await pressed(whole.as('Ada'), asks, 'Make a promise');
    await taken(form.back());
    expect(labelsOf(whole.as('Ada').look(asks).card)).toContain('Make a promise');
  });

  it('nudges, folds what was answered, is kept with proof, closes with “did it hold?”, reopens', async () => {
    const story = await openedCase(whole, 'answered in time');
    await story.promise('Ada', 'in 2 minutes');
    const nudge = await story.after(97_000, 'soon due');
    expect(labelsOf(nudge.card)).toEqual(['I’m on it', 'Kept', 'Move it', 'Need authority', 'Hand over']);

    const form = await pressed(whole.as('Ada'), nudge, 'Kept');
    form.put({ proof: '   ' });
    await form.submit();
    expect(form.labels()).not.toEqual([]);
    form.put({ proof: 'Called Ann, the export runs' });
    await sent(form);

    await story.says('kept the promise');
    await story.says('what is the next promise?');
    await eventually(async () => labelsOf(whole.as('Sam').look(nudge).card).length === 0);
    await sent(await filled(story.pressed('Ada', 'Close the case'), { solved: 'A new export worker' }));
    await story.says('closed the case');
    await story.says('We look again whether it held');

    const closed = await story.withButton('Reopen');
    await Promise.all([whole.as('Ada').press(closed, 'Reopen'), whole.as('Ada').press(closed, 'Reopen')]);
    await story.says('opened the case again');
    await story.card('No promise yet');
    expect(story.thread().filter(({ words }) => words.includes('opened the case again'))).toHaveLength(1);
  });

  it('takes a word of the owner’s in the thread for a sign of life', async () => {
    const story = await openedCase(whole, 'looked at');
    await story.promise('Ada', 'in 2 minutes');
    await story.after(97_000, 'soon due');
    await whole.as('Ada').mention('Looking at the logs', story.spot);
    const number = /Case (\d+)/u.exec(story.root().words)?.[1] ?? '';
    await eventually(() => asked(whole.as('Leo'), `show ${number}`, 'gave a sign of life'));
  });

  it('goes up the ladder when nobody answers, and on after the miss until somebody takes it', async () => {
    const story = await openedCase(whole, 'nobody answers');
    await story.promise('Ada', 'in 2 minutes');

    await story.after(97_000, 'soon due');
    await story.after(12_000, 'At risk');
    const call = await story.dm('Leo', 'a promise is at risk');
    expect(labelsOf(call.card)).toEqual(
      expect.arrayContaining(['I’ll take it', 'Hand over', 'Move it', 'Open thread']),
    );
    await story.after(12_000, 'now. Kept?');
    await story.after(20_000, 'No answer from you in time', 'Leo');
    await story.dm('Mia', 'needs you');
    await story.after(12_000, 'The customer has heard nothing');
    await story.card('Broken');

    const mia = whole.as('Mia');
    await taken(mia.press(await story.dm('Mia', 'a promise was broken'), 'I’ll take it'));
    await story.says('has taken it on');
    for (const name of ['Mia', 'Leo'] as const) {
      await eventually(async () => {
        const about = whole
          .as(name)
          .read()
          .filter(({ words }) => words.includes('nobody answers'));
        return !about.flatMap(({ card }) => labelsOf(card)).includes('I’ll take it');
      });
    }
  });

  it('moves early as a good deed, hands over, and shows it to its new owner', async () => {
    const story = await openedCase(whole, 'moved and handed');
    await story.promise('Ada', 'in 30 minutes');
    await sent(
      await filled(story.pressed('Ada', 'Move it'), {
        to: 'in 1 hour',
        reason: 'Waiting for logs',
        told: 'Yes',
      }),
    );
    await story.says('moved the promise early');
    await sent(await filled(story.pressed('Ada', 'Hand over'), { to: 'Sam' }));
    await story.says('handed it over to');

    const mine = await asked(whole.as('Sam'), 'mine', 'My promises');
    expect(mine.words).toContain('moved and handed');
  });

  it('takes an ask to the first who may decide it, never takes a bare no, and brings the answer', async () => {
    const story = await openedCase(whole, 'wants money back');
    await story.promise('Ada', 'in 90 minutes');
    const form = await story.pressed('Ada', 'Need authority');
    form.put({ need: 'Half of the fee back', money: '900' });
    await taken(form.check());
    expect(form.words()).toContain('It goes to Mia Manager');
    form.put({ by: 'in 1 hour', recommendation: 'Yes' });
    await sent(form);
    const call = await story.dm('Mia', 'needs your decision');
    expect(
      whole
        .as('Leo')
        .read()
        .some(({ words }) => words.includes('wants money back')),
    ).toBe(false);
    expect(labelsOf(call.card)).toEqual(
      expect.arrayContaining([
        'Approve',
        'Approve within…',
        'Another option',
        'Decline with an option',
        'Not mine',
      ]),
    );

    const mia = whole.as('Mia');
    const decline = await pressed(mia, call, 'Decline with an option');
    decline.put({ reason: 'Too much' });
    await decline.submit();
    expect(decline.value('reason')).toBe('Too much');
    await taken(decline.back());
    const within = await pressed(mia, call, 'Approve within…');
    within.put({ limit: '450' });
    await sent(within);

    const answer = await story.says('approved it, within a limit');
    expect(answer.words).toContain('This is what we can do');
  });

  it('puts what an absent owner promised at risk at once', async () => {
    const story = await openedCase(whole, 'owner goes away');
    await story.promise('Sam', 'in 3 hours');
    whole.clock.forward(MINUTE);
    await asked(whole.as('Sam'), 'away until tomorrow 9am', 'You are away until');
    await story.says('the owner is away then');
    await story.dm('Leo', 'owner goes away');
    await whole.as('Sam').say('back');
    await story.says('The risk is over');
  });

  it('shows what somebody wrote as what they wrote, and fires nothing', async () => {
    const form = await openForm(whole.as('Ada'), 'care');
    form.put({ customer: 'Acme', title: `markup ${HOSTILE}`, stakes: HOSTILE, happened: HOSTILE });
    await sent(form);
    const story = await caseTitled(whole, 'markup');
    await story.promise('Ada', 'in 1 hour');
    expect(story.root().words).toContain(HOSTILE);
  });

  it('answers two people who press at once with one settlement', async () => {
    const story = await openedCase(whole, 'two at once');
    await story.promise('Ada', 'in 2 minutes');
    const forms: CardForm[] = [];
    for (const name of ['Ada', 'Sam'] as const) {
      forms.push(await filled(story.pressed(name, 'Kept'), { proof: `Done by ${name}` }));
    }

    await Promise.all(forms.map((form) => form.submit()));

    await story.says('kept the promise');
    expect(forms.filter((form) => form.words().includes('Nothing was changed'))).toHaveLength(1);
    expect(story.thread().filter(({ words }) => words.includes('kept the promise'))).toHaveLength(1);
  });

  it('opens one case when the same submission comes twice', async () => {
    const form = await openForm(whole.as('Ada'), 'care Acme twice');
    form.put({ title: 'sent twice', stakes: 'None' });
    await sent(form);
    const again = whole.teams.wire.heard().findLast(({ activity }) => activity.type === 'invoke');
    await whole.teams.wire.tell(again?.activity ?? expect.fail('Nothing was heard'));
    await caseTitled(whole, 'sent twice');
    await asked(whole.as('Ada'), 'list', 'sent twice');
    const cards = whole.as('Ada').read({ room: 'care' }).filter(isRoot);
    expect(cards.filter(({ words }) => words.includes('sent twice'))).toHaveLength(1);
  });

  it('says what has happened since to whoever presses an old button', async () => {
    const story = await openedCase(whole, 'stale button');
    await story.promise('Ada', 'in 1 hour');
    const asItWas = await story.withButton('Kept');
    const pressOld = whole.as('Sam').holding(asItWas, 'Kept');
    await sent(await filled(story.pressed('Ada', 'Kept'), { proof: 'Called Ann' }));
    await story.says('kept the promise');

    expect(wordsIn(await pressOld())).toContain('That promise was kept by Ada Agent');
  });

  it.each([
    ['mine', 'My promises'],
    ['at risk', 'At risk now'],
    ['list', 'Care cases'],
    ['show 1', 'exports stuck since noon'],
    ['show 999', 'There is no case 999 here'],
    ['show', 'Which case?'],
    ['policy', 'Quiet hours 20:00 to 07:00'],
    ['team', 'Team and settings'],
    ['help', 'away until Monday'],
    ['home', 'Hello Ada Agent'],
  ])('“%s” is answered: %s, and in a channel for its asker alone', async (said, words) => {
    const [ada, sam] = [whole.as('Ada'), whole.as('Sam')];
    await asked(ada, said, words);
    const sight = await askedIn(ada, said, words);
    expect(sam.look(sight).words).not.toContain(words);
  });

  it.each([
    ['away until the cows come home', 'can’t be read'],
    ['back', 'Welcome back'],
  ])(
    '“%s”, which does something, is answered once: %s, and of a channel in one’s own chat',
    async (said, words) => {
      const [ada, sam] = [whole.as('Ada'), whole.as('Sam')];
      await asked(ada, said, words);
      const room = sam.read().length;
      await asked(ada, said, words, (it) => ada.mention(it, { room: 'care' }));
      expect(
        sam
          .read()
          .slice(room)
          .map(({ words: seen }) => seen)
          .join(' '),
      ).not.toContain(words);
    },
  );

  it('opens a case from a message, with its words and a link to it', async () => {
    const sam = whole.as('Sam');
    const text = 'Acme says that their invoices are doubled &amp; &lt;wrong&gt;';
    const thread = await sam.say(text, { room: 'care' });
    const message = { text, id: thread.split('=')[1] ?? '', by: 'Leo' } as const;
    const form = await sam.extension({ thread }, message);
    expect(form.words()).toContain('their invoices are doubled & <wrong>');
    form.put({ customer: 'Acme', title: 'invoices doubled', stakes: '' });
    await form.submit();
    expect(form.words()).toContain('fill this in');
    form.put({ stakes: 'They can’t close the month' });
    await sent(form);
    const story = await caseTitled(whole, 'invoices doubled');
    expect(story.root().words).toContain('Opened by Sam Support');
  });

  it('opens the form from where one writes', async () => {
    const form = await whole.as('Sam').extension({ room: 'care' });
    expect(form.words()).toContain('Open care case');
  });

  it('understands plain words in one’s own chat, and takes the case to the team', async () => {
    const sam = whole.as('Sam');
    const form = sam.on(await asked(sam, 'Acme logins fail since an hour', 'Open care case'));
    expect(form.value('title')).toContain('logins fail');
  });

  it('keeps the team’s talk out of a channel that people from outside read', async () => {
    const [ada, sam] = [whole.as('Ada'), whole.as('Sam')];
    const settings = await pressed(ada, await askedIn(ada, 'team', 'Team and settings'), 'Settings');
    settings.put({ home: 'care (this channel)' });
    await sent(settings);
    const form = await openForm(sam, 'care Acme shared trouble', { room: 'partner' });
    form.put({ stakes: 'They read along' });
    const outcome = await sent(form);
    expect(wordsIn(outcome)).toContain('read along');

    const story = await caseTitled(whole, 'shared trouble');
    await story.says('What we know of Acme');
    const there = ada.read({ room: 'partner' }).map(({ words }) => words);
    expect(there.filter((words) => words.includes('They read along'))).toEqual([]);
  });

  it('tells a guest nothing', async () => {
    const gus = whole.as('Gus');
    const thread = await gus.mention('list', { room: 'partner' });
    const said = await eventually(async () => gus.read({ thread }).at(-1));
    const outcomes = await Promise.all(labelsOf(said.card).map((label) => gus.press(said, label)));
    const all = [said.words, gus.look(said).words, ...outcomes.map(wordsIn)].join(' ');
    expect(all).toContain('guest');
    expect(all).not.toContain('exports stuck');
  });

  it('never showed anything that Teams would turn away', () => {
    expect(whole.teams.faults()).toEqual([]);
  });
});

async function filled(opening: Promise<CardForm>, values: Record<string, string>): Promise<CardForm> {
  const form = await opening;
  form.put(values);
  return form;
}
