import { Hono } from 'hono';
import { CaseId, WorkspaceId } from '../../src/domain/ids.ts';
import { SlackFacts } from './facts.ts';
import { permalink } from './permalink.ts';
import type { SlackDeps } from './slack-deps.ts';

/** The address of a case, to be put into other systems: it leads to its thread, and tells nobody anything. */
export function caseUrl(publicUrl: string, workspaceId: WorkspaceId, caseId: CaseId): string {
  return new URL(`/c/${workspaceId}/${caseId}`, publicUrl).href;
}

/** The case that an address of ours names; null for any other address. */
export function caseOfUrl(
  publicUrl: string,
  url: string,
): { workspaceId: WorkspaceId; caseId: CaseId } | null {
  if (!URL.canParse(url) || new URL(url).origin !== new URL(publicUrl).origin) {
    return null;
  }
  const [, workspaceId, caseId] = /^\/c\/([^/]+)\/([^/]+)$/u.exec(new URL(url).pathname) ?? [];
  return idsOf(workspaceId, caseId);
}

/** Leads from a case's address to its thread in Slack, which lets in whom the channel lets in. */
export function caseLinks({ threadOf, connections }: Pick<SlackDeps, 'threadOf' | 'connections'>): Hono {
  const app = new Hono();
  app.get('/c/:workspaceId/:caseId', async (c) => {
    const ids = idsOf(c.req.param('workspaceId'), c.req.param('caseId'));
    const thread = ids === null ? null : await threadOf(ids.workspaceId, ids.caseId);
    const connection =
      ids === null || thread === null ? null : await connections.get(ids.workspaceId, thread.connection);
    if (thread === null || connection?.kind !== 'slack') {
      return c.text('There is no case at this address.', 404);
    }
    return c.redirect(permalink(SlackFacts.parse(connection.facts), thread.ref), 302);
  });
  return app;
}

function idsOf(workspaceId: string | undefined, caseId: string | undefined) {
  const workspace = WorkspaceId.safeParse(workspaceId);
  const careCase = CaseId.safeParse(caseId);
  return workspace.success && careCase.success
    ? { workspaceId: workspace.data, caseId: careCase.data }
    : null;
}
