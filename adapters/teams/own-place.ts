import type { Place } from '../../src/conversation/intent.ts';
import type { Bot } from './bot.ts';
import type { Places } from './places.ts';
import { splitConversation } from './ref.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson } from './told.ts';

/** The place that a form names, if it is one of whoever sends it; else where they send it from. */
export type OwnPlace = (connection: TeamsConnection, told: ByPerson, place: Place) => Promise<Place>;

/**
 * A card's data come back as the client sends them, so a place in them may be written by hand. It is taken where the
 * card stands, or where Teams says that they are. Throws TeamsCallFailed when Teams can't be asked.
 */
export function createOwnPlace(parts: { bot: Pick<Bot, 'member'>; places: Pick<Places, 'at'> }): OwnPlace {
  const { bot, places } = parts;
  return async (connection, { from, where }, { channel }) => {
    const here = splitConversation(where.conversation).base;
    const named = splitConversation(channel).base;
    const isTheirs = named === here || named === '' || (await isIn(connection, named, from.personId));
    return { connection: connection.id, channel: isTheirs ? named : here };
  };

  async function isIn(connection: TeamsConnection, conversation: string, personId: string): Promise<boolean> {
    const at = await places.at(connection, conversation);
    return at !== null && (await bot.member(at, personId)) !== null;
  }
}
