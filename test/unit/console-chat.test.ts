import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../adapters/web/chat.ts';
import { type ChatChange, changeChat, emptyChat, listKey } from '../../adapters/web/client/chat-state.ts';
import { timeline } from '../../adapters/web/client/timeline.ts';
import { ana, ben } from '../support/fake-console.ts';

const card = { tone: 'calm' as const, heading: [], blocks: [], actions: [] };

function message(seq: number, rest: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: `m${seq}`,
    seq,
    rev: seq,
    room: 'care',
    threadId: null,
    author: { kind: 'member', memberId: ana.id },
    at: Date.UTC(2026, 2, 5, 14, 0) + seq * 60_000,
    body: { kind: 'text', text: `${seq}` },
    replies: null,
    ...rest,
  };
}

const room = { id: 'care', name: 'care', kind: 'channel' as const, lastSeq: 0 };
const after = (...changes: ChatChange[]) => changes.reduce(changeChat, emptyChat);
const changed = (...messages: ChatMessage[]) => ({ do: 'changed' as const, messages, me: String(ben.id) });
const page = (messages: ChatMessage[], more = false, list = 'care'): ChatChange => ({
  do: 'page',
  list,
  page: { root: null, messages, more },
});
const load: ChatChange = { do: 'load', list: 'care' };
const ids = (state: ReturnType<typeof after>, list = 'care') =>
  state.lists[list]?.messages.map(({ id }) => id);

describe('the chat as one reader sees it', () => {
  test('the same change twice is one', () => {
    const state = after(load, page([message(1)]), changed(message(2)));
    expect(changeChat(state, changed(message(2)))).toEqual(state);
    expect(ids(state)).toEqual(['m1', 'm2']);
  });

  test('what comes live while the first page is on its way isn’t lost', () => {
    expect(ids(after(load, changed(message(3)), page([message(1), message(2)])))).toEqual(['m1', 'm2', 'm3']);
  });

  test('an older drawing never replaces a newer one', () => {
    const newer = message(1, { rev: 9, body: { kind: 'card', card } });
    expect(after(load, changed(newer), page([message(1)])).lists['care']?.messages).toEqual([newer]);
  });

  test('an edit of something older than what is loaded waits for its page', () => {
    const state = after(load, page([message(5)], true), changed(message(2, { rev: 9 })));
    expect(ids(state)).toEqual(['m5']);
    const earlier: ChatChange = {
      do: 'earlier',
      list: 'care',
      page: { root: null, messages: [message(2)], more: false },
    };
    expect(ids(changeChat(state, earlier))).toEqual(['m2', 'm5']);
  });

  test('a page asked for again keeps the earlier ones it continues, and drops them after a gap', () => {
    const old = after(load, page([message(1), message(2)]));
    expect(ids(changeChat(old, page([message(2), message(3)], true)))).toEqual(['m1', 'm2', 'm3']);
    expect(ids(changeChat(old, page([message(8), message(9)], true)))).toEqual(['m8', 'm9']);
  });

  test('a new reply counts at its root, in the room and in the thread', () => {
    const root = message(1);
    const key = listKey('care', 'm1');
    const counted = { ...root, replies: { count: 1, lastSeq: 2, lastAt: 0 } };
    const state = after(
      load,
      page([root]),
      { do: 'page', list: key, page: { root, messages: [], more: false } },
      changed(message(2, { threadId: 'm1' }), counted),
    );
    expect(state.lists['care']?.messages).toEqual([counted]);
    expect(state.lists[key]?.root).toEqual(counted);
    expect(ids(state, key)).toEqual(['m2']);
  });

  test('others’ words make a room unread, one’s own don’t', () => {
    const rooms: ChatChange = { do: 'rooms', rooms: [room] };
    expect(after(rooms, changed(message(4))).rooms).toEqual([{ ...room, lastSeq: 4 }]);
    expect(after(rooms, { ...changed(message(4)), me: ana.id }).rooms).toEqual([room]);
  });

  test('a list that can’t be loaded says why, until it can', () => {
    const failed = after(load, { do: 'failed', list: 'care', problem: 'No.' });
    expect(failed.lists['care']).toMatchObject({ loaded: false, problem: 'No.' });
    expect(changeChat(failed, page([])).lists['care']).toMatchObject({ loaded: true, problem: null });
  });
});

describe('a timeline', () => {
  test('goes by days of the reader, with whispers where they came, and names authors once', () => {
    const late = Date.UTC(2026, 2, 5, 23, 30);
    const messages = [
      message(1),
      message(2),
      message(3, { at: late }),
      message(4, { author: { kind: 'kept' }, at: late }),
    ];
    const whisper = { id: 'w', list: 'care', afterSeq: 2, card };
    const shape = timeline(messages, [whisper], 'Europe/Madrid').map((item) =>
      item.kind === 'message' ? [item.message.id, item.follows] : item.key,
    );
    expect(shape).toEqual([
      'day-2026-03-05',
      ['m1', false],
      ['m2', true],
      'whisper-w',
      'day-2026-03-06',
      ['m3', false],
      ['m4', false],
    ]);
  });

  test('a whisper in an empty room stands alone', () => {
    const items = timeline([], [{ id: 'w', list: 'care', afterSeq: 0, card }], 'UTC');
    expect(items.map(({ kind }) => kind)).toEqual(['whisper']);
  });
});
