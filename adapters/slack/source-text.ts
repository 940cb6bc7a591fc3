import type { Connections } from '../../src/app/connections.ts';
import type { Inbox } from '../../src/app/inbox.ts';
import { parse } from './parse.ts';
import { mentioned, plainText, withoutMention } from './plain-text.ts';
import type { SlackConnection } from './slack-deps.ts';
import type { ByPerson } from './told.ts';

/** The text that a form was opened from, and the link to it. */
export type Source = { text: string; link: string | null };

export type Sources = {
  /** What somebody told Kept, as people read it. */
  textOf(connection: SlackConnection, told: ByPerson): Promise<string>;
  /** Who wrote the message that is opened from, whose text begins with their name; null where nobody knows. */
  authorOf(
    connection: SlackConnection,
    told: Extract<ByPerson, { kind: 'message shortcut' }>,
  ): Promise<string | null>;
  /** The text that lies in the inbox under `heard`; null when it doesn't lie there any more. */
  read(connection: SlackConnection, from: { heard: string; link: string | null }): Promise<Source | null>;
};

/** The texts that forms are opened from. */
export function createSources(parts: {
  inbox: Pick<Inbox, 'get'>;
  connections: Pick<Connections, 'memberOf'>;
}): Sources {
  const { inbox, connections } = parts;

  async function readable(connection: SlackConnection, text: string): Promise<string> {
    const { workspaceId, id } = connection;
    const names = new Map<string, string>();
    for (const userId of mentioned(text)) {
      const member = await connections.memberOf(workspaceId, id, userId);
      if (member !== null) {
        names.set(userId, member.name);
      }
    }
    return plainText(text, names);
  }

  async function authorOf(
    { workspaceId, id }: SlackConnection,
    { author }: Extract<ByPerson, { kind: 'message shortcut' }>,
  ): Promise<string | null> {
    const { userId, name } = author;
    const member = userId === null ? null : await connections.memberOf(workspaceId, id, userId);
    return member?.name ?? name;
  }

  async function textOf(connection: SlackConnection, told: ByPerson): Promise<string> {
    switch (told.kind) {
      case 'message shortcut': {
        const author = await authorOf(connection, told);
        const text = await readable(connection, told.text);
        return author === null || text.trim() === '' ? text : `${author}: ${text}`;
      }
      case 'command':
      case 'thread message':
        return readable(connection, told.text);
      case 'mention':
      case 'direct message': {
        const said = withoutMention(told.text, connection.facts.botUserId);
        return (await readable(connection, said)).replace(/^\/care(?:\s+|$)/iu, '');
      }
      default:
        return '';
    }
  }

  return {
    textOf,
    authorOf,
    read: async (connection, { heard, link }) => {
      const row = await inbox.get(connection.workspaceId, heard);
      const parsed = row === null || row.connection !== connection.id ? null : parse(row.body);
      return parsed?.ok && parsed.told.by === 'person'
        ? { text: await textOf(connection, parsed.told), link }
        : null;
    },
  };
}
