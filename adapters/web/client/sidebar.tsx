import type { Room } from '../chat.ts';
import type { View } from './address.ts';
import { KeptAvatar } from './avatar.tsx';
import { useDesk } from './desk.ts';
import { Icon, Mark } from './icon.tsx';
import type { Seen } from './kept-words.ts';
import { Link } from './link.tsx';
import { PersonaSwitcher } from './persona-switcher.tsx';

type Props = { rooms: readonly Room[]; view: View; shownRoom: string | null; seen: Seen; live: boolean };

/** Whose eyes, the board, the channels and the direct message with Kept. */
export function Sidebar({ rooms, view, shownRoom, seen, live }: Props) {
  const { me, workspace } = useDesk();
  const row = (room: Room) => (
    <RoomRow key={room.id} room={room} current={room.id === shownRoom} unread={isUnread(room, seen)} />
  );
  return (
    <aside className="sidebar" aria-label={workspace.name}>
      <div className="sidebar-head">
        <Mark size={26} />
        <p className="workspace-name" dir="auto">
          {workspace.name}
        </p>
      </div>
      <PersonaSwitcher view={view} />
      <nav className="rooms" aria-label="Rooms">
        <ul>
          <li>
            <Link
              to={{ view: 'board' }}
              as={me.id}
              className="room-row"
              aria-current={view.view === 'board' ? 'page' : undefined}
            >
              <Icon name="board" />
              <span className="room-name">Board</span>
            </Link>
          </li>
        </ul>
        <h2>Channels</h2>
        <ul>{rooms.filter(({ kind }) => kind === 'channel').map(row)}</ul>
        <h2>Direct messages</h2>
        <ul>{rooms.filter(({ kind }) => kind === 'dm').map(row)}</ul>
      </nav>
      <p className={live ? 'live-state' : 'live-state live-state-off'}>
        <span className="live-dot" aria-hidden="true" />
        {live ? 'Live' : 'Connecting…'}
      </p>
    </aside>
  );
}

/** Whether something new stands in a room. */
export function isUnread(room: Room, seen: Seen): boolean {
  return room.lastSeq > (seen[room.id] ?? 0);
}

function RoomRow({ room, current, unread }: { room: Room; current: boolean; unread: boolean }) {
  const { me } = useDesk();
  return (
    <li>
      <Link
        to={{ view: 'room', room: room.id }}
        as={me.id}
        className={unread ? 'room-row room-unread' : 'room-row'}
        aria-current={current ? 'page' : undefined}
      >
        {room.kind === 'dm' ? <KeptAvatar size={20} /> : <Icon name="hash" />}
        <span className="room-name">{room.name}</span>
        {unread && (
          <span className="unread-dot">
            <span className="unseen">unread</span>
          </span>
        )}
      </Link>
    </li>
  );
}
