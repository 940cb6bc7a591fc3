import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import type { Instant } from '../../src/domain/instant.ts';

/** What our messages carry, so that one can be found again by its key. */
export const KEPT_MESSAGE = 'kept_message';

const Metadata = z.object({
  event_type: z.literal(KEPT_MESSAGE),
  event_payload: z.object({ key: z.string() }),
});

/** Slack's clock and ours may differ by this much. */
const EARLIER_MS = 60_000;
const PAGE = 100;
/** Pages of one look; the next goes on behind them. */
const PAGES = 2;
/** A look that rested longer begins anew: another process may have tried again since. */
const HALF_DONE_FOR_MS = 3 * 60_000;
/** Looks that are remembered half done; more than are ever in doubt at a time. */
const MOST_HALF_DONE = 1_000;

/** `half done`: not in what was read so far; the next look goes on from there. */
export type Looked = { found: 'yes'; ts: string } | { found: 'no' } | { found: 'half done' };

export type Look = (
  client: WebClient,
  at: { connection: string; channel: string; threadTs: string | null; key: string; since: Instant },
) => Promise<Looked>;

/**
 * Looks in a channel or thread whether a message of this key arrived since a try that nobody knows the end of.
 * Apps that are sold outside Slack's marketplace get one page of 15 messages a minute: so a look that is cut short,
 * by a 429 too, goes on where it stopped. Throws what Slack's client throws.
 */
export function createLook(clock: Clock): Look {
  const halfDone = new Map<string, { cursor: string; at: Instant }>();

  return async (client, { connection, channel, threadTs, key, since }) => {
    const name = `${connection}/${channel}/${threadTs ?? ''}/${key}/${since}`;
    const begun = halfDone.get(name);
    let cursor = begun !== undefined && begun.at + HALF_DONE_FOR_MS > clock() ? begun.cursor : undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const read = {
        channel,
        oldest: String((since - EARLIER_MS) / 1000),
        include_all_metadata: true,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const { messages, response_metadata } =
        threadTs === null
          ? await client.conversations.history(read)
          : await client.conversations.replies({ ...read, ts: threadTs });
      for (const { ts, metadata } of messages ?? []) {
        const ours = Metadata.safeParse(metadata);
        if (ts !== undefined && ours.success && ours.data.event_payload.key === key) {
          halfDone.delete(name);
          return { found: 'yes', ts };
        }
      }
      cursor = response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') {
        halfDone.delete(name);
        return { found: 'no' };
      }
      if (halfDone.size >= MOST_HALF_DONE) {
        halfDone.clear();
      }
      halfDone.set(name, { cursor, at: clock() });
    }
    return { found: 'half done' };
  };
}
