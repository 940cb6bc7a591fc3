import { memo } from 'react';
import type { ChatMessage } from '../chat.ts';
import { writeAddress } from './address.ts';
import { Avatar, KeptAvatar } from './avatar.tsx';
import { CardView } from './card-view.tsx';
import { messageWords } from './card-words.ts';
import { placeOf, type Spot, useDesk } from './desk.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import { Menu } from './menu.tsx';
import { Ago, ClockTime } from './moment.tsx';
import { TypedText } from './typed-text.tsx';

type Props = { message: ChatMessage; spot: Spot; follows: boolean; freshReplies: boolean; inThread: boolean };

/** A message: who, when, what, and the thread that hangs from it. */
export const MessageView = memo(function MessageView(props: Props) {
  const { message, spot, follows, freshReplies, inThread } = props;
  const { people } = useDesk();
  const { author, body } = message;
  const name =
    author.kind === 'kept' ? 'Kept' : (people.get(author.memberId)?.name ?? 'Somebody who has left');
  return (
    <article className={follows ? 'message message-follows' : 'message'} aria-label={`${name} writes`}>
      <div className="message-side">
        {follows ? (
          <ClockTime at={message.at} />
        ) : author.kind === 'kept' ? (
          <KeptAvatar />
        ) : (
          <Avatar id={author.memberId} name={name} />
        )}
      </div>
      <div className="message-main">
        {!follows && (
          <p className="message-head">
            <span className="message-name" dir="auto">
              {name}
            </span>
            {author.kind === 'kept' && <span className="badge">bot</span>}
            <ClockTime at={message.at} />
          </p>
        )}
        {body.kind === 'text' ? <TypedText text={body.text} /> : <CardView card={body.card} spot={spot} />}
        {!inThread && message.replies && (
          <Replies message={message} replies={message.replies} fresh={freshReplies} />
        )}
      </div>
      <MessageMenu message={message} name={name} spot={spot} inThread={inThread} />
    </article>
  );
});

type Counted = { message: ChatMessage; replies: NonNullable<ChatMessage['replies']>; fresh: boolean };

function Replies({ message, replies, fresh }: Counted) {
  const { me } = useDesk();
  const words = `${replies.count} ${replies.count === 1 ? 'reply' : 'replies'}`;
  return (
    <Link
      className={fresh ? 'replies replies-fresh' : 'replies'}
      to={{ view: 'thread', room: message.room, rootId: message.id }}
      as={me.id}
    >
      <Icon name="thread" size={15} />
      <strong>{words}</strong>
      <span className="replies-last">
        last <Ago at={replies.lastAt} />
      </span>
      {fresh && <span className="fresh-word">new</span>}
    </Link>
  );
}

function MessageMenu({
  message,
  name,
  spot,
  inThread,
}: Omit<Props, 'follows' | 'freshReplies'> & { name: string }) {
  const { me, go, perform, tell } = useDesk();
  const { body, room, id } = message;
  const rootId = message.threadId ?? id;
  const link = location.origin + writeAddress({ view: { view: 'thread', room, rootId }, as: null });
  const copyLink = () =>
    navigator.clipboard.writeText(link).then(
      () => tell({ tone: 'quiet', text: 'Link copied.' }),
      () => tell({ tone: 'problem', text: `The link couldn’t be copied. It is ${link}` }),
    );
  const items = [
    ...(body.kind === 'text'
      ? [
          {
            label: 'Open care case',
            act: () =>
              void perform({ kind: 'open from message', text: body.text, link, place: placeOf(room) }, spot),
          },
        ]
      : []),
    ...(inThread ? [] : [{ label: 'Reply in thread', act: () => go({ view: 'thread', room, rootId }) }]),
    { label: 'Copy link', act: () => void copyLink() },
  ];
  const about = messageWords(message, me.zone).slice(0, 40);
  return <Menu label={`More for ${name}: ${about}`} icon={<Icon name="more" />} items={items} />;
}
