import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../src/app/clock.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';

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
};

/** There is more to look up than one send has time for; what was found is kept, and the next call goes on. */
export class StillLooking extends Error {}

const CHANNEL_FOR_MS = 5 * 60_000;
const PEOPLE_FOR_MS = 10 * 60_000;
const PAGE = 1_000;
/** Channel members that the team's list doesn't have, as from another workspace of a Grid org, each a call. */
const UNKNOWN_AT_ONCE = 20;

/** By Slack id, whether they are of the team: not a guest, and not of another company. */
type People = { isInside: Map<string, boolean>; until: number };

type Person = NonNullable<Awaited<ReturnType<WebClient['users']['info']>>['user']>;

/**
 * Who reads along in a channel, remembered for five minutes, the team's people for ten. For a team of 5,000 that
 * is five calls of users.list in ten minutes, and for each channel spoken in, in five, one of conversations.info
 * and one of conversations.members for every thousand in it (Slack gives 20, 50 and 100 of these a minute).
 */
export function createAudience(parts: { clientOf: ClientOf; clock: Clock }): AudienceOf {
  const { clientOf, clock } = parts;
  const channels = new Map<string, { readers: Promise<Readers>; until: number }>();
  const people = new Map<string, Promise<People>>();

  async function peopleOf(
    client: WebClient,
    connection: SlackConnection,
    teamId: string | null,
  ): Promise<People> {
    const name = `${connection.workspaceId}/${connection.id}/${teamId ?? ''}`;
    const known = await people.get(name);
    if (known !== undefined && known.until > clock()) {
      return known;
    }
    const listing = listPeople(client, connection, teamId, clock() + PEOPLE_FOR_MS);
    people.set(name, listing);
    listing.catch(() => people.delete(name));
    return listing;
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
    await Promise.all(
      unknown.slice(0, UNKNOWN_AT_ONCE).map(async (id) => {
        const { user } = await client.users.info({ user: id });
        isInside.set(id, user !== undefined && isOfTeam(user, connection));
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
      if (known !== undefined && known.until > clock()) {
        return known.readers;
      }
      const readers = look(connection, channel);
      const remembered = { readers, until: clock() + CHANNEL_FOR_MS };
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
  };
}

async function listPeople(
  client: WebClient,
  connection: SlackConnection,
  teamId: string | null,
  until: number,
): Promise<People> {
  const isInside = new Map<string, boolean>();
  let cursor: string | undefined;
  do {
    const page = await client.users.list({
      limit: PAGE,
      ...(cursor ? { cursor } : {}),
      ...(teamId === null ? {} : { team_id: teamId }),
    });
    for (const user of page.members ?? []) {
      if (user.id !== undefined) {
        isInside.set(user.id, isOfTeam(user, connection));
      }
    }
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return { isInside, until };
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

/** Of the team, or of another workspace of its org; or a bot, which the team has let in as an app. */
function isOfTeam(user: Person, { facts: { teamId, enterpriseId } }: SlackConnection): boolean {
  if (user.is_restricted || user.is_ultra_restricted) {
    return false;
  }
  const theirs = [user.team_id, user.enterprise_user?.enterprise_id].filter((id) => id !== undefined);
  return user.is_bot === true || theirs.some((id) => id === teamId || id === enterpriseId);
}
