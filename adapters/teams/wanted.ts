import type { Intent } from '../../src/conversation/intent.ts';
import { wantedBy } from '../../src/conversation/wanted.ts';
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
      return wantedBy(wordsOf(told) ?? 'help', place, LIMIT.inputValue);
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
        ? wantedBy('', place, LIMIT.inputValue)
        : {
            kind: 'open from message',
            text: wordsOf(told) ?? '',
            author: told.about.author,
            link: told.about.link,
            place,
          };
    }
    case 'suggest':
    case 'link':
      return null;
    default:
      return unreachable(told);
  }
}
