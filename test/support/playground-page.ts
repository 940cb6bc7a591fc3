import { WebSocket } from 'undici';
import { z } from 'zod';
import type { Playground } from './playground.ts';

const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';

const Shown = z.object({
  messageId: z.string(),
  text: z.string().optional(),
  attachments: z.array(z.object({ contentType: z.string(), content: z.unknown() })).default([]),
  /** Of what begins a thread in a channel: that thread. */
  postConversationId: z.string().optional(),
});
const Seen = z.discriminatedUnion('action', [
  z.object({ action: z.literal('createMessage'), actionConversationId: z.string(), message: Shown }),
  z.object({ action: z.literal('updateMessage'), actionConversationId: z.string(), message: Shown }),
  z.object({ action: z.literal('typing'), actionConversationId: z.string() }),
]);

/** Something that Kept posted, as it stands. `conversation` is the thread where it hangs in or begins one. */
export type Post = {
  id: string;
  conversation: string;
  text: string;
  card: unknown;
  /** Raised with each change of it. */
  version: number;
};

/** What the page of one instance shows of Kept's posts, over its web socket. */
export type PlaygroundPage = {
  /** In the order in which they came. */
  posts: () => readonly Post[];
  close: () => Promise<void>;
};

/** Opens the page of an instance. `onSeen` gets every card, when it comes and when it is changed. */
export async function openPage(
  playground: Playground,
  onSeen: (card: unknown) => void,
): Promise<PlaygroundPage> {
  const url = `${playground.url.replace('http', 'ws')}/_ws_conversation/v1/conversations/stream`;
  const socket = new WebSocket(url);
  const posts = new Map<string, Post>();
  const put = (
    { messageId: id, text = '', attachments, postConversationId }: z.infer<typeof Shown>,
    at: string,
  ) => {
    const before = posts.get(id);
    const card = attachments.find(({ contentType }) => contentType === ADAPTIVE)?.content ?? null;
    const conversation = before?.conversation ?? postConversationId ?? at;
    posts.set(id, { id, conversation, text, card, version: (before?.version ?? 0) + 1 });
    if (card !== null) onSeen(card);
  };
  socket.addEventListener('message', ({ data }) => {
    const seen = Seen.parse(JSON.parse(String(data)));
    if (seen.action !== 'typing') put(seen.message, seen.actionConversationId);
  });
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('The page of the Playground can’t be opened')));
    socket.addEventListener('open', () => resolve());
  });
  return {
    posts: () => [...posts.values()],
    close: async () => {
      socket.close();
      await closed;
    },
  };
}
