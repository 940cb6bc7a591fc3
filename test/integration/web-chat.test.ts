import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noSubject } from '../../src/conversation/card.ts';
import { ana } from '../support/fake-console.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';

let web: WebServer;

async function begin(options: { empty?: boolean; publicUrl?: string }): Promise<void> {
  await web.stop();
  web = await startWebServer(options);
}

beforeEach(async () => {
  web = await startWebServer();
});
afterEach(async () => {
  await web.stop();
});

describe('what is said', () => {
  const place = { connection: 'console', channel: 'care' };

  test('/care is a command that nobody else sees', async () => {
    const result = await (await web.say(ana.id, '/care Acme export down')).json();
    expect(result).toMatchObject({ message: null, reply: { kind: 'form' } });
    expect(web.fake.heard).toEqual([
      { memberId: ana.id, intent: { kind: 'command', text: 'Acme export down', place } },
    ]);
  });

  test('a plain word in a channel is posted, and Kept hears nothing', async () => {
    const result = await (await web.say(ana.id, 'Hello')).json();
    expect(result).toMatchObject({ message: { body: { text: 'Hello' } }, reply: { kind: 'done' } });
    expect(web.fake.heard).toEqual([]);
  });

  test('a word in a case’s thread is posted, and a sign of life', async () => {
    const threadId = web.fake.furnish();
    await web.say(ana.id, 'Still at it', { threadId });
    expect(web.fake.heard).toMatchObject([{ intent: { kind: 'said', text: 'Still at it' } }]);
  });

  test('a mention, and plain words in the direct message, are posted and commands', async () => {
    await web.say(ana.id, '@Kept list');
    const result = await (await web.say(ana.id, 'mine', { room: `dm:${ana.id}` })).json();
    expect(result).toMatchObject({ message: { body: { text: 'mine' } }, reply: { kind: 'card' } });
    expect(web.fake.heard.map(({ intent }) => intent)).toMatchObject([
      { kind: 'command', text: 'list' },
      { kind: 'command', text: 'mine', place: { channel: `dm:${ana.id}` } },
    ]);
  });

  test('the same nonce twice is one message', async () => {
    const nonce = randomUUID();
    await web.say(ana.id, 'Once', { nonce });
    await web.say(ana.id, 'Once', { nonce });
    const page = await (await web.get(`/api/messages?as=${ana.id}&room=care`)).json();
    expect(page).toMatchObject({ messages: [{ body: { text: 'Once' } }], more: false });
  });

  test('words that stand but weren’t heard say so, and aren’t to be sent again', async () => {
    const result = await (await web.say(ana.id, '@Kept crash')).json();
    expect(result).toMatchObject({ message: { body: { text: '@Kept crash' } }, reply: { kind: 'notice' } });
  });

  test('a press leads to its reply; go leads to the thread', async () => {
    const rootId = web.fake.furnish();
    const press = { kind: 'press', action: 'go', subject: noSubject, place };
    const response = await web.post(`/api/intent?as=${ana.id}`, { intent: press });
    expect(await response.json()).toEqual({ kind: 'go', room: 'care', rootId });
  });

  test('what isn’t pressed in the console is refused', async () => {
    const press = {
      kind: 'press',
      action: 'go',
      subject: noSubject,
      place: { ...place, connection: 'slack' },
    };
    expect((await web.post(`/api/intent?as=${ana.id}`, { intent: press })).status).toBe(400);
    const said = { kind: 'said', caseId: randomUUID(), text: 'x' };
    expect((await web.post(`/api/intent?as=${ana.id}`, { intent: said })).status).toBe(400);
  });

  test('messages come in pages, newest first to be asked for, and a thread with its root', async () => {
    const rootId = web.fake.furnish();
    const page = await (await web.get(`/api/messages?as=${ana.id}&room=care&limit=2`)).json();
    expect(page).toMatchObject({
      root: null,
      more: true,
      messages: [{ id: rootId, replies: { count: 7 } }, {}],
    });
    const older = await (await web.get(`/api/messages?as=${ana.id}&room=care&limit=50&before=6`)).json();
    expect(older).toMatchObject({ more: false, messages: [{ seq: 2 }, { seq: 3 }, { seq: 4 }, { seq: 5 }] });
    const thread = await (await web.get(`/api/messages?as=${ana.id}&room=care&thread=${rootId}`)).json();
    expect(thread).toMatchObject({ root: { id: rootId }, more: false });
    expect((await web.get(`/api/messages?as=${ana.id}&room=general&thread=${rootId}`)).status).toBe(404);
  });
});

describe('the first page', () => {
  beforeEach(async () => {
    await begin({ empty: true });
  });

  const member = {
    key: 'a',
    name: 'Ana',
    title: '',
    zone: 'Europe/Madrid',
    lead: null,
    mayDecide: { kind: 'no' },
  };
  const team = { name: 'Us', zone: 'UTC', country: 'DE', region: null, currency: 'EUR', members: [member] };

  test('the example team, once', async () => {
    expect(await (await web.get('/api/session')).json()).toMatchObject({ workspace: null });
    expect((await web.get(`/api/rooms?as=${ana.id}`)).status).toBe(409);
    expect(await (await web.post('/api/setup', { kind: 'example' })).json()).toEqual({ ok: true });
    expect((await web.post('/api/setup', { kind: 'example' })).status).toBe(409);
    expect(await (await web.get('/api/session')).json()).toMatchObject({
      workspace: { name: 'Northwind', members: [{ name: 'Ana Ruiz', away: false }, {}, { away: true }, {}] },
    });
  });

  test('a team of one', async () => {
    expect(await (await web.post('/api/setup', { kind: 'own', team })).json()).toEqual({ ok: true });
  });

  test.each([
    ['no name', { ...team, name: ' ' }, 'name'],
    ['no such zone', { ...team, members: [{ ...member, zone: 'Mars/Olympus' }] }, 'members.0.zone'],
    ['nobody', { ...team, members: [] }, 'members'],
    ['no such country', { ...team, country: 'XX' }, 'country'],
    ['no such region', { ...team, region: 'XX' }, 'region'],
    ['one who answers to nobody we know', { ...team, members: [{ ...member, lead: 'z' }] }, 'members.0.lead'],
    [
      'a circle',
      {
        ...team,
        members: [
          { ...member, lead: 'b' },
          { ...member, key: 'b', name: 'Ben', lead: 'a' },
        ],
      },
      'members.0.lead',
    ],
    [
      'two of one name',
      { ...team, members: [member, { ...member, key: 'b', name: 'ANA' }] },
      'members.1.name',
    ],
    ['an error of the team’s store', { ...team, name: 'taken' }, 'name'],
  ])('%s: said beside its field', async (_name, wrong, path) => {
    const response = await web.post('/api/setup', { kind: 'own', team: wrong });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      ok: false,
      errors: expect.arrayContaining([expect.objectContaining({ path })]),
    });
  });

  test('countries and regions for the holidays', async () => {
    expect(await (await web.get('/api/countries')).json()).toContainEqual({ code: 'DE', name: 'Germany' });
    expect(await (await web.get('/api/regions?country=DE')).json()).toContainEqual({
      code: 'BY',
      name: 'Bayern',
    });
    expect(await (await web.get('/api/regions?country=nowhere')).json()).toEqual([]);
  });
});
