import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { isSlacks, meaningOf, troubleOf } from '../../adapters/slack/errors.ts';

const answered = (error: string, retryAfter?: number) =>
  new WebAPIPlatformError({
    ok: false,
    error,
    response_metadata: retryAfter === undefined ? {} : { retryAfter },
  });

describe('what went wrong with a call of Slack’s', () => {
  it.each([
    ['a 429', new WebAPIRateLimitedError(7), { kind: 'limited', afterMs: 7_000 }],
    ['ratelimited in an answer', answered('ratelimited', 3), { kind: 'limited', afterMs: 3_000 }],
    ['ratelimited without a time', answered('rate_limited'), { kind: 'limited', afterMs: 30_000 }],
    ['a refusal', answered('is_archived'), { kind: 'refused', code: 'is_archived' }],
    ['a refusal that nobody knows', answered('out_of_teapots'), { kind: 'refused', code: 'out_of_teapots' }],
    ['an error of Slack’s own', answered('internal_error'), { kind: 'doubtful', error: 'internal_error' }],
    ['a catastrophe of Slack’s own', answered('fatal_error'), { kind: 'doubtful', error: 'fatal_error' }],
    [
      'a page instead of an answer',
      answered('<html>Bad gateway</html>'),
      { kind: 'doubtful', error: 'an answer that is not Slack’s' },
    ],
    ['a 503', new WebAPIHTTPError(503, 'Unavailable', {}), { kind: 'doubtful', error: 'http_503' }],
    ['a 403 of a proxy', new WebAPIHTTPError(403, 'Forbidden', {}), { kind: 'refused', code: 'http_403' }],
    [
      'no answer',
      new WebAPIRequestError(new Error('fetch failed')),
      { kind: 'doubtful', error: 'A request error occurred: fetch failed' },
    ],
    ['an answer cut short', new TypeError('terminated'), { kind: 'doubtful', error: 'terminated' }],
    ['anything else', 'words', { kind: 'doubtful', error: 'unknown' }],
  ])('%s', (_name, error, trouble) => {
    expect(troubleOf(error)).toEqual(trouble);
  });

  it('tells Slack’s errors from ours', () => {
    expect([answered('x'), new WebAPIRateLimitedError(1)].map(isSlacks)).toEqual([true, true]);
    expect(isSlacks(new TypeError('terminated'))).toBe(false);
  });
});

describe('what a refusal means', () => {
  it.each([
    ['channel_not_found', 'closed'],
    ['is_archived', 'closed'],
    ['restricted_action_read_only_channel', 'closed'],
    ['cannot_dm_bot', 'closed'],
    ['user_disabled', 'closed'],
    ['message_not_found', 'closed'],
    ['edit_window_closed', 'closed'],
    ['not_in_channel', 'not in channel'],
    ['invalid_blocks', 'our fault'],
    ['msg_too_long', 'our fault'],
    ['missing_scope', 'our fault'],
    ['token_revoked', 'disconnected'],
    ['account_inactive', 'disconnected'],
    ['team_access_not_granted', 'closed'],
    ['token_expired', 'held'],
    ['org_login_required', 'held'],
    ['out_of_teapots', 'later'],
    ['http_403', 'later'],
    ['constructor', 'later'],
  ])('%s: %s', (code, meaning) => {
    expect(meaningOf(code)).toBe(meaning);
  });
});
