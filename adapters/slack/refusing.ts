import type { View } from '@slack/types';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { withTyped } from '../../src/conversation/typed-card.ts';
import { text } from '../../src/conversation/view.ts';
import type { Arrival } from './arrival.ts';
import { drawCardView } from './card-views.ts';
import { hearingWords as words } from './hearing-words.ts';
import { writtenIn } from './job.ts';
import { drawMessage } from './message.ts';
import type { Told } from './told.ts';
import { respond } from './whisper.ts';

const NO_CONTEXT = { userIds: new Map(), threadUrl: null, whole: null };

/** What Slack and the person are told when something isn't taken in, as far as there is a way to the person. */
export const refuse = {
  unreadable: async (arrival: Arrival, responseUrl: string | null): Promise<void> => {
    if (responseUrl === null) {
      arrival.unreadable();
      return;
    }
    arrival.accept();
    await tell(responseUrl, words.unreadable);
  },

  notInstalled: (arrival: Arrival, told: Told): void => {
    switch (told.kind) {
      case 'command':
        return arrival.accept(ephemeral(words.notInstalled));
      case 'submit':
        return arrival.accept({ response_action: 'update', view: viewOf(words.notInstalled) });
      case 'suggest':
        return arrival.accept({ options: [] });
      case 'action':
      case 'message shortcut':
        arrival.accept();
        return told.responseUrl === null ? undefined : void tell(told.responseUrl, words.notInstalled);
      default:
        // Slack would only send it again.
        return arrival.accept();
    }
  },

  /** Whether the person is told that it wasn't taken; else Slack is, and sends it again. */
  isSaid: (told: Told): boolean =>
    told.kind === 'command' ||
    told.kind === 'submit' ||
    ((told.kind === 'action' || told.kind === 'message shortcut') && told.responseUrl !== null),

  /**
   * It comes too fast: never a 429, for which Slack would send it again and in the end switch the app's events off.
   * By their response URL, which costs a call, people are told once in a while: `mayCall` is asked.
   */
  tooFast: async (arrival: Arrival, told: Told, mayCall: () => Promise<boolean>): Promise<void> => {
    const isCall = told.kind === 'action' || told.kind === 'message shortcut';
    if (isCall && told.responseUrl !== null && !(await mayCall())) {
      return arrival.accept();
    }
    return refuse.notTaken(arrival, told, words.tooFast);
  },

  /** `said`: why, where it isn't that nothing can be written down. */
  notTaken: (arrival: Arrival, told: Told, said: string | null = null): void => {
    switch (told.kind) {
      case 'command':
        return arrival.accept(ephemeral(said ?? words.notTaken, `/care ${writtenIn(told)}`.trim()));
      case 'submit': {
        const [field] = Object.keys(blocksOf(told.view.state));
        return field === undefined
          ? arrival.turnAway()
          : arrival.accept({ response_action: 'errors', errors: { [field]: said ?? words.notSaved } });
      }
      case 'suggest':
        return arrival.accept({ options: [] });
      case 'action':
      case 'message shortcut':
        if (told.responseUrl === null) {
          // There is no way to the person but Slack's own sign that it went wrong.
          return arrival.turnAway();
        }
        arrival.accept();
        return void tell(told.responseUrl, said ?? words.notTaken);
      default:
        return arrival.turnAway();
    }
  },
};

function ephemeral(said: string, written: string | null = null): object {
  const card = noteCard([text(said)]);
  const quote = { b: 'quote' as const, label: words.written, text: written ?? '' };
  const whole = written === null ? card : { ...card, blocks: [...card.blocks, quote] };
  return { response_type: 'ephemeral', ...drawMessage(whole, NO_CONTEXT) };
}

/** A sentence as a modal, with what was typed into the form in whose place it stands. */
export function viewOf(said: string, typed: readonly string[] = []): View {
  const card =
    typed.length === 0 ? noteCard([text(said)]) : withTyped(noteCard([text(said)], 'attention'), typed);
  return drawCardView(card, NO_CONTEXT, 0);
}

/** The ids of a form's fields, whatever its version: an error has to stand at one of them. */
function blocksOf(state: unknown): object {
  const values: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'values') : null;
  return typeof values === 'object' && values !== null ? values : {};
}

async function tell(responseUrl: string, said: string): Promise<void> {
  try {
    await respond(responseUrl, drawMessage(noteCard([text(said)]), NO_CONTEXT));
  } catch {
    // The person sees that nothing came of it; there is no other way to them.
  }
}
