import type { Card } from '../../src/conversation/card.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { withTyped } from '../../src/conversation/typed-card.ts';
import { text } from '../../src/conversation/view.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Arrival, Shown } from './arrival.ts';
import type { AdaptiveCard, DrawContext } from './drawn.ts';
import { hearingWords as words } from './hearing-words.ts';
import { drawMessage } from './message.ts';
import type { Told } from './told.ts';
import { typedInto } from './typed-into.ts';

/** What Teams and the person are told when something isn't taken in, as far as there is a way to the person. */
export const refuse = {
  /** `say` posts a sentence where they are. Teams says nothing itself when a message isn't taken. */
  notTaken: (
    arrival: Arrival,
    told: Told,
    say: (shown: Shown) => void,
    said: string = words.notTaken,
  ): void => {
    switch (told.kind) {
      case 'press':
        // The tab keeps what was typed when it is turned away, as a card does by itself.
        return arrival.answer(
          told.how === 'tab' ? { how: 'turned away' } : { how: 'shown', shown: sentence(said) },
        );
      case 'dialog':
        // A sentence would close the dialog, and what was typed would be gone.
        return arrival.answer({ how: 'shown', shown: sendAgain(told.data, said) });
      case 'suggest':
        return arrival.answer({ how: 'suggested', options: [] });
      case 'link':
        return arrival.answer({ how: 'unfurled', drawn: null });
      case 'message':
        if (!told.toUs) {
          return arrival.answer({ how: 'turned away' });
        }
        arrival.answer({ how: 'accepted' });
        return say(sentence(said));
      case 'lifecycle':
        return arrival.answer({ how: 'turned away' });
      default:
        return unreachable(told);
    }
  },

  notInstalled: (arrival: Arrival, told: Told): void => {
    switch (told.kind) {
      case 'press':
      case 'dialog':
        return arrival.answer({ how: 'shown', shown: sentence(words.notInstalled) });
      case 'suggest':
        return arrival.answer({ how: 'suggested', options: [] });
      case 'link':
        return arrival.answer({ how: 'unfurled', drawn: null });
      case 'message':
      case 'lifecycle':
        // Teams would only send it again.
        return arrival.answer({ how: 'accepted' });
      default:
        return unreachable(told);
    }
  },

  /** It was tried for the last time. */
  gaveUp: (told: Told, host: DrawContext['host']): Shown => {
    const hasClosed = told.kind === 'dialog' && typedInto(told.data).length > 0;
    return hasClosed ? sendAgain(told.data, words.gaveUp, host) : sentence(words.gaveUp);
  },

  /** Something that nothing is owed for went wrong. */
  notNow: (told: Told): Shown =>
    told.kind === 'dialog' ? sendAgain(told.data, words.notNow) : sentence(words.notNow),
};

/** Plain words of ours. */
export function sentence(said: string): Shown {
  return { is: 'sentence', said, isForAll: true };
}

/** What was typed in a dialog, to be copied, with a button that sends it once more as it was, where it stands in one. */
function sendAgain(data: unknown, said: string, host: DrawContext['host'] = 'dialog'): Shown {
  const note: Card = { ...noteCard([text(said)]), tone: 'attention' };
  const context = { userIds: new Map(), threadUrl: null, whole: null, host };
  const { card, summary } = drawMessage(withTyped(note, typedInto(data)), context);
  const button = { type: 'Action.Submit', title: drawingWords.send, data };
  const withButton: AdaptiveCard =
    data === null || host !== 'dialog'
      ? card
      : { ...card, body: [...card.body, { type: 'ActionSet', actions: [button] }] };
  return { is: 'card', card: withButton, summary };
}
