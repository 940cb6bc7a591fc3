import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Form } from '../../../src/conversation/form.ts';
import type { Intent } from '../../../src/conversation/intent.ts';
import type { ChatMessage } from '../chat.ts';
import type { Person, Session, WebReply } from '../wire.ts';
import type { View } from './address.ts';
import { postIntent, sentenceOf } from './api.ts';
import { BoardPage } from './board-page.tsx';
import { headingWords, messageWords } from './card-words.ts';
import { type Desk, DeskProvider, type Spot } from './desk.ts';
import { FormDialog } from './form-dialog.tsx';
import { Notices, useNotices } from './notices.tsx';
import { QuickSwitcher } from './quick-switcher.tsx';
import { RoomView } from './room-view.tsx';
import { isUnread, Sidebar } from './sidebar.tsx';
import { ThreadPane } from './thread-pane.tsx';
import { goTo } from './use-address.ts';
import { useChat } from './use-chat.ts';
import { usePageTitle } from './use-page-title.ts';
import { useSeen } from './use-seen.ts';

type Props = {
  workspace: NonNullable<Session['workspace']>;
  me: Person;
  view: View;
  /** The team may have changed since it was loaded. */
  onStale: () => void;
};

const FIRST_ROOM = 'care';

/** The console with one member's eyes. Drawn anew, from nothing, when they change. */
export function Console({ workspace, me, view, onStale }: Props) {
  const { notices, announced, dismiss, tell, announce } = useNotices();
  const [dialog, setDialog] = useState<{ form: Form; spot: Spot } | null>(null);
  const people = useMemo(() => new Map(workspace.members.map((one) => [one.id, one])), [workspace.members]);
  const shown = useRef({ view, people, me });
  useEffect(() => {
    shown.current = { view, people, me };
  }, [view, people, me]);

  const go = useCallback<Desk['go']>((to, options) => goTo({ view: to, as: me.id }, options), [me.id]);

  const handlers = useMemo(
    () => ({
      onNew: (messages: readonly ChatMessage[]) => {
        for (const message of messages) tellOf(message, shown.current, { announce, tell });
      },
      onStale,
      onProblem: (text: string) => tell({ tone: 'problem', text }),
    }),
    [announce, tell, onStale],
  );
  const chat = useChat(me.id, handlers);
  const seen = useSeen(workspace.id, me.id);
  const { change } = chat;

  const show = useCallback(
    (reply: WebReply, spot: Spot) => {
      switch (reply.kind) {
        case 'form':
          return setDialog({ form: reply.form, spot });
        case 'card':
          announce(`Only you see this: ${headingWords(reply.card, me.zone)}`);
          return change({ do: 'whisper', id: crypto.randomUUID(), list: spot.list, card: reply.card });
        case 'go':
          return go({ view: 'thread', room: reply.room, rootId: reply.rootId });
        case 'notice':
          return tell({ tone: 'problem', text: reply.text });
        case 'done':
        case 'suggestions':
          // What has been done shows itself in the room.
          return onStale();
      }
    },
    [announce, change, go, me.zone, onStale, tell],
  );

  const perform = useCallback(
    async (intent: Intent, spot: Spot) => {
      try {
        show(await postIntent(me.id, intent), spot);
      } catch (error) {
        tell({ tone: 'problem', text: sentenceOf(error) });
      }
    },
    [me.id, show, tell],
  );

  const desk = useMemo<Desk>(
    () => ({ workspace, me, people, rooms: chat.state.rooms, go, perform, show, tell, announce }),
    [workspace, me, people, chat.state.rooms, go, perform, show, tell, announce],
  );

  const room = 'room' in view ? view.room : view.view === 'home' ? FIRST_ROOM : null;
  const unread = chat.state.rooms.filter((one) => one.id !== room && isUnread(one, seen.seen)).length;
  usePageTitle(view, chat.state.rooms, me.name, unread);

  useEffect(() => {
    if (chat.connection === 'lost') announce('The connection is lost. It is being tried again.');
  }, [chat.connection, announce]);

  return (
    <DeskProvider value={desk}>
      <a className="skip-link" href="#main">
        Skip to the messages
      </a>
      <div className={`console view-${view.view}`}>
        <Sidebar
          rooms={chat.state.rooms}
          view={view}
          shownRoom={room}
          seen={seen.seen}
          live={chat.connection === 'live'}
        />
        <main id="main" className="main" tabIndex={-1}>
          {chat.connection === 'lost' && (
            <p className="lost-banner">
              The connection is lost. It is being tried again; nothing you type is lost.
            </p>
          )}
          {room === null ? (
            <BoardPage chat={chat} room={FIRST_ROOM} />
          ) : (
            <RoomView room={room} chat={chat} seen={seen} />
          )}
          {view.view === 'thread' && (
            <ThreadPane room={view.room} rootId={view.rootId} chat={chat} seen={seen} />
          )}
        </main>
      </div>
      {dialog && (
        <FormDialog
          key={dialog.form.nonce}
          form={dialog.form}
          spot={dialog.spot}
          onClose={() => setDialog(null)}
        />
      )}
      <QuickSwitcher rooms={chat.state.rooms} view={view} />
      <Notices notices={notices} announced={announced} dismiss={dismiss} />
    </DeskProvider>
  );
}

/** Says a new message to those who can't see it, and shows a direct one to those who are elsewhere. */
function tellOf(
  message: ChatMessage,
  { view, people, me }: { view: View; people: ReadonlyMap<string, Person>; me: Person },
  { announce, tell }: Pick<Desk, 'announce' | 'tell'>,
): void {
  const { author, room, threadId } = message;
  const words = messageWords(message, me.zone);
  const open = 'room' in view && view.room === room;
  const inView = threadId === null ? open : view.view === 'thread' && view.rootId === threadId;
  const name = author.kind === 'kept' ? 'Kept' : (people.get(author.memberId)?.name ?? '');
  if (room.startsWith('dm:') && !open) {
    announce(`Direct message from Kept: ${words}`);
    const go: View = threadId ? { view: 'thread', room, rootId: threadId } : { view: 'room', room };
    tell({ tone: 'quiet', text: `Kept to you: ${words}`, go });
  } else if (inView) {
    announce(`${name}: ${words}`);
  }
}
