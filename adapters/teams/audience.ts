import type { Clock } from '../../src/app/clock.ts';
import type { Instant } from '../../src/domain/instant.ts';
import type { At, Bot, Listed } from './bot.ts';
import type { Places } from './places.ts';
import { splitConversation } from './ref.ts';
import type { TeamsConnection } from './teams-deps.ts';
import { whyNoMember } from './teams-person.ts';

/**
 * Who reads along: `team` is the team alone, in a channel or a group chat; `mixed` has guests or people of another
 * tenant among them; `direct` is a person's own chat with Kept.
 */
export type Readers = 'team' | 'mixed' | 'direct';

export type AudienceOf = {
  /** Throws when it can't be found out: nobody may take it for `team` then. */
  of(connection: TeamsConnection, conversation: string): Promise<Readers>;
  /** Somebody joined or left: look again. */
  forget(connectionId: string, conversation: string): void;
};

const READERS_FOR_MS = 5 * 60_000;
/** Pages of 500. More people than Teams lets into a team (25,000) are there by mistake. */
const MOST_PAGES = 60;
const MOST_CONVERSATIONS = 10_000;

/** Nothing was ever heard from there, so nobody knows where to ask. */
export class NeverSeen extends Error {}

/** Who reads along in a conversation, remembered for five minutes, or until somebody joins or leaves in the tenant. */
export function createAudience({
  bot,
  places,
  clock,
  seen = () => {},
}: {
  bot: Pick<Bot, 'members'>;
  places: Pick<Places, 'at'>;
  clock: Clock;
  /** Is told of those in a conversation as they are listed. */
  seen?: (connection: TeamsConnection, listed: readonly Listed[]) => void;
}): AudienceOf {
  const known = new Map<string, { readers: Promise<Readers>; mark: string | undefined; until: Instant }>();

  async function look(connection: TeamsConnection, base: string): Promise<Readers> {
    const at = await places.at(connection, base);
    if (at === null) {
      throw new NeverSeen('Kept has never heard anything from this conversation in Teams');
    }
    if (at.kind === 'personal') {
      return 'direct';
    }
    return (await hasOutsiders(connection, at)) ? 'mixed' : 'team';
  }

  async function hasOutsiders(connection: TeamsConnection, at: At): Promise<boolean> {
    let next: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const listed: Awaited<ReturnType<Bot['members']>> = await bot.members(at, next);
      seen(connection, listed.members);
      if (listed.members.some((one) => isOutside(one, connection))) {
        return true;
      }
      ({ next } = listed);
      if (next === null) {
        return false;
      }
    }
    return true;
  }

  return {
    of: (connection, conversation) => {
      const { base } = splitConversation(conversation);
      const name = nameOf(connection.id, base);
      const mark = connection.facts.membersMark;
      const last = known.get(name);
      if (last !== undefined && last.mark === mark && last.until > clock()) {
        return last.readers;
      }
      const readers = look(connection, base);
      const remembered = { readers, mark, until: clock() + READERS_FOR_MS };
      if (known.size >= MOST_CONVERSATIONS) {
        known.clear();
      }
      known.set(name, remembered);
      readers.catch(() => {
        if (known.get(name) === remembered) {
          known.delete(name);
        }
      });
      return readers;
    },
    forget: (connectionId, conversation) => {
      known.delete(nameOf(connectionId, splitConversation(conversation).base));
    },
  };
}

/** A connection is one tenant's, and one workspace's. */
function nameOf(connectionId: string, base: string): string {
  return `${connectionId}/${base}`;
}

/** Neither of the tenant's people nor a bot, which the team has let in as an app. */
function isOutside(listed: Listed, { facts }: TeamsConnection): boolean {
  const why = whyNoMember(listed, facts);
  return why !== null && why !== 'bot';
}
