import { useEffect, useState } from 'react';
import type { Card } from '../../../src/conversation/card.ts';
import { Actions } from './action-button.tsx';
import { getBoard, sentenceOf } from './api.ts';
import { Blocks } from './block-view.tsx';
import { type Spot, useDesk } from './desk.ts';
import { Icon } from './icon.tsx';
import { Line } from './line.tsx';
import { Link } from './link.tsx';
import type { ChatDesk } from './use-chat.ts';
import { WhisperView } from './whisper-view.tsx';

const SETTLE_MS = 300;

/** The list that answers on the board are shown in; no room can have this name. */
export const BOARD_LIST = '@board';

/** What is at risk now, whose, and how long is left; asked for again whenever something happens. */
export function BoardPage({ chat, room }: { chat: ChatDesk; room: string }) {
  const { me } = useDesk();
  const { pulse, state, change } = chat;
  const [card, setCard] = useState<Card | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let stale = false;
    const timer = window.setTimeout(async () => {
      try {
        const fresh = await getBoard(me.id);
        if (stale) return;
        setCard(fresh);
        setProblem(null);
      } catch (error) {
        if (!stale) setProblem(sentenceOf(error));
      }
    }, SETTLE_MS);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the pulse is what asks for it again
  }, [me.id, pulse]);

  const spot: Spot = { room, list: BOARD_LIST };
  return (
    <section className="pane board" aria-label="Board">
      <header className="pane-head">
        <Link to={{ view: 'home' }} as={me.id} className="icon-button back" aria-label="Back to all rooms">
          <Icon name="back" />
        </Link>
        <div className="pane-title">
          <h1>Board</h1>
          <p>What is at risk now, whose, and how long is left</p>
        </div>
      </header>
      {/* Scrolled by keyboard too, where the browser doesn't see to that. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="messages-scroll board-scroll" aria-label="What is at risk" tabIndex={0}>
        {problem && (
          <p className="board-problem" role="alert">
            {problem} This is what it was before.
          </p>
        )}
        {card && (
          <div className={`board-card tone-${card.tone}`}>
            <h2 dir="auto">
              <Line line={card.heading} />
            </h2>
            <Blocks blocks={card.blocks} spot={spot} />
            <Actions actions={card.actions} spot={spot} />
          </div>
        )}
        {state.whispers
          .filter(({ list }) => list === BOARD_LIST)
          .map((whisper) => (
            <WhisperView
              key={whisper.id}
              whisper={whisper}
              spot={spot}
              dismiss={(id) => change({ do: 'dismiss', id })}
            />
          ))}
      </section>
    </section>
  );
}
