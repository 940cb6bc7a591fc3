import type { Intent } from '../../src/conversation/intent.ts';
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
      return command(await sources.textOf(connection, told), place(told.channel));
    case 'mention':
    case 'direct message': {
      const said = await sources.textOf(connection, told);
      return command(said === '' ? 'help' : said, place(told.channel));
    }
    case 'message shortcut':
      return {
        kind: 'open from message',
        text: await sources.textOf(connection, told),
        link: permalinkOf(connection, told),
        place: place(told.channel),
      };
    case 'global shortcut':
      return command('', place(''));
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

/** Words that open a case and are more than a field holds come as a text to open it from, and stay whole. */
function command(said: string, place: { connection: string; channel: string }): Intent {
  return said.length > LIMIT.inputValue
    ? { kind: 'open from message', text: said, link: null, place }
    : { kind: 'command', text: said, place };
}

/** Whether it only asks, so that it may be asked again to show more of the answer. */
export function isQuestion(intent: Intent): boolean {
  return intent.kind === 'command' || (intent.kind === 'press' && intent.action === 'show');
}

function permalinkOf(
  connection: SlackConnection,
  { channel, ts, threadTs }: { channel: string; ts: string; threadTs: string | null },
): string {
  const link = permalink(connection.facts, refOf(channel, ts));
  return threadTs === null || threadTs === ts ? link : `${link}?thread_ts=${threadTs}&cid=${channel}`;
}
