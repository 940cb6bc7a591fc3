import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../src/app/deps.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { DrawnMessage } from './drawn.ts';
import { troubleOf } from './errors.ts';
import type { Spot } from './job.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';

const TIMEOUT_MS = 5_000;
/** Whoever waits for an answer waits so long at most because Slack limits us. */
const LONGEST_WAIT_MS = 5_000;

/** Says something to one person, for their eyes alone; false when there was no way to. */
export type Whisper = (
  to: { connection: SlackConnection; userId: string; spot: Spot },
  message: DrawnMessage,
) => Promise<boolean>;

type Way = () => Promise<unknown>;

/**
 * Tries the ways to a person one after the other: the address that came with what they did, an ephemeral message
 * where they are, and a direct message.
 */
export function createWhisper(parts: { clientOf: ClientOf; log: Log }): Whisper {
  const { clientOf, log } = parts;
  return async ({ connection, userId, spot }, message) => {
    const client = await clientOf(connection);
    for (const way of waysTo({ client, userId, spot }, message)) {
      for (const isLast of [false, true]) {
        try {
          await way();
          return true;
        } catch (error) {
          const trouble = troubleOf(error);
          if (trouble.kind !== 'limited' || isLast) {
            log.info({ trouble, connection: connection.id, spot: spot.in }, 'an answer takes another way');
            break;
          }
          await sleep(Math.min(trouble.afterMs, LONGEST_WAIT_MS));
        }
      }
    }
    log.warn({ connection: connection.id }, 'an answer could not be given');
    return false;
  };
}

function waysTo(to: { client: WebClient; userId: string; spot: Spot }, message: DrawnMessage): Way[] {
  const { client, userId, spot } = to;
  const quiet = { unfurl_links: false, unfurl_media: false };
  const directly = (channel: string, threadTs: string | null) => () =>
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not a window's
    client.chat.postMessage({ channel, ...inThread(threadTs), ...message, ...quiet });
  const direct = directly(userId, null);
  switch (spot.in) {
    case 'direct':
      return [directly(spot.channel, spot.threadTs), direct];
    case 'channel': {
      const { channel, threadTs, responseUrl } = spot;
      const ephemeral = () =>
        client.chat.postEphemeral({ channel, user: userId, ...inThread(threadTs), ...message });
      const there =
        responseUrl === null ? [] : [() => respond(responseUrl, { ...message, ...inThread(threadTs) })];
      return [...there, ephemeral, direct];
    }
    case 'view':
      return [direct];
    default:
      return unreachable(spot);
  }
}

function inThread(threadTs: string | null): { thread_ts?: string } {
  return threadTs === null ? {} : { thread_ts: threadTs };
}

/** Answers at the address that came with what was done: it takes five answers within half an hour. */
export async function respond(url: string, message: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) {
    throw new Error(`Slack’s response_url answers with ${response.status}`);
  }
}
