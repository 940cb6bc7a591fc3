import type { Intent, Place, Reply } from '../../src/conversation/intent.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { dmOf, mayRead } from './chat.ts';
import { heard } from './heard.ts';
import type { WebDeps, Who } from './web-deps.ts';
import type { SayRequest, SayResult, WebReply } from './wire.ts';

type SpeakDeps = Pick<WebDeps, 'hear' | 'chat' | 'caseOfThread' | 'threadOfCase' | 'log'>;

/** Posts what was typed, as far as it is for others, and lets Kept hear what it should. */
export async function say(deps: SpeakDeps, who: Who, request: SayRequest): Promise<SayResult> {
  const { room, threadId, text, nonce } = request;
  const { workspaceId, memberId } = who;
  const caseId = threadId === null ? null : await deps.caseOfThread(workspaceId, threadId);
  const { post, command, said } = heard(text, { dm: room === dmOf(memberId), caseThread: caseId !== null });
  const place: Place = { connection: 'console', channel: room };
  if (!post)
    return { message: null, reply: await actOn(deps, who, { kind: 'command', text: command ?? '', place }) };

  const message = await deps.chat.post(workspaceId, { memberId, room, threadId, text, nonce });
  try {
    let reply: WebReply = { kind: 'done' };
    if (said && caseId) reply = await actOn(deps, who, { kind: 'said', caseId, text });
    if (command !== null) reply = await actOn(deps, who, { kind: 'command', text: command, place });
    return { message, reply };
  } catch (error) {
    // The words stand already: refusing now would make their writer post them twice.
    deps.log.error({ err: error, messageId: message.id }, 'message posted but not heard');
    return {
      message,
      reply: { kind: 'notice', text: 'Posted, but Kept couldn’t act on it. Try /care again.' },
    };
  }
}

/** Carries out what the member wants, and says what to show. */
export async function actOn(deps: SpeakDeps, who: Who, intent: Intent): Promise<WebReply> {
  return shown(deps, who, await deps.hear(who, intent));
}

async function shown({ threadOfCase }: SpeakDeps, who: Who, reply: Reply): Promise<WebReply> {
  switch (reply.kind) {
    case 'form':
    case 'card':
    case 'done':
    case 'suggestions':
      return reply;
    case 'go': {
      const thread = await threadOfCase(who.workspaceId, reply.caseId);
      if (thread === null) return { kind: 'notice', text: 'The thread of this case isn’t in the console.' };
      if (!mayRead(who.memberId, thread.room)) {
        return { kind: 'notice', text: 'This case lives in a direct message that only its members see.' };
      }
      return { kind: 'go', room: thread.room, rootId: thread.rootId };
    }
    default:
      return unreachable(reply);
  }
}
