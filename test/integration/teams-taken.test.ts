import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PEOPLE, TENANT_1, TENANT_2 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { ada, adaInChannel, nothing, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

const CONNECTION = `teams/${TENANT_1}`;

describe('what Teams’ people say is done, or said not to be', () => {
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

  /** Lies in the inbox as a process left it that died after it had accepted it. */
  const owed = async (key: string, body: object) => {
    const row = { id: on.deps.newId(), workspaceId: on.workspaceId, connection: CONNECTION, key, body };
    await on.inbox.accept(row, on.clock.now(), 1_000);
    on.clock.forward(1_001);
    return row;
  };
  const message = (text: string) => ({
    ...on.fake.envelope(ada, on.fake.nextId(), null),
    type: 'message',
    text,
  });
  const pressBody = (onPost: string, data: object) => ({
    ...on.fake.envelope(ada, `f:${onPost}`, null),
    type: 'invoke',
    name: 'adaptiveCard/action',
    value: { action: { type: 'Action.Execute', verb: 'kept', data }, trigger: 'manual' },
    replyToId: onPost,
  });

  describe('after a process died that had accepted it', () => {
    it('a message is answered', async () => {
      await owed('late message', message('list'));
      const posts = see.postsFor(ada).length;
      expect(await on.teams.late()).toBe(1);
      expect(see.postsFor(ada)).toHaveLength(posts + 1);
    });

    it('a form is saved, and its message says so', async () => {
      const form = await see.ask(ada, 'Acme saved late');
      const data = see.dataOf(see.cardOf(form), 'Open', { 'f.stakes': 'Much' });
      await owed('late form', pressBody(form.id, data));
      expect(await on.teams.late()).toBe(1);
      expect(see.shown(form.activity)).toContain('Saved.');
      expect((await on.cases()).map(({ file }) => file.case.title)).toContain('saved late');
    });

    it('a form that can’t be saved stands there with what was typed', async () => {
      const form = await see.ask(ada, 'Acme not saved late');
      const data = see.dataOf(see.cardOf(form), 'Open', { 'f.stakes': '', 'f.title': 'What I typed' });
      await owed('late fault', pressBody(form.id, data));
      expect(await on.teams.late()).toBe(1);
      expect(see.shown(form.activity)).toContain('What I typed');
    });

    it('a press in a channel is answered by a veil, and done once', async () => {
      const care = await see.openCase('Acme pressed late');
      const card = await see.cardIn('pressed late');
      const data = see.kept({
        do: 'act',
        action: 'show',
        subject: { ...nothing, caseId: care.id },
        under: null,
      });
      const told = { ...pressBody(card.id, data), ...on.fake.envelope(adaInChannel, 'f:late', card.id) };
      await owed('late press', told);
      expect(await on.teams.late()).toBe(1);
      const veil = see.postsFor(adaInChannel).at(-1);
      expect(see.shown(veil?.activity)).not.toContain('pressed late');
      const opened = await on.fake.press({ ...adaInChannel, on: veil?.id ?? '', button: 'Open it' });
      expect(opened.body).toContain('pressed late');
    });

    it('nothing is, of a tenant that isn’t let in any more', async () => {
      const row = await owed('of those before', message('list'));
      const posts = see.postsFor(ada).length;
      const config = { identity: { by: 'nobody' as const }, tenants: [TENANT_2], workspace: null };
      const other = await on.another({ config });
      expect(await other.teams.late()).toBe(1);
      expect(see.postsFor(ada)).toHaveLength(posts);
      const left = (await on.rows()).find(({ id }) => id === row.id);
      expect(left?.error).toContain('not connected');
    });

    it('one that can’t be looked at keeps no other from being carried out', async () => {
      await owed('bad', { type: 'teapot' });
      await owed('good', message('list'));
      expect(await on.teams.late()).toBe(2);
      const rows = await on.rows();
      expect(rows.find(({ key }) => key === 'bad')?.error).toContain('can’t be read');
      expect(rows.find(({ key }) => key === 'good')).toMatchObject({ error: null });
    });
  });

  describe('when the database is away', () => {
    it('a message is answered with a sentence where it was said, and not taken', async () => {
      const { accept } = on.inbox;
      on.inbox.accept = () => Promise.reject(new Error('The database is away'));
      try {
        const rows = (await on.rows()).length;
        const post = await see.ask(adaInChannel, 'Acme not taken');
        expect(see.shown(post.activity)).toContain('wasn’t taken in');
        expect(await on.rows()).toHaveLength(rows);
      } finally {
        on.inbox.accept = accept;
      }
    });

    it('or too slow: the same in time, and what is written down late is not done', async () => {
      const { accept } = on.inbox;
      on.inbox.accept = async (...args) => {
        await sleep(5_000);
        return accept(...args);
      };
      try {
        const cases = (await on.cases()).length;
        const form = await see.ask({ ...ada, person: PEOPLE.Leo }, 'Acme too slow').catch(() => null);
        expect(see.shown(form?.activity)).toContain('wasn’t taken in');
        const row = await eventually(async () =>
          (await on.rows()).find(({ error }) => error?.includes('too slow')),
        );
        expect(row.doneAt).not.toBeNull();
        expect(await on.cases()).toHaveLength(cases);
      } finally {
        on.inbox.accept = accept;
      }
    });
  });

  describe('when a process stops', () => {
    it('what is under way is finished; nothing new is taken', async () => {
      const other = await on.another();
      on.fake.keptAt(other.url);
      other.faults.hear = () => sleep(500);
      try {
        const posts = see.postsFor(ada).length;
        await on.fake.message({ ...ada, text: 'list' });
        await sleep(100);
        const stopped = other.teams.stop();
        const late = await on.fake.message({ ...adaInChannel, text: 'a word among people' });
        expect(late.status).toBe(503);
        await stopped;
        await see.allDone();
        expect(see.postsFor(ada).length).toBeGreaterThan(posts);
      } finally {
        on.fake.keptAt(on.url);
      }
    });
  });

  describe('when Teams takes no answer', () => {
    it('in a channel, it stands in their own chat', async () => {
      await see.ask(ada, 'list');
      const chat = see.postsFor(ada).length;
      on.fake.fault({ call: 'post', conversation: adaInChannel.conversation, times: 2, what: 403 });
      await on.fake.message({ ...adaInChannel, text: 'list', mention: true });
      await see.allDone();
      expect(see.postsFor(ada)).toHaveLength(chat + 1);
    });

    it('for a moment, it waits for it', async () => {
      const posts = see.postsFor(ada).length;
      on.fake.fault({ call: 'post', times: 1, what: 429, retryAfter: '1' });
      await on.fake.message({ ...ada, text: 'list' });
      await see.allDone();
      expect(see.postsFor(ada)).toHaveLength(posts + 1);
    });
  });

  it('a tenant that was never heard of is connected by the first word, and runs by who says it', async () => {
    const other = { tenant: 'b0000000-0000-4000-8000-000000000002', person: PEOPLE.Mia, conversation: null };
    const post = await see.ask(other, 'team');
    expect(see.shown(post.activity)).toContain('Mia Manager');
    expect((await on.connections.find('teams', other.tenant))?.status).toBe('connected');
  });
});
