import type { Card } from '../../../src/conversation/card.ts';
import { Actions } from './action-button.tsx';
import { Blocks } from './block-view.tsx';
import { headingWords } from './card-words.ts';
import { type Spot, useDesk } from './desk.ts';
import { Line } from './line.tsx';

const TONES = { calm: '', attention: 'Needs attention: ', urgent: 'Urgent: ', good: '' };

/** A card of Kept's. */
export function CardView({ card, spot }: { card: Card; spot: Spot }) {
  const { zone } = useDesk().me;
  const words = headingWords(card, zone);
  // What the stripe's colour says, for those who don't see it.
  const tone = <span className="unseen">{TONES[card.tone]}</span>;
  // A line that only tells something, or a post that has folded, needs no more room than its words.
  const isSmall = card.heading.length === 0;
  return (
    <fieldset className={`card tone-${card.tone}${isSmall ? ' card-small' : ''}`} aria-label={words}>
      {isSmall ? (
        tone
      ) : (
        <p className="card-heading" dir="auto">
          {tone}
          <Line line={card.heading} />
        </p>
      )}
      <Blocks blocks={card.blocks} spot={spot} />
      <Actions actions={card.actions} spot={spot} />
    </fieldset>
  );
}
