import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

/** What went wrong with a call of Slack's Web API. */
export type Trouble =
  /** Too many calls: this one is for `afterMs` from now. */
  | { kind: 'limited'; afterMs: number }
  /** Slack said no, by its code: nothing was done. */
  | { kind: 'refused'; code: string }
  /** No answer, or one that leaves open whether it was done. */
  | { kind: 'doubtful'; error: string };

/**
 * What a refusal means for a send.
 * - `closed`: this way is shut; the next one is taken.
 * - `our fault`: Slack can't take what we drew, and never will; the next way, and an error in the log.
 * - `not in channel`: shut until Kept joins.
 * - `disconnected`: the connection as a whole is gone until somebody connects it anew.
 * - `held`: nothing is wrong with the message; it waits.
 * - `later`: try again.
 */
export type Meaning = 'closed' | 'our fault' | 'not in channel' | 'disconnected' | 'held' | 'later';

/** When Slack limits a call without saying for how long. */
const LIMITED_MS = 30_000;

/** Codes with which an answered call may have been carried out all the same, as Slack's reference says of them. */
const doubtfulCodes = new Set(['internal_error', 'fatal_error', 'service_unavailable']);

const limitedCodes = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** Codes of https://docs.slack.dev/reference/methods, of those methods that a send calls. */
const meanings = {
  channel_not_found: 'closed',
  is_archived: 'closed',
  is_inactive: 'closed',
  restricted_action: 'closed',
  restricted_action_read_only_channel: 'closed',
  restricted_action_thread_only_channel: 'closed',
  restricted_action_non_threadable_channel: 'closed',
  restricted_action_thread_locked: 'closed',
  cannot_reply_to_message: 'closed',
  thread_not_found: 'closed',
  messages_tab_disabled: 'closed',
  cannot_dm_bot: 'closed',
  cannot_dm_user: 'closed',
  user_not_found: 'closed',
  users_not_found: 'closed',
  user_not_visible: 'closed',
  user_disabled: 'closed',
  user_deactivated: 'closed',
  user_is_restricted: 'closed',
  no_permission: 'closed',
  access_denied: 'closed',
  ekm_access_denied: 'closed',
  enterprise_is_restricted: 'closed',
  method_not_supported_for_channel_type: 'closed',
  slack_connect_blocked: 'closed',
  /** Of one workspace of an org: the org’s others are still there. */
  team_access_not_granted: 'closed',
  message_not_found: 'closed',
  cant_update_message: 'closed',
  edit_window_closed: 'closed',
  missing_scope: 'our fault',
  not_allowed_token_type: 'our fault',
  unknown_method: 'our fault',
  method_deprecated: 'our fault',
  deprecated_endpoint: 'our fault',
  no_text: 'our fault',
  msg_too_long: 'our fault',
  msg_blocks_too_long: 'our fault',
  too_many_attachments: 'our fault',
  invalid_blocks: 'our fault',
  invalid_blocks_format: 'our fault',
  invalid_arguments: 'our fault',
  invalid_arg_name: 'our fault',
  invalid_array_arg: 'our fault',
  invalid_metadata_format: 'our fault',
  invalid_metadata_schema: 'our fault',
  metadata_too_large: 'our fault',
  not_in_channel: 'not in channel',
  token_revoked: 'disconnected',
  invalid_auth: 'disconnected',
  not_authed: 'disconnected',
  account_inactive: 'disconnected',
  /** The next try has a renewed one. */
  token_expired: 'held',
  /** The workspace is being moved into an org, and comes back by itself. */
  org_login_required: 'held',
  team_added_to_org: 'held',
} satisfies Record<string, Meaning>;

const meaningByCode: ReadonlyMap<string, Meaning> = new Map(Object.entries(meanings));

/** What a refusal means. A code that isn't known is tried again: the outbox takes the next way in the end. */
export function meaningOf(code: string): Meaning {
  return meaningByCode.get(code) ?? 'later';
}

/** Whether Slack's client threw it: an answer of Slack's, or none. */
export function isSlacks(error: unknown): boolean {
  return [WebAPIPlatformError, WebAPIRateLimitedError, WebAPIHTTPError, WebAPIRequestError].some(
    (kind) => error instanceof kind,
  );
}

/** Reads what a call threw, by class and code. What can't be told is doubtful. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'limited', afterMs: error.retryAfter * 1000 };
  }
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata } = error.data;
    if (limitedCodes.has(code)) {
      const seconds = response_metadata?.retryAfter;
      return { kind: 'limited', afterMs: seconds === undefined ? LIMITED_MS : seconds * 1000 };
    }
    // A proxy's page in the place of an answer comes as a code, too.
    const isCode = /^\w{1,80}$/.test(code);
    return isCode && !doubtfulCodes.has(code)
      ? { kind: 'refused', code }
      : { kind: 'doubtful', error: isCode ? code : 'an answer that is not Slack’s' };
  }
  if (error instanceof WebAPIHTTPError) {
    return error.statusCode >= 400 && error.statusCode < 500
      ? { kind: 'refused', code: `http_${error.statusCode}` }
      : { kind: 'doubtful', error: `http_${error.statusCode}` };
  }
  return { kind: 'doubtful', error: error instanceof Error ? error.message : 'unknown' };
}
