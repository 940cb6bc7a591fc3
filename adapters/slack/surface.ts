import type { WebClient } from '@slack/web-api';
import type { Surface, Target } from '../../src/app/surface.ts';
import type { Card } from '../../src/conversation/card.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { AudienceOf } from './audience.ts';
import { directWith } from './direct.ts';
import type { DrawnMessage } from './drawn.ts';
import { meaningOf, troubleOf } from './errors.ts';
import { createLook, KEPT_MESSAGE } from './look.ts';
import { drawMessage } from './message.ts';
import { drawContextOf } from './post-context.ts';
import { refOf, splitRef } from './ref.ts';
import type { ClientOf, SlackDeps } from './slack-deps.ts';
import { createThrough, held, never, type Sending } from './surface-calls.ts';

/** After this long no post is begun: with a join and a second post, at 5 s a call, it would outlast its lease. */
const PREPARE_MS = 5_000;
const SOON_MS = 1_000;
const MOST_DIRECTS = 10_000;

const OUTSIDERS = 'People from outside read along in the channel';

type Place = { channel: string; threadTs: string | null };

/**
 * Slack, for what is owed: a message by its key once, in its channel, its thread or a direct message, and nothing
 * where people from outside read along. What Slack refuses comes back as what it means for the outbox.
 */
export function createSlackSurface(parts: {
  deps: Pick<SlackDeps, 'log' | 'clock' | 'connections' | 'threadOf'>;
  clientOf: ClientOf;
  audience: AudienceOf;
  forgetToken: (connectionId: string) => void;
}): Surface<Card> {
  const { deps, audience } = parts;
  const { clock, connections } = deps;
  const through = createThrough(parts);
  const look = createLook(clock);
  const directs = new Map<string, string>();

  /** The channel and thread of a target; null for a member who isn't in this Slack. */
  async function placeOf({ connection, client }: Sending, target: Target): Promise<Place | null> {
    switch (target.kind) {
      case 'channel':
        return { channel: target.channel, threadTs: null };
      case 'thread':
        return { channel: target.channel, threadTs: splitRef(target.root).ts };
      case 'member': {
        const { workspaceId, id } = connection;
        const { memberId } = target;
        const userId = (await connections.identitiesOf(workspaceId, id, [memberId])).get(memberId);
        const channel = userId === undefined ? null : await knownDirect(client, id, userId);
        return channel === null ? null : { channel, threadTs: null };
      }
      default:
        return unreachable(target);
    }
  }

  async function knownDirect(client: WebClient, connectionId: string, userId: string): Promise<string> {
    const name = `${connectionId}/${userId}`;
    const known = directs.get(name);
    if (known !== undefined) {
      return known;
    }
    const channel = await directWith(client, userId);
    if (directs.size >= MOST_DIRECTS) {
      directs.clear();
    }
    directs.set(name, channel);
    return channel;
  }

  async function drawFor({ connection }: Sending, key: string, card: Card): Promise<DrawnMessage> {
    return drawMessage(card, await drawContextOf(deps, connection, key, card));
  }

  return {
    send: ({ key, target, drawn: card, doubtSince, ...where }) =>
      through({ ...where, key, first: doubtSince === null ? 'prepare' : 'look' }, async (sending) => {
        const begun = performance.now();
        const { connection, client, step } = sending;
        const place = await placeOf(sending, target);
        if (place === null) {
          return never('They are not in this Slack workspace');
        }
        if (doubtSince !== null) {
          const looked = await look(client, { connection: connection.id, ...place, key, since: doubtSince });
          if (looked.found === 'yes') {
            return { ok: true, ref: refOf(place.channel, looked.ts) };
          }
          if (looked.found === 'half done') {
            return held(SOON_MS, 'Looking whether an earlier try arrived');
          }
          step('prepare');
        }
        if (target.kind !== 'member' && (await audience.of(connection, place.channel)) === 'mixed') {
          return never(OUTSIDERS);
        }
        const drawn = await drawFor(sending, key, card);
        if (performance.now() - begun > PREPARE_MS) {
          return held(SOON_MS, 'Slack answers slowly');
        }
        step('post');
        try {
          return { ok: true, ref: await post(client, place, key, drawn) };
        } catch (error) {
          // Where a case is opened, somebody wants it in; taken out of the channel later, it stays out.
          if (!isFromOutside(error) || target.kind !== 'channel' || !key.endsWith('/card')) {
            throw error;
          }
        }
        step('prepare');
        await client.conversations.join({ channel: place.channel });
        step('post');
        return { ok: true, ref: await post(client, place, key, drawn) };
      }),

    redraw: ({ key, ref, drawn: card, ...where }) =>
      through({ ...where, key, first: 'prepare' }, async (sending) => {
        const { connection, client, step } = sending;
        const { channel, ts } = splitRef(ref);
        if ((await audience.of(connection, channel)) === 'mixed') {
          return never(OUTSIDERS);
        }
        const drawn = await drawFor(sending, key, card);
        step('redraw');
        await client.chat.update({ channel, ts, ...drawn, metadata: metadataOf(key) });
        return { ok: true, ref };
      }),
  };
}

/** Posts, and gives the post's reference. */
async function post(
  client: WebClient,
  { channel, threadTs }: Place,
  key: string,
  drawn: DrawnMessage,
): Promise<string> {
  const message = {
    channel,
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
    ...drawn,
    unfurl_links: false,
    unfurl_media: false,
    metadata: metadataOf(key),
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not a window's
  const { ts } = await client.chat.postMessage(message);
  if (ts === undefined) {
    throw new Error('Slack gave the message no time');
  }
  return refOf(channel, ts);
}

/** The key stays with the message, so that one in doubt is found again. */
function metadataOf(key: string) {
  return { event_type: KEPT_MESSAGE, event_payload: { key } };
}

function isFromOutside(error: unknown): boolean {
  const trouble = troubleOf(error);
  return trouble.kind === 'refused' && meaningOf(trouble.code) === 'not in channel';
}
