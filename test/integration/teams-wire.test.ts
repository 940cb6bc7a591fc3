import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TENANT_1 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { ada, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

const JSON_TYPE = 'application/json';
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const APP_ID = 'd0000000-0000-4000-8000-000000000001';

describe('whatever comes over the wire', () => {
  let on: TeamsEars;
  let see: TeamsWitness;
  beforeAll(async () => {
    on = await teamsEars();
    see = teamsWitness(on);
  });
  afterAll(() => on.stop());

  const send = async (body: Buffer | string, headers: Record<string, string> = {}, url = on.url) => {
    const response = await fetch(`${url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE, ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
    return { status: response.status, body: await response.text() };
  };
  /** A message as Teams sends it, with something put in by its JSON. */
  const message = (more = '') => {
    const told = { ...on.fake.envelope(ada, on.fake.nextId(), null), type: 'message', text: 'help' };
    return `${JSON.stringify(told).slice(0, -1)}${more}}`;
  };
  const invoke = (name: string, value: string) =>
    message(`,"type":"invoke","name":"${name}","value":${value}`);

  it.each<[string, string]>([
    ['nothing at all', ''],
    ['no JSON', '{"type":'],
    ['an array', '[{"type":"message"}]'],
    ['a number', '7'],
    ['null', 'null'],
    ['keys of every object', '{"__proto__":{"type":"message"},"constructor":1,"toString":2}'],
    ['ten thousand levels', nested(10_000)],
    ['a million levels', nested(500_000)],
    ['a body of many keys', `{${[...Array(60_000).keys()].map((n) => `"k${n}":1`).join()}}`],
  ])('%s: 400 or 401, and no crash', async (_name, body) => {
    expect([400, 401]).toContain((await send(body)).status);
  });

  it.each<[string, () => string, number]>([
    ['a message with ten thousand levels', () => message(`,"value":${nested(10_000)}`), 400],
    ['a message whose prototype is another', () => message(',"__proto__":{"type":"invoke"}'), 200],
    ['a message without a person', () => message(',"from":null'), 400],
    ['a message whose entities are none', () => message(',"entities":{"length":1e9}'), 200],
    ['a message whose text is a number', () => message(',"text":7'), 400],
    ['an invoke without a name', () => message(',"type":"invoke"'), 501],
    ['an invoke that nobody knows', () => invoke('__proto__', '{}'), 501],
    ['a card’s action that is none', () => invoke('adaptiveCard/action', '{"action":7}'), 400],
    [
      'a card’s action whose data is a number',
      () => invoke('adaptiveCard/action', '{"action":{"data":7}}'),
      200,
    ],
    [
      'a card’s action with keys of every object',
      () =>
        invoke(
          'adaptiveCard/action',
          '{"action":{"data":{"__proto__":{"kept":1},"constructor":{},"f.__proto__":"x"}}}',
        ),
      200,
    ],
    ['a search for a number', () => invoke('application/search', '{"queryText":7}'), 200],
    ['a dialog whose data is an array', () => invoke('task/submit', '{"data":[1,2]}'), 200],
    [
      'an extension whose message is none',
      () => invoke('composeExtension/fetchTask', '{"messagePayload":[]}'),
      200,
    ],
    ['an installation of another kind', () => message(',"type":"installationUpdate","action":{}'), 200],
    ['a change without anybody', () => message(',"type":"conversationUpdate","membersAdded":[7,null]'), 200],
    ['a type that nobody knows', () => message(',"type":"teapot"'), 200],
    ['a conversation without an id', () => message(',"conversation":{"id":""}'), 400],
    ['a serviceUrl that is none', () => message(',"serviceUrl":"nowhere"'), 401],
    ['a serviceUrl of another machine', () => message(',"serviceUrl":"https://example.com/"'), 401],
  ])('%s', async (_name, body, status) => {
    const heard = await send(body());
    expect({ status: heard.status, body: heard.body }).toMatchObject({ status });
    await see.allDone();
  });

  it('JSON under another name, none, and packed: 415', async () => {
    expect((await send(message(), { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send(message(), { 'content-type': '' })).status).toBe(415);
    expect((await send(message(), { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await send(gzipSync(message()), { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('bytes that are no text: 400; in what somebody wrote they are replaced, and it is heard', async () => {
    expect((await send(Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]))).status).toBe(400);
    const bytes = Buffer.from(message().replace('help', 'list ~'));
    bytes[bytes.indexOf('~')] = 0xff;
    expect((await send(bytes)).status).toBe(200);
    expect((await send(message().replace('help', 'list \\u0000\\udc00'))).status).toBe(200);
    await see.allDone();
  });

  it('over 1 MB: 413, and the connection ends', async () => {
    const heard = await send(message(`,"x":"${'x'.repeat(1_100_000)}"`));
    expect(heard.status).toBe(413);
    // also when its length isn’t said
    const response = await fetch(`${on.url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE },
      body: new ReadableStream({
        start: (stream) => {
          for (let part = 0; part < 11; part += 1) stream.enqueue(new Uint8Array(100_000).fill(120));
          stream.close();
        },
      }),
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });

  it('what isn’t Microsoft’s: 401, and nothing is done', async () => {
    const other = await on.another({
      config: {
        identity: { by: 'secret', appId: APP_ID, password: 'a secret', tenantId: TENANT_1 },
        tenants: [TENANT_1],
        workspace: null,
      },
    });
    const rows = (await on.rows()).length;
    for (const authorization of ['', 'Bearer', 'Bearer nonsense', 'Bearer a.b.c', 'Basic YTpi']) {
      expect((await send(message(), { authorization }, other.url)).status).toBe(401);
    }
    expect(await on.rows()).toHaveLength(rows);
  });

  it('a tenant that isn’t let in: 403, and nothing is done', async () => {
    const rows = (await on.rows()).length;
    const tenantId = 'b0000000-0000-4000-8000-0000000000ff';
    const { conversation } = on.fake.envelope(ada, '1', null);
    const body = message(`,"conversation":${JSON.stringify({ ...conversation, tenantId })}`);
    expect((await send(body)).status).toBe(403);
    expect(await on.connections.find('teams', tenantId)).toBeNull();
    expect(await on.rows()).toHaveLength(rows);
  });

  it('one that can’t be taken takes no other with it', async () => {
    const bad = message(`,"value":${nested(10_000)}`);
    const good = Array.from({ length: 5 }, () => message());
    const heard = await Promise.all([bad, ...good].map((body) => send(body)));
    expect(heard.map(({ status }) => status)).toEqual([400, 200, 200, 200, 200, 200]);
    await see.allDone();
  });

  it('a sender that hangs up in the middle leaves nothing behind', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { port } = new URL(on.url);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(
      'POST /api/messages HTTP/1.1\r\nHost: kept\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"half',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await eventually(async () => (await send('7')).status === 400);
    expect(said.mock.calls).toEqual([]);
    said.mockRestore();
  });
});
