import { plainTime } from '../../src/conversation/spoken.ts';
import type { Instant } from '../../src/domain/instant.ts';

/** Shown as nothing, and no word boundary: markup beside it is no markup any more. */
const JOINER = '\u2060';

/** How Slack words a time for each reader: "today at 3:00 PM", "Mar 6, 2026 at 3:00 PM". */
export const DATE_FORMAT = '{date_short_pretty} at {time}';

/**
 * Words for `mrkdwn` or for a message's `text`: no mention, link, emoji or markup in them fires. For our own words
 * too: there are names in them.
 */
export function escapeText(text: string): string {
  return text
    .replaceAll(/[*_~`]/g, `${JOINER}$&${JOINER}`)
    .replaceAll(/[@#]/g, `$&${JOINER}`)
    .replaceAll(/:(?=[^\s\d]|\d+:)/g, `:${JOINER}`)
    .replaceAll(/(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, `.${JOINER}`)
    .replaceAll(/^(\s*)>/gm, `$1${JOINER}>`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A time in `mrkdwn` or `text`, which Slack words in the reader's zone. */
export function dateToken(at: Instant): string {
  return `<!date^${Math.floor(at / 1_000)}^${DATE_FORMAT}|${plainTime(at)}>`;
}
