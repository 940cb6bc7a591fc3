import { WebSocket } from 'undici';
import { z } from 'zod';
import type { LocalSlack } from './local-slack.ts';
import { Message, type State, View } from './local-slack-shapes.ts';

/** Views and messages come as they are, for whoever looks at their limits. */
const Seen = z.discriminatedUnion('t', [
  z.object({ t: z.literal('init') }),
  z.object({ t: z.literal('view'), stack: z.array(z.unknown()) }),
  z.object({ t: z.literal('home'), user: z.string(), view: z.unknown() }),
  z.object({ t: z.literal('message'), message: z.unknown() }),
  z.object({ t: z.literal('message_update'), message: z.unknown() }),
  z.object({ t: z.literal('message_delete'), channel: z.string(), ts: z.string() }),
]);

/** What can be said over the web socket of local-slack's page. */
type Said =
  | { t: 'view_submit'; user: string; values: State }
  | { t: 'view_close'; user: string }
  | { t: 'block_action'; channel: string; messageTs: string; user: string; action: object };

/** What somebody who looks at local-slack's page sees, over its web socket; and what they can do there. */
export type SlackPage = {
  stack: () => readonly View[];
  home: (user: string) => View | null;
  messages: (channel: string) => readonly Message[];
  /** What only that person sees, wherever it stands. */
  whispers: (user: string) => readonly Message[];
  say: (said: Said) => void;
  close: () => Promise<void>;
};

/** Opens the page while nothing has been said yet. `onSeen` gets every view, and every message by Kept, as drawn. */
export async function openPage(local: LocalSlack, onSeen: (what: unknown) => void): Promise<SlackPage> {
  const socket = new WebSocket(`${local.url.replace('http', 'ws')}/ui`);
  let stack: View[] = [];
  const homes = new Map<string, View>();
  const messages = new Map<string, Map<string, Message>>();
  const put = (seen: unknown) => {
    const message = Message.parse(seen);
    const room = messages.get(message.channel) ?? new Map<string, Message>();
    messages.set(message.channel, room.set(message.ts, message));
    if (message.bot_id !== undefined) onSeen(seen);
  };
  const take = (seen: z.infer<typeof Seen>): void => {
    switch (seen.t) {
      case 'init':
        return;
      case 'view':
        stack = seen.stack.map((view) => View.parse(view));
        seen.stack.forEach(onSeen);
        return;
      case 'home':
        homes.set(seen.user, View.parse(seen.view));
        onSeen(seen.view);
        return;
      case 'message':
      case 'message_update':
        put(seen.message);
        return;
      case 'message_delete':
        messages.get(seen.channel)?.delete(seen.ts);
        return;
    }
  };
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('local-slack’s page can’t be opened')));
    socket.addEventListener('message', ({ data }) => {
      const seen = Seen.safeParse(JSON.parse(String(data)));
      if (!seen.success) return;
      take(seen.data);
      if (seen.data.t === 'init') resolve();
    });
  });
  return {
    stack: () => stack,
    home: (user) => homes.get(user) ?? null,
    messages: (channel) => [...(messages.get(channel)?.values() ?? [])],
    whispers: (user) =>
      [...messages.values()]
        .flatMap((room) => [...room.values()])
        .filter(({ ephemeral_to: to }) => to === user)
        .toSorted((a, b) => (a.ts < b.ts ? -1 : 1)),
    say: (said) => socket.send(JSON.stringify(said)),
    close: async () => {
      socket.close();
      await closed;
    },
  };
}
