import { createMiddleware } from 'hono/factory';
import { MemberId } from '../../src/domain/ids.ts';
import { type Chat, type ChatMessage, mayRead, type RoomId } from './chat.ts';
import { refuse } from './guard.ts';
import type { WebDeps, Who } from './web-deps.ts';

/** What the routes behind `asMember` find in their context. */
export type Seen = { Variables: { who: Who } };

/** Reads `?as=`, the member whose eyes one sees with: one of the workspace who is still there, else 403. */
export function asMember({ workspace }: Pick<WebDeps, 'workspace'>) {
  return createMiddleware<Seen>(async (c, next) => {
    const team = await workspace();
    if (team === null) return refuse(c, 409, 'There is no team yet. Open the console and start with one.');
    const memberId = MemberId.safeParse(c.req.query('as'));
    const member = team.members.find(({ id }) => id === memberId.data);
    if (!member?.active) {
      return refuse(c, 403, 'You see with nobody’s eyes. Choose a member of the team who is still there.');
    }
    c.set('who', { workspaceId: team.id, memberId: member.id });
    return next();
  });
}

type Place = { ok: true; root: ChatMessage | null } | { ok: false; status: 403 | 404; error: string };

/** Looks whether the member may read that room, and whether that message begins a thread in it. */
export async function findPlace(
  chat: Chat,
  { workspaceId, memberId }: Who,
  room: RoomId,
  threadId: string | null,
): Promise<Place> {
  if (!mayRead(memberId, room)) {
    return { ok: false, status: 403, error: 'Only the two in a direct message can see it.' };
  }
  const rooms = await chat.rooms(workspaceId, memberId);
  if (!rooms.some(({ id }) => id === room)) {
    return { ok: false, status: 404, error: 'There is no such channel here.' };
  }
  if (threadId === null) return { ok: true, root: null };
  const root = await chat.message(workspaceId, threadId);
  return root?.room === room && root.threadId === null
    ? { ok: true, root }
    : { ok: false, status: 404, error: 'There is no such thread in this channel.' };
}
