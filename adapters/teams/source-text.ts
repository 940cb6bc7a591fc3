import type { Inbox } from '../../src/app/inbox.ts';
import { parse } from './parse.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson } from './told.ts';

/** The text that a form was opened from, and the link to it. */
export type Source = { text: string; link: string | null };

export type Sources = {
  /** What was told under `heard`; null when it doesn't lie there any more. */
  told(connection: TeamsConnection, heard: string): Promise<ByPerson | null>;
  /** The text that lies in the inbox under `heard`; null when it doesn't lie there any more, or is somebody else's. */
  read(
    connection: TeamsConnection,
    personId: string,
    from: { heard: string; link: string | null },
  ): Promise<Source | null>;
};

/** A command may have its name before it, as the manifest's lists and other chats teach; or ours, that was no mention. */
const COMMAND = /^(?:@kept(?=[\s:,]|$)[:,]?\s*)?(?:\/?care(?=\s|$)[ \t]*)?/iu;

/** What somebody told Kept, without the command's name; null where they named none and said nothing. */
export function wordsOf(told: ByPerson): string | null {
  switch (told.kind) {
    case 'message': {
      const said = told.text.trim();
      return said === '' ? null : said.replace(COMMAND, '').trim();
    }
    case 'dialog': {
      const { about } = told;
      if (about === null) {
        return '';
      }
      return about.author === null || about.text === '' ? about.text : `${about.author}: ${about.text}`;
    }
    default:
      return '';
  }
}

/** The texts that forms are opened from. */
export function createSources({ inbox }: { inbox: Pick<Inbox, 'get'> }): Sources {
  async function told(connection: TeamsConnection, heard: string): Promise<ByPerson | null> {
    const row = await inbox.get(connection.workspaceId, heard);
    const parsed = row === null || row.connection !== connection.id ? null : parse(row.body);
    return parsed?.ok && parsed.told.by === 'person' ? parsed.told : null;
  }

  return {
    told,
    read: async (connection, personId, { heard, link }) => {
      const found = await told(connection, heard);
      return found?.from.personId === personId ? { text: wordsOf(found) ?? '', link } : null;
    },
  };
}
