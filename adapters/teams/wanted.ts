import type { Intent } from '../../src/conversation/intent.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Job, pressOf } from './job.ts';
import { LIMIT } from './limits.ts';
import { splitConversation } from './ref.ts';
import { wordsOf } from './source-text.ts';

/** What somebody wants with it; null when it is nothing that can be wanted. */
export function intentOf({
  heardId,
  connection,
  told,
}: Pick<Job, 'heardId' | 'connection' | 'told'>): Intent | null {
  const place = { connection: connection.id, channel: splitConversation(told.where.conversation).base };
  switch (told.kind) {
    case 'message':
      return command(wordsOf(told) ?? 'help', place);
    case 'dialog':
    case 'press': {
      const press = pressOf(told);
      if (press !== null) {
        return press.do === 'act'
          ? { kind: 'press', action: press.action, subject: press.subject, place, nonce: heardId }
          : null;
      }
      if (told.kind === 'press' || told.of !== 'extension' || told.step !== 'fetch') {
        return null;
      }
      return told.about === null
        ? command('', place)
        : { kind: 'open from message', text: wordsOf(told) ?? '', link: told.about.link, place };
    }
    case 'suggest':
    case 'link':
      return null;
    default:
      return unreachable(told);
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
