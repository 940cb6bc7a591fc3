/**
 * What Kept may do in a team, and why it needs to. Asked for by OAuth, checked by the doctor, and the same as in
 * `manifest.yaml`. Which method and which event wants which scope: docs.slack.dev/reference/scopes.
 */
export const SCOPES = [
  { scope: 'commands', why: 'the /care command, the two “Open care case” shortcuts and its forms' },
  {
    scope: 'chat:write',
    why: 'posts cards, nudges and direct messages, and edits them as their state changes',
  },
  { scope: 'app_mentions:read', why: 'hears what is said to it by name in a channel' },
  {
    scope: 'im:history',
    why: 'hears what is said to it in a direct message; looks there after a doubtful send',
  },
  { scope: 'im:write', why: 'opens a direct message to the person who can save a promise' },
  {
    scope: 'channels:history',
    why: 'a word in a case’s thread is a sign of life; looks there after a doubtful send',
  },
  { scope: 'groups:history', why: 'the same in private channels that it was invited to' },
  {
    scope: 'channels:read',
    why: 'who reads along in a channel (guests, another company), before anything internal is said there',
  },
  { scope: 'groups:read', why: 'the same in private channels that it was invited to' },
  { scope: 'channels:join', why: 'joins the public channel that a case is opened in' },
  { scope: 'users:read', why: 'names, time zones, who left, who is a guest, and away statuses' },
  { scope: 'dnd:read', why: 'a person with notifications paused doesn’t hear a nudge: that is a risk' },
  { scope: 'links:read', why: 'sees links to a case in messages' },
  { scope: 'links:write', why: 'shows such a case to members in place of the bare link' },
] as const;

/** The scopes by name, in the order of the manifest. */
export const NEEDED_SCOPES: readonly string[] = SCOPES.map(({ scope }) => scope);

/** What was not granted of what Kept needs, with the reasons. More than that was granted: no matter. */
export function missingScopes(granted: readonly string[]): { scope: string; why: string }[] {
  return SCOPES.filter(({ scope }) => !granted.includes(scope));
}
