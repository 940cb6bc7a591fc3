import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const mention = (more: string) =>
  `{"type":"event_callback","event_id":"Ev${more.length}","team_id":"T1","event":` +
  `{"type":"app_mention","user":"U1","channel":"C1","ts":"1.1","text":"<@UBOT> help"${more}}}`;
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('whatever comes over the wire, signed', () => {
  let on: SlackEars;
  beforeAll(async () => {
    on = await slackEars();
  });
  afterAll(async () => {
    await on.stop();
  });

  async function sendBytes(contentType: string, body: Buffer, headers: Record<string, string> = {}) {
    const at = String(Math.floor(Date.now() / 1000));
    const mac = createHmac('sha256', 'a signing secret').update(`v0:${at}:`).update(body).digest('hex');
    const response = await fetch(`${on.url}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': at,
        'x-slack-signature': `v0=${mac}`,
        ...headers,
      },
      body: new Uint8Array(body),
    });
    return response.status;
  }

  it.each([
    ['nothing at all', JSON_TYPE, ''],
    ['an array', JSON_TYPE, '[{"type":"event_callback"}]'],
    ['a number', JSON_TYPE, '7'],
    ['null', FORM_TYPE, 'payload=null'],
    ['JSON under another name', 'text/plain', '{"type":"event_callback"}'],
    ['no content type', '', 'payload={}'],
    ['a body of many keys', JSON_TYPE, `{${[...Array(60_000).keys()].map((n) => `"k${n}":1`).join()}}`],
    ['a form of many keys', FORM_TYPE, [...Array(90_000).keys()].map((n) => `k${n}=1`).join('&')],
    ['keys of every object', JSON_TYPE, '{"__proto__":{"type":"shortcut"},"constructor":1,"toString":2}'],
    ['keys of every object in a form', FORM_TYPE, '__proto__=1&constructor=2&hasOwnProperty=3'],
    ['actions that are none', FORM_TYPE, 'payload={"type":"block_actions","actions":{"length":1e9}}'],
    ['a view that is none', FORM_TYPE, 'payload={"type":"view_submission","view":[],"user":{"id":"U1"}}'],
    ['ten thousand levels', JSON_TYPE, nested(10_000)],
    ['ten thousand levels in an event', JSON_TYPE, mention(`,"blocks":${nested(10_000)}`)],
    [
      'ten thousand levels in a state',
      FORM_TYPE,
      `payload={"type":"view_submission","team":{"id":"T1"},"user":{"id":"U1"},"view":{"id":"V1","type":"modal","state":${nested(10_000)}}}`,
    ],
  ])('%s: 400', async (_name, contentType, body) => {
    expect(await sendBytes(contentType, Buffer.from(body))).toBe(400);
  });

  it('bytes that are no text, and packed ones: 400', async () => {
    expect(await sendBytes(JSON_TYPE, Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]))).toBe(400);
    const packed = gzipSync(Buffer.from(mention('')));
    expect(await sendBytes(JSON_TYPE, packed, { 'content-encoding': 'gzip' })).toBe(400);
  });

  it('letters that are none in what somebody wrote are replaced, and it is heard', async () => {
    const halves = mention(',"x":"\\u0000\\ud800"').replace('help', 'help \\u0000\\udc00');
    const bytes = Buffer.from(mention(',"x":"~"'));
    bytes[bytes.indexOf('~')] = 0xff;
    expect(await sendBytes(JSON_TYPE, Buffer.from(halves))).toBe(200);
    expect(await sendBytes(JSON_TYPE, bytes)).toBe(200);
  });

  it('one that can’t be written takes no other with it', async () => {
    const bad = mention(`,"blocks":${nested(10_000)}`);
    const good = Array.from({ length: 5 }, (_, n) => mention(`,"n":${'1'.repeat(n + 2)}`));
    const statuses = await Promise.all([bad, ...good].map((body) => sendBytes(JSON_TYPE, Buffer.from(body))));
    expect(statuses).toEqual([400, 200, 200, 200, 200, 200]);
  });

  it('a sender that hangs up in the middle leaves nothing behind', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { port } = new URL(on.url);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('POST /slack/events HTTP/1.1\r\nHost: kept\r\nContent-Length: 1000\r\n\r\n{"half');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await eventually(async () => (await sendBytes(JSON_TYPE, Buffer.from('7'))) === 400);
    expect(said.mock.calls).toEqual([]);
    said.mockRestore();
  });
});
