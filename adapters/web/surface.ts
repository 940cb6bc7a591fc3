import type { Clock } from '../../src/app/clock.ts';
import type { Surface, Target } from '../../src/app/surface.ts';
import type { Card } from '../../src/conversation/card.ts';
import type { MemberId, WorkspaceId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { dmOf } from './chat.ts';

/** Where the console's messages are kept. */
export type ConsoleMessages = {
  add(
    workspaceId: WorkspaceId,
    message: {
      room: string;
      threadId: string | null;
      memberId: MemberId | null;
      at: Instant;
      body: unknown;
      key: string;
    },
  ): Promise<{ id: string }>;
  edit(workspaceId: WorkspaceId, id: string, body: unknown): Promise<boolean>;
};

/** The console as a surface to speak on. A message's key is kept with it, so each is posted once. */
export function createConsoleSurface(messages: ConsoleMessages, clock: Clock): Surface<Card> {
  return {
    async send({ workspaceId, key, target, drawn }) {
      const { room, threadId } = placeOf(target);
      const body = { kind: 'card', card: drawn };
      const { id } = await messages.add(workspaceId, {
        room,
        threadId,
        memberId: null,
        at: clock(),
        body,
        key,
      });
      return { ok: true, ref: id };
    },
    async redraw({ workspaceId, ref, drawn }) {
      const done = await messages.edit(workspaceId, ref, { kind: 'card', card: drawn });
      return done ? { ok: true, ref } : { ok: false, retry: 'never', error: 'The message is gone' };
    },
  };
}

function placeOf(target: Target): { room: string; threadId: string | null } {
  switch (target.kind) {
    case 'channel':
      return { room: target.channel, threadId: null };
    case 'thread':
      return { room: target.channel, threadId: target.root };
    case 'member':
      return { room: dmOf(target.memberId), threadId: null };
  }
}
