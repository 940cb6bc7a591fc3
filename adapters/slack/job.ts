import type { Opening } from './opening.ts';
import { plainText } from './plain-text.ts';
import type { SlackConnection } from './slack-deps.ts';
import type { ByPerson } from './told.ts';

/** Something that a person told Kept, being worked on. */
export type Job = {
  /** Its row in the inbox. */
  heardId: string;
  /** The row with the words themselves: another one's where this is a press on *Open the form*. */
  wordsId: string;
  connection: SlackConnection;
  told: ByPerson;
  opening: Opening;
};

/** Where words for the one who told it go, so that they stand where the person looks. */
export type Spot =
  | { in: 'channel'; channel: string; threadTs: string | null; responseUrl: string | null }
  /** Their own messages with Kept: all of it is for their eyes. */
  | { in: 'direct'; channel: string; threadTs: string | null }
  /** A view: what is said stands in a modal. */
  | { in: 'view' };

/** Where the person is who told it. */
export function spotOf(told: ByPerson): Spot {
  switch (told.kind) {
    case 'command':
      return { in: 'channel', channel: told.channel, threadTs: null, responseUrl: told.responseUrl };
    case 'message shortcut': {
      const { channel, threadTs, responseUrl } = told;
      return { in: 'channel', channel, threadTs, responseUrl };
    }
    case 'action': {
      const { channel, threadTs } = told.in;
      return channel === null || told.in.view !== null
        ? { in: 'view' }
        : { in: 'channel', channel, threadTs, responseUrl: told.responseUrl };
    }
    case 'mention':
      return { in: 'channel', channel: told.channel, threadTs: told.threadTs, responseUrl: null };
    case 'direct message':
      return { in: 'direct', channel: told.channel, threadTs: told.threadTs };
    default:
      return { in: 'view' };
  }
}

/** What the person wrote, for where there is no time to look up whom it names. */
export function writtenIn(told: ByPerson): string {
  return told.kind === 'command' || told.kind === 'message shortcut' ? plainText(told.text, new Map()) : '';
}
