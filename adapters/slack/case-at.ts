import type { CaseId } from '../../src/domain/ids.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';

/** The case of a message, or of the thread that it stands in; null when it is none's. */
export async function caseAt(
  deps: Pick<SlackDeps, 'caseAt'>,
  { workspaceId, id }: SlackConnection,
  { channel, ts, threadTs }: { channel: string | null; ts: string | null; threadTs: string | null },
): Promise<CaseId | null> {
  for (const at of [ts, threadTs]) {
    const found =
      channel === null || at === null ? null : await deps.caseAt(workspaceId, id, `${channel}:${at}`);
    if (found !== null) {
      return found;
    }
  }
  return null;
}
