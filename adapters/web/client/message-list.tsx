import { type ReactNode, useMemo, useState } from 'react';
import { formatInstant, type Instant } from '../../../src/domain/instant.ts';
import type { MessageList as List, Whisper } from './chat-state.ts';
import { type Spot, useDesk } from './desk.ts';
import type { Seen } from './kept-words.ts';
import { MessageView } from './message-view.tsx';
import { useWordsOfNow } from './server-clock.ts';
import { timeline } from './timeline.ts';
import { useStick } from './use-stick.ts';
import { WhisperView } from './whisper-view.tsx';

type Props = {
  list: List;
  whispers: readonly Whisper[];
  spot: Spot;
  inThread: boolean;
  seen: Seen;
  label: string;
  /** Shown when nothing was said yet. */
  empty: ReactNode;
  loadEarlier: () => Promise<void>;
  dismiss: (whisperId: string) => void;
};

/** The messages of a room or a thread, oldest first, with the reader's whispers between them. */
export function MessageList(props: Props) {
  const { list, whispers, spot, inThread, seen, label, empty, loadEarlier, dismiss } = props;
  const { me } = useDesk();
  const items = useMemo(() => timeline(list.messages, whispers, me.zone), [list.messages, whispers, me.zone]);
  const stick = useStick(spot.list, list.messages[0]?.id, items.at(-1)?.key);
  return (
    <div className="messages">
      <div
        className="messages-scroll"
        ref={stick.scroller}
        onScroll={stick.onScroll}
        role="region"
        aria-label={label}
        // Scrolled by keyboard too.
        tabIndex={0}
      >
        {list.more && list.loaded && <Earlier load={loadEarlier} />}
        {list.root && (
          <div className="thread-root">
            <MessageView message={list.root} spot={spot} follows={false} freshReplies={false} inThread />
            <p className="thread-count">
              <span>{countWords(list.messages.length, list.more)}</span>
            </p>
          </div>
        )}
        {list.loaded && items.length === 0 && empty}
        {items.map((item) => {
          switch (item.kind) {
            case 'day':
              return <Day key={item.key} at={item.at} />;
            case 'whisper':
              return <WhisperView key={item.key} whisper={item.whisper} spot={spot} dismiss={dismiss} />;
            case 'message': {
              const { message, follows } = item;
              const fresh = (message.replies?.lastSeq ?? 0) > (seen[`${message.room}/${message.id}`] ?? 0);
              return (
                <MessageView
                  key={item.key}
                  message={message}
                  spot={spot}
                  follows={follows}
                  freshReplies={fresh}
                  inThread={inThread}
                />
              );
            }
          }
        })}
      </div>
      {stick.below && (
        <button type="button" className="below-button" onClick={stick.toEnd}>
          New below
        </button>
      )}
    </div>
  );
}

function Earlier({ load }: { load: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await load();
    setBusy(false);
  };
  return (
    <button
      type="button"
      className="button button-plain earlier"
      aria-disabled={busy}
      onClick={() => void go()}
    >
      Show earlier messages
    </button>
  );
}

function Day({ at }: { at: Instant }) {
  const { zone } = useDesk().me;
  const words = useWordsOfNow((now) => formatInstant(at, zone, now).replace(/ \d\d:\d\d.*$/, ''));
  return (
    <p className="day">
      <span>{words}</span>
    </p>
  );
}

function countWords(count: number, more: boolean): string {
  if (count === 0) return 'No replies yet';
  return `${count}${more ? '+' : ''} ${count === 1 ? 'reply' : 'replies'}`;
}
