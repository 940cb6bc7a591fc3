import type { Surface, Target } from '../../src/app/surface.ts';
import type { Card } from '../../src/conversation/card.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { AudienceOf } from './audience.ts';
import type { At, Bot, Outgoing } from './bot.ts';
import { drawMessage } from './message.ts';
import type { Places } from './places.ts';
import { drawContextOf } from './post-context.ts';
import { refOf, splitConversation, splitRef, threadOf } from './ref.ts';
import { createThrough, held, never, type Sending } from './surface-calls.ts';
import type { TeamsDeps } from './teams-deps.ts';
import type { Tenants } from './tenants.ts';

/** After this long no post is begun: with a post in doubt, of 15 s, it would outlast its lease. */
const PREPARE_MS = 4_000;
const SOON_MS = 1_000;

const OUTSIDERS = 'People from outside read along there';
const NO_CHAT = 'They have no chat with Kept in Teams: it isn’t installed for them, or they blocked it';
const SLOW = 'Teams answers slowly';
const NEVER_SEEN = 'Kept has never heard anything from there: @mention it once';

/**
 * Teams, for what is owed: in its channel, its thread, a group chat or a person's own chat, and nothing where people
 * from outside read along. Teams lets nobody look whether a message arrived, so one in doubt is posted again, and
 * said to be. What Teams refuses comes back as what it means for the outbox.
 */
export function createTeamsSurface(parts: {
  deps: Pick<TeamsDeps, 'log' | 'clock' | 'connections' | 'threadOf'>;
  bot: Pick<Bot, 'post' | 'update' | 'ready'>;
  places: Pick<Places, 'at' | 'personal' | 'shut'>;
  audience: AudienceOf;
  tenants: Pick<Tenants, 'isAllowed'>;
}): Surface<Card> {
  const { deps, bot, places, audience } = parts;
  const through = createThrough(parts);

  /** Where a target is, in words where it is nowhere. */
  async function placeOf({ connection, step }: Sending, target: Target): Promise<At | string> {
    switch (target.kind) {
      case 'channel':
        step('prepare', target.channel);
        return (await places.at(connection, target.channel)) ?? NEVER_SEEN;
      case 'thread': {
        const { conversation, activityId } = splitRef(target.root);
        const { base, root } = splitConversation(conversation);
        step('prepare', base);
        const at = await places.at(connection, base);
        if (at === null) {
          return NEVER_SEEN;
        }
        return at.kind === 'channel' ? { ...at, conversation: threadOf(base, root ?? activityId) } : at;
      }
      case 'member': {
        const { workspaceId, id } = connection;
        const { memberId } = target;
        const personId = (await deps.connections.identitiesOf(workspaceId, id, [memberId])).get(memberId);
        if (personId === undefined) {
          return 'They are not in this Teams tenant';
        }
        step('prepare', personId);
        const chat = await places.personal(connection, personId);
        return chat === null ? NO_CHAT : ((await places.at(connection, chat)) ?? NO_CHAT);
      }
      default:
        return unreachable(target);
    }
  }

  async function drawFor({ connection }: Sending, key: string, card: Card): Promise<Outgoing> {
    const context = await drawContextOf(deps, connection, card, { of: 'post', key });
    const drawn = drawMessage(card, context);
    return { summary: drawn.summary, attachments: [{ contentType: CARD, content: drawn.card }] };
  }

  return {
    send: ({ key, target, drawn: card, doubtSince, ...where }) =>
      through({ ...where, key, doubtSince }, async (sending) => {
        const begun = performance.now();
        const { connection, step } = sending;
        const at = await placeOf(sending, target);
        if (typeof at === 'string') {
          return never(at);
        }
        step('prepare', at.conversation);
        if (target.kind !== 'member' && (await audience.of(connection, at.conversation)) === 'mixed') {
          return never(OUTSIDERS);
        }
        const drawn = await drawFor(sending, key, card);
        await bot.ready();
        if (performance.now() - begun > PREPARE_MS) {
          return held(SOON_MS, SLOW);
        }
        if (doubtSince !== null) {
          deps.log.warn(
            { connection: connection.id, key, doubtSince },
            'A message that may have arrived in Teams is posted again',
          );
        }
        step('post', at.conversation);
        const id = await bot.post(at, drawn, { patient: doubtSince !== null });
        return { ok: true, ref: refOf(at.conversation, id) };
      }),

    redraw: ({ key, ref, drawn: card, ...where }) =>
      through({ ...where, key, doubtSince: null }, async (sending) => {
        const begun = performance.now();
        const { connection, step } = sending;
        const { conversation, activityId } = splitRef(ref);
        step('prepare', conversation);
        const at = await places.at(connection, conversation);
        if (at === null) {
          return never(NEVER_SEEN);
        }
        if ((await audience.of(connection, conversation)) === 'mixed') {
          return never(OUTSIDERS);
        }
        const drawn = await drawFor(sending, key, card);
        await bot.ready();
        // Once its lease is over another process may draw what is newer, and this must not come after it.
        if (performance.now() - begun > PREPARE_MS) {
          return held(SOON_MS, SLOW);
        }
        step('redraw', conversation);
        const { base, root } = splitConversation(conversation);
        const isRoot = at.kind === 'channel' && root === null;
        // A post that began a thread stands in it, as Teams has it.
        await bot.update(
          isRoot ? { ...at, conversation: threadOf(base, activityId) } : at,
          activityId,
          drawn,
        );
        return { ok: true, ref };
      }),
  };
}

/** The content type of an Adaptive Card. */
export const CARD = 'application/vnd.microsoft.card.adaptive';
