import type { Option } from '../../src/conversation/form.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Shown } from './arrival.ts';
import type { DrawnMessage } from './drawn.ts';
import { hearingWords as words } from './hearing-words.ts';
import { CARD } from './surface.ts';

const SENTENCE = 'application/vnd.microsoft.activity.message';
/** Of what a list of results shows; of one it is asked for, and not shown. */
const PREVIEW = 'application/vnd.microsoft.card.thumbnail';
/** The newest that Teams shows for a link. Source: learn.microsoft.com, “Link unfurling”. */
const LINK_VERSION = '1.3';
/**
 * Teams would give the same card for half an hour wherever the link is written, also where people from outside read
 * along. Source: learn.microsoft.com, “Link unfurling”, on its cache.
 */
const NOT_KEPT = { type: 'setCachePolicy', title: 'default', value: '{"type":"no-cache"}' };
const SEARCH = 'application/vnd.microsoft.search.searchResponse';

/**
 * The body of an invoke's answer to a card's button: it replaces the card for whoever pressed.
 * Source: learn.microsoft.com, “Universal Actions for Adaptive Cards”, response format.
 */
export function cardAnswer(shown: Shown): { statusCode: number; type: string; value: unknown } {
  switch (shown.is) {
    case 'card':
      return { statusCode: 200, type: CARD, value: shown.card };
    case 'sentence':
      return { statusCode: 200, type: SENTENCE, value: shown.said };
    default:
      return unreachable(shown);
  }
}

/** The same to a dialog: it stays with another card, or ends with a word. */
export function dialogAnswer(shown: Shown): object {
  switch (shown.is) {
    case 'card': {
      const card = { contentType: CARD, content: shown.card };
      return {
        task: { type: 'continue', value: { title: words.dialog, height: 'large', width: 'medium', card } },
      };
    }
    case 'sentence':
      return { task: { type: 'message', value: shown.said } };
    default:
      return unreachable(shown);
  }
}

/** The same to a link: a card that goes along with it, or nothing. */
export function linkAnswer(drawn: DrawnMessage | null): object {
  if (drawn === null) {
    return {};
  }
  const preview = { contentType: PREVIEW, content: { title: words.linkTitle } };
  // Ours has nothing in it that is newer, and no buttons.
  const content = { ...drawn.card, version: LINK_VERSION };
  const attachments = [{ contentType: CARD, content, preview }];
  const suggestedActions = { actions: [NOT_KEPT] };
  return { composeExtension: { type: 'result', attachmentLayout: 'list', attachments, suggestedActions } };
}

/** The same to a field that looks things up as one types. */
export function searchAnswer(options: readonly Option[]): object {
  const results = options.map(({ label, value }) => ({ title: label, value }));
  return { statusCode: 200, type: SEARCH, value: { results } };
}
