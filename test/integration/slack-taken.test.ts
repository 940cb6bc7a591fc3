import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';
import { ada, type SlackWitness, slackWitness } from '../support/slack-witness.ts';

const CONNECTION = 'slack/T1';

describe('what is taken is done, and what isn’t is said not to be', () => {
  let on: SlackEars;
  let see: SlackWitness;
  beforeAll(async () => {
    on = await slackEars();
    see = slackWitness(on);
  });
  afterEach(() => see.tidy());
  afterAll(async () => {
    await on.stop();
  });

  const connected = (status: 'connected' | 'disconnected') =>
    on.db.updateTable('kept.connection').set({ status }).where('id', '=', CONNECTION).execute();
  const owed = (key: string, body: object) => ({
    id: on.deps.newId(),
    workspaceId: on.workspaceId,
    connection: CONNECTION,
    key,
    body,
  });
  const mention = (eventId: string, text: string) => ({
    type: 'event_callback',
    event_id: eventId,
    team_id: 'T1',
    event: { type: 'app_mention', user: 'U1', channel: 'C1', ts: '6.1', text },
  });

  it('a press that can’t be written down and has no address to answer at is turned away', async () => {
    const event = { type: 'app_home_opened', user: 'U1', channel: 'DU1', tab: 'home' };
    await on.fake.event({ team: 'T1', event });
    const home = await eventually(async () => on.fake.home('T1', 'U1'));
    const { accept } = on.inbox;
    on.inbox.accept = () => Promise.reject(new Error('The database is away'));
    try {
      const heard = await on.fake.viewAction({ ...ada, view: home.id, button: 'Open care case' });
      // Slack shows the person that it went wrong.
      expect(heard.status).toBe(503);
    } finally {
      on.inbox.accept = accept;
    }
  });

  it('the first word after a reinstallation is heard, however long ago the last one was', async () => {
    await connected('disconnected');
    on.clock.forward(60_000);
    // given somebody who tries it meanwhile
    await eventually(async () => {
      const heard = await on.fake.command({ ...ada, channel: 'C1', text: 'help' });
      return heard.body.includes('isn’t installed');
    });
    on.clock.forward(60_000);
    // when
    await connected('connected');
    const heard = await on.fake.command({ ...ada, channel: 'C1', text: 'help' });
    // then
    expect(heard).toMatchObject({ status: 200, body: '' });
  });

  it('what is being written down when a process stops is carried out before it has stopped', async () => {
    const other = await on.another();
    on.fake.keptAt(other.url);
    const { accept } = other.inbox;
    other.inbox.accept = async (...args) => {
      await sleep(500);
      return accept(...args);
    };
    try {
      const event = { type: 'app_mention', user: 'U1', channel: 'C1', ts: '8.7', text: '<@UBOT> list' };
      const sent = on.fake.event({ team: 'T1', event, eventId: 'EvStop' });
      await sleep(150);
      await other.hearing.stop();
      const row = (await on.rows()).find(({ key }) => key === 'EvStop');
      expect(row?.doneAt ?? null).not.toBeNull();
      expect((await sent).status).toBe(200);
    } finally {
      on.fake.keptAt(on.url);
    }
  });

  it('one that can’t even be looked at keeps no other from being carried out late', async () => {
    const { done } = on.inbox;
    const bad = owed('bad', { type: 'teapot' });
    const good = owed('good', mention('EvGood', '<@UBOT> list'));
    for (const row of [bad, good]) await on.inbox.accept(row, on.clock.now(), 1_000);
    on.clock.forward(1_001);
    on.inbox.done = (row, ...rest) =>
      row.id === bad.id ? Promise.reject(new Error('The database is away')) : done(row, ...rest);
    try {
      expect(await on.hearing.late()).toBe(2);
    } finally {
      on.inbox.done = done;
    }
    const rows = await on.rows();
    await on.forgetOwed();
    expect(rows.find(({ key }) => key === 'good')?.doneAt ?? null).not.toBeNull();
  });

  it('a second press that comes by another process, and waits, leaves no modal that never goes on', async () => {
    const other = await on.another();
    const subject = { caseId: null, promiseId: null, askId: null };
    const message = see.buttonMessage(see.value({ do: 'act', action: 'open', subject }));
    const click = { ...ada, channel: 'C1', ts: message.ts, button: 'Press' };
    const press = (action_ts: string) => on.fake.press({ ...click, more: { action_ts } });
    await press('1700000100.1');
    await see.opened();
    const { accept } = other.inbox;
    other.inbox.accept = async (...args) => {
      await sleep(1_000);
      return accept(...args);
    };
    on.fake.keptAt(other.url);
    try {
      await press('1700000100.2');
      await see.allDone();
      await eventually(async () => on.fake.view('T1', 'U1')?.view['callback_id'] !== 'wait');
    } finally {
      on.fake.keptAt(on.url);
      other.inbox.accept = accept;
    }
  });
});
