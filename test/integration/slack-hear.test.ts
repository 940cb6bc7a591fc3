import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SlackFacts } from '../../adapters/slack/facts.ts';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';
import { ada, type SlackWitness, slackWitness } from '../support/slack-witness.ts';

const FIVE_MINUTES = 5 * 60_000;

describe('hearing Slack', () => {
  let on: SlackEars;
  let see: SlackWitness;

  beforeAll(async () => {
    on = await slackEars();
    see = slackWitness(on);
  });
  afterEach(() => see.tidy());
  afterAll(async () => {
    await on.stop();
    expect(on.fake.limitFaults).toEqual([]);
  });

  const warned = (words: string) => on.log.filter(({ message }) => message.includes(words));
  const nothing = { caseId: null, promiseId: null, askId: null };

  describe('what isn’t Slack’s', () => {
    const command = (signing: object) =>
      on.fake.command({ ...ada, channel: 'C1', text: 'Acme forged' }, signing);

    it.each([
      ['a bad signature', { signature: `v0=${'0'.repeat(64)}` }],
      ['a signature of another length', { signature: 'v0=abc' }],
      ['another app’s secret', { secret: 'another' }],
      ['five minutes old', () => ({ at: Date.now() - FIVE_MINUTES })],
      ['five minutes from the future', () => ({ at: Date.now() + FIVE_MINUTES + 1_000 })],
      ['no time', { headers: { 'x-slack-request-timestamp': '' } }],
    ])('%s: 401, and nothing is done', async (_name, signing) => {
      const before = (await on.rows()).length;
      const heard = await command(typeof signing === 'function' ? signing() : signing);
      expect(heard.status).toBe(401);
      expect(await on.rows()).toHaveLength(before);
    });

    it('a signature of four minutes ago is taken', async () => {
      expect((await command({ at: Date.now() - FIVE_MINUTES + 60_000 })).status).toBe(200);
    });

    it('a body over 1 MB: 413, also when its length isn’t said', async () => {
      const large = `payload=${'x'.repeat(1_100_000)}`;
      expect((await on.fake.raw('application/x-www-form-urlencoded', large)).status).toBe(413);
      const status = await new Promise((resolve, reject) => {
        const sent = request(`${on.url}/slack/events`, { method: 'POST' }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.on('error', reject);
        for (let part = 0; part < 11; part += 1) sent.write('x'.repeat(100_000));
        sent.end();
      });
      expect(status).toBe(413);
    });

    it.each([
      ['no JSON', 'application/json', '{"type":'],
      ['JSON that is no object', 'application/json', '[1]'],
      ['a payload that is none', 'application/x-www-form-urlencoded', 'payload=nonsense'],
      ['nothing', 'application/x-www-form-urlencoded', ''],
      ['a type that nobody knows', 'application/json', '{"type":"teapot"}'],
      [
        'an event that is none',
        'application/json',
        '{"type":"event_callback","event_id":"E1","event":"what"}',
      ],
      [
        'actions without a person',
        'application/x-www-form-urlencoded',
        `payload=${JSON.stringify({ type: 'block_actions', actions: [{}] })}`,
      ],
    ])('%s: 400, logged, and no crash', async (_name, contentType, body) => {
      const lines = on.log.length;
      expect((await on.fake.raw(contentType, body)).status).toBe(400);
      expect(on.log.slice(lines).some(({ level }) => level === 'warn')).toBe(true);
    });

    it('what can’t be read but answered is answered', async () => {
      const response_url = on.fake.responseUrl('T1', 'C1', 'U1');
      const heard = await on.fake.payload({ type: 'block_actions', response_url, user: 7 });
      expect(heard.status).toBe(200);
      await see.toldOf('couldn’t read that');
    });

    it('the address is confirmed', async () => {
      expect((await on.fake.urlVerification('3eZbrw1a')).json).toEqual({ challenge: '3eZbrw1a' });
      expect((await on.fake.raw('application/x-www-form-urlencoded', 'ssl_check=1&token=x')).status).toBe(
        200,
      );
    });
  });

  describe('/care', () => {
    it('opens the form with what was typed, directly, and the case by it', async () => {
      // when
      const heard = await on.fake.command({ ...ada, channel: 'C1', text: 'Acme export down since noon' });
      // then
      expect(heard).toMatchObject({ status: 200, body: '' });
      const view = await see.opened();
      expect(see.shown(view.view)).toContain('export down since noon');
      expect(on.fake.calls('views.update')).toEqual([]);
      // when it is sent
      const sent = await on.fake.viewSubmit({ ...ada, typing: { 'field/stakes': 'They lose their board' } });
      // then
      expect(sent).toMatchObject({ status: 200, json: {} });
      const [row] = await on.cases();
      expect(row?.file.case).toMatchObject({
        title: 'export down since noon',
        place: { connection: 'slack/T1', channel: 'C1' },
      });
    });

    it('answers a command that opens nothing for their eyes alone', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'list' });
      const answer = await see.toldOf('export down since noon');
      expect(answer).toContain('"response_type":"ephemeral"');
      expect(on.fake.view('T1', 'U1')).toBeUndefined();
    });

    it('says what is wrong in the fields, and keeps what was typed', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'Acme login slow' });
      await see.opened();
      const heard = await on.fake.viewSubmit({ ...ada, typing: { 'field/stakes': '' } });
      expect(heard.json).toMatchObject({ response_action: 'errors' });
      expect(Object.keys(heard.json?.['errors'] ?? {})).toEqual(['field/stakes/0']);
      // when it is mended in the same view
      await on.fake.viewSubmit({ ...ada, typing: { 'field/stakes': 'Now it is there' } });
      expect((await on.cases()).map(({ file }) => file.case.title)).toContain('login slow');
    });

    it('draws the form anew when a field that others depend on changes', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'it is slow today again' });
      await see.opened();
      const rows = (await on.rows()).length;
      await on.fake.viewAction({
        ...ada,
        button: 'field/deadline',
        typing: { 'field/deadline': 'tomorrow 3pm' },
      });
      const view = await eventually(async () => {
        const now = on.fake.view('T1', 'U1');
        return see.shown(now?.view).includes('✓') ? now : null;
      });
      expect(see.shown(view.state)).toContain('tomorrow 3pm');
      // nothing is owed for it
      expect(await on.rows()).toHaveLength(rows);
    });

    it('takes a text of any length whole', async () => {
      const long = `Acme says: ${'all is broken and nobody answers. '.repeat(150)}The end`;
      await on.fake.command({ ...ada, channel: 'C1', text: long });
      await see.opened();
      await on.fake.viewSubmit({
        ...ada,
        typing: {
          'suggest/customer': 'new:Acme Long',
          'field/title': 'All is broken',
          'field/stakes': 'Much',
        },
      });
      await see.allDone();
      const found = (await on.cases()).find(({ file }) => file.case.title === 'All is broken');
      expect(found?.file.case.whatHappened).toBe(long);
    });

    it('finds customers as one types, and offers a new one', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'something odd happened' });
      await see.opened();
      const heard = await on.fake.suggest({ ...ada, field: 'suggest/customer', query: 'Acm' });
      expect(heard.ms).toBeLessThan(2_000);
      const labels = see.shown(heard.json);
      expect(labels).toContain('"Acme');
      expect(labels).toContain('new:Acm');
    });
  });

  describe('the other ways in', () => {
    it('a message shortcut carries text, author and link over', async () => {
      const message = on.fake.say({
        team: 'T1',
        channel: 'C1',
        user: 'U2',
        text: 'Globex can&amp;t log in, ask <@U3>',
      });
      await on.fake.shortcut({
        ...ada,
        callbackId: 'open_case_from_message',
        message: { channel: 'C1', ts: message.ts, user: 'U2', text: message.text },
      });
      const view = await see.opened();
      expect(see.shown(view.view)).toContain('Sam Support: Globex can&t log in, ask @Leo Lead');
      // Who wrote it is no customer.
      expect(see.shown(view.view)).not.toContain('new:Sam');
      await on.fake.viewSubmit({
        ...ada,
        typing: { 'suggest/customer': 'new:Globex', 'field/title': 'No login', 'field/stakes': 'Much' },
      });
      await see.allDone();
      const found = (await on.cases()).find(({ file }) => file.case.title === 'No login');
      expect(found?.file.case.source).toEqual({
        text: 'Sam Support: Globex can&t log in, ask @Leo Lead',
        link: `https://team-t1.slack.com/archives/C1/p${message.ts.replace('.', '')}`,
      });
    });

    it('a global shortcut opens the empty form', async () => {
      await on.fake.shortcut({ ...ada, callbackId: 'open_case' });
      await see.opened();
    });

    it('a mention answers for their eyes, and a form by a button', async () => {
      const event = {
        type: 'app_mention',
        user: 'U1',
        channel: 'C1',
        ts: '1.000001',
        text: '<@UBOT> Acme mail is stuck',
      };
      await on.fake.event({ team: 'T1', event });
      await see.toldOf('Shall this be a care case?');
      const ephemeral = on.fake.ephemerals.at(-1);
      await on.fake.press({ ...ada, channel: 'C1', ts: ephemeral?.ts ?? '', button: 'Open the form' });
      expect(see.shown((await see.opened()).view)).toContain('mail is stuck');
    });

    it('a direct message is a command in plain words', async () => {
      const event = {
        type: 'message',
        channel_type: 'im',
        user: 'U1',
        channel: 'DU1',
        ts: '2.000001',
        text: 'list',
      };
      // their direct message with Kept is there
      await on.fake.event({ team: 'T1', event: { ...event, text: 'help', ts: '2.000000' } });
      await eventually(async () => on.fake.directs('T1', 'U1').length > 0);
      await on.fake.event({ team: 'T1', event });
      await eventually(async () =>
        on.fake.directs('T1', 'U1').some((one) => see.shown(one).includes('export down')),
      );
    });

    it('a word in a case’s thread is heard; other words are none of Kept’s business', async () => {
      const care = await see.openCase('Acme thread words');
      const card = await see.post(care.id);
      const rows = (await on.rows()).length;
      const event = {
        type: 'message',
        channel_type: 'channel',
        user: 'U1',
        channel: 'C1',
        text: 'looking into it',
      };
      await on.fake.event({ team: 'T1', event: { ...event, ts: '3.1' } });
      await on.fake.event({
        team: 'T1',
        event: { ...event, ts: '3.2', thread_ts: '3.1', parent_user_id: 'U2' },
      });
      await on.fake.event({ team: 'T1', event: { ...event, ts: '3.3', subtype: 'message_changed' } });
      await on.fake.event({ team: 'T1', event: { ...event, ts: '3.4', bot_id: 'B9', thread_ts: card.ts } });
      expect(await on.rows()).toHaveLength(rows);
      await on.fake.event({
        team: 'T1',
        event: { ...event, ts: '3.5', thread_ts: card.ts, parent_user_id: 'UBOT' },
      });
      await see.allDone();
      expect(await on.rows()).toHaveLength(rows + 1);
    });

    it('App Home shows what concerns who opens it', async () => {
      const event = { type: 'app_home_opened', user: 'U1', channel: 'DU1', tab: 'home' };
      await on.fake.event({ team: 'T1', event });
      const home = await eventually(async () => on.fake.home('T1', 'U1'));
      expect(see.shown(home.view)).toContain('export down since noon');
      // and again after what they do
      const published = on.fake.calls('views.publish').length;
      await see.openCase('Acme one more for home');
      await eventually(async () => on.fake.calls('views.publish').length > published);
      expect(see.shown(on.fake.home('T1', 'U1')?.view)).toContain('one more for home');
    });

    it('a link to a case is shown where the team alone reads along, and where a member shares it', async () => {
      const [row] = await on.cases();
      const url = `https://kept.example.com/c/${on.workspaceId}/${row?.file.case.id}`;
      const share = (user: string, channel: string) =>
        on.fake.event({
          team: 'T1',
          event: {
            type: 'link_shared',
            user,
            channel,
            message_ts: '4.1',
            links: [{ url, domain: 'kept.example.com' }],
          },
        });
      await share('UG', 'C1');
      await share('U1', 'CS');
      await share('U1', 'CG');
      await see.allDone();
      expect(on.fake.unfurls).toEqual([]);
      await share('U1', 'C1');
      await see.allDone();
      expect(see.shown(on.fake.unfurls)).toContain(row?.file.case.title);
    });

    it('lets every process know that others may read along in a channel now', async () => {
      const marked = async () =>
        SlackFacts.parse(
          (
            await on.db
              .selectFrom('kept.connection')
              .select('facts')
              .where('id', '=', 'slack/T1')
              .executeTakeFirstOrThrow()
          ).facts,
        ).channelsMark;
      const before = await marked();
      const joined = {
        type: 'member_joined_channel',
        user: 'UG',
        channel: 'C1',
        channel_type: 'C',
        team: 'T1',
      };
      await on.fake.event({ team: 'T1', event: joined });
      await see.allDone();
      const after = await marked();
      expect(after).toBeTruthy();
      expect(after).not.toBe(before);
    });

    it('hands on what the life of a team brings', async () => {
      await on.fake.event({ team: 'T1', event: { type: 'tokens_revoked', tokens: { bot: ['UBOT'] } } });
      await on.fake.event({ team: 'T1', event: { type: 'app_uninstalled' } });
      await on.fake.event({
        team: 'T1',
        event: { type: 'user_change', user: { id: 'U2', deleted: true, team_id: 'T1', name: 'sam' } },
      });
      await see.allDone();
      expect(on.hooks.map(({ what }) => what)).toEqual(['revoked', 'uninstalled']);
      expect(
        (await on.deps.store.transact(on.workspaceId, (tx) => tx.workspace())).members.find(
          ({ name }) => name === 'Sam Support',
        )?.active,
      ).toBe(false);
    });
  });

  describe('once', () => {
    it('an event that Slack sends again, to another process, is heard once', async () => {
      const other = await on.another();
      const event = { type: 'app_mention', user: 'U1', channel: 'C1', ts: '5.1', text: '<@UBOT> list' };
      const before = on.fake.ephemerals.length;
      const first = await on.fake.event({ team: 'T1', event, eventId: 'EvSame' });
      on.fake.keptAt(other.url);
      const again = await Promise.all(
        [1, 2, 3].map((retryNum) => on.fake.event({ team: 'T1', event, eventId: 'EvSame', retryNum })),
      );
      on.fake.keptAt(on.url);
      await see.allDone();
      expect([first, ...again].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(on.fake.ephemerals).toHaveLength(before + 1);
      expect((await on.rows()).filter(({ key }) => key === 'EvSame')).toHaveLength(1);
    });

    it('a double click does one thing once', async () => {
      const message = see.buttonMessage(see.value({ do: 'act', action: 'open', subject: nothing }));
      const press = {
        ...ada,
        channel: 'C1',
        ts: message.ts,
        button: 'Press',
        more: { action_ts: '1700000000.1' },
      };
      const opens = on.fake.calls('views.open').length;
      const heard = await Promise.all([
        on.fake.press(press),
        on.fake.press({ ...press, more: { action_ts: '1700000000.4' } }),
        // in the next second, but no later
        on.fake.press({ ...press, more: { action_ts: '1700000001.0' } }),
      ]);
      expect(heard.map(({ status }) => status)).toEqual([200, 200, 200]);
      await see.opened();
      await see.allDone();
      expect(on.fake.calls('views.open')).toHaveLength(opens + 1);
      // when it is pressed again later
      await on.fake.press({ ...press, more: { action_ts: '1700000005.1' } });
      await see.allDone();
      expect(on.fake.calls('views.open')).toHaveLength(opens + 2);
    });

    it('what is under way when a process stops is finished; nothing new is taken', async () => {
      const other = await on.another();
      on.fake.keptAt(other.url);
      on.fake.fault({ method: 'views.open', times: 1, what: 'slow', ms: 400 });
      try {
        await on.fake.command({ ...ada, channel: 'C1', text: 'Acme under way' });
        const stopped = other.hearing.stop();
        const event = { type: 'app_mention', user: 'U1', channel: 'C1', ts: '8.1', text: '<@UBOT> list' };
        expect((await on.fake.event({ team: 'T1', event })).status).toBe(503);
        await stopped;
        expect(see.shown((await see.opened()).view)).toContain('under way');
      } finally {
        on.fake.keptAt(on.url);
      }
    });

    it('a form that is sent twice opens one case', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'Acme sent twice' });
      const view = await see.opened();
      const send = () => on.fake.viewSubmit({ ...ada, view: view.id, typing: { 'field/stakes': 'Much' } });
      await Promise.all([send(), send()]);
      await see.allDone();
      const titles = (await on.cases()).map(({ file }) => file.case.title);
      expect(titles.filter((title) => title === 'sent twice')).toHaveLength(1);
    });

    it('a form that comes again to another process doesn’t just close: that would say it was saved', async () => {
      const other = await on.another();
      await on.fake.command({ ...ada, channel: 'C1', text: 'Acme sent to two' });
      const view = await see.opened();
      const triggerId = on.fake.trigger('T1', 'U1');
      const send = () =>
        on.fake.viewSubmit({ ...ada, view: view.id, typing: { 'field/stakes': 'Much' }, triggerId });
      const before = structuredClone(view.view);
      await send();
      await see.allDone();
      on.fake.keptAt(other.url);
      try {
        Object.assign(view, { view: before, open: true });
        await send();
      } finally {
        on.fake.keptAt(on.url);
      }
      expect(see.shown(view.view)).toContain('came twice and was taken once');
      expect(see.shown(view.view)).toContain('Much');
      const titles = (await on.cases()).map(({ file }) => file.case.title);
      expect(titles.filter((title) => title === 'sent to two')).toHaveLength(1);
    });

    it('what a process accepted and didn’t carry out, another does', async () => {
      const other = await on.another();
      // given a process whose Slack can't be reached, and then isn't there any more
      on.fake.fault({ method: 'views.open', times: 1, what: 'cut before' });
      on.fake.fault({ method: 'views.update', times: 1, what: 'cut before' });
      on.fake.fault({ method: 'chat.postEphemeral', times: 5, what: 'limited', retryAfter: 1 });
      const row = {
        id: on.deps.newId(),
        workspaceId: on.workspaceId,
        connection: 'slack/T1',
        key: 'left behind',
        body: {
          type: 'event_callback',
          event_id: 'EvLeft',
          team_id: 'T1',
          event: { type: 'app_mention', user: 'U1', channel: 'C1', ts: '6.1', text: '<@UBOT> list' },
        },
      };
      on.fake.heal();
      await on.inbox.accept(row, on.clock.now(), 1_000);
      expect(await other.hearing.late()).toBe(0);
      on.clock.forward(1_001);
      const before = on.fake.ephemerals.length;
      expect(await other.hearing.late()).toBe(1);
      expect(on.fake.ephemerals).toHaveLength(before + 1);
      expect(await on.hearing.late()).toBe(0);
    });
  });

  describe('what is too late, or too old', () => {
    it('an expired trigger: a button that opens the form with what was typed', async () => {
      // given a trigger that is over when the form is ready
      const triggerId = on.fake.trigger('T1', 'U1');
      on.fake.expireTriggers();
      // when
      await on.fake.command({ ...ada, channel: 'C1', text: 'Acme has waited for long', triggerId });
      await see.toldOf('within 3 seconds');
      expect(on.fake.view('T1', 'U1')).toBeUndefined();
      // then
      const response = on.fake.responses.at(-1);
      const again = on.fake.say({ team: 'T1', channel: 'C1', user: 'UBOT', text: 'the answer' });
      again.blocks = Array.isArray(response?.body['blocks']) ? response.body['blocks'] : [];
      await on.fake.press({ ...ada, channel: 'C1', ts: again.ts, button: 'Open the form' });
      expect(see.shown((await see.opened()).view)).toContain('has waited for long');
      // and it is nobody else's
      await on.fake.press({ team: 'T1', user: 'U3', channel: 'C1', ts: again.ts, button: 'Open the form' });
      await see.toldOf('belongs to somebody else', 'U3');
    });

    it('look-ups that take long: something stands in time, and then the form', async () => {
      const stopped = on.fake.calls('views.update').length;
      const { accept } = on.inbox;
      on.inbox.accept = async (...args) => {
        await new Promise((resolve) => setTimeout(resolve, 1_200));
        return accept(...args);
      };
      try {
        const sent = on.fake.command({ ...ada, channel: 'C1', text: 'Acme database is slow' });
        const wait = await see.opened(ada, 'wait');
        expect(see.shown(wait.view)).toContain('Acme database is slow');
        expect((await sent).ms).toBeLessThan(3_000);
        expect((await see.opened()).id).toBe(wait.id);
        expect(on.fake.calls('views.update').length).toBe(stopped + 1);
      } finally {
        on.inbox.accept = accept;
      }
    });

    it('an inbox that can’t be written: a clear sentence, nothing taken, and events come again', async () => {
      const { accept } = on.inbox;
      on.inbox.accept = () => Promise.reject(new Error('The database is away'));
      try {
        await on.fake.command({ ...ada, channel: 'C1', text: 'help me open a form' });
        const heard = await on.fake.command({ ...ada, channel: 'C1', text: 'Acme is not taken' });
        expect(heard.status).toBe(200);
        expect(heard.body).toContain('this wasn’t taken in');
        expect(heard.body).toContain('Acme is not taken');
        const event = { type: 'app_mention', user: 'U1', channel: 'C1', ts: '7.1', text: '<@UBOT> list' };
        expect((await on.fake.event({ team: 'T1', event })).status).toBe(503);
      } finally {
        on.inbox.accept = accept;
      }
    });

    it('an inbox that hangs: told so while Slack still listens, and not done behind their back', async () => {
      const { accept } = on.inbox;
      on.inbox.accept = async (...args) => {
        await sleep(3_200);
        return accept(...args);
      };
      try {
        const heard = await on.fake.command({ ...ada, channel: 'C1', text: 'Acme inbox hangs' });
        expect(heard.ms).toBeLessThan(3_000);
        expect(heard.body).toContain('this wasn’t taken in');
        const view = await eventually(async () => {
          const now = on.fake.view('T1', 'U1');
          return see.shown(now?.view).includes('wasn’t taken in') ? now : null;
        });
        expect(view.view['callback_id']).toBe('card');
        await see.allDone();
        expect((await on.rows()).at(-1)?.error).toContain('said not to be taken');
      } finally {
        on.inbox.accept = accept;
      }
    });

    it('a form that takes long to save says so, and then what came of it', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'Acme takes long' });
      await see.opened();
      on.fake.fault({ method: 'conversations.info', times: 1, what: 'slow', ms: 2_600 });
      on.clock.forward(6 * 60_000);
      const heard = await on.fake.viewSubmit({ ...ada, typing: { 'field/stakes': 'Much' } });
      expect(heard.ms).toBeLessThan(3_000);
      expect(heard.body).toContain('being saved');
      await eventually(async () => see.shown(on.fake.view('T1', 'U1')?.view).includes('Saved.'));
      expect((await on.cases()).map(({ file }) => file.case.title)).toContain('takes long');
    });

    it('an unknown button, or one of an older version: what stands there now, and it is logged', async () => {
      const [row] = await on.cases();
      const card = await see.post(row?.file.case.id ?? '', 'C2');
      const button = {
        type: 'button',
        action_id: 'teapot',
        text: { type: 'plain_text', text: 'Press' },
        value: '{"v":0,"do":"act"}',
      };
      card.blocks = [{ type: 'actions', block_id: 'b', elements: [button] }];
      await on.fake.press({ ...ada, channel: 'C2', ts: card.ts, button: 'Press' });
      const answer = await see.toldOf('older version of Kept');
      expect(answer).toContain(row?.file.case.title);
      expect(warned('a button is none').length).toBeGreaterThan(0);
      // of a message that is no case's
      const message = see.buttonMessage('garbage');
      await on.fake.press({ ...ada, channel: 'C1', ts: message.ts, button: 'Press' });
      await see.toldOf('/care list');
    });

    it('a form of an older version is not saved, and what was typed is all there', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'Acme old form' });
      const view = await see.opened();
      view.view['private_metadata'] = '{"v":0,"kind":"form"}';
      const cases = (await on.cases()).length;
      const heard = await on.fake.viewSubmit({
        ...ada,
        typing: { 'field/stakes': 'What I wrote at length' },
      });
      expect(heard.status).toBe(200);
      expect(heard.body).toContain('older version of Kept');
      expect(heard.body).toContain('What I wrote at length');
      expect(await on.cases()).toHaveLength(cases);
    });
  });

  describe('who is no member', () => {
    it.each([
      ['a guest', 'UG', 'CG'],
      ['somebody of another company', 'UX', 'CS'],
    ])('%s is told no, and sees nothing', async (_name, user, channel) => {
      const them = { team: 'T1', user };
      await on.fake.command({ ...them, channel, text: 'list' });
      await see.toldOf('Kept is for the people', user);
      const message = see.buttonMessage(see.value({ do: 'act', action: 'open', subject: nothing }));
      await on.fake.press({ ...them, channel: 'C1', ts: message.ts, button: 'Press' });
      await on.fake.event({
        team: 'T1',
        event: { type: 'app_home_opened', user, channel: `D${user}`, tab: 'home' },
      });
      await see.allDone();
      expect(on.fake.view('T1', user)).toBeUndefined();
      const all = [...see.told(user), see.shown(on.fake.home('T1', user)?.view ?? {})].join();
      expect(all).not.toContain('export down');
      const suggested = await on.fake.payload({
        type: 'block_suggestion',
        team: { id: 'T1' },
        user: { id: user, team_id: 'T1' },
        value: 'Acme',
      });
      expect(suggested.json).toEqual({ options: [] });
    });

    it('can’t be picked in a form either', async () => {
      const care = await see.openCase('Acme picked guest');
      const message = see.buttonMessage(
        see.value({ do: 'act', action: 'promise', subject: { ...nothing, caseId: care.id } }),
      );
      await on.fake.press({ ...ada, channel: 'C1', ts: message.ts, button: 'Press' });
      await see.opened();
      const heard = await on.fake.viewSubmit({
        ...ada,
        typing: { 'field/owner': 'UG', 'field/action': 'Look into it', 'field/followUp': 'in 2 hours' },
      });
      expect(see.shown(heard.json)).toContain('They are a guest here');
    });
  });

  describe('where a case lives', () => {
    it('opened where outsiders read along, it lives with its opener, or in the team’s channel', async () => {
      const first = await see.openCase('Acme from outside', 'CS');
      expect(first.place).toEqual({ connection: 'slack/T1', channel: 'DU1' });
      await see.toldOf('People from outside read along here');
      await on.deps.store.transact(on.workspaceId, async (tx) => {
        const { workspace } = await tx.workspace();
        await tx.saveWorkspace({ ...workspace, homeChannels: { 'slack/T1': 'C2' } });
      });
      const second = await see.openCase('Acme from outside again', 'CS');
      expect(second.place).toEqual({ connection: 'slack/T1', channel: 'C2' });
      await see.toldOf('is in #general');
    });
  });

  describe('two teams with the same ids', () => {
    it('neither sees or opens anything of the other', async () => {
      const second = await on.connectSecondTeam();
      const them = { team: 'T2', user: 'U1' };
      const before = (await on.cases()).length;
      await on.fake.command({ ...them, channel: 'C1', text: 'list' });
      await eventually(async () => see.told('U1', 'T2').length > 0);
      expect(see.told('U1', 'T2').join()).not.toContain('export down');
      await on.fake.command({ ...them, channel: 'C1', text: 'Umbrella is down for all' });
      await see.opened(them);
      await on.fake.viewSubmit({ ...them, typing: { 'field/stakes': 'Much' } });
      await see.allDone();
      expect(await on.cases()).toHaveLength(before);
      const [row] = await on.cases(second);
      expect(row?.file.case.title).toContain('down for all');
      // a button of the first team's case, pressed in the second
      const [ours] = await on.cases();
      const message = see.buttonMessage(
        see.value({ do: 'act', action: 'show', subject: { ...nothing, caseId: ours?.file.case.id } }),
        'T2',
      );
      await on.fake.press({ ...them, channel: 'C1', ts: message.ts, button: 'Press' });
      await see.allDone();
      expect(see.told('U1', 'T2').join()).not.toContain(ours?.file.case.title ?? '-');
    });

    it('a team that isn’t connected is told so', async () => {
      const team = on.fake.team('T2');
      on.fake.addTeam({ ...team, id: 'T9' });
      const heard = await on.fake.command({ team: 'T9', user: 'U1', channel: 'C1', text: 'Acme' });
      expect(heard.status).toBe(200);
      expect(heard.body).toContain('isn’t installed here');
    });
  });
});
