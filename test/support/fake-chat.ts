import { type Chat, type ChatMessage, dmOf, type RoomId } from '../../adapters/web/chat.ts';
import type { Clock } from '../../src/app/clock.ts';
import type { Card } from '../../src/conversation/card.ts';
import type { MemberId } from '../../src/domain/ids.ts';

type Post = Pick<ChatMessage, 'room' | 'threadId' | 'author' | 'body'>;

/** The console's messages in memory, and what Kept's side of them can do. */
export type FakeChat = Chat & {
  /** Posts as Kept. */
  send(room: RoomId, card: Card, threadId?: string | null): ChatMessage;
  sendText(room: RoomId, memberId: MemberId, text: string, threadId?: string | null): ChatMessage;
  /** Draws a message of Kept's again. */
  redraw(id: string, card: Card): void;
  /** How often it was asked for changes. */
  polls(): number;
  /** Makes every call fail, as a database does that is gone. */
  fail(failing: boolean): void;
};

/** A chat of one workspace with the channels `care` and `general`. */
export function fakeChat(clock: Clock): FakeChat {
  const messages: ChatMessage[] = [];
  const nonces = new Map<string, ChatMessage>();
  let rev = 0;
  let polls = 0;
  let failing = false;

  function up(): void {
    if (failing) throw new Error('the fake chat is told to fail');
  }

  function withReplies(message: ChatMessage): ChatMessage {
    const replies = messages.filter(({ threadId }) => threadId === message.id);
    const last = replies.at(-1);
    return {
      ...message,
      replies: last ? { count: replies.length, lastSeq: last.seq, lastAt: last.at } : null,
    };
  }

  function add(post: Post): ChatMessage {
    rev += 1;
    const message = { ...post, id: `m${rev}`, seq: rev, rev, at: clock(), replies: null };
    messages.push(message);
    return message;
  }

  return {
    async rooms(_workspaceId, memberId) {
      up();
      const lastSeq = (room: RoomId) =>
        messages.findLast(
          ({ room: its, author }) =>
            its === room && !(author.kind === 'member' && author.memberId === memberId),
        )?.seq ?? 0;
      const dm = dmOf(memberId);
      return [
        { id: 'care', name: 'care', kind: 'channel', lastSeq: lastSeq('care') },
        { id: 'general', name: 'general', kind: 'channel', lastSeq: lastSeq('general') },
        { id: dm, name: 'Kept', kind: 'dm', lastSeq: lastSeq(dm) },
      ];
    },
    async message(_workspaceId, id) {
      up();
      const found = messages.find((message) => message.id === id);
      return found ? withReplies(found) : null;
    },
    async messages(_workspaceId, { room, threadId, before, limit }) {
      up();
      return messages
        .filter((message) => message.room === room && message.threadId === threadId)
        .filter(({ seq }) => before === null || seq < before)
        .slice(-limit)
        .map(withReplies);
    },
    async post(_workspaceId, { memberId, room, threadId, text, nonce }) {
      up();
      const made =
        nonces.get(nonce) ??
        add({ room, threadId, author: { kind: 'member', memberId }, body: { kind: 'text', text } });
      nonces.set(nonce, made);
      return made;
    },
    async latestRev() {
      up();
      return rev;
    },
    async changesSince(_workspaceId, since, limit) {
      polls += 1;
      up();
      const changed = messages.filter((message) => message.rev > since).toSorted((a, b) => a.rev - b.rev);
      const page = changed.slice(0, limit);
      const roots = messages.filter(
        ({ id }) => page.some(({ threadId }) => threadId === id) && !page.some((m) => m.id === id),
      );
      return {
        rev: page.at(-1)?.rev ?? since,
        messages: [...page, ...roots].map(withReplies),
        more: changed.length > limit,
      };
    },
    send: (room, card, threadId = null) =>
      add({ room, threadId, author: { kind: 'kept' }, body: { kind: 'card', card } }),
    sendText: (room, memberId, text, threadId = null) =>
      add({ room, threadId, author: { kind: 'member', memberId }, body: { kind: 'text', text } }),
    redraw(id, card) {
      const index = messages.findIndex((message) => message.id === id);
      const old = messages[index];
      if (!old) throw new Error(`no message ${id}`);
      rev += 1;
      messages[index] = { ...old, rev, body: { kind: 'card', card } };
    },
    polls: () => polls,
    fail(value) {
      failing = value;
    },
  };
}
