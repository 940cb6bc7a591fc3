import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebReply } from '../../adapters/web/wire.ts';
import { type Card, noSubject } from '../../src/conversation/card.ts';
import type { Form, Values } from '../../src/conversation/form.ts';
import { promisedCase } from '../support/care-case.ts';
import { linesOf } from '../support/case-view.ts';
import { buttonsOf, formOf, wordsOf } from '../support/console-client.ts';
import { handClock } from '../support/hand-clock.ts';
import { eventually, runningKept } from '../support/running-kept.ts';

const MINUTE = 60_000;
const place = { connection: 'console', channel: 'care' };
const clock = handClock('2026-11-23T10:00:00Z');
let kept: Awaited<ReturnType<typeof runningKept>>;

/** A team as a chat platform brings it: people, and nothing said of them. */
beforeAll(async () => {
  kept = await runningKept({ databaseUrl: null, redisUrl: null }, clock.now);
  const members = ['Ada Agent', 'Leo Lead', 'Mia Manager'].map((name, at) => ({
    key: `${at}`,
    name,
    title: '',
    zone: 'Europe/Berlin',
    lead: null,
    mayDecide: { kind: 'no' },
  }));
  const team = {
    name: 'Northwind',
    zone: 'Europe/Berlin',
    country: null,
    region: null,
    currency: 'EUR',
    members,
  };
  await fetch(`http://127.0.0.1:${kept.port}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'own', team }),
  });
});
afterAll(() => kept.stop());

const as = (name: string) => kept.client.as(name);
const idOf = async (name: string) => (await as(name)).id;

async function teamOf(name: string): Promise<Card> {
  return cardOf((await (await as(name)).command('team')).reply);
}

function cardOf(reply: WebReply): Card {
  if (reply.kind !== 'card') {
    throw new Error(`A card was expected, and ${JSON.stringify(reply)} came`);
  }
  return reply.card;
}

/** The form for a member, as it comes back once they are chosen in it. */
async function authorityOf(by: string, name: string): Promise<{ form: Form; of: (field: string) => string }> {
  const me = await as(by);
  const id = await idOf(name);
  const first = formOf(await me.press('authority', noSubject));
  return { form: formOf(await me.preview(first, { member: id })), of: (field) => `${field}.${id}` };
}

/** Sets what is said of a member; the rest stays as it was shown. */
async function sets(by: string, name: string, said: Values): Promise<WebReply> {
  const { form, of } = await authorityOf(by, name);
  const values = Object.fromEntries(Object.entries(said).map(([field, value]) => [of(field), value]));
  return (await as(by)).submit(form, values);
}

const fieldOf = (form: Form, name: string) => form.fields.find((field) => field.name.split('.')[0] === name);

describe('a team that nobody has set up', () => {
  it('says so, and everybody may set it', async () => {
    const card = await teamOf('Ada');
    expect(linesOf(card)[1]).toBe('Nobody is set to be called when a promise of yours is at risk.');
    expect(wordsOf(card)).toContain('Ada Agent, Leo Lead, Mia Manager');
    expect(buttonsOf(card)).toEqual(['authority', 'workspace']);
    const home = cardOf(await (await as('Ada')).intent({ kind: 'home', place }));
    expect(buttonsOf(home)).toEqual(['open', 'authority']);
  });

  it('asks who first, then shows what holds for them, and saves nothing that was not shown', async () => {
    const ada = await as('Ada');
    const first = formOf(await ada.press('authority', noSubject));
    expect(first.fields.map(({ name, input }) => [name, input.kind])).toEqual([['member', 'member']]);

    const unanswered = formOf(await ada.submit(first, { member: await idOf('Leo') }));
    expect(unanswered.fields.map(({ label }) => label)).toEqual([
      'Who?',
      'Whom do they answer to?',
      'What may they decide?',
      'Title',
      'May they change the team and its settings?',
    ]);
    expect(unanswered.fields.slice(2).map(({ value }) => value)).toEqual(['nothing', '', 'no']);
    expect(wordsOf(await teamOf('Ada'))).toContain('Nobody may decide anything yet');
  });

  it('names an authority holder, with limits that are asked for once they matter', async () => {
    const { form, of } = await authorityOf('Ada', 'Leo');
    const ada = await as('Ada');
    const asked = formOf(await ada.preview(form, { [of('may')]: 'up to' }));
    expect(asked.fields.map(({ name }) => name.split('.')[0])).toEqual([
      'member',
      'lead',
      'may',
      'money',
      'days',
      'title',
      'admin',
    ]);
    const blank = formOf(await ada.submit(asked, {}));
    expect(fieldOf(blank, 'money')?.error).toMatch(/how much/u);

    const saved = cardOf(await ada.submit(asked, { [of('money')]: '250', [of('title')]: 'Support lead' }));
    expect(linesOf(saved)).toContain('- Leo Lead, Support lead (decides up to 250 EUR)');
    expect(linesOf(saved)[1]).toMatch(/^Saved/u);
  });

  it('says whom a member answers to, and shows who would be called', async () => {
    await sets('Ada', 'Mia', { may: 'anything' });
    await sets('Ada', 'Leo', { lead: await idOf('Mia') });
    const { form, of } = await authorityOf('Ada', 'Ada');
    const shown = formOf(await (await as('Ada')).preview(form, { [of('lead')]: await idOf('Leo') }));
    expect(wordsOf({ tone: 'calm', heading: [], blocks: shown.notes, actions: [] })).toContain(
      'Leo Lead → Mia Manager',
    );
    await (await as('Ada')).submit(shown, {});
    expect(linesOf(await teamOf('Ada'))).toContain('Called for you: Leo Lead → Mia Manager');
    expect(linesOf(await teamOf('Ada'))).toContain(
      '- Leo Lead, Support lead (decides up to 250 EUR; answers to Mia Manager)',
    );
  });

  it('lets nobody answer to themselves, nearly or by a way round', async () => {
    const round = formOf(await sets('Ada', 'Mia', { lead: await idOf('Ada') }));
    expect(fieldOf(round, 'lead')?.error).toMatch(/^Mia Manager would answer to themselves/u);
    const self = formOf(await sets('Ada', 'Mia', { lead: await idOf('Mia') }));
    expect(fieldOf(self, 'lead')?.error).toMatch(/^Mia Manager would answer to themselves/u);
    expect(linesOf(await teamOf('Mia'))).toContain('- Mia Manager (decides anything)');
  });

  it('is called from then on', async () => {
    await promisedCase(() => kept.client, 'set up in time', 'in 2 minutes');
    clock.forward(2 * MINUTE - 5_000);
    await eventually(async () =>
      (await (await as('Leo')).dm()).some((card) => wordsOf(card).includes('set up in time')),
    );
    expect(linesOf(cardOf(await (await as('Mia')).intent({ kind: 'home', place }))).join('\n')).toContain(
      'set up in time',
    );
  });
});

describe('the settings', () => {
  const settings = async (by: string) => formOf(await (await as(by)).press('workspace', noSubject));

  it('show what holds now, and take what people write', async () => {
    const form = await settings('Ada');
    expect(form.fields.map(({ name, value }) => [name, value])).toEqual([
      ['currency', 'EUR'],
      ['zone', 'Europe/Berlin'],
      ['country', ''],
      ['week', '09:00–17:30'],
      ['quiet', '20:00–07:00'],
      ['home', ''],
    ]);
    const saved = cardOf(
      await (await as('Ada')).submit(form, {
        currency: 'usd',
        zone: 'new york',
        country: 'germany, bayern',
        week: 'Mon-Thu 8-16; Fri 8-13',
        quiet: '22-6',
        home: 'general',
      }),
    );
    expect(linesOf(saved).slice(-7, -1)).toEqual([
      'Currency: USD',
      'Time zone: America/New_York',
      'Public holidays: Germany, Bayern',
      'Working hours: Mon–Thu 08:00–16:00; Fri 08:00–13:00',
      'Quiet hours: 22:00–06:00',
      'Channel for team talk: set',
    ]);
    expect((await settings('Ada')).fields.map(({ value }) => value)).toEqual([
      'USD',
      'America/New_York',
      'Germany, Bayern',
      'Mon–Thu 08:00–16:00; Fri 08:00–13:00',
      '22:00–06:00',
      'general',
    ]);
  });

  it('say what can’t be read, lose nothing of it, and save none of it', async () => {
    const before = await settings('Ada');
    const wrong = {
      currency: 'Euros',
      zone: 'Nowhere',
      country: 'Germania',
      week: 'always',
      quiet: '9',
      home: '',
    };
    const again = formOf(await (await as('Ada')).submit(before, wrong));
    const fields = Object.fromEntries(again.fields.map(({ name, value }) => [name, value]));
    expect(fields).toEqual(wrong);
    expect(again.fields.filter(({ error }) => error === null).map(({ name }) => name)).toEqual(['home']);
    expect(fieldOf(again, 'country')?.error).toContain('Germany');
    expect((await settings('Ada')).fields).toEqual(before.fields);
  });
});

describe('once somebody is named to change the team', () => {
  it('the others are told who it is, on every way', async () => {
    const open = await authorityOf('Ada', 'Ada');
    const first = await sets('Ada', 'Mia', { admin: 'yes' });
    expect(linesOf(cardOf(first))).toContain('Changed by: Mia Manager');

    const ada = await as('Ada');
    const sentence = 'The team and its settings are changed by Mia Manager. Please ask there.';
    const tries = [
      ada.press('authority', noSubject),
      ada.press('workspace', noSubject),
      ada.preview(open.form, {}),
      ada.submit(open.form, { [open.of('may')]: 'anything' }),
    ];
    for (const reply of await Promise.all(tries)) {
      expect(linesOf(cardOf(reply))).toEqual([sentence]);
    }
    expect(buttonsOf(await teamOf('Ada'))).toEqual([]);
    expect(linesOf(await teamOf('Ada'))).not.toContain('- Ada Agent (decides anything)');
  });

  it('the last of them can’t give it away to nobody', async () => {
    const form = formOf(await sets('Mia', 'Mia', { admin: 'no' }));
    expect(fieldOf(form, 'admin')?.error).toMatch(/only one/u);
    await sets('Mia', 'Leo', { admin: 'yes' });
    expect(linesOf(cardOf(await sets('Mia', 'Mia', { admin: 'no' })))).toContain('Changed by: Leo Lead');
  });

  it('the same form sent twice changes it once', async () => {
    const { form, of } = await authorityOf('Leo', 'Ada');
    const leo = await as('Leo');
    await leo.submit(form, { [of('title')]: 'Agent' });
    await leo.submit(form, { [of('title')]: 'Agent once more' });
    const { form: now } = await authorityOf('Leo', 'Ada');
    expect(fieldOf(now, 'title')?.value).toBe('Agent');
  });
});
