import { describe, expect, it } from 'vitest';
import type { Card, Subject } from '../../src/conversation/card.ts';
import { buttonIn, buttonsOf, formOf, valuesOf, wordsOf } from '../support/console-client.ts';
import { onEachEngine, type Whole } from '../support/each-engine.ts';
import { eventually } from '../support/running-kept.ts';

const MINUTE = 60_000;
/** A Monday morning: everybody of the example team is at work, whatever zone they are in by default. */
const MONDAY = '2026-11-23T10:00:00Z';

await onEachEngine(MONDAY, (whole) => {
  describe('the promise loop', () => {
    it('opens a case from words, and asks for a promise in its thread', async () => {
      const { kept } = whole();
      const ada = await kept.client.as('Ada');
      const urgent = await ada.openForm('CRITICAL: Acme export down');
      expect(valuesOf(urgent)).toMatchObject({ title: 'export down', severity: 'critical' });
      expect(urgent.fields.find(({ name }) => name === 'customer')?.input).toMatchObject({ shown: 'Acme' });
      const form = await ada.openForm('Acme export down since noon, board meeting at 5pm');
      expect(form.fields.find(({ name }) => name === 'title')?.value).toBe('export down since noon');
      expect(form.fields.find(({ name }) => name === 'deadline')?.value).toBe('5pm');

      const story = await openedCase(whole(), 'export down since noon');

      const thread = await story.thread();
      expect(thread.map(wordsOf).join('\n')).toContain('What we know of Acme');
      expect(buttonsOf(thread.at(-1) ?? missing())).toEqual(['promise', 'ask', 'close']);
    });

    it.each([
      ['NASA exports down, tomorrow at noon', 'exports down', 'tomorrow at noon', ''],
      [
        'Acme login broken, board meeting on Tuesday at 10am',
        'login broken',
        'Tuesday at 10am',
        'board meeting',
      ],
      ['Acme login broken, launch Friday 14:30', 'login broken', 'Friday 14:30', 'launch'],
      ['Acme exports down by Monday', 'exports down by Monday', 'Monday', 'exports down'],
      ['Acme export down since noon', 'export down since noon', undefined, undefined],
      ['Acme shows error 500', 'shows error 500', undefined, undefined],
    ])('reads a deadline from “%s”', async (said, title, deadline, reason) => {
      const ada = await whole().kept.client.as('Ada');
      const form = await ada.openForm(said);
      const typed = Object.fromEntries(form.fields.map((field) => [field.name, field.value]));
      expect(typed).toMatchObject({
        title,
        ...(deadline === undefined ? { deadline: '' } : { deadline, reason }),
      });
    });

    it('opens one case when the same form is sent twice at once', async () => {
      const ada = await whole().kept.client.as('Ada');
      const form = await ada.openForm('');
      const values = { customer: 'new:Twice Ltd', title: 'sent twice', stakes: 'None' };

      await Promise.all([ada.submit(form, values), ada.submit(form, values), ada.submit(form, values)]);

      await eventually(async () => (await ada.cards('care')).some(isAbout('sent twice')));
      expect((await ada.cards('care')).filter(isAbout('sent twice'))).toHaveLength(1);
    });

    it('keeps what was typed and says what is missing', async () => {
      const ada = await whole().kept.client.as('Ada');
      const form = await ada.openForm('');
      const again = formOf(await ada.submit(form, { title: 'ℵ'.repeat(10_000), deadline: 'soonish' }));

      const fields = Object.fromEntries(again.fields.map((field) => [field.name, field]));
      expect(fields['title']?.value).toBe('ℵ'.repeat(10_000));
      expect(fields['stakes']?.error).toMatch(/fill this in/u);
      expect(fields['deadline']?.error).toMatch(/can’t be read/u);
    });

    it('takes what Postgres has no place for: NUL, half a character, an endless name, a number beyond all', async () => {
      const story = await openedCase(whole(), 'no place for');
      const ada = await whole().kept.client.as('Ada');
      await ada.submit(await ada.openForm('Acme'), { title: 'a\u0000b\ud800c', stakes: '\u0000 much' });
      await eventually(async () => (await ada.cards('care')).some(isAbout('ab\ufffdc')));
      const name = Array.from({ length: 10_000 }, (_, at) =>
        String.fromCodePoint(0x4e00 + ((at * 7_919) % 20_000)),
      );
      const form = await ada.openForm('');
      const opened = await ada.submit(form, {
        customer: `new:${name.join('')}`,
        title: 'endless',
        stakes: 'None',
      });
      expect(opened.kind).toBe('done');

      const days = { need: 'Time', by: 'in 2 hours', days: '1e300' };
      const refused = formOf(await ada.fill('ask', await story.subject('ask'), days));

      expect(refused.fields.find((field) => field.name === 'days')?.error).toMatch(/number/u);
      expect((await ada.board()).blocks.length).toBeGreaterThan(0);
    });

    it('nudges, is kept with proof, wants the next promise, closes with "did it hold?", reopens', async () => {
      const story = await openedCase(whole(), 'answered in time');
      await story.promise('Ada', 'in 2 minutes');
      await story.after(97_000, 'soon due');
      const nudge = (await story.thread()).find((card) => wordsOf(card).includes('soon due'));
      expect(buttonsOf(nudge ?? missing())).toEqual(['on it', 'keep', 'move', 'ask', 'hand over']);

      const ada = await whole().kept.client.as('Ada');
      const unproven = formOf(await ada.fill('keep', await story.subject('keep'), { proof: '   ' }));
      expect(unproven.fields[0]?.error).toMatch(/fill this in/u);
      await ada.fill('keep', await story.subject('keep'), { proof: 'Called Ann, export runs' });

      await story.says('kept the promise');
      await story.says('what is the next promise?');
      await ada.fill('close', await story.subject('close'), { solved: 'A new export worker' });
      await story.says('closed the case');
      await story.says('We look again whether it held');

      await ada.press('reopen', await story.subject('reopen'));
      await story.says('opened the case again');
      await story.card('No promise yet');
    });

    it('goes up the ladder when nobody answers, one by one, and on after the miss until somebody takes it', async () => {
      const { kept } = whole();
      const story = await openedCase(whole(), 'nobody answers');
      await story.promise('Ada', 'in 2 minutes');
      const [leo, mia] = [await kept.client.as('Leo'), await kept.client.as('Mia')];

      await story.after(97_000, 'soon due');
      await story.after(12_000, 'At risk');
      await story.dm(leo, 'a promise is at risk');
      await story.after(12_000, 'now. Kept?');
      await story.after(20_000, 'No answer from you in time', leo);
      await story.dm(mia, 'needs you');
      await story.after(12_000, 'The customer has heard nothing');
      await story.card('Broken');

      const call = (await mia.dm()).filter(isAbout('nobody answers')).at(-1) ?? missing();
      expect(buttonsOf(call)).toContain('take');
      await mia.press('take', buttonIn([call], 'take').subject);

      await story.says('has taken it on');
      await story.says('Mia Manager has taken this on');
      await eventually(async () => !(await mia.dm()).filter(isAbout('nobody answers')).some(canBeTaken));
      await eventually(async () => !(await leo.dm()).filter(isAbout('nobody answers')).some(canBeTaken));
    });

    it('offers a time that can be kept in few words, and shows what is picked in words', async () => {
      const story = await openedCase(whole(), 'wants a Saturday');
      const ada = await whole().kept.client.as('Ada');
      const time = async (followUp: string) => {
        const subject = await story.subject('promise');
        const form = formOf(await ada.press('promise', subject));
        const { fields } = formOf(await ada.preview(form, { action: 'Look', followUp }));
        const field = fields.find(({ name }) => name === 'followUp') ?? missing();
        return { ...field, offered: field.input.kind === 'time' ? field.input.choices : [] };
      };
      const [offer] = (await time('Saturday 11am')).offered;
      expect(offer?.label).toMatch(/^Fri \d\d:\d\d: can be kept$/u);
      expect(offer?.value).toMatch(/^Fri 27 Nov 2026 \d\d:\d\d$/u);
      expect(await time(offer?.value ?? '')).toMatchObject({ value: offer?.value, error: null, offered: [] });
      expect((await time('2026-11-27T10:00:00.000Z')).value).toMatch(/^Fri 27 Nov 2026 \d\d:00$/u);
      expect((await time('Friday noon')).value).toBe('Friday noon');
    });

    it('says once that nobody may decide an ask', async () => {
      const story = await openedCase(whole(), 'beyond all limits');
      const dora = await whole().kept.client.as('Dora');
      const asked = { need: 'All of it', money: '999999999', by: 'in 2 hours' };
      const refused = formOf(await dora.fill('ask', await story.subject('ask'), asked));
      expect(JSON.stringify(refused.notes).split('Nobody may decide')).toHaveLength(2);
    });

    it('moves early as a good deed, hands over, and folds what was answered', async () => {
      const story = await openedCase(whole(), 'moved and handed');
      await story.promise('Ada', 'in 30 minutes');
      const ada = await whole().kept.client.as('Ada');
      const sam = await whole().kept.client.as('Sam');

      await ada.fill('move', await story.subject('move'), {
        to: 'in 1 hour',
        reason: 'Waiting for logs',
        told: 'yes',
      });
      await story.says('moved the promise early');
      await ada.fill('hand over', await story.subject('hand over'), { to: sam.id });
      await story.says('handed it over to');

      const mine = await sam.command('mine');
      expect(JSON.stringify(mine.reply)).toContain('moved and handed');
    });

    it('takes an ask to the first who may decide it, never takes a bare no, and brings the answer', async () => {
      const { kept } = whole();
      const story = await openedCase(whole(), 'wants money back');
      await story.promise('Ada', 'in 90 minutes');
      const [ada, leo, mia] = [
        await kept.client.as('Ada'),
        await kept.client.as('Leo'),
        await kept.client.as('Mia'),
      ];
      const terms = { need: 'Half of the fee back', money: '900', by: 'in 1 hour', recommendation: 'Yes' };
      await ada.fill('ask', await story.subject('ask'), terms);
      await story.dm(mia, 'needs your decision');
      expect((await leo.dm()).some(isAbout('wants money back'))).toBe(false);

      const call = (await mia.dm()).filter(isAbout('wants money back')).at(-1) ?? missing();
      const subject = buttonIn([call], 'decline').subject;
      const bare = formOf(await mia.fill('decline', subject, { reason: 'Too much' }));
      expect(bare.fields.find(({ name }) => name === 'option')?.error).toMatch(/fill this in/u);
      const beyond = formOf(await mia.fill('approve within', subject, { limit: '99.999' }));
      expect(beyond.fields[0]?.error).toContain('beyond your own limit, 2500 EUR');
      const refused = await ada.fill('approve', subject, {});
      expect(JSON.stringify(refused)).toContain('not yours to decide');

      await mia.fill('decline', subject, { reason: 'Too much', option: 'A month for free' });
      await story.says('A month for free');
      await story.dm(mia, 'Mia Manager declined, and offers an option');
      const late = await mia.press('approve', subject);
      expect(JSON.stringify(late)).toContain('decided this');
    });

    it('says in the thread and on the board that the last authority holder is away', async () => {
      const { kept, clock } = whole();
      for (const name of ['Leo', 'Mia', 'Dora']) {
        await (await kept.client.as(name)).command('away');
      }
      const story = await openedCase(whole(), 'everybody away');
      await story.promise('Ada', 'in 2 minutes');
      await story.after(109_000, 'Nobody on the ladder can be reached');
      const ada = await kept.client.as('Ada');
      expect(wordsOf(await ada.board())).toContain('Nobody on the ladder can be reached');

      const leo = await kept.client.as('Leo');
      await leo.command('back');
      clock.forward(16 * MINUTE);
      await story.dm(leo, 'everybody away');
      for (const name of ['Mia', 'Dora']) {
        await (await kept.client.as(name)).command('back');
      }
    });

    it('answers two people at once with one settlement, and the second press with what has happened', async () => {
      const { kept } = whole();
      const story = await openedCase(whole(), 'two at once');
      await story.promise('Ada', 'in 2 minutes');
      const [ada, sam] = [await kept.client.as('Ada'), await kept.client.as('Sam')];
      const subject = await story.subject('keep');

      const [adas, sams] = [await ada.press('keep', subject), await sam.press('keep', subject)];
      const replies = await Promise.all([
        ada.submit(formOf(adas), { proof: 'Done by Ada' }),
        sam.submit(formOf(sams), { proof: 'Done by Sam' }),
      ]);

      expect(replies.filter(({ kind }) => kind === 'done')).toHaveLength(1);
      expect(JSON.stringify(replies)).toContain('Nothing was changed');
      await story.says('kept the promise');
      expect(
        (await story.thread()).filter((card) => wordsOf(card).includes('kept the promise')),
      ).toHaveLength(1);
    });

    it('puts what an absent owner promised at risk at once', async () => {
      const { kept, clock } = whole();
      const story = await openedCase(whole(), 'owner goes away');
      await story.promise('Sam', 'in 3 hours');
      const sam = await kept.client.as('Sam');
      clock.forward(MINUTE);
      await sam.command('away until tomorrow 9am');
      await story.says('the owner is away then');
      await story.dm(await kept.client.as('Leo'), 'owner goes away');
      await sam.command('back');
      await story.says('The risk is over');
    });

    it.each([
      ['mine', 'My promises'],
      ['at risk', 'At risk now'],
      ['list', 'Care cases'],
      ['show 1', 'export down since noon'],
      ['show 1', 'opened the case'],
      ['show 999', 'There is no case 999 here'],
      ['show it', 'There is no case it here'],
      ['show me', 'Which case?'],
      ['show me 1, please.', 'export down since noon'],
      ['board please', 'Open promises'],
      ['help me', '/care away until Monday'],
      ['list now, please!', 'Care cases'],
      ['show', 'Which case?'],
      ['halp', 'That is no command'],
      ['at  risk', 'At risk now'],
      ['What’s at risk?', 'At risk now'],
      ['Hi!', 'it becomes a care case'],
      ['Thank you!', 'You’re welcome'],
      ['away until', 'can’t be read'],
      ['policy', 'Quiet hours 20:00 to 07:00'],
      ['help', '/care away until Monday'],
      ['away until the cows come home', 'can’t be read'],
      ['away until yesterday', 'has passed'],
      ['away until now', 'has passed'],
      ['back', 'Welcome back'],
    ])('/care %s answers: %s', async (said, words) => {
      const ada = await whole().kept.client.as('Ada');
      const { reply, message } = await ada.command(said);
      expect(message).toBeNull();
      expect(reply.kind === 'card' ? wordsOf(reply.card) : reply.kind).toContain(words);
    });

    it('is never silent, and says so to whoever asks', async () => {
      const { kept } = whole();
      const ready = await kept.client.get('/readyz');
      expect({ status: ready.status, body: await ready.json() }).toMatchObject({
        status: 200,
        body: { ok: true },
      });
      const metrics = await (await kept.client.get('/metrics')).text();
      expect(metrics).toMatch(/^kept_cases_open \d+$/mu);
      expect(metrics).toMatch(/^kept_sends_total\{result="sent"\} [1-9]\d*$/mu);
    });
  });
});

