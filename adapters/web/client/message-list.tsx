import { type ReactNode, useMemo, useState } from 'react';
import { formatInstant, type Instant } from '../../../src/domain/instant.ts';
import { unreachable } from '../../../src/domain/unreachable.ts';
import { type MessageList as List, listKey, type Whisper } from './chat-state.ts';
import { type Spot, useDesk } from './desk.ts';
import type { Seen } from './kept-words.ts';
import { MessageView } from './message-view.tsx';
import { useWordsOfNow } from './server-clock.ts';
import { type TimelineItem, timeline } from './timeline.ts';
import { useStick } from './use-stick.ts';
import { WhisperView } from './whisper-view.tsx';

type Props = {
  list: List;
  whispers: readonly Whisper[];
  spot: Spot;
  inThread: boolean;
  seen: Seen;
  /** Shown when nothing was said yet. */
  empty: ReactNode;
  loadEarlier: () => Promise<void>;
  dismiss: (whisperId: string) => void;
};

/** The messages of a room or a thread, oldest first, with the reader's whispers between them. */
export function MessageList(props: Props) {
  const { list, whispers, spot, inThread, seen, empty, loadEarlier, dismiss } = props;
  const { me } = useDesk();
  const items = useMemo(() => timeline(list.messages, whispers, me.zone), [list.messages, whispers, me.zone]);
  const { scroller, content, below, onScroll, toEnd } = useStick(list.messages[0]?.id, items.at(-1)?.key);
  return (
    <div className="messages">
      <section
        ref={scroller}
        className="messages-scroll"
        onScroll={onScroll}
        aria-label={inThread ? 'Replies' : 'Messages'}
        // Scrolled by keyboard too, where the browser doesn't see to that.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <div ref={content}>
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
          {items.map((item) => (
            <Item key={item.key} item={item} spot={spot} inThread={inThread} seen={seen} dismiss={dismiss} />
          ))}
        </div>
      </section>
      {below && (
        <button type="button" className="below-button" onClick={toEnd}>
          New below
        </button>
      )}
    </div>
  );
}

type ItemProps = Pick<Props, 'spot' | 'inThread' | 'seen' | 'dismiss'> & { item: TimelineItem };

function Item({ item, spot, inThread, seen, dismiss }: ItemProps) {
  switch (item.kind) {
    case 'day':
      return <Day at={item.at} />;
    case 'whisper':
      return <WhisperView whisper={item.whisper} spot={spot} dismiss={dismiss} />;
    case 'message': {
      const { message, follows } = item;
      const fresh = (message.replies?.lastSeq ?? 0) > (seen[listKey(message.room, message.id)] ?? 0);
      return (
        <MessageView
          message={message}
          spot={spot}
          follows={follows}
          freshReplies={fresh}
          inThread={inThread}
        />
      );
    }
    default:
      return unreachable(item);
  }
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
