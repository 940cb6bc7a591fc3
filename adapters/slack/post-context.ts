import type { Card } from '../../src/conversation/card.ts';
import { actionsIn, membersIn } from '../../src/conversation/members-in.ts';
import { isDirect } from './case-at.ts';
import type { DrawContext } from './drawn.ts';
import { permalink } from './permalink.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';

/** What drawing a post needs to know: the Slack ids of those it names, and where its case's thread hangs. */
export async function drawContextOf(
  deps: Pick<SlackDeps, 'connections' | 'threadOf'>,
  connection: SlackConnection,
  key: string,
  card: Card,
): Promise<DrawContext> {
  const { workspaceId, id } = connection;
  const members = membersIn(card);
  return {
    userIds: members.length === 0 ? new Map() : await deps.connections.identitiesOf(workspaceId, id, members),
    threadUrl: await threadUrlOf(deps, connection, card),
    whole: { of: 'post', key },
  };
}

async function threadUrlOf(
  deps: Pick<SlackDeps, 'threadOf'>,
  { id, workspaceId, facts }: SlackConnection,
  card: Card,
): Promise<string | null> {
  const caseId = actionsIn(card).find(({ id: action }) => action === 'go')?.subject.caseId ?? null;
  const thread = caseId === null ? null : await deps.threadOf(workspaceId, caseId);
  // To somebody else's messages a link leads nowhere; pressed, the button shows the case.
  if (thread === null || thread.connection !== id || isDirect(thread.ref)) {
    return null;
  }
  return permalink(facts, thread.ref);
}