/** A case of Acme's, opened by Ada; and what can be seen and done about it. */
async function openedCase({ kept, clock }: Whole, title: string) {
  const ada = await kept.client.as('Ada');
  await ada.submit(await ada.openForm(`Acme ${title}`), { title, stakes: `What ${title} means` });
  const root = await eventually(async () =>
    (await ada.read('care')).find(({ body }) => body.kind === 'card' && isAbout(title)(body.card)),
  );
  const thread = () => ada.cards('care', root.id);
  await eventually(async () => (await thread()).some((card) => buttonsOf(card).includes('promise')));
  const says = (words: string) =>
    eventually(async () => (await thread()).some((card) => wordsOf(card).includes(words)));
  const card = (words: string) =>
    eventually(async () => {
      const now = (await ada.read('care')).find(({ id }) => id === root.id);
      return now?.body.kind === 'card' && wordsOf(now.body.card).includes(words);
    });
  const dm = (who: { dm: () => Promise<Card[]> }, words: string) =>
    eventually(async () =>
      (await who.dm()).filter(isAbout(title)).some((one) => wordsOf(one).includes(words)),
    );
  const subject = (action: Parameters<typeof buttonIn>[1]): Promise<Subject> =>
    eventually(async () => buttonIn((await thread()).toReversed(), action).subject);
  return {
    thread,
    says,
    card,
    dm,
    subject,
    promise: async (name: string, when: string) => {
      const owner = await kept.client.as(name);
      const values = { owner: owner.id, contactBy: owner.id, action: `Work on ${title}`, followUp: when };
      await ada.fill('promise', await subject('promise'), values);
      await says('promised: ');
    },
    /** Turns the clock forward, and waits for words in the thread or in somebody's DM. */
    after: async (ms: number, words: string, who?: { dm: () => Promise<Card[]> }) => {
      clock.forward(ms);
      await (who ? dm(who, words) : says(words));
    },
  };
}

function isAbout(title: string) {
  return (card: Card) => wordsOf(card).includes(title);
}

function canBeTaken(card: Card): boolean {
  return buttonsOf(card).includes('take');
}

function missing(): never {
  throw new Error('The card that was expected is not there');
}
