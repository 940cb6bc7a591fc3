import { useEffect, useMemo, useState } from 'react';
import type { Room } from '../chat.ts';
import { postWords, sentenceOf } from './api.ts';
import { Composer } from './composer.tsx';
import { type Spot, useDesk } from './desk.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import { MessageList } from './message-list.tsx';
import type { ChatDesk } from './use-chat.ts';
import type { useSeen } from './use-seen.ts';

type Props = { room: string; chat: ChatDesk; seen: ReturnType<typeof useSeen> };

/** A channel, or the direct message with Kept. */
export function RoomView({ room: roomId, chat, seen }: Props) {
  const { me } = useDesk();
  const { load, loadEarlier, change, state, connection } = chat;
  const room = state.rooms.find(({ id }) => id === roomId);
  const list = state.lists[roomId];
  const spot = useMemo<Spot>(() => ({ room: roomId, list: roomId }), [roomId]);
  const name = roomName(room, roomId);

  useEffect(() => {
    void load(roomId, null);
  }, [roomId, load]);

  const { mark } = seen;
  useEffect(() => {
    const look = () => mark(roomId, room?.lastSeq ?? 0);
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [mark, roomId, room?.lastSeq]);

  const dm = room?.kind === 'dm';
  return (
    <section className="pane room" aria-label={name}>
      <header className="pane-head">
        <Link to={{ view: 'home' }} as={me.id} className="icon-button back" aria-label="Back to all rooms">
          <Icon name="back" />
        </Link>
        <div className="pane-title">
          <h1>{name}</h1>
          {dm && <p>Only you and Kept see this</p>}
        </div>
        <OpenCase spot={spot} />
      </header>
      {list?.problem && !list.loaded ? (
        <Failed problem={list.problem} />
      ) : (
        <MessageList
          key={roomId}
          list={list ?? { root: null, messages: [], more: false, loaded: false, problem: null }}
          whispers={state.whispers.filter((whisper) => whisper.list === roomId)}
          spot={spot}
          inThread={false}
          seen={seen.seen}
          empty={connection === 'connecting' ? null : <Empty dm={dm} />}
          loadEarlier={() => loadEarlier(roomId, null)}
          dismiss={(id) => change({ do: 'dismiss', id })}
        />
      )}
      <Composer
        key={`${me.id}.${roomId}`}
        spot={spot}
        threadId={null}
        label={`Message ${name}`}
        change={change}
      />
    </section>
  );
}

/** A room's name as people say it. */
export function roomName(room: Room | undefined, id: string): string {
  if (room?.kind === 'dm' || id.startsWith('dm:')) return 'Kept';
  return `#${room?.name ?? id}`;
}

function OpenCase({ spot }: { spot: Spot }) {
  const { me, show, tell } = useDesk();
  const [busy, setBusy] = useState(false);
  const open = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const words = { room: spot.room, threadId: null, text: '/care', nonce: crypto.randomUUID() };
      show((await postWords(me.id, words)).reply, spot);
    } catch (error) {
      tell({ tone: 'problem', text: sentenceOf(error) });
    }
    setBusy(false);
  };
  return (
    <button
      type="button"
      className="button button-plain button-small open-case"
      aria-disabled={busy}
      onClick={() => void open()}
    >
      <Icon name="plus" size={16} />
      Open a care case
    </button>
  );
}

function Failed({ problem }: { problem: string }) {
  const { me } = useDesk();
  return (
    <div className="empty" role="alert">
      <p>{problem}</p>
      <Link to={{ view: 'home' }} as={me.id} className="button button-plain">
        Back to the rooms
      </Link>
    </div>
  );
}

function Empty({ dm }: { dm: boolean }) {
  return (
    <div className="empty">
      <h2>{dm ? 'Kept speaks to you here' : 'Nothing here yet'}</h2>
      <p>
        {dm
          ? 'When somebody needs you to save a promise, it stands here. Write “help” to see what Kept understands.'
          : 'When a customer has a problem, write /care and what happened. Kept asks who owns it and when they will hear back, and sees to it that they do.'}
      </p>
    </div>
  );
}
