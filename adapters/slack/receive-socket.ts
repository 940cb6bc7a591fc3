import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../../src/app/deps.ts';
import { arrive } from './arrival.ts';
import type { TakeIn } from './bolt.ts';
import { slackLogger } from './clients.ts';
import { clientOptions } from './web-client.ts';

const LONGEST_WAIT_MS = 30_000;
const STOP_MS = 2_000;

const Envelope = z.object({
  body: z.record(z.string(), z.unknown()),
  ack: z.custom<(answer?: object) => Promise<void>>((ack) => typeof ack === 'function'),
  retry_num: z.number().nullish(),
  retry_reason: z.string().nullish(),
});

/** What comes through the socket. Whatever else there is, Slack's client would throw at, where nobody hears it. */
const Frame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('events_api'),
    payload: z.object({ event: z.object({ type: z.string() }) }),
  }),
  z.object({ type: z.enum(['hello', 'disconnect', 'interactive', 'slash_commands']) }),
]);

/**
 * Socket Mode: what Slack sends comes through a socket that Kept opens. Bolt's receiver brings the client; the rest
 * of it would acknowledge events before they are heard, wait 5 s before each reconnection, and end the process when
 * Slack's address for sockets answers with an error.
 */
export function createSocket(parts: { appToken: string; apiUrl: string | null; takeIn: TakeIn; log: Log }) {
  const { appToken, apiUrl, takeIn, log } = parts;
  const { client } = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: slackLogger(log, { part: 'socket' }),
    installerOptions: { clientOptions: clientOptions(apiUrl) },
  });
  for (const read of client.listeners('ws_message')) {
    client.off('ws_message', read);
    client.on('ws_message', (data: unknown, isBinary: unknown) => {
      if (isFrame(data)) read(data, isBinary);
      else log.warn({}, 'a frame of Slack’s socket can’t be read');
    });
  }
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let closed: (() => void) | null = null;
  client.on('disconnected', () => closed?.());

  async function receive(envelope: z.infer<typeof Envelope>): Promise<void> {
    const { arrival, answered } = arrive();
    const { body, ack, retry_num: num, retry_reason: reason } = envelope;
    void takeIn(body, arrival, { num: num ?? null, reason: reason ?? null });
    const answer = await answered;
    // What wasn't written down stays unacknowledged: Slack sends it again.
    if (answer.how !== 'turned away') {
      await ack(answer.how === 'accepted' && answer.body !== null ? answer.body : undefined);
    }
  }

  client.on('slack_event', (sent: unknown) => {
    const envelope = Envelope.safeParse(sent);
    if (!envelope.success) {
      log.warn({ err: envelope.error }, 'what came through Slack’s socket can’t be read');
      return;
    }
    receive(envelope.data).catch((err: unknown) => log.warn({ err }, 'Slack’s socket could not be answered'));
  });

  async function run(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      const end = new Promise<void>((resolve) => {
        closed = resolve;
      });
      try {
        await client.start();
        failures = 0;
        log.info({}, 'connected to Slack’s socket');
        await (stopping.signal.aborted ? client.disconnect() : end);
      } catch (err) {
        failures += 1;
        log.warn({ err, failures }, 'Slack’s socket could not be opened');
      }
      if (failures > 0) {
        const wait = Math.min(1_000 * 2 ** (failures - 1), LONGEST_WAIT_MS);
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    /** Connects, and again whenever the connection ends. Waits for nothing. */
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      // A peer that doesn't close its side is not waited for.
      await Promise.race([client.disconnect().then(() => running), sleep(STOP_MS)]);
    },
  };
}

function isFrame(data: unknown): boolean {
  try {
    return typeof data === 'string' && Frame.safeParse(JSON.parse(data)).success;
  } catch {
    return false;
  }
}
