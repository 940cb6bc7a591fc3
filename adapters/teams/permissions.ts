import type { GraphPermission } from './graph.ts';

/**
 * What Kept asks a team or a chat for in its manifest, and why. Whoever installs it there grants it, for that team or
 * chat alone. Reading who is in a conversation needs none: a bot may.
 * Source: learn.microsoft.com, “Receive all conversation messages”.
 */
export const RESOURCE_PERMISSIONS = [
  {
    permission: 'ChannelMessage.Read.Group',
    why: 'a word in a case’s thread is a sign of life, with no @Kept before it',
  },
  { permission: 'ChatMessage.Read.Chat', why: 'the same in a group chat that a case lives in' },
] as const;

/** What an admin may grant Kept at Graph, and why. Without any of it Kept knows less, and does all the same. */
export const GRAPH_REASONS: Record<GraphPermission, string> = {
  'User.Read.All': 'titles, and who is a guest or has left; people whom Kept hasn’t met can be chosen',
  'MailboxSettings.Read': 'time zones of people who haven’t written to Kept yet',
  'Presence.Read.All': 'who is out of office or not to be disturbed doesn’t hear a nudge: that is a risk',
};
