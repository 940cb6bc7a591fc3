import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { ChatMessage } from '../chat.ts';
import { getMessages, getRooms, sentenceOf } from './api.ts';
import { type ChatChange, type ChatState, changeChat, emptyChat, listKey } from './chat-state.ts';
import { followLive } from './live-events.ts';
import { setServerClock } from './server-clock.ts';

/** The chat as one member sees it, kept up to date. */
export type ChatDesk = {
  state: ChatState;
  change: (change: ChatChange) => void;
  connection: 'connecting' | 'live' | 'lost';
  /** Counts what has happened: whatever is derived from it is to be asked for again. */
  pulse: number;
  /** Loads the newest page of a room or a thread. */
  load: (room: string, rootId: string | null) => Promise<void>;
  loadEarlier: (room: string, rootId: string | null) => Promise<void>;
};

type Handlers = {
  /** Messages that are new, not the reader's own. */
  onNew: (messages: readonly ChatMessage[]) => void;
  /** The team may have changed since it was loaded. */
  onStale: () => void;
  onProblem: (sentence: string) => void;
};

/** Follows the chat with one member's eyes. `handlers` must stay the same from draw to draw. */
export function useChat(me: string, handlers: Handlers): ChatDesk {
  const [state, change] = useReducer(changeChat, emptyChat);
  const [connection, setConnection] = useState<ChatDesk['connection']>('connecting');
  const [pulse, setPulse] = useState(0);
  const newest = useRef(0);
  const lists = useRef(state.lists);
  useEffect(() => {
    lists.current = state.lists;
  }, [state.lists]);

  const load = useCallback(
    async (room: string, rootId: string | null) => {
      const list = listKey(room, rootId);
      change({ do: 'load', list });
      try {
        change({ do: 'page', list, page: await getMessages(me, { room, thread: rootId }) });
      } catch (error) {
        change({ do: 'failed', list, problem: sentenceOf(error) });
      }
    },
    [me],
  );

  const loadEarlier = useCallback(
    async (room: string, rootId: string | null) => {
      const list = listKey(room, rootId);
      const before = lists.current[list]?.messages[0]?.seq;
      if (before === undefined) return;
      try {
        change({ do: 'earlier', list, page: await getMessages(me, { room, thread: rootId, before }) });
      } catch (error) {
        handlers.onProblem(sentenceOf(error));
      }
    },
    [me, handlers],
  );

  useEffect(() => {
    async function catchUp(): Promise<void> {
      try {
        const rooms = await getRooms(me);
        newest.current = Math.max(newest.current, ...rooms.map(({ lastSeq }) => lastSeq));
        change({ do: 'rooms', rooms });
      } catch (error) {
        handlers.onProblem(sentenceOf(error));
      }
      for (const key of Object.keys(lists.current)) {
        const slash = key.indexOf('/');
        if (slash === -1) await load(key, null);
        else await load(key.slice(0, slash), key.slice(slash + 1));
      }
    }

    return followLive(me, {
      hello({ now }) {
        setServerClock(now);
        setConnection('live');
        setPulse((count) => count + 1);
        handlers.onStale();
        void catchUp();
      },
      changes({ messages }) {
        change({ do: 'changed', messages, me });
        setPulse((count) => count + 1);
        const fresh = messages.filter(({ seq }) => seq > newest.current);
        newest.current = Math.max(newest.current, ...messages.map(({ seq }) => seq));
        handlers.onNew(fresh.filter(({ author }) => author.kind === 'kept' || author.memberId !== me));
      },
      tick({ now }) {
        setServerClock(now);
        setPulse((count) => count + 1);
      },
      lost: () => setConnection('lost'),
      refused: handlers.onStale,
      outdated: () => handlers.onProblem('Kept was updated. Reload the page to go on.'),
    });
  }, [me, load, handlers]);

  return { state, change, connection, pulse, load, loadEarlier };
}
