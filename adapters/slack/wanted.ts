import type { Intent } from '../../src/conversation/intent.ts';
import { wantedBy } from '../../src/conversation/wanted.ts';
import type { Job } from './job.ts';
import { LIMIT } from './limits.ts';
import { permalink } from './permalink.ts';
import { pressedOf } from './pressed.ts';
import { refOf } from './ref.ts';
import type { SlackConnection } from './slack-deps.ts';
import type { Sources } from './source-text.ts';

/** What somebody wants with it; null when it is nothing that can be wanted. */
export async function intentOf(
  sources: Sources,
  { heardId, connection, told }: Pick<Job, 'heardId' | 'connection' | 'told'>,
): Promise<Intent | null> {
  const place = (channel: string) => ({ connection: connection.id, channel });
  switch (told.kind) {
    case 'command':
      return wantedBy(await sources.textOf(connection, told), place(told.channel), LIMIT.inputValue);
    case 'mention':
    case 'direct message': {
      const said = await sources.textOf(connection, told);
      return wantedBy(said === '' ? 'help' : said, place(told.channel), LIMIT.inputValue);
    }
    case 'message shortcut':
      return {
        kind: 'open from message',
        text: await sources.textOf(connection, told),
        author: await sources.authorOf(connection, told),
        link: permalinkOf(connection, told),
        place: place(told.channel),
      };
    case 'global shortcut':
      return wantedBy('', place(''), LIMIT.inputValue);
    case 'action': {
      const pressed = pressedOf(told);
      const { channel } = told.in;
      return pressed?.do === 'act'
        ? {
            kind: 'press',
            action: pressed.action,
            subject: pressed.subject,
            place: place(channel ?? ''),
            nonce: heardId,
          }
        : null;
    }
    default:
      return null;
  }
}

function permalinkOf(
  connection: SlackConnection,
  { channel, ts, threadTs }: { channel: string; ts: string; threadTs: string | null },
): string {
  const link = permalink(connection.facts, refOf(channel, ts));
  return threadTs === null || threadTs === ts ? link : `${link}?thread_ts=${threadTs}&cid=${channel}`;
}
