import { Hono } from 'hono';
import type { Connection, Connections } from '../../src/app/connections.ts';
import { idsOf } from '../../src/conversation/case-address.ts';
import type { ChatDeps } from '../../src/conversation/chat-deps.ts';

/** By kind of connection, the address of a post of it in its own client; null where it has none. */
export type LinkTo = ReadonlyMap<string, (connection: Connection, ref: string) => string | null>;

/** Leads from a case's address to its thread in the chat it lives in, which lets in whom the channel lets in. */
export function caseLinks(
  { threadOf, connections }: Pick<ChatDeps, 'threadOf'> & { connections: Pick<Connections, 'get'> },
  linkTo: LinkTo,
): Hono {
  const app = new Hono();
  app.get('/c/:workspaceId/:caseId', async (c) => {
    const ids = idsOf(c.req.param('workspaceId'), c.req.param('caseId'));
    const thread = ids === null ? null : await threadOf(ids.workspaceId, ids.caseId);
    const connection =
      ids === null || thread === null ? null : await connections.get(ids.workspaceId, thread.connection);
    const link =
      thread === null || connection === null
        ? null
        : (linkTo.get(connection.kind)?.(connection, thread.ref) ?? null);
    return link === null ? c.text('There is no case at this address.', 404) : c.redirect(link, 302);
  });
  return app;
}
