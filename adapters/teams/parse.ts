import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Activity } from './activity.ts';
import { parseInvoke } from './parse-invoke.ts';
import { type Happened, parseInstallation, parseUpdate } from './parse-lifecycle.ts';
import { parseMessage } from './parse-message.ts';
import { splitConversation, threadOf } from './ref.ts';
import type { SeenAs } from './tenants.ts';
import type { ByPerson, From, Parsed, Told, What, Where } from './told.ts';

const Body = z.looseObject({});

/** Reads an activity of Teams. Nothing that comes in makes it throw. */
export function parse(body: unknown): Parsed {
  const read = Activity.safeParse(body);
  const loose = Body.safeParse(body);
  if (!read.success || !loose.success) {
    return unreadable(read.success ? 'no object' : (read.error.issues[0]?.path.join('.') ?? 'no activity'));
  }
  const activity = read.data;
  const tenantId = activity.conversation.tenantId ?? activity.channelData?.tenant?.id ?? null;
  if (tenantId === null) {
    return unreadable('no tenant');
  }
  const where = whereOf(activity);
  switch (activity.type) {
    case 'message': {
      const said = parseMessage(loose.data, activity, where);
      return said === null
        ? unreadable('no message')
        : byPerson(
            activity,
            tenantId,
            said.kind === 'message' ? inThread(where, said.activityId) : where,
            said,
          );
    }
    case 'invoke': {
      const asked = parseInvoke(loose.data, activity);
      if (asked === 'unknown') {
        return ignored('an invoke that is nobody’s');
      }
      return asked === null ? unreadable('no invoke') : byPerson(activity, tenantId, where, asked);
    }
    case 'installationUpdate':
      return happened(activity, tenantId, where, parseInstallation(loose.data));
    case 'conversationUpdate':
      return happened(activity, tenantId, where, parseUpdate(loose.data, activity));
    default:
      return ignored(activity.type);
  }
}

/** What an activity says of Kept and of the place, whatever else it is about. */
export function seenIn(body: unknown): SeenAs {
  const activity = Activity.safeParse(body).data;
  return {
    botId: activity?.recipient?.id ?? null,
    botName: activity?.recipient?.name ?? null,
    name: activity?.channelData?.team?.name ?? activity?.conversation.name ?? null,
  };
}

/** The name of the conversation as this activity has it; null where it says none. */
export function nameIn(body: unknown): string | null {
  const activity = Activity.safeParse(body).data;
  return activity?.channelData?.channel?.name ?? activity?.conversation.name ?? null;
}

function byPerson(activity: Activity, tenantId: string, where: Where, what: What): Parsed {
  const from = fromOf(activity);
  if (from === null) {
    return unreadable('nobody said it');
  }
  // What bots say in a channel, our own posts among it, is nothing to answer.
  if (from.userId.startsWith('28:') || from.userId === activity.recipient?.id) {
    return ignored('a bot speaks');
  }
  const told: ByPerson = { by: 'person', key: '', tenantId, where, from, ...what };
  return { ok: true, told: { ...told, key: keyOf(activity, told) } };
}

function happened(activity: Activity, tenantId: string, where: Where, what: Happened | null): Parsed {
  if (what === null) {
    return ignored(`${activity.type} that changes nothing`);
  }
  const { lifecycle, conversation } = what;
  const place = conversation === null ? where : { ...where, conversation, kind: 'channel' as const };
  const base = splitConversation(place.conversation).base;
  // Teams says in two ways that Kept was added, within a moment.
  const key =
    lifecycle.is === 'installed'
      ? `installed/${base}/${momentOf(activity, 60_000)}`
      : `life/${place.conversation}/${activity.id ?? hash(activity)}`;
  const told: Told = {
    by: 'teams',
    kind: 'lifecycle',
    lifecycle,
    key,
    tenantId,
    where: { ...place, conversation: base },
    from: fromOf(activity),
  };
  return { ok: true, told };
}

function fromOf({ from, locale, localTimezone }: Activity): From | null {
  // Who has no Entra account (an anonymous guest of a meeting) is known by nothing but Teams' own id.
  return from === null || from === undefined || from.id === ''
    ? null
    : {
        personId: from.aadObjectId ?? from.id,
        userId: from.id,
        name: from.name ?? '',
        locale: locale ?? null,
        zone: localTimezone ?? null,
      };
}

function whereOf({ conversation, recipient, channelData, serviceUrl }: Activity): Where {
  const teamId = channelData?.team?.id ?? null;
  const { id, conversationType, isGroup } = conversation;
  // Chats with a bot are `a:…`, or name it. Teams calls those of two people personal, too.
  const isOthers = id.startsWith('19:') && !id.includes(recipient?.id.replace('28:', '') ?? id);
  const kind = kindOf(conversationType ?? null, { isGroup: isGroup ?? null, teamId });
  return { conversation: id, kind: kind === 'personal' && isOthers ? 'group' : kind, serviceUrl, teamId };
}

function kindOf(
  said: string | null,
  { isGroup, teamId }: { isGroup: boolean | null; teamId: string | null },
): Where['kind'] {
  if (said === 'channel' || (said === 'personal' && isGroup !== true)) {
    return said;
  }
  if (said === 'groupChat' || isGroup === true) {
    return teamId === null ? 'group' : 'channel';
  }
  return teamId === null ? 'personal' : 'channel';
}

/** A message that begins a thread in a channel stands in that thread, named so or not. */
function inThread(where: Where, activityId: string): Where {
  const { base, root } = splitConversation(where.conversation);
  return where.kind === 'channel' && root === null && activityId !== ''
    ? { ...where, conversation: threadOf(base, activityId) }
    : where;
}

/**
 * What Teams calls it. A press is named by who pressed what, and the second they did it in: a second click is the
 * first one over again, though Teams gives it an id of its own.
 */
function keyOf(activity: Activity, told: ByPerson): string {
  const { conversation, personId } = { conversation: told.where.conversation, ...told.from };
  if (told.kind === 'press' && activity.timestamp !== null && activity.timestamp !== undefined) {
    const what = hash([told.on, told.data, told.how === 'refresh']);
    return `press/${conversation}/${personId}/${what}/${momentOf(activity, 1_000)}`;
  }
  const kind = told.kind === 'press' ? 'untimed press' : told.kind;
  return `${kind}/${conversation}/${activity.id ?? hash([activity.timestamp, told])}`;
}

function momentOf({ timestamp, id }: Activity, ms: number): string {
  const at = Date.parse(timestamp ?? '');
  return Number.isFinite(at) ? String(Math.floor(at / ms)) : (id ?? 'unknown');
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}

function ignored(reason: string): Parsed {
  return { ok: false, why: 'ignored', reason };
}

function unreadable(reason: string): Parsed {
  return { ok: false, why: 'unreadable', reason };
}
