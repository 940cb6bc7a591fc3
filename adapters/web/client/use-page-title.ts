import { useEffect } from 'react';
import type { Room } from '../chat.ts';
import type { View } from './address.ts';
import { roomName } from './room-view.tsx';

/** Says in the window's title what it shows, with whose eyes, and how many rooms have something new. */
export function usePageTitle(view: View, rooms: readonly Room[], name: string, unread: number): void {
  const place =
    'room' in view
      ? roomName(
          rooms.find(({ id }) => id === view.room),
          view.room,
        )
      : view.view === 'board'
        ? 'Board'
        : null;
  useEffect(() => {
    const parts = [place, name, 'Kept'].filter((part, i, all) => part !== null && all.indexOf(part) === i);
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${parts.join(' · ')}`;
  }, [place, name, unread]);
}
