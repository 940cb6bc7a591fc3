import type { At, Bot, Listed } from './bot.ts';
import { type Trouble, troubleOf } from './errors.ts';
import type { Shared } from './places.ts';
import { splitConversation } from './ref.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';

/** What of the places is needed to look at who is in them. */
export type RosterPlaces = {
  at(connection: TeamsConnection, conversation: string): Promise<At | null>;
  /** The person's own conversation with Kept; null when Teams lets us have none. */
  personal(connection: TeamsConnection, personId: string): Promise<string | null>;
  /** The channels and group chats that Kept is in, the one that was heard last first. */
  shared(connection: TeamsConnection): Promise<Shared[]>;
};

/** Somebody as a conversation lists them; `not shown`: no conversation where they may be lets us look. */
export type InRosters = Listed | 'not there' | 'not shown';

/** So many of the channels that Kept knows are looked at: Teams is asked for each. */
const CHANNELS = 5;

/** What says that Kept isn't there, or isn't any more, and that nobody can have such an id. */
const SHUT: ReadonlySet<Trouble['kind']> = new Set(['shut', 'gone', 'our fault']);

/**
 * Looks for somebody by their Entra object id, or by their id in Teams (`29:…`): in the conversation at hand, in
 * their own with Kept, in the team's home channel, and in the channels that were heard last. Throws when Teams can't be
 * asked.
 */
export function createRosters(parts: {
  deps: Pick<TeamsDeps, 'homeChannel'>;
  bot: Pick<Bot, 'member'>;
  places: RosterPlaces;
}): (connection: TeamsConnection, personId: string, conversation: string | null) => Promise<InRosters> {
  const { deps, bot, places } = parts;

  /** Where they may be, the likeliest first. */
  async function* ways(
    connection: TeamsConnection,
    personId: string,
    conversation: string | null,
  ): AsyncGenerator<() => Promise<string | null>> {
    yield () => Promise.resolve(conversation);
    if (!isTeamsId(personId)) {
      yield () => places.personal(connection, personId);
    }
    yield () => deps.homeChannel(connection.workspaceId, connection.id);
    const channels = (await places.shared(connection)).filter(({ kind }) => kind === 'channel');
    for (const channel of channels.slice(0, CHANNELS)) {
      yield () => Promise.resolve(channel.conversation);
    }
  }

  return async (connection, personId, conversation) => {
    const found: InRosters[] = [];
    const looked = new Set<string>();
    for await (const way of ways(connection, personId, conversation)) {
      const listed = await unlessShut(async () => {
        const where = await way();
        const { base } = splitConversation(where ?? '');
        const at = where === null || looked.has(base) ? null : await places.at(connection, base);
        looked.add(base);
        return at === null ? 'not shown' : ((await bot.member(at, personId)) ?? 'not there');
      });
      if (typeof listed !== 'string') {
        return listed;
      }
      found.push(listed);
    }
    return found[0] ?? 'not shown';
  };
}

/** Whether it is an id of Teams' own, `29:…`. In Teams people are known by their Entra object ids. */
export function isTeamsId(personId: string): boolean {
  return personId.startsWith('29:');
}

/** Kept may be asked for where it isn't, as by a message's command in a chat between others. */
async function unlessShut(ask: () => Promise<InRosters>): Promise<InRosters> {
  try {
    return await ask();
  } catch (error) {
    if (SHUT.has(troubleOf(error).kind)) {
      return 'not shown';
    }
    throw error;
  }
}
