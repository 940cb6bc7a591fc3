import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import { NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { GROUP, PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { ada, adaInChannel, nothing, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

const leo = { ...ada, person: PEOPLE.Leo };

describe('what people typed into forms in Teams', () => {
  let on: TeamsEars;
  let see: TeamsWitness;
  beforeAll(async () => {
    on = await teamsEars();
    see = teamsWitness(on);
  });
  afterEach(() => see.tidy());
  afterAll(async () => {
    await on.stop();
    expect(on.cardFaults).toEqual([]);
  });

  /** A promise that is over by the time that its form is sent. */
  const overMeanwhile = async (title: string, action: 'keep' | 'move') => {
    const care = await see.openCase(`Acme ${title}`);
    const card = await see.cardIn(title);
    const promiseId = PromiseId.parse(on.deps.newId());
    const terms = see.terms('Ada', on.clock.now() + 3_600_000, promiseId);
    await act(on.deps, on.whoIs('Ada'), care.id, { do: 'promise', terms });
    const subject = { ...nothing, caseId: care.id, promiseId };
    const under = { of: 'post', key: `${care.id}/card` };
    const data = see.kept({ do: 'act', action, subject, under });
    await on.fake.press({ ...adaInChannel, on: card.id, data });
    const end = () =>
      act(on.deps, on.whoIs('Leo'), care.id, {
        do: 'withdraw',
        promiseId,
        reason: NonBlank.parse('No need'),
      });
    return { card, end };
  };

  describe('stands whole in what says that the form can’t be sent any more', () => {
    it('as much as a field takes', async () => {
      const { card, end } = await overMeanwhile('long proof', 'keep');
      await end();
      const proof = `${'I called them, and they said a lot. '.repeat(80)}The very end`;
      const heard = await on.fake.press({ ...adaInChannel, on: card.id, button: 'Kept', typing: { proof } });
      expect(heard.body).toContain('was withdrawn by Leo Lead');
      expect(heard.body).toContain('The very end');
    });

    it('also what its field had no room for', async () => {
      const { card, end } = await overMeanwhile('long reason', 'move');
      const reason = `${'They said a lot. '.repeat(400)}The very end`;
      const typing = { reason, to: 'yesterday' };
      const cut = await on.fake.press({ ...adaInChannel, on: card.id, button: 'Move', typing });
      expect(cut.body).not.toContain('The very end');
      await end();
      const mended = { to: 'tomorrow 3pm', told: 'yes' };
      const heard = await on.fake.press({ ...adaInChannel, on: card.id, button: 'Move', typing: mended });
      expect(heard.body).toContain('was withdrawn by Leo Lead');
      expect(heard.body).toContain('The very end');
    });
  });

  it('is not saved without its end when that doesn’t lie there any more: that is said first', async () => {
    const form = await see.ask(ada, `Acme says: ${'all is broken. '.repeat(400)}The end`);
    await on.fake.press({
      ...ada,
      on: form.id,
      button: 'Check',
      typing: { 'new.customer': 'Acme Gone', title: 'Its end is gone', stakes: 'Much' },
    });
    await on.db.deleteFrom('kept.inbox').where('key', 'like', 'values/%').execute();
    const said = await on.fake.press({ ...ada, on: form.id, button: 'Open' });
    expect(said.body).not.toContain('Saved.');
    expect(said.body).toContain('isn’t there any more');
    const sent = await on.fake.press({ ...ada, on: form.id, button: 'Open' });
    expect(sent.body).toContain('Saved.');
    const found = (await on.cases()).filter(({ file }) => file.case.title === 'Its end is gone');
    expect(found).toHaveLength(1);
  });

  describe('when Kept is slow', () => {
    it('a look at a form comes in time or not at all: it would wipe what is typed meanwhile', async () => {
      const form = await see.ask(leo, 'Acme slow look');
      on.faults.hear = () => sleep(5_200);
      const heard = await on.fake.press({
        ...leo,
        on: form.id,
        button: 'Check',
        typing: { deadline: 'tomorrow 3pm' },
      });
      expect(heard.body).toContain('try it again');
      await sleep(1_500);
      expect(form.edits).toBe(0);
      expect(see.postsFor(leo).at(-1)?.id).toBe(form.id);
    });

    it('a look at a dialog leaves it open, with what was typed and a way to send it', async () => {
      const form = see.dialog(await on.fake.extensionFetch({ ...ada, context: 'compose' }));
      on.faults.hear = () => sleep(5_200);
      const data = see.dataOf(form, 'Check', { 'f.title': 'At length' });
      const slow = see.dialog(await on.fake.extensionSubmit({ ...ada, data }));
      expect(see.shown(slow)).toContain('At length');
      on.faults.hear = null;
      const again = see.dialog(await on.fake.extensionSubmit({ ...ada, data: see.dataOf(slow, 'Send') }));
      expect(see.shown(again)).toContain('f.title');
      await sleep(1_000);
    });
  });

  it('into a dialog stands in the chat when it can’t be carried out at all', async () => {
    const form = see.dialog(await on.fake.extensionFetch({ ...leo, context: 'compose' }));
    on.faults.hear = () => Promise.reject(new Error('A bug'));
    const data = see.dataOf(form, 'Open', { 'f.title': 'Said at length' });
    await on.fake.extensionSubmit({ ...leo, data });
    for (let tries = 0; tries < 5; tries += 1) {
      on.clock.forward(10 * 60_000);
      await on.teams.late();
    }
    const post = await see.said(leo, 'tried several times');
    expect(see.shown(post.activity)).toContain('Said at length');
  });

  it('into a dialog in a chat of two people stands in their own chat', async () => {
    await see.ask(ada, 'list');
    const two = 'a:ada-and-a-customer';
    const group = on.fake.tenant(TENANT_1).conversations.get(GROUP);
    if (group === undefined) throw new Error('No group');
    on.fake.tenant(TENANT_1).conversations.set(two, { ...group, id: two, kind: 'personal' });
    const where = { ...ada, conversation: two };
    const form = see.dialog(await on.fake.extensionFetch({ ...where, context: 'compose' }));
    on.faults.hear = () => sleep(5_200);
    const data = see.dataOf(form, 'Open', { 'f.title': 'Between the two of us' });
    const slow = await on.fake.extensionSubmit({ ...where, data });
    expect(slow.body).toContain('takes longer');
    const post = await see.said(ada, 'Between the two of us');
    expect(see.shown(post.activity)).toContain('f.title');
    expect(see.postsFor(where)).toEqual([]);
  });

  it('by a client that knows Action.Submit alone, in a channel, stands in their own chat', async () => {
    await see.ask(ada, 'list');
    const veil = await see.ask(adaInChannel, 'Acme old client');
    const posts = see.postsFor(adaInChannel).length;
    await on.fake.submit({ ...adaInChannel, on: veil.id, button: 'Open it' });
    const form = await see.said(ada, 'old client');
    expect(see.shown(form.activity)).toContain('f.stakes');
    expect(see.postsFor(adaInChannel)).toHaveLength(posts);
  });
});
