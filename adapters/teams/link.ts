import { splitConversation, splitRef } from './ref.ts';
import type { TeamsConnection } from './teams-deps.ts';

/**
 * The address of a post in Teams; null for one in a person's own chat with Kept, which leads nobody else anywhere.
 * Source: learn.microsoft.com, “Deep link to a chat” and “Deep link to a channel conversation”.
 */
export function linkTo({ facts }: Pick<TeamsConnection, 'facts'>, ref: string): string | null {
  const { conversation, activityId } = splitRef(ref);
  const { base, root } = splitConversation(conversation);
  // Channels and group chats are threads (`19:…`), chats with a bot are not (`a:…`).
  if (!base.startsWith('19:')) {
    return null;
  }
  const url = new URL(`https://teams.microsoft.com/l/message/${encodeURIComponent(base)}/${activityId}`);
  url.searchParams.set('tenantId', facts.tenantId);
  if (base.endsWith('@thread.v2')) {
    url.searchParams.set('context', JSON.stringify({ contextType: 'chat' }));
  } else {
    url.searchParams.set('parentMessageId', root ?? activityId);
  }
  return url.href;
}
