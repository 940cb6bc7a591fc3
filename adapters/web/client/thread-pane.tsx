import { useEffect, useMemo, useRef } from 'react';
import { listKey } from './chat-state.ts';
import { Composer } from './composer.tsx';
import { type Spot, useDesk } from './desk.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import { MessageList } from './message-list.tsx';
import { roomName } from './room-view.tsx';
import type { ChatDesk } from './use-chat.ts';
import type { useSeen } from './use-seen.ts';

type Props = { room: string; rootId: string; chat: ChatDesk; seen: ReturnType<typeof useSeen> };

/** A thread: the message that it hangs from, and what was said since. */
export function ThreadPane({ room: roomId, rootId, chat, seen }: Props) {
  const { me } = useDesk();
  const { load, loadEarlier, change, state } = chat;
  const key = listKey(roomId, rootId);
  const list = state.lists[key];
  const spot = useMemo<Spot>(() => ({ room: roomId, list: key }), [roomId, key]);
  const name = roomName(
    state.rooms.find(({ id }) => id === roomId),
    roomId,
  );
  const head = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    void load(roomId, rootId);
    head.current?.focus({ preventScroll: true });
  }, [roomId, rootId, load]);

  const lastSeq = list?.messages.at(-1)?.seq ?? 0;
  const { mark } = seen;
  useEffect(() => {
    const look = () => mark(key, lastSeq);
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [mark, key, lastSeq]);

  return (
    <section className="pane thread" aria-label="Thread">
      <header className="pane-head">
        <Link
          to={{ view: 'room', room: roomId }}
          as={me.id}
          className="icon-button back"
          aria-label={`Back to ${name}`}
        >
          <Icon name="back" />
        </Link>
        <div className="pane-title">
          <h2 ref={head} tabIndex={-1}>
            Thread
          </h2>
          <p>{name}</p>
        </div>
        <Link
          to={{ view: 'room', room: roomId }}
          as={me.id}
          className="icon-button close"
          aria-label="Close thread"
        >
          <Icon name="close" />
        </Link>
      </header>
      {list?.problem && !list.loaded ? (
        <div className="empty" role="alert">
          <p>{list.problem}</p>
        </div>
      ) : (
        <MessageList
          key={key}
          list={list ?? { root: null, messages: [], more: false, loaded: false, problem: null }}
          whispers={state.whispers.filter((whisper) => whisper.list === key)}
          spot={spot}
          inThread
          seen={seen.seen}
          empty={null}
          loadEarlier={() => loadEarlier(roomId, rootId)}
          dismiss={(id) => change({ do: 'dismiss', id })}
        />
      )}
      <Composer
        key={`${me.id}.${key}`}
        spot={spot}
        threadId={rootId}
        label="Reply in thread"
        change={change}
      />
    </section>
  );
}
