import type { WebClient } from '@slack/web-api';

/** The channel of Kept's direct messages with a person (`D…`). Slack gives the same one however often it is asked. */
export async function directWith(client: WebClient, userId: string): Promise<string> {
  const { channel } = await client.conversations.open({ users: userId });
  if (channel?.id === undefined) {
    throw new Error('Slack opened no direct message');
  }
  return channel.id;
}
