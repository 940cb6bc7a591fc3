import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TeamsFacts } from '../../adapters/teams/facts.ts';
import { CHANNEL, GROUP, PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { GUEST, MIXED, type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { ada, adaInChannel, nothing, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

describe('hearing Teams', () => {
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

  describe('in a chat of one’s own', () => {
    it('plain words open the form with what was typed, and the case by it', async () => {
      // when
      const form = await see.ask(ada, 'Acme export down since noon');
      expect(see.shown(form.activity)).toContain('export down since noon');
      const heard = await on.fake.press({
        ...ada,
        on: form.id,
        button: 'Open',
        typing: { stakes: 'Their board' },
      });
      // then
      expect(heard.body).toContain('Saved.');
      const [row] = await on.cases();
      expect(row?.file.case).toMatchObject({ title: 'export down since noon' });
      // and the message says so from now on, on every device
      await eventually(async () => see.shown(form.activity).includes('Saved.'));
    });

    it.each(['list', '/care list', 'care list', 'Care  list'])('“%s” is a command', async (said) => {
      const answer = await see.ask(ada, said);
      expect(see.shown(answer.activity)).toContain('export down since noon');
    });

    it('nothing but a picture is answered with help', async () => {
      const answer = await see.ask(ada, '');
      expect(see.shown(answer.activity)).toContain('opens a care case');
    });

    it('“care” alone opens the empty form', async () => {
      const form = await see.ask(ada, 'care');
      expect(see.shown(form.activity)).toContain('f.stakes');
    });
  });

  describe('where others read along', () => {
    it('a mention in a channel is answered with a veil in its thread, which opens the form for who asked alone', async () => {
      // when
      const veil = await see.ask(adaInChannel, 'care Acme login is slow');
      // then
      expect(see.shown(veil.activity)).toContain('Ada Agent');
      expect(see.shown(veil.activity)).not.toContain('f.stakes');
      const asked = on.fake.tenant(TENANT_1).posts.findLast(({ text }) => text.includes('login is slow'));
      expect(veil.root).toBe(asked?.id);
      // when somebody else opens it
      const other = await on.fake.press({
        ...adaInChannel,
        person: PEOPLE.Sam,
        on: veil.id,
        button: 'Open it',
      });
      expect(other.body).toContain('belongs to somebody else');
      // when Ada does
      const form = await on.fake.press({ ...adaInChannel, on: veil.id, button: 'Open it' });
      expect(form.body).toContain('login is slow');
      const sent = await on.fake.press({
        ...adaInChannel,
        on: veil.id,
        button: 'Open',
        typing: { stakes: 'Much' },
      });
      // then
      expect(sent.body).toContain('Saved.');
      const found = (await on.cases()).find(({ file }) => file.case.title === 'login is slow');
      expect(found?.file.case.place).toEqual({ connection: `teams/${TENANT_1}`, channel: CHANNEL });
      await eventually(async () => see.shown(veil.activity).includes('is done with this'));
      expect(see.shown(veil.activity)).not.toContain('login');
    });

    it('a question opens by itself for who asked, and for no other', async () => {
      const veil = await see.ask({ ...ada, conversation: GROUP }, 'list');
      expect(see.shown(veil.activity)).not.toContain('login is slow');
      const refreshed = await on.fake.refresh({ ...ada, conversation: GROUP, on: veil.id });
      expect(refreshed.body).toContain('login is slow');
      const other = await on.fake.refresh({ ...ada, person: PEOPLE.Sam, conversation: GROUP, on: veil.id });
      expect(other.body).not.toContain('login is slow');
    });

    it('a form doesn’t open by itself: that would wipe what is being typed', async () => {
      const veil = await see.ask({ ...ada, conversation: GROUP }, 'Acme mails get lost');
      expect(see.cardOf(veil)['refresh']).toBeUndefined();
    });
  });

  describe('in a case’s thread', () => {
    it('a word is a sign of life; other words in the channel are kept nowhere', async () => {
      // given a case with its card in the channel
      const care = await see.openCase('Acme thread words');
      const card = await see.cardIn('thread words');
      const rows = (await on.rows()).length;
      const hears = await see.heardSaid();
      // when people talk elsewhere
      const other = on.fake.message({ ...adaInChannel, text: 'lunch, anyone?' });
      expect((await other).status).toBe(200);
      await on.fake.message({ ...adaInChannel, text: 'no, thanks', root: other.id });
      await on.fake.message({ ...ada, conversation: GROUP, text: 'among ourselves' });
      expect(await on.rows()).toHaveLength(rows);
      // when Ada says something in the thread
      await on.fake.message({ ...adaInChannel, text: 'looking into it', root: card.id });
      await see.allDone();
      expect(await on.rows()).toHaveLength(rows + 1);
      expect(hears()).toEqual([{ kind: 'said', caseId: care.id, text: 'looking into it' }]);
      // when she mentions Kept there, it is a sign of life and a question
      const posts = see.postsFor(adaInChannel).length;
      await on.fake.message({ ...adaInChannel, text: 'list', mention: true, root: card.id });
      await see.allDone();
      expect(hears().map(({ kind }) => kind)).toEqual(['said', 'said', 'command']);
      const veil = await eventually(async () => see.postsFor(adaInChannel)[posts]);
      expect(veil.root).toBe(card.id);
    });
  });

  describe('by the extension', () => {
    const message = {
      id: '1732350000000',
      text: 'Globex can&#39;t log in',
      author: { personId: PEOPLE.Sam, name: 'Sam Support' },
    };

    it('a message carries its text, author and link over', async () => {
      const opened = await on.fake.extensionFetch({ ...adaInChannel, message });
      const form = see.dialog(opened);
      expect(see.shown(form)).toContain("Sam Support: Globex can't log in");
      // Who wrote it is no customer.
      expect(see.shown(form)).not.toContain('new:Sam');
      const data = see.dataOf(form, 'Open', {
        'new.customer': 'Globex',
        'f.title': 'No login',
        'f.stakes': 'Much',
      });
      const sent = await on.fake.extensionSubmit({ ...adaInChannel, data, message });
      expect(sent.json).toEqual({ task: { type: 'message', value: 'Saved.' } });
      const found = (await on.cases()).find(({ file }) => file.case.title === 'No login');
      expect(found?.file.case.source).toEqual({
        text: "Sam Support: Globex can't log in",
        link: expect.stringContaining('https://teams.microsoft.com/l/message/'),
      });
      expect(found?.file.case.place.channel).toBe(CHANNEL);
    });

    it('where one writes, the empty form', async () => {
      for (const context of ['compose', 'commandBox'] as const) {
        expect(see.shown(see.dialog(await on.fake.extensionFetch({ ...ada, context })))).toContain(
          'f.stakes',
        );
      }
    });

    it('where Kept isn’t: the talk of the case is in her own chat', async () => {
      const elsewhere = '19:elsewhere@thread.v2';
      const conversations = on.fake.tenant(TENANT_1).conversations;
      const group = conversations.get(GROUP);
      if (group === undefined) throw new Error('No group');
      conversations.set(elsewhere, { ...group, id: elsewhere, shut: 'BotNotInConversationRoster' });
      const where = { ...ada, conversation: elsewhere };
      const form = see.dialog(await on.fake.extensionFetch({ ...where, message }));
      const data = see.dataOf(form, 'Open', {
        'new.customer': 'Globex',
        'f.title': 'Elsewhere',
        'f.stakes': 'Much',
      });
      const sent = await on.fake.extensionSubmit({ ...where, data });
      expect(sent.body).toContain('in your own chat with Kept');
      const found = (await on.cases()).find(({ file }) => file.case.title === 'Elsewhere');
      expect(found?.file.case.place.channel).toBe(on.personalOf(PEOPLE.Ada));
    });

    it('in a channel that Kept is in and never heard from, the case lives there', async () => {
      const quiet = '19:quiet@thread.tacv2';
      const conversations = on.fake.tenant(TENANT_1).conversations;
      const channel = conversations.get(CHANNEL);
      if (channel === undefined) throw new Error('No channel');
      conversations.set(quiet, { ...channel, id: quiet, name: 'Quiet' });
      const where = { ...ada, conversation: quiet };
      const form = see.dialog(await on.fake.extensionFetch({ ...where, message }));
      const data = see.dataOf(form, 'Open', {
        'new.customer': 'Globex',
        'f.title': 'In the quiet',
        'f.stakes': 'Much',
      });
      const sent = await on.fake.extensionSubmit({ ...where, data });
      expect(sent.json).toEqual({ task: { type: 'message', value: 'Saved.' } });
      const found = (await on.cases()).find(({ file }) => file.case.title === 'In the quiet');
      expect(found?.file.case.place.channel).toBe(quiet);
    });

    it('in a chat of two people, which Teams calls personal, the case is in her own chat, and that stays hers', async () => {
      const own = on.personalOf(PEOPLE.Ada);
      const conversations = on.fake.tenant(TENANT_1).conversations;
      const group = conversations.get(GROUP);
      if (group === undefined) throw new Error('No group');
      const two = 'a:chat-of-ada-and-a-customer';
      conversations.set(two, { ...group, id: two, kind: 'personal', shut: 'BotNotInConversationRoster' });
      const where = { ...ada, conversation: two };
      const form = see.dialog(await on.fake.extensionFetch({ ...where, message }));
      const data = see.dataOf(form, 'Open', {
        'new.customer': 'Globex',
        'f.title': 'Between two',
        'f.stakes': 'Much',
      });
      expect((await on.fake.extensionSubmit({ ...where, data })).body).toContain(
        'in your own chat with Kept',
      );
      const found = (await on.cases()).find(({ file }) => file.case.title === 'Between two');
      expect(found?.file.case.place.channel).toBe(own);
      const person = await on.addresses.get(on.workspaceId, `teams/${TENANT_1}`, `person/${PEOPLE.Ada}`);
      expect(person?.facts).toMatchObject({ conversation: own });
    });

    it('the form is drawn again in the dialog, with what is wrong', async () => {
      const form = see.dialog(await on.fake.extensionFetch({ ...ada, message }));
      const wrong = await on.fake.extensionSubmit({
        ...ada,
        data: see.dataOf(form, 'Open', { 'f.title': 'Half' }),
      });
      const again = see.dialog(wrong);
      expect(see.shown(again)).toContain('"Half"');
      expect(see.shown(again)).toContain("Globex can't log in");
      const checked = await on.fake.extensionSubmit({
        ...ada,
        data: see.dataOf(again, 'Check', { 'f.deadline': 'tomorrow 3pm' }),
      });
      expect(see.shown(see.dialog(checked))).toContain('tomorrow 3pm');
    });
  });

  it('a task module opens a form, and takes it', async () => {
    const press = see.kept({ do: 'act', action: 'open', subject: nothing, under: null });
    const form = see.dialog(
      await on.fake.taskFetch({ ...ada, data: { ...press, msteams: { type: 'task/fetch' } } }),
    );
    const data = see.dataOf(form, 'Open', {
      'new.customer': 'Umbrella',
      'f.title': 'By a task',
      'f.stakes': 'Much',
    });
    expect((await on.fake.taskSubmit({ ...ada, data })).body).toContain('Saved.');
    expect((await on.cases()).map(({ file }) => file.case.title)).toContain('By a task');
  });

  describe('as one types', () => {
    it('finds customers, and offers a new one', async () => {
      const heard = await on.fake.suggest({ ...ada, dataset: 'customers', query: 'Acm' });
      expect(heard.json).toMatchObject({
        statusCode: 200,
        type: 'application/vnd.microsoft.search.searchResponse',
      });
      expect(heard.body).toContain('"title":"Acme');
      expect(heard.body).toContain('new:Acm');
    });
    it('finds colleagues', async () => {
      const heard = await on.fake.suggest({ ...ada, dataset: 'graph.microsoft.com/users', query: 'leo' });
      expect(heard.body).toContain('Leo Lead');
      expect(heard.body).not.toContain('Sam');
    });
    it('finds nothing for a guest, and nothing when the database is away', async () => {
      const guest = { ...ada, person: GUEST, conversation: MIXED };
      expect((await on.fake.suggest({ ...guest, dataset: 'customers', query: 'Acm' })).body).not.toContain(
        'Acme',
      );
      on.faults.hear = () => Promise.reject(new Error('The database is away'));
      expect((await on.fake.suggest({ ...ada, dataset: 'customers', query: 'Acm' })).json).toMatchObject({
        value: { results: [] },
      });
    });
  });

  describe('a link to a case', () => {
    const linked = async (title: string) => {
      const care = await see.openCase(title);
      return `https://kept.example.com/c/${on.workspaceId}/${care.id}`;
    };

    it('shows the case where a member writes it and the team alone reads along', async () => {
      const url = await linked('Acme linked up');
      const heard = await on.fake.link({ ...adaInChannel, url });
      expect(heard.json).toMatchObject({ composeExtension: { type: 'result', attachmentLayout: 'list' } });
      expect(heard.body).toContain('linked up');
      // by a version of cards that Teams shows there
      const card = { content: { version: '1.3' } };
      expect(heard.json).toMatchObject({ composeExtension: { attachments: [card] } });
      // and Teams keeps it for no other place that the same link is written in: there others may read along
      const policy = { type: 'setCachePolicy', value: '{"type":"no-cache"}' };
      expect(heard.json).toMatchObject({ composeExtension: { suggestedActions: { actions: [policy] } } });
    });

    it('stays a link for a guest, before guests, where Kept isn’t, and where it leads to nothing of theirs', async () => {
      const url = await linked('Acme not for all');
      const conversations = on.fake.tenant(TENANT_1).conversations;
      const group = conversations.get(GROUP);
      if (group === undefined) throw new Error('No group');
      const two = '19:ada_sam@unq.gbl.spaces';
      conversations.set(two, { ...group, id: two, kind: 'personal', shut: 'BotNotInConversationRoster' });
      const said = [
        { ...adaInChannel, person: GUEST, url },
        { ...ada, conversation: MIXED, url },
        { ...ada, conversation: two, url },
        { ...adaInChannel, url: url.replace('/c/', '/x/') },
        { ...adaInChannel, url: `https://elsewhere.example.com${new URL(url).pathname}` },
        { ...adaInChannel, url: url.replace(on.workspaceId, crypto.randomUUID()) },
      ];
      for (const one of said) {
        const heard = await on.fake.link(one);
        expect([heard.status, heard.body]).toEqual([200, '{}']);
      }
      // and a chat of two people is not taken for Ada's with Kept
      const person = await on.addresses.get(on.workspaceId, `teams/${TENANT_1}`, `person/${PEOPLE.Ada}`);
      expect(JSON.stringify(person?.facts)).not.toContain(two);
    });
  });

  describe('an installation', () => {
    it('says hello once, however Teams tells of it, with a button to begin', async () => {
      const chat = { ...ada, person: PEOPLE.Dora };
      await on.fake.installation({ ...chat, action: 'add' });
      await on.fake.membersChanged({ ...chat, added: ['bot'] });
      await on.fake.installation({ ...chat, action: 'add-upgrade' });
      await see.allDone();
      const hellos = on.fake.chat(TENANT_1, PEOPLE.Dora);
      expect(hellos).toHaveLength(1);
      const [hello] = hellos;
      if (hello === undefined) throw new Error('No hello');
      const form = await on.fake.press({ ...chat, on: hello.id, button: 'Open a care case' });
      expect(form.body).toContain('f.stakes');
      const sent = await on.fake.press({
        ...chat,
        on: hello.id,
        button: 'Open',
        typing: { 'new.customer': 'Initech', title: 'From the hello', stakes: 'Much' },
      });
      expect(sent.body).toContain('Saved.');
      expect(sent.body).toContain('Hello, this is Kept.');
      expect(hello.edits).toBe(0);
    });

    it('of a team: hello in its channel, in words for a channel', async () => {
      await on.fake.installation({ ...adaInChannel, action: 'add' });
      await see.allDone();
      const hello = await see.said(adaInChannel, 'Hello, this is Kept.');
      expect(see.shown(hello.activity)).toContain('@Kept Acme');
    });

    it('removed from one chat: that one is shut, and open again when it is heard from', async () => {
      const facts = async () => {
        const found = await on.addresses.get(
          on.workspaceId,
          `teams/${TENANT_1}`,
          `conversation/${on.personalOf(PEOPLE.Leo)}`,
        );
        return found?.facts;
      };
      const leo = { ...ada, person: PEOPLE.Leo };
      await see.ask(leo, 'list');
      await on.fake.installation({ ...leo, action: 'remove' });
      await see.allDone();
      expect(await facts()).toMatchObject({ shut: 'uninstalled' });
      expect((await on.connections.find('teams', TENANT_1))?.status).toBe('connected');
      on.clock.forward(61_000);
      await see.ask(leo, 'list');
      expect(await facts()).toMatchObject({ shut: null });
    });

    it('channels and chats that are called otherwise are known so', async () => {
      const nameOf = async (conversation: string) =>
        (await on.addresses.get(on.workspaceId, `teams/${TENANT_1}`, `conversation/${conversation}`))?.facts;
      await on.fake.renamed({ ...adaInChannel, of: 'channel', name: 'Rescue' });
      await on.fake.renamed({ ...ada, conversation: GROUP, of: 'group', name: 'Acme rescue' });
      await see.allDone();
      expect(await nameOf(CHANNEL)).toMatchObject({ name: 'Rescue' });
      expect(await nameOf(GROUP)).toMatchObject({ name: 'Acme rescue' });
    });

    it('lets every process know that others may read along now', async () => {
      const mark = async () =>
        TeamsFacts.parse((await on.connections.find('teams', TENANT_1))?.facts).membersMark;
      const before = await mark();
      await on.fake.membersChanged({ ...adaInChannel, added: [PEOPLE.Sam] });
      await see.allDone();
      expect(await mark()).not.toBe(before);
    });
  });

  it('a reaction, and an invoke that nobody knows, do nothing', async () => {
    const rows = (await on.rows()).length;
    const post = await see.said(ada, 'Saved.');
    expect((await on.fake.reaction({ ...ada, on: post.id })).status).toBe(200);
    const odd = {
      ...on.fake.envelope(ada, 'f:odd', null),
      type: 'invoke',
      name: 'signin/verifyState',
      value: {},
    };
    expect((await on.fake.activity(odd)).status).toBe(501);
    expect(await on.rows()).toHaveLength(rows);
  });

  describe('a client that knows Action.Submit alone', () => {
    it('opens and sends a form in place', async () => {
      const form = await see.ask(ada, 'Acme by an old client');
      const wrong = await on.fake.submit({ ...ada, on: form.id, button: 'Open', typing: { stakes: '' } });
      expect(wrong).toMatchObject({ status: 200, body: '' });
      await eventually(async () => form.edits === 1);
      expect(see.shown(form.activity)).toContain('by an old client');
      await on.fake.submit({ ...ada, on: form.id, button: 'Open', typing: { stakes: 'Much' } });
      await eventually(async () => see.shown(form.activity).includes('Saved.'));
      await see.allDone();
      expect((await on.cases()).map(({ file }) => file.case.title)).toContain('by an old client');
    });

    it('gets a form of a case’s card in a thread by a veil', async () => {
      const care = await see.openCase('Acme old client in a channel');
      const card = await see.cardIn('old client in a channel');
      const data = see.kept({
        do: 'act',
        action: 'close',
        subject: { ...nothing, caseId: care.id },
        under: { of: 'post', key: `${care.id}/card` },
      });
      const before = see.postsFor(adaInChannel).length;
      await on.fake.submit({ ...adaInChannel, on: card.id, data });
      const veil = await eventually(async () => see.postsFor(adaInChannel)[before]);
      expect(see.shown(veil.activity)).not.toContain('f.');
      expect((await on.fake.press({ ...adaInChannel, on: veil.id, button: 'Open it' })).body).toContain(
        '"f.',
      );
    });
  });
});
