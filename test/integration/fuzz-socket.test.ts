import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSocket } from '../../adapters/slack/receive-socket.ts';
import { silentLog } from '../support/engines.ts';
import { anyJson, mutated, oddText, runs } from '../support/fuzz.ts';
import { acceptSocket, type ServerSocket } from '../support/local-slack-sockets.ts';
import { eventually } from '../support/running-kept.ts';

vi.setConfig({ testTimeout: 60_000 + runs(120_000) });

const COMMAND = { command: '/care', text: 'Acme is down', team_id: 'T1', user_id: 'U1' };
const envelope = (payload: object, id: string = randomUUID()) => ({
  envelope_id: id,
  type: 'slash_commands',
  payload,
  accepts_response_payload: true,
});

describe('whatever comes through Slack’s socket', () => {
  const taken: object[] = [];
  const acked = new Set<string>();
  let open: ServerSocket[] = [];
  let opened = 0;
  const server = createServer((_request, response) => {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/link` }));
  });
  let stop: () => Promise<void>;

  beforeAll(async () => {
    server.on('upgrade', (request, stream) => {
      const socket = acceptSocket(request, stream, {
        text: (text) => {
          const id = /"envelope_id":"([^"]*)"/u.exec(text)?.[1];
          if (id !== undefined) acked.add(id);
        },
        close: () => {
          open = open.filter((one) => one !== socket);
        },
      });
      opened += 1;
      open.push(socket);
      socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port');
    const socket = createSocket({
      appToken: 'xapp-test',
      apiUrl: `http://127.0.0.1:${address.port}/api/`,
      takeIn: (body, arrival) => {
        taken.push(body);
        arrival.accept();
        return Promise.resolve();
      },
      log: silentLog(),
    });
    socket.start();
    stop = socket.stop;
    await eventually(() => Promise.resolve(open.length > 0));
  });
  afterAll(async () => {
    await stop();
    server.closeAllConnections();
    server.close();
  });

  /** A sound command is taken in and acknowledged, whatever came before it: on a new socket if it has to be. */
  async function isHeard(): Promise<void> {
    const id = randomUUID();
    const before = taken.length;
    await eventually(() => {
      open.at(-1)?.send(JSON.stringify(envelope(COMMAND, id)));
      return Promise.resolve(acked.has(id));
    }, 30_000);
    expect(taken.length).toBeGreaterThan(before);
    expect(taken.at(-1)).toMatchObject(COMMAND);
  }

  it('frames that are no envelopes, or odd ones, leave it hearing', async () => {
    const frames = fc.oneof(
      oddText,
      anyJson.map((json) => JSON.stringify(json) ?? ''),
      mutated([
        envelope(COMMAND),
        { ...envelope({ type: 'block_actions', actions: [] }), type: 'interactive' },
        {
          ...envelope({ type: 'event_callback', event: { type: 'app_mention' } }),
          type: 'events_api',
          retry_attempt: 1,
        },
      ]).map((json) => JSON.stringify(json) ?? ''),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 20 }), async (sent) => {
        for (const text of sent) open.at(-1)?.send(text);
        await isHeard();
      }),
      { numRuns: runs(150) },
    );
  });

  it('being told to go, or cut off, it comes back', async () => {
    await isHeard();
    const before = opened;
    open.at(-1)?.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    await isHeard();
    open.at(-1)?.close();
    await isHeard();
    expect(opened).toBeGreaterThan(before);
  });
});
