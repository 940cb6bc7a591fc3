import type { Card } from '../../../src/conversation/card.ts';
import { unreachable } from '../../../src/domain/unreachable.ts';
import type { ChatMessage, Room } from '../chat.ts';
import type { MessagesPage } from '../wire.ts';

/** A room's roots or a thread's replies, as far as they are known, ascending. */
export type MessageList = {
  root: ChatMessage | null;
  messages: readonly ChatMessage[];
  more: boolean;
  /** False until its first page has come; what changes meanwhile is gathered. */
  loaded: boolean;
  /** Why it couldn't be loaded. */
  problem: string | null;
};

/** A card that only this reader sees, after the message of that seq. */
export type Whisper = { id: string; list: string; afterSeq: number; card: Card };

export type ChatState = {
  rooms: readonly Room[];
  lists: Readonly<Record<string, MessageList>>;
  whispers: readonly Whisper[];
};

export type ChatChange =
  | { do: 'rooms'; rooms: readonly Room[] }
  | { do: 'load'; list: string }
  /** The newest page of a list. */
  | { do: 'page'; list: string; page: MessagesPage }
  /** An older page, put before what is there. */
  | { do: 'failed'; list: string; problem: string }
  | { do: 'earlier'; list: string; page: MessagesPage }
  | { do: 'changed'; messages: readonly ChatMessage[]; me: string }
  | { do: 'whisper'; id: string; list: string; card: Card }
  | { do: 'dismiss'; id: string };

/** A reader who has loaded nothing. */
export const emptyChat: ChatState = { rooms: [], lists: {}, whispers: [] };

const MAX_WHISPERS = 20;

/** The key of a list: a room's, or a thread's in it. */
export function listKey(room: string, rootId: string | null): string {
  return rootId === null ? room : `${room}/${rootId}`;
}

/** Carries out a change; the same one again changes nothing more. */
export function changeChat(state: ChatState, change: ChatChange): ChatState {
  switch (change.do) {
    case 'rooms':
      return { ...state, rooms: change.rooms };
    case 'load': {
      const list = state.lists[change.list] ?? { root: null, messages: [], more: true, loaded: false };
      return withList(state, change.list, { ...list, problem: null });
    }
    case 'failed': {
      const list = state.lists[change.list];
      return list ? withList(state, change.list, { ...list, problem: change.problem }) : state;
    }
    case 'page':
      return withList(state, change.list, withPage(state.lists[change.list], change.page));
    case 'earlier': {
      const list = state.lists[change.list];
      if (!list) return state;
      const first = list.messages[0]?.seq ?? Infinity;
      const older = change.page.messages.filter(({ seq }) => seq < first);
      return withList(state, change.list, {
        ...list,
        messages: [...older, ...list.messages],
        more: change.page.more,
      });
    }
    case 'changed':
      return change.messages.reduce((before, message) => take(before, message, change.me), state);
    case 'whisper': {
      const afterSeq = state.lists[change.list]?.messages.at(-1)?.seq ?? 0;
      const whisper = { id: change.id, list: change.list, afterSeq, card: change.card };
      return { ...state, whispers: [...state.whispers, whisper].slice(-MAX_WHISPERS) };
    }
    case 'dismiss':
      return { ...state, whispers: state.whispers.filter(({ id }) => id !== change.id) };
    default:
      return unreachable(change);
  }
}

function withList(state: ChatState, key: string, list: MessageList): ChatState {
  return { ...state, lists: { ...state.lists, [key]: list } };
}

/** A page may be older than what has come live since it was asked for. */
function withPage(list: MessageList | undefined, page: MessagesPage): MessageList {
  const known = list?.messages ?? [];
  const first = page.messages[0];
  const overlap = known.findIndex(({ id }) => id === first?.id);
  // Earlier pages stay where this one continues them without a gap.
  const kept = overlap === -1 ? known.filter(({ seq }) => !first || seq > first.seq) : known;
  const more = overlap === -1 ? page.more : (list?.more ?? page.more);
  const messages = kept.reduce<readonly ChatMessage[]>(
    (all, message) => put({ messages: all, more: false }, message),
    page.messages,
  );
  const root = list?.root && page.root && isNewer(list.root, page.root) ? list.root : page.root;
  return { root, messages, more, loaded: true, problem: null };
}

function take(state: ChatState, message: ChatMessage, me: string): ChatState {
  const own = message.author.kind === 'member' && message.author.memberId === me;
  const rooms = own
    ? state.rooms
    : state.rooms.map((room) =>
        room.id === message.room && room.lastSeq < message.seq ? { ...room, lastSeq: message.seq } : room,
      );
  let next = { ...state, rooms };
  const key = listKey(message.room, message.threadId);
  const list = state.lists[key];
  if (list) next = withList(next, key, { ...list, messages: put(list, message) });
  const thread = message.threadId === null ? state.lists[listKey(message.room, message.id)] : undefined;
  if (thread && (!thread.root || isNewer(message, thread.root))) {
    next = withList(next, listKey(message.room, message.id), { ...thread, root: message });
  }
  return next;
}

function put(
  { messages, more }: Pick<MessageList, 'messages' | 'more'>,
  message: ChatMessage,
): readonly ChatMessage[] {
  const at = messages.findIndex(({ id }) => id === message.id);
  const old = messages[at];
  if (old) return isNewer(message, old) ? messages.with(at, message) : messages;
  const first = messages[0];
  // Older than what is loaded: it comes with its page.
  if (more && first && message.seq < first.seq) return messages;
  const before = messages.findLastIndex(({ seq }) => seq < message.seq);
  return messages.toSpliced(before + 1, 0, message);
}

function isNewer(message: ChatMessage, old: ChatMessage): boolean {
  return message.rev > old.rev || (message.rev === old.rev && count(message) >= count(old));
}

function count({ replies }: ChatMessage): number {
  return replies?.count ?? 0;
}
