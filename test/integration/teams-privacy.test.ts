import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, PEOPLE, TENANT_1, TENANT_2 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { GUEST, MIXED, STRANGER, type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { ada, adaInChannel, nothing, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

const inMixed = { ...ada, conversation: MIXED };

describe('who sees what in Teams', () => {
  let on: TeamsEars;
  let see: TeamsWitness;
  beforeAll(async () => {
    on = await teamsEars();
    see = teamsWitness(on);
    await on.connectSecondTenant();
  });
  afterEach(() => see.tidy());
  afterAll(async () => {
    await on.stop();
    expect(on.cardFaults).toEqual([]);
  });

  const OTHERS: [string, { tenant: string; person: string; conversation: string }][] = [
    ['a guest', { ...inMixed, person: GUEST }],
    ['somebody of another tenant', { ...inMixed, person: STRANGER }],
    ['a colleague', { ...inMixed, person: PEOPLE.Leo }],
  ];
  const latest = async () => (await on.rows()).at(-1)?.id;

  describe('what somebody wrote is shown to no other', () => {
    it.each(OTHERS)('%s who presses *Open it* or *Show all*', async (_name, them) => {
      const veil = await see.ask(inMixed, 'Acme words of Ada');
      const heard = await latest();
      for (const what of [
        { do: 'again', heard },
        { do: 'whole', ref: { of: 'heard', id: heard }, page: 0 },
        { do: 'back', to: { of: 'heard', id: heard } },
      ]) {
        const answer = await on.fake.press({ ...them, on: veil.id, data: see.kept(what) });
        expect(answer.json?.['type']).toBe('application/vnd.microsoft.activity.message');
        expect(answer.body).not.toContain('words of Ada');
      }
    });

    it('a person of another tenant with the same id, in a conversation with the same id', async () => {
      await see.ask(adaInChannel, 'Acme words of Ada again');
      const heard = await latest();
      const them = { tenant: TENANT_2, person: PEOPLE.Ada, conversation: CHANNEL };
      const own = await see.ask(them, 'list');
      const answer = await on.fake.press({ ...them, on: own.id, data: see.kept({ do: 'again', heard }) });
      expect(answer.body).not.toContain('words of Ada');
      expect(answer.body).toContain('too long ago');
    });
  });

  describe('a post of a case', () => {
    it('is shown to members; not to a guest, a stranger or another tenant, whatever they press', async () => {
      const care = await see.openCase('Acme has a secret outage');
      const card = await see.cardIn('secret outage');
      const key = `${care.id}/card`;
      const subject = { ...nothing, caseId: care.id };
      const presses = [
        { do: 'whole', ref: { of: 'post', key }, page: 0 },
        { do: 'back', to: { of: 'post', key } },
        ...['show', 'go', 'promise', 'close', 'take', 'on it'].map((action) => ({
          do: 'act',
          action,
          subject,
          under: { of: 'post', key },
        })),
      ];
      const post = await see.ask(inMixed, 'list');
      for (const what of presses) {
        for (const person of [GUEST, STRANGER]) {
          const answer = await on.fake.press({ ...inMixed, person, on: post.id, data: see.kept(what) });
          expect(answer.json?.['type']).toBe('application/vnd.microsoft.activity.message');
          expect(answer.body).not.toContain('secret');
          expect(answer.body).toMatch(/guest|team that uses it/u);
        }
        const them = { tenant: TENANT_2, person: PEOPLE.Sam, conversation: CHANNEL };
        const own = await see.ask(them, 'list');
        const answer = await on.fake.press({ ...them, on: own.id, data: see.kept(what) });
        expect(answer.body).not.toContain('secret');
      }
      const seen = await on.fake.press({
        ...adaInChannel,
        person: PEOPLE.Sam,
        on: card.id,
        data: see.kept(presses[0] ?? {}),
      });
      expect(seen.body).toContain('secret outage');
    });
  });

  describe('where people from outside read along', () => {
    it('a guest who speaks to Kept is told no, and nothing else', async () => {
      const cases = (await on.cases()).length;
      const post = await see.ask({ ...inMixed, person: GUEST }, 'Acme is down');
      expect(see.shown(post.activity)).toContain('As a guest you can’t use it');
      expect(see.shown(post.activity)).not.toContain('f.');
      expect(await on.cases()).toHaveLength(cases);
    });

    it('a case that is opened there lives in her own chat, and nothing of it is posted there', async () => {
      const before = on.fake.posts(TENANT_1, MIXED).length;
      const veil = await see.ask(inMixed, 'Acme xyzzy with guests');
      await on.fake.press({ ...inMixed, on: veil.id, button: 'Open it' });
      const sent = await on.fake.press({
        ...inMixed,
        on: veil.id,
        button: 'Open',
        typing: { stakes: 'Their inner plugh' },
      });
      expect(sent.body).toContain('People from outside read along here');
      await on.deliver();
      await see.allDone();
      const there = on.fake.posts(TENANT_1, MIXED).slice(before);
      expect(there).toHaveLength(1);
      expect(see.shown(there[0]?.activity)).not.toContain('plugh');
      await eventually(async () =>
        on.fake.chat(TENANT_1, PEOPLE.Ada).some(({ activity }) => see.shown(activity).includes('plugh')),
      );
    });

    it('in the team’s own channel where one is set', async () => {
      await on.deps.store.transact(on.workspaceId, async (tx) => {
        const { workspace } = await tx.workspace();
        await tx.saveWorkspace({ ...workspace, homeChannels: { [`teams/${TENANT_1}`]: CHANNEL } });
      });
      await on.fake.renamed({ ...adaInChannel, of: 'channel', name: 'Care team' });
      await see.allDone();
      const veil = await see.ask(inMixed, 'Acme with a home');
      await on.fake.press({ ...inMixed, on: veil.id, button: 'Open it' });
      const sent = await on.fake.press({
        ...inMixed,
        on: veil.id,
        button: 'Open',
        typing: { stakes: 'Much' },
      });
      expect(sent.body).toContain('so the team’s talk of this case is in Care team');
      const found = (await on.cases()).find(({ file }) => file.case.title === 'with a home');
      expect(found?.file.case.place.channel).toBe(CHANNEL);
    });

    it('a word of a guest in a case’s thread is no sign of life', async () => {
      await see.openCase('Acme guest in thread');
      const card = await see.cardIn('guest in thread');
      on.fake.tenant(TENANT_1).conversations.get(CHANNEL)?.members.push(GUEST);
      const said = await see.heardSaid();
      await on.fake.message({ ...adaInChannel, person: GUEST, text: 'any news?', root: card.id });
      await see.allDone();
      expect(said()).toEqual([]);
      on.fake.tenant(TENANT_1).conversations.get(CHANNEL)?.members.pop();
    });
  });

  it('nothing that people wrote, and no token, stands in the log above debug, whatever goes wrong', async () => {
    const from = on.log.length;
    const said = 'Acme xyzzy is broken';
    for (const what of [403, 500, 'cut before'] as const) {
      on.fake.fault({ call: 'post', times: 2, what });
      await on.fake.message({ ...ada, text: `${said} ${what}` });
      await eventually(async () => (await on.rows()).every(({ doneAt }) => doneAt !== null));
      on.fake.heal();
    }
    await on.fake.raw(`{"type":"teapot","text":"${said}"}`);
    const form = await see.ask(ada, said);
    on.faults.hear = () => Promise.reject(new Error('The database is away'));
    await on.fake.press({ ...ada, on: form.id, button: 'Open', typing: { stakes: said } });
    await on.fake.press({ ...ada, on: form.id, data: { kept: said, 'f.x': said } });
    on.faults.hear = null;
    await on.forgetOwed();
    const lines = on.log.slice(from).filter(({ level }) => level !== 'debug');
    expect(lines.length).toBeGreaterThan(3);
    const all = lines.map((line) => inspect(line, { depth: 12, maxStringLength: null })).join('\n');
    expect(all).not.toContain('xyzzy');
    expect(all).not.toMatch(/Bearer|eyJ/u);
  });
});
