import { createContext, useContext } from 'react';
import type { Intent, Place } from '../../../src/conversation/intent.ts';
import type { Room } from '../chat.ts';
import type { Person, Session, WebReply } from '../wire.ts';
import type { View } from './address.ts';

/** Where on the page something was done: the room it is about, and the list that an answer is shown in. */
export type Spot = { room: string; list: string };

/** A note at the edge of the page. Problems stay until they are dismissed. */
export type Notice = { tone: 'quiet' | 'problem'; text: string; go?: View };

/** What every part of the console can reach: who looks, at whom, and what can be done. */
export type Desk = {
  workspace: NonNullable<Session['workspace']>;
  me: Person;
  people: ReadonlyMap<string, Person>;
  rooms: readonly Room[];
  /** Goes to a view, with the same eyes. */
  go: (view: View, options?: { replace?: boolean }) => void;
  /** Sends an intent and shows its reply at the spot; resolves when that is done. Failures are told. */
  perform: (intent: Intent, spot: Spot) => Promise<void>;
  /** Shows what came back. */
  show: (reply: WebReply, spot: Spot) => void;
  tell: (notice: Notice) => void;
  /** Says something to those who listen to a screen reader. */
  announce: (words: string) => void;
};

const DeskContext = createContext<Desk | null>(null);

/** Hands the desk to everything below. */
export const DeskProvider = DeskContext.Provider;

/** The desk of the console that this component stands in. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('useDesk is called outside of the console');
  return desk;
}

/** The place of a room, as intents name it. */
export function placeOf(room: string): Place {
  return { connection: 'console', channel: room };
}
