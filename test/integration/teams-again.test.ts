import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { PromiseId } from '../../src/domain/ids.ts';
import { GROUP, PEOPLE, TENANT_1, TENANT_2 } from '../support/fake-teams-world.ts';
import { type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { ada, adaInChannel, nothing, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

const inGroup = { ...ada, conversation: GROUP };
const sam = { ...adaInChannel, person: PEOPLE.Sam };

describe('what was said or pressed before, once more', () => {
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

  const absenceOf = async (name: string) => {
    const { members } = await on.deps.store.transact(on.workspaceId, (tx) => tx.workspace());
    return members.find(({ id }) => id === on.memberOf(name).id)?.absence;
  };
  const opened = async (title: string) => {
    const care = await see.openCase(`Acme ${title}`);
    return { care, card: await see.cardIn(title) };
  };
  const press = (action: string, subject: object, under: object | null) =>
    see.kept({ do: 'act', action, subject: { ...nothing, ...subject }, under });

  describe('words that do something', () => {
    it('are not carried out again by looking at their answer', async () => {
      // given
      const before = on.fake.posts(TENANT_1, GROUP).length;
      await on.fake.message({ ...inGroup, text: 'away until tomorrow', mention: true });
      await see.allDone();
      expect(await absenceOf('Ada')).not.toBeNull();
      const heard = (await on.rows()).at(-1)?.id;
      const answers = on.fake.posts(TENANT_1, GROUP).slice(before);
      await see.ask(ada, 'back');
      await see.allDone();
      expect(await absenceOf('Ada')).toBeNull();
      // when
      for (const post of answers) {
        if (see.cardOf(post)['refresh'] !== undefined) await on.fake.refresh({ ...inGroup, on: post.id });
      }
      const list = await see.ask(inGroup, 'list');
      for (const what of [
        { do: 'again', heard },
        { do: 'whole', ref: { of: 'heard', id: heard }, page: 0 },
        { do: 'back', to: { of: 'heard', id: heard } },
      ]) {
        await on.fake.press({ ...inGroup, on: list.id, data: see.kept(what) });
      }
      // then
      expect(await absenceOf('Ada')).toBeNull();
    });

    it('are answered in the chat of who said them', async () => {
      await see.ask(ada, 'list');
      await on.fake.message({ ...inGroup, text: 'away until tomorrow', mention: true });
      await see.said(ada, 'You are away until');
      await see.ask(ada, 'back');
    });
  });

  describe('a case’s card in the channel', () => {
    it('stays for the others when somebody goes on from a button of an older version', async () => {
      const { card } = await opened('older button');
      const now = await on.fake.press({ ...adaInChannel, on: card.id, data: { kept: { v: 0, do: 'act' } } });
      expect(now.body).toContain('older version');
      await on.fake.press({ ...adaInChannel, on: card.id, button: 'Make a promise' });
      const sent = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Promise',
        typing: { action: 'Look into it', followUp: 'in 2 hours' },
      });
      expect(sent.body).toContain('Saved.');
      expect(see.shown(card.activity)).not.toContain('is done with this');
      expect(see.shown(card.activity)).toContain('older button');
    });

    it('stays for the others whatever a button says of what stood there', async () => {
      const { care, card } = await opened('odd button');
      await on.fake.press({ ...sam, on: card.id, data: press('on it', { caseId: care.id }, null) });
      await on.fake.press({ ...sam, on: card.id, data: press('promise', { caseId: care.id }, null) });
      const sent = await on.fake.press({
        ...sam,
        on: card.id,
        button: 'Promise',
        typing: { action: 'Look into it', followUp: 'in 2 hours' },
      });
      expect(sent.body).toContain('Saved.');
      expect(see.shown(card.activity)).not.toContain('is done with this');
      expect(see.shown(card.activity)).toContain('odd button');
    });
  });

  it('a form opened from a post that changes by that very press comes in a message of its own', async () => {
    // given a promise at risk, for its owner was silent
    const { care } = await opened('silent owner');
    const id = PromiseId.parse(on.deps.newId());
    const terms = see.terms('Ada', on.clock.now() + 3_600_000, id);
    await act(on.deps, on.whoIs('Ada'), care.id, { do: 'promise', terms });
    for (const minutes of [49, 6]) {
      on.clock.forward(minutes * 60_000);
      await wakeDue(on.deps);
    }
    await on.deliver();
    const post = await see.said(adaInChannel, 'At risk: Look into it');
    // when she presses there, which is a sign of life, and the post is drawn again
    const pressed = await on.fake.press({ ...adaInChannel, on: post.id, button: 'Move' });
    await see.allDone();
    await on.deliver();
    expect(post.edits).toBe(1);
    // then
    expect(pressed.body).toContain('in one of its own');
    const veil = see.postsFor(adaInChannel).at(-1);
    if (veil === undefined) throw new Error('No veil');
    expect(veil.root).toBe(post.root);
    const form = await on.fake.press({ ...adaInChannel, on: veil.id, button: 'Open it' });
    expect(form.body).toContain('"f.reason"');
    const sent = await on.fake.press({
      ...adaInChannel,
      on: veil.id,
      button: 'Move',
      typing: { to: 'tomorrow 3pm', reason: 'They asked for it', told: 'yes' },
    });
    expect(sent.body).toContain('Saved.');
  });

  it('the text that a form was opened from is shown to no other', async () => {
    const message = { id: '1732350000001', text: 'words for Ada alone', author: null };
    const form = see.dialog(await on.fake.extensionFetch({ ...ada, message }));
    const { kept, fields } = see.dataOf(form, 'Check');
    const data = { kept, fields };
    const theirs = await on.fake.taskSubmit({ ...ada, person: PEOPLE.Leo, data });
    expect(theirs.body).not.toContain('words for Ada alone');
    const own = await on.fake.taskSubmit({ ...ada, data });
    expect(own.body).toContain('words for Ada alone');
  });

  describe('presses at the same time', () => {
    it('by two people, of which Teams doesn’t say when, are two', async () => {
      const { care, card } = await opened('no time');
      const more = { timestamp: null };
      const data = press('show', { caseId: care.id }, null);
      const [mine, theirs] = await Promise.all([
        on.fake.press(
          { ...adaInChannel, on: card.id, data: press('ask', { caseId: care.id }, null) },
          { more },
        ),
        on.fake.press({ ...sam, on: card.id, data }, { more }),
      ]);
      expect(theirs.body).not.toBe(mine.body);
    });

    it('in two tenants are two', async () => {
      await on.connectSecondTenant();
      const { care, card } = await opened('two tenants');
      const data = press('show', { caseId: care.id }, null);
      await on.fake.message({ ...adaInChannel, tenant: TENANT_2, text: 'a word', id: card.id });
      const post = on.fake.tenant(TENANT_2).posts.find(({ id }) => id === card.id);
      if (post === undefined) throw new Error('No post');
      post.activity = card.activity;
      const [mine, theirs] = await Promise.all([
        on.fake.press({ ...adaInChannel, on: card.id, data }),
        on.fake.press({ ...adaInChannel, tenant: TENANT_2, on: card.id, data }),
      ]);
      expect(mine.body).toContain('two tenants');
      expect(theirs.body).not.toContain('two tenants');
    });

    it('of which nothing is taken are both told so', async () => {
      const form = await see.ask(ada, 'Acme neither of them');
      const { accept } = on.inbox;
      on.inbox.accept = async () => {
        await sleep(300);
        throw new Error('The database is away');
      };
      try {
        const send = () => on.fake.press({ ...ada, on: form.id, button: 'Open', typing: { stakes: 'Much' } });
        const heard = await Promise.all([send(), send()]);
        for (const { body } of heard) expect(body).toContain('wasn’t taken in');
      } finally {
        on.inbox.accept = accept;
      }
    });
  });

  it('a word in a case’s thread that Teams sends again, for it took too long, is a sign of life', async () => {
    const { card } = await opened('slow thread');
    const said = await see.heardSaid();
    const message = { ...adaInChannel, text: 'on it', root: card.id, id: on.fake.nextId() };
    const { accept } = on.inbox;
    on.inbox.accept = async (...args) => {
      await sleep(4_300);
      return accept(...args);
    };
    try {
      expect((await on.fake.message(message)).status).toBe(503);
      expect((await on.fake.message(message)).status).toBe(200);
    } finally {
      on.inbox.accept = accept;
    }
    await see.allDone();
    expect(said().map(({ kind }) => kind)).toEqual(['said']);
  });

  it('what is looked up in a dialog in a chat of two people doesn’t make that chat Ada’s with Kept', async () => {
    const group = on.fake.tenant(TENANT_1).conversations.get(GROUP);
    if (group === undefined) throw new Error('No group');
    const two = '19:ada_leo@unq.gbl.spaces';
    on.fake
      .tenant(TENANT_1)
      .conversations.set(two, { ...group, id: two, kind: 'personal', shut: 'BotNotInConversationRoster' });
    await on.fake.extensionFetch({ ...ada, conversation: two });
    await on.fake.suggest({ ...ada, conversation: two, dataset: 'customers', query: 'Ac' });
    const person = await on.addresses.get(on.workspaceId, `teams/${TENANT_1}`, `person/${PEOPLE.Ada}`);
    expect(JSON.stringify(person?.facts)).not.toContain(two);
  });
});
