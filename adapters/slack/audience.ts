import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../src/app/clock.ts';
import type { Instant } from '../../src/domain/instant.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';
import { SlackUser, whyNoMember } from './slack-user.ts';

/**
 * Who reads along: `team` is the team alone; `mixed` has guests, or people of another company, among them;
 * `direct` is a direct message, of one or of several of the team.
 */
export type Readers = 'team' | 'mixed' | 'direct';

export type AudienceOf = {
  /** Throws when it can't be found out: nobody may take it for `team` then. */
  of(connection: SlackConnection, channel: string): Promise<Readers>;
  /** Somebody joined or left, or it was shared: look again. */
  forget(connectionId: string, channel: string): void;
  /** What `user_change` tells (`event.user`): one of the team may be a guest now. Whether that was news. */
  personChanged(connection: SlackConnection, user: unknown): boolean;
};

/** There is more to look up than one send has time for; what was found is kept, and the next call goes on. */
export class StillLooking extends Error {}

const CHANNEL_FOR_MS = 5 * 60_000;
const PEOPLE_FOR_MS = 10 * 60_000;
const PAGE = 1_000;
/** Channel members that the team's list doesn't have, as from another workspace of a Grid org, each a call. */
const UNKNOWN_AT_ONCE = 20;
/** More than Slack tells of, at 100 calls a minute, before what was found is old: among them may be anybody. */
const MOST_UNKNOWN = 500;
const MOST_CHANNELS = 10_000;

/**
 * By Slack id, whether they are of the team: not a guest, and not of another company. `cursor` is where the
 * team's list goes on, null at its end: a list that Slack cuts short isn't begun anew.
 */
type People = {
  isInside: Map<string, boolean>;
  until: Instant;
  cursor: string | null;
  listing: Promise<void> | null;
};

/**
 * Who reads along in a channel, remembered for five minutes, the team's people for ten. For a team of 5,000 that
 * is five calls of users.list in ten minutes, and for each channel spoken in, in five, one of conversations.info
 * and one of conversations.members for every thousand in it (Slack gives 20, 50 and 100 of these a minute).
 */
export function createAudience(parts: {
  clientOf: ClientOf;
  clock: Clock;
  /** Is told of the team's people as they are listed. */
  seen: (connection: SlackConnection, users: readonly SlackUser[]) => void;
}): AudienceOf {
  const { clientOf, clock, seen } = parts;
  const channels = new Map<string, { readers: Promise<Readers>; mark: string; until: Instant }>();
  const people = new Map<string, People>();

  async function peopleOf(
    client: WebClient,
    connection: SlackConnection,
    teamId: string | null,
  ): Promise<People> {
    const name = `${connection.id}/${teamId ?? ''}/${connection.facts.peopleMark ?? ''}`;
    for (const [old, { until }] of people) {
      if (until <= clock()) {
        people.delete(old);
      }
    }
    const known = people.get(name) ?? {
      isInside: new Map(),
      until: clock() + PEOPLE_FOR_MS,
      cursor: '',
      listing: null,
    };
    people.set(name, known);
    known.listing ??= listPeople({ client, connection, teamId, seen }, known).finally(() => {
      known.listing = null;
    });
    await known.listing;
    return known;
  }

  async function look(connection: SlackConnection, channel: string): Promise<Readers> {
    const client = await clientOf(connection);
    const { channel: info } = await client.conversations.info({ channel });
    if (info === undefined) {
      throw new Error('Slack tells nothing of the channel');
    }
    if (info.is_ext_shared || info.is_pending_ext_shared) {
      return 'mixed';
    }
    // An org-wide token has to say of which team it asks.
    const teamId = connection.facts.teamId === null ? (info.context_team_id ?? null) : null;
    const { isInside } = await peopleOf(client, connection, teamId);
    const members = await membersOf(client, channel);
    if (members.some((id) => isInside.get(id) === false)) {
      return 'mixed';
    }
    const unknown = members.filter((id) => !isInside.has(id));
    if (unknown.length > MOST_UNKNOWN) {
      return 'mixed';
    }
    await Promise.all(
      unknown.slice(0, UNKNOWN_AT_ONCE).map(async (id) => {
        const { user } = await client.users.info({ user: id });
        isInside.set(id, isOfTeam(SlackUser.parse(user), connection));
      }),
    );
    if (members.some((id) => isInside.get(id) === false)) {
      return 'mixed';
    }
    if (unknown.length > UNKNOWN_AT_ONCE) {
      throw new StillLooking('More people are in the channel than could be looked up');
    }
    return info.is_mpim ? 'direct' : 'team';
  }

  return {
    of: (connection, channel) => {
      if (channel.startsWith('D')) {
        // A direct message by its id: asking about it would take a scope more.
        return Promise.resolve('direct');
      }
      const name = `${connection.id}/${channel}`;
      const known = channels.get(name);
      const { channelsMark, peopleMark } = connection.facts;
      const mark = JSON.stringify([channelsMark, peopleMark]);
      if (known !== undefined && known.mark === mark && known.until > clock()) {
        return known.readers;
      }
      const readers = look(connection, channel);
      const remembered = { readers, mark, until: clock() + CHANNEL_FOR_MS };
      if (channels.size >= MOST_CHANNELS) {
        channels.clear();
      }
      channels.set(name, remembered);
      readers.catch(() => {
        if (channels.get(name) === remembered) {
          channels.delete(name);
        }
      });
      return readers;
    },
    forget: (connectionId, channel) => {
      channels.delete(`${connectionId}/${channel}`);
    },
    personChanged: (connection, payload) => {
      const user = SlackUser.safeParse(payload);
      if (!user.success) {
        return false;
      }
      const isOf = (name: string) => name.startsWith(`${connection.id}/`);
      const lists = [...people].flatMap(([name, list]) => (isOf(name) ? [list] : []));
      const isInside = isOfTeam(user.data, connection);
      const isNews =
        lists.length === 0 ? !isInside : lists.some((list) => list.isInside.get(user.data.id) !== isInside);
      if (isNews) {
        lists.forEach((list) => list.isInside.set(user.data.id, isInside));
        [...channels.keys()].filter(isOf).forEach((name) => channels.delete(name));
      }
      return isNews;
    },
  };
}

async function listPeople(
  of: {
    client: WebClient;
    connection: SlackConnection;
    teamId: string | null;
    seen: (connection: SlackConnection, users: readonly SlackUser[]) => void;
  },
  known: People,
): Promise<void> {
  const { client, connection, teamId, seen } = of;
  while (known.cursor !== null) {
    const page = await client.users.list({
      limit: PAGE,
      ...(known.cursor === '' ? {} : { cursor: known.cursor }),
      ...(teamId === null ? {} : { team_id: teamId }),
    });
    const users = SlackUser.array().parse(page.members ?? []);
    seen(connection, users);
    for (const user of users) {
      known.isInside.set(user.id, isOfTeam(user, connection));
    }
    known.cursor = page.response_metadata?.next_cursor || null;
  }
}

async function membersOf(client: WebClient, channel: string): Promise<string[]> {
  const members: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.members({ channel, limit: PAGE, ...(cursor ? { cursor } : {}) });
    members.push(...(page.members ?? []));
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return members;
}

/** Of the team or its org; or a bot, which the team has let in as an app. Who has left reads nothing any more. */
function isOfTeam(user: SlackUser, { facts }: SlackConnection): boolean {
  const why = whyNoMember(user, facts);
  return why === null || why === 'bot' || why === 'gone';
}
