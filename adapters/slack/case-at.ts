import type { CaseId } from '../../src/domain/ids.ts';
import { directWith } from './direct.ts';
import { refOf, splitRef } from './ref.ts';
import type { CaseThread, ClientOf, SlackConnection, SlackDeps } from './slack-deps.ts';

/** The case of a message, or of the thread that it stands in; null when it is none's. */
export async function caseAt(
  deps: Pick<SlackDeps, 'caseAt'>,
  { workspaceId, id }: SlackConnection,
  { channel, ts, threadTs }: { channel: string | null; ts: string | null; threadTs: string | null },
): Promise<CaseId | null> {
  for (const at of [ts, threadTs]) {
    const found =
      channel === null || at === null ? null : await deps.caseAt(workspaceId, id, refOf(channel, at));
    if (found !== null) {
      return found;
    }
  }
  return null;
}

/** Whether a thread can be opened by this person, as far as its channel tells: not in somebody else's messages. */
export async function isOpenTo(
  { clientOf }: { clientOf: ClientOf },
  connection: SlackConnection,
  userId: string,
  { connection: lives, ref }: CaseThread,
): Promise<boolean> {
  if (lives !== connection.id || !isDirect(ref)) {
    return true;
  }
  return splitRef(ref).channel === (await directWith(await clientOf(connection), userId));
}

/** Whether a post stands in a direct message. */
export function isDirect(ref: string): boolean {
  return ref.startsWith('D');
}
