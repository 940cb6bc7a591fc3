import type { Card } from '../../src/conversation/card.ts';
import { actionsIn, membersIn } from '../../src/conversation/members-in.ts';
import type { DrawContext } from './drawn.ts';
import { linkTo } from './link.ts';
import type { WholeRef } from './meta.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';

/**
 * What drawing a card needs to know: the Entra ids of those it names, where its case's thread hangs, and what it is,
 * to be shown whole and come back to.
 */
export async function drawContextOf(
  deps: Pick<TeamsDeps, 'connections' | 'threadOf'>,
  connection: TeamsConnection,
  card: Card,
  whole: WholeRef | null,
  host: DrawContext['host'] = 'card',
): Promise<DrawContext> {
  const { workspaceId, id } = connection;
  const members = membersIn(card);
  return {
    userIds: members.length === 0 ? new Map() : await deps.connections.identitiesOf(workspaceId, id, members),
    threadUrl: await threadUrlOf(deps, connection, card),
    whole,
    host,
  };
}

async function threadUrlOf(
  deps: Pick<TeamsDeps, 'threadOf'>,
  connection: TeamsConnection,
  card: Card,
): Promise<string | null> {
  const caseId = actionsIn(card).find(({ id }) => id === 'go')?.subject.caseId ?? null;
  const thread = caseId === null ? null : await deps.threadOf(connection.workspaceId, caseId);
  return thread === null || thread.connection !== connection.id ? null : linkTo(connection, thread.ref);
}
