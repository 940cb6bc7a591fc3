import type { MessageAttachment } from '@slack/types';
import type { Log } from '../../src/app/deps.ts';
import { caseOfUrl } from '../../src/conversation/case-address.ts';
import { contextOf } from './answer.ts';
import type { AudienceOf } from './audience.ts';
import { troubleOf } from './errors.ts';
import type { Asked } from './gated-deps.ts';
import { drawMessage } from './message.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';
import type { ByPerson } from './told.ts';

type Shared = Extract<ByPerson, { kind: 'link shared' }>;

/** Shows a case in the place of a bare link to it: where a member shares it, and the team alone reads along. */
export async function unfurl(
  parts: {
    asked: Asked;
    clientOf: ClientOf;
    audience: AudienceOf;
    publicUrl: string | null;
    log: Log;
  },
  connection: SlackConnection,
  shared: Shared,
): Promise<void> {
  const { asked, clientOf, audience, publicUrl, log } = parts;
  const { workspaceId } = connection;
  const cases = shared.urls.flatMap((url) => {
    const found = publicUrl === null ? null : caseOfUrl(publicUrl, url);
    return found?.workspaceId === workspaceId ? [{ url, caseId: found.caseId }] : [];
  });
  if (cases.length === 0 || !(await asked.people.memberFor(connection, shared.userId)).ok) {
    return;
  }
  // In a composer nobody but the writer sees it yet; it is shown again once it is sent.
  if (shared.channel === 'COMPOSER') {
    return;
  }
  try {
    if ((await audience.of(connection, shared.channel)) !== 'team') {
      return;
    }
  } catch (error) {
    log.info(
      { trouble: troubleOf(error), connection: connection.id },
      'a link stays bare: who reads it can’t be told',
    );
    return;
  }
  const unfurls: Record<string, MessageAttachment> = {};
  for (const { url, caseId } of cases) {
    const card = await asked.shortCard(workspaceId, caseId);
    if (card !== null) {
      const { blocks, text } = drawMessage(card, await contextOf(asked, connection, card, null));
      unfurls[url] = { blocks, fallback: text };
    }
  }
  if (Object.keys(unfurls).length > 0) {
    const client = await clientOf(connection);
    const where =
      shared.unfurl === null
        ? { channel: shared.channel, ts: shared.ts }
        : { unfurl_id: shared.unfurl.id, source: sourceOf(shared.unfurl.source) };
    await client.chat.unfurl({ ...where, unfurls });
  }
}

function sourceOf(source: string): 'composer' | 'conversations_history' {
  return source === 'composer' ? 'composer' : 'conversations_history';
}
