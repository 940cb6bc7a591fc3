import type { Log } from '../../src/app/deps.ts';
import { caseOfUrl } from '../../src/conversation/case-address.ts';
import type { AudienceOf } from './audience.ts';
import type { DrawnMessage } from './drawn.ts';
import type { Asked } from './gated-deps.ts';
import { drawMessage } from './message.ts';
import { drawContextOf } from './post-context.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { ByPerson } from './told.ts';

/**
 * A case, in the place of a bare link to it: where a member writes it, and the team alone reads along; else null. The
 * card becomes part of their message, and Teams shows it to everybody there.
 */
export async function unfurl(
  parts: {
    asked: Pick<Asked, 'people' | 'connections' | 'threadOf'>;
    audience: AudienceOf;
    shortCard: TeamsDeps['shortCard'];
    publicUrl: string | null;
    log: Log;
  },
  connection: TeamsConnection,
  { url, from, where }: Extract<ByPerson, { kind: 'link' }>,
): Promise<DrawnMessage | null> {
  const { asked, audience, shortCard, publicUrl, log } = parts;
  const found = publicUrl === null ? null : caseOfUrl(publicUrl, url);
  if (found === null || found.workspaceId !== connection.workspaceId) {
    return null;
  }
  if (!(await asked.people.memberFor(connection, from, where.conversation)).ok) {
    return null;
  }
  try {
    if ((await audience.of(connection, where.conversation)) === 'mixed') {
      return null;
    }
  } catch (err) {
    log.info({ err, connection: connection.id }, 'a link stays bare: who reads it can’t be told');
    return null;
  }
  const card = await shortCard(found.workspaceId, found.caseId);
  return card === null ? null : drawMessage(card, await drawContextOf(asked, connection, card, null));
}
