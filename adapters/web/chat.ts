import { z } from 'zod';
import { Card } from '../../src/conversation/card.ts';
import { MemberId, type WorkspaceId } from '../../src/domain/ids.ts';
import { Instant } from '../../src/domain/instant.ts';
import { isAtMost, isFilled } from '../../src/domain/sized.ts';

/** A channel's name, or `dm:` and the id of the member who talks with Kept there. */
export const RoomId = z.string().regex(/^(?:[a-z0-9][a-z0-9-]{0,79}|dm:[0-9a-f-]{36})$/);
export type RoomId = z.infer<typeof RoomId>;

export const Room = z.object({
  id: RoomId,
  /** As people say it, without `#`: `care`; of a direct message: `Kept`. */
  name: z.string(),
  kind: z.enum(['channel', 'dm']),
  /** `seq` of the newest message in the room, threads included, that the reader didn't write; 0 without one. */
  lastSeq: z.int().nonnegative(),
});
export type Room = z.infer<typeof Room>;

const Author = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kept') }),
  z.object({ kind: z.literal('member'), memberId: MemberId }),
]);

export const ChatMessage = z.object({
  id: z.string().refine(isFilled).refine(isAtMost(200)),
  /** Order in the workspace, ascending from 1; never changes. */
  seq: z.int().positive(),
  /** Counts every post and edit of the workspace; that of the message's last change. */
  rev: z.int().positive(),
  room: RoomId,
  /** The root message whose thread this is in; null for a root. */
  threadId: z.string().nullable(),
  author: Author,
  at: Instant,
  body: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), text: z.string() }),
    z.object({ kind: z.literal('card'), card: Card }),
  ]),
  /** Of a root with a thread: how many replies, and the newest one's seq and time. */
  replies: z.object({ count: z.int().positive(), lastSeq: z.int().positive(), lastAt: Instant }).nullable(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** What is asked of a page of messages: those of a room (`threadId` null: its roots), or a thread's replies. */
export type PageQuery = { room: RoomId; threadId: string | null; before: number | null; limit: number };

/** The storage of the console's messages. Who may read what is checked before it is called. */
export type Chat = {
  /** The channels, and the member's own direct message with Kept. */
  rooms(workspaceId: WorkspaceId, memberId: MemberId): Promise<Room[]>;
  message(workspaceId: WorkspaceId, id: string): Promise<ChatMessage | null>;
  /** The newest `limit` with `seq` below `before`, in ascending order. */
  messages(workspaceId: WorkspaceId, page: PageQuery): Promise<ChatMessage[]>;
  /** Posts a member's text. The same nonce again gives the message that it made before. */
  post(
    workspaceId: WorkspaceId,
    message: { memberId: MemberId; room: RoomId; threadId: string | null; text: string; nonce: string },
  ): Promise<ChatMessage>;
  /** The newest rev; 0 for an empty workspace. */
  latestRev(workspaceId: WorkspaceId): Promise<number>;
  /**
   * Messages posted or edited after `rev`, at most `limit`, by ascending rev, and the roots of new replies,
   * whose counts have changed. The `rev` given back is where to go on; `more` when there is more already.
   * Revs must become visible in order: a lower one committed later would be missed.
   */
  changesSince(
    workspaceId: WorkspaceId,
    rev: number,
    limit: number,
  ): Promise<{ rev: number; messages: ChatMessage[]; more: boolean }>;
};

/** The member's direct message with Kept. */
export function dmOf(memberId: MemberId): RoomId {
  return `dm:${memberId}`;
}

/** Whether the member may see what is said there: any channel, but of the direct messages only their own. */
export function mayRead(memberId: MemberId, room: RoomId): boolean {
  return !room.startsWith('dm:') || room === dmOf(memberId);
}
