import { Hono } from 'hono';
import type { Connection, Connections } from '../../src/app/connections.ts';
import { idsOf } from '../../src/conversation/case-address.ts';
import type { ChatDeps } from '../../src/conversation/chat-deps.ts';

/** By kind of connection, the address of a post of it in its own client; null where it has none. */
export type LinkTo = ReadonlyMap<string, (connection: Connection, ref: string) => string | null>;

/** Leads from a case's address to its thread in the chat it lives in, which lets in whom the channel lets in. */
export function caseLinks(
  {
    threadOf,
    connections,
    pace,
  }: Pick<ChatDeps, 'threadOf' | 'pace'> & {
    connections: Pick<Connections, 'get'>;
  },
  linkTo: LinkTo,
): Hono {
  const app = new Hono();
  app.get('/c/:workspaceId/:caseId', async (c) => {
    // Whoever asks hasn't said who they are, and each costs a look into the database.
    const tooFast = await pace.take({ of: 'links' });
    if (tooFast !== null) {
      c.header('retry-after', String(Math.ceil(tooFast.againInMs / 1_000)));
      return c.text('Too many ask for cases at once. Try again in a few seconds.', 429);
    }
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
