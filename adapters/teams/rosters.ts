import type { At, Bot, Listed } from './bot.ts';
import { type Trouble, troubleOf } from './errors.ts';
import { splitConversation } from './ref.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';

/** What of the places is needed to look at who is in them. */
export type RosterPlaces = {
  at(connection: TeamsConnection, conversation: string): Promise<At | null>;
  /** The person's own conversation with Kept; null when Teams lets us have none. */
  personal(connection: TeamsConnection, personId: string): Promise<string | null>;
};

/** Somebody as a conversation lists them; `not shown`: no conversation where they may be lets us look. */
export type InRosters = Listed | 'not there' | 'not shown';

/** What says that Kept isn't there, or isn't any more, and that nobody can have such an id. */
const SHUT: ReadonlySet<Trouble['kind']> = new Set(['shut', 'gone', 'our fault']);

/**
 * Looks for somebody by their Entra object id: in the conversation at hand, in their own with Kept, and in the team's
 * home channel. Throws when Teams can't be asked.
 */
export function createRosters(parts: {
  deps: Pick<TeamsDeps, 'homeChannel'>;
  bot: Pick<Bot, 'member'>;
  places: RosterPlaces;
}): (connection: TeamsConnection, personId: string, conversation: string | null) => Promise<InRosters> {
  const { deps, bot, places } = parts;

  async function look(connection: TeamsConnection, personId: string, where: string): Promise<InRosters> {
    const at = await places.at(connection, splitConversation(where).base);
    if (at === null) {
      return 'not shown';
    }
    return (await bot.member(at, personId)) ?? 'not there';
  }

  return async (connection, personId, conversation) => {
    const ways: (() => Promise<string | null>)[] = [
      () => Promise.resolve(conversation),
      () => places.personal(connection, personId),
      () => deps.homeChannel(connection.workspaceId, connection.id),
    ];
    const found: InRosters[] = [];
    for (const way of ways) {
      const listed = await unlessShut(async () => {
        const where = await way();
        return where === null ? 'not shown' : look(connection, personId, where);
      });
      if (typeof listed !== 'string') {
        return listed;
      }
      found.push(listed);
    }
    return found[0] ?? 'not shown';
  };
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
