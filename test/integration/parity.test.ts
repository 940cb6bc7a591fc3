import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Intent } from '../../src/conversation/intent.ts';
import { ana } from '../support/fake-console.ts';
import { PEOPLE } from '../support/fake-teams-world.ts';
import { PARITY, parityTable } from '../support/parity.ts';
import { eventually } from '../support/running-kept.ts';
import { slackEars } from '../support/slack-ears.ts';
import { ada as slackAda, slackWitness } from '../support/slack-witness.ts';
import { teamsEars } from '../support/teams-ears.ts';
import { startTabServer } from '../support/teams-tab-server.ts';
import { adaInChannel, ada as teamsAda, teamsWitness } from '../support/teams-witness.ts';
import { startWebServer } from '../support/web-server.ts';

const KINDS = Intent.options.map(({ shape }) => shape.kind.value);
type Kind = Intent['kind'];

/** What people say on each surface, in its own tongue; what the conversation hears of it. */
const SAID = {
  console: async (): Promise<Kind[]> => {
    const web = await startWebServer();
    stops.push(web.stop);
    const rootId = web.fake.furnish();
    const place = { connection: 'console', channel: 'care' };
    const subject = { caseId: null, promiseId: null, askId: null };
    const form = { form: 'open', nonce: crypto.randomUUID(), subject, values: {}, source: null, place };
    const intents = [
      { kind: 'open from message', text: 'All is down', link: null, place },
      { kind: 'press', action: 'promise', subject, place },
      { kind: 'preview', ...form },
      { kind: 'submit', ...form },
      { kind: 'suggest', query: 'Acm' },
    ];
    await web.say(ana.id, '/care list');
    await web.say(ana.id, 'looking into it', { threadId: rootId });
    for (const intent of intents) {
      expect((await web.post(`/api/intent?as=${ana.id}`, { intent })).status).toBe(200);
    }
    return web.fake.heard.map(({ intent }) => intent.kind);
  },

  slack: async (): Promise<Kind[]> => {
    const on = await slackEars();
    stops.push(on.stop);
    const see = slackWitness(on);
    const care = await see.openCase('Acme export down');
    const card = await see.post(care.id);
    await on.fake.command({ ...slackAda, channel: 'C1', text: 'Acme again' });
    await see.opened();
    await on.fake.viewAction({
      ...slackAda,
      button: 'field/deadline',
      typing: { 'field/deadline': 'tomorrow 3pm' },
    });
    await eventually(async () => on.intents.some(({ kind }) => kind === 'preview'));
    await on.fake.suggest({ ...slackAda, field: 'suggest/customer', query: 'Acm' });
    await on.fake.shortcut({
      ...slackAda,
      callbackId: 'open_case_from_message',
      message: { channel: 'C1', ts: card.ts, user: 'U2', text: 'All is down' },
    });
    const subject = { caseId: care.id, promiseId: null, askId: null };
    const button = see.buttonMessage(see.value({ do: 'act', action: 'on it', subject }));
    await on.fake.press({ ...slackAda, channel: 'C1', ts: button.ts, button: 'Press' });
    const home = { type: 'app_home_opened', user: 'U1', channel: 'DU1', tab: 'home' };
    await on.fake.event({ team: 'T1', event: home });
    const word = {
      type: 'message',
      channel_type: 'channel',
      user: 'U1',
      channel: 'C1',
      text: 'looking into it',
    };
    const inThread = { ...word, ts: '3.5', thread_ts: card.ts, parent_user_id: 'UBOT' };
    await on.fake.event({ team: 'T1', event: inThread });
    await see.allDone();
    return on.intents.map(({ kind }) => kind);
  },

  teams: async (): Promise<Kind[]> => {
    const on = await teamsEars();
    stops.push(on.stop);
    const see = teamsWitness(on);
    await see.openCase('Acme export down');
    const card = await see.cardIn('export down');
    const form = await see.ask(teamsAda, 'Acme again');
    await on.fake.press({ ...teamsAda, on: form.id, button: 'Check', typing: { deadline: 'tomorrow 3pm' } });
    await on.fake.suggest({ ...teamsAda, dataset: 'customers', query: 'Acm' });
    const author = { personId: PEOPLE.Sam, name: 'Sam Support' };
    await on.fake.extensionFetch({ ...adaInChannel, message: { id: '1', text: 'All is down', author } });
    await on.fake.press({ ...adaInChannel, on: card.id, button: 'Make' });
    await on.fake.message({ ...adaInChannel, text: 'looking into it', root: card.id });
    await see.allDone();
    const tab = await startTabServer(import.meta.dirname);
    stops.push(tab.stop);
    const authorization = `Bearer ${await tab.token()}`;
    const home = await fetch(`${tab.url}/teams/tab/home`, { headers: { authorization } });
    expect(await home.text()).toContain('At risk in my team');
    return [...on.intents.map(({ kind }) => kind), ...(home.status === 200 ? (['home'] as const) : [])];
  },
};

const stops: (() => Promise<void>)[] = [];

describe('what can be said to Kept', () => {
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  it.each(['console', 'slack', 'teams'] as const)(
    '%s: each kind of intent is heard, or the README says why not',
    async (surface) => {
      const heard = new Set(await SAID[surface]());
      const isMissing = (kind: Kind) => PARITY[kind][surface].startsWith('–');
      expect(KINDS.filter((kind) => !heard.has(kind))).toEqual(KINDS.filter(isMissing));
    },
  );

  it('the README has the table', async () => {
    const readme = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
    const [, table = ''] = /<!-- parity -->\n([\s\S]*?)\n?<!-- \/parity -->/.exec(readme) ?? [];
    expect(table).toBe(parityTable());
  });
});
