import type { Connections } from './app/connections.ts';
import type { Deps } from './app/deps.ts';
import type { Inbox } from './app/inbox.ts';
import { changeMember } from './app/members.ts';
import { anyPace, type Pace } from './app/pace.ts';
import type { ChatDeps } from './conversation/chat-deps.ts';
import { converse } from './conversation/converse.ts';
import { draw } from './conversation/draw.ts';
import { loadView } from './conversation/load.ts';
import { shortCard } from './conversation/short-card.ts';

/** Joins an adapter of a chat platform to the conversation and to what is kept. */
export function chatDeps(parts: {
  deps: Deps;
  connections: Connections;
  inbox: Inbox;
  publicUrl: string | null;
  /** Left out, everything is let in. */
  pace?: Pace;
}): ChatDeps {
  const { deps, connections, inbox, publicUrl, pace = anyPace } = parts;
  const { store, clock, newId, log } = deps;
  return {
    log,
    clock,
    newId,
    connections,
    inbox,
    pace,
    publicUrl,
    hear: (who, intent) => converse(deps, who, intent),
    drawPost: async (workspaceId, key) => {
      const post = await store.post(workspaceId, key);
      const view = post === null ? null : await loadView(deps, { workspaceId }, post.caseId);
      return post === null || view === null ? null : draw(view, key, post.say);
    },
    caseAt: async (workspaceId, connection, ref) =>
      (await store.postAt(workspaceId, connection, ref))?.caseId ?? null,
    threadOf: async (workspaceId, caseId) => {
      const card = await store.post(workspaceId, `${caseId}/card`);
      // A card that took the next way stands in somebody's direct message: no thread for the others.
      return card?.to.kind === 'channel' ? { connection: card.connection, ref: card.ref } : null;
    },
    shortCard: async (workspaceId, caseId) => {
      const view = await loadView(deps, { workspaceId }, caseId);
      return view === null ? null : shortCard(view);
    },
    homeChannel: async (workspaceId, connection) => {
      const { workspace } = await store.read(workspaceId, (tx) => tx.workspace());
      return workspace.homeChannels[connection] ?? null;
    },
    zoneOf: async (workspaceId) => (await store.read(workspaceId, (tx) => tx.workspace())).workspace.zone,
    changeMember: (workspaceId, id, change) => changeMember(deps, workspaceId, id, change),
  };
}
