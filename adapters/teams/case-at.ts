import type { CaseId } from '../../src/domain/ids.ts';
import { ConversationFacts } from './facts.ts';
import type { Asked } from './gated-deps.ts';
import { refOf, splitConversation, splitRef } from './ref.ts';
import type { TeamsConnection } from './teams-deps.ts';

/** The case of a post, or of the thread that it stands in; null when it is none's. */
export async function caseAt(
  deps: Pick<Asked, 'caseAt'>,
  { workspaceId, id }: TeamsConnection,
  { conversation, on }: { conversation: string; on: string | null },
): Promise<CaseId | null> {
  const { base, root } = splitConversation(conversation);
  const refs = [
    ...(on === null ? [] : [refOf(conversation, on), refOf(base, on)]),
    ...(root === null ? [] : [refOf(base, root)]),
  ];
  for (const ref of new Set(refs)) {
    const found = await deps.caseAt(workspaceId, id, ref);
    if (found !== null) {
      return found;
    }
  }
  return null;
}

/** Whether a post is itself a case's, and doesn't only stand in a thread of one. */
export async function isPostOfCase(
  deps: Pick<Asked, 'caseAt'>,
  connection: TeamsConnection,
  { conversation, on }: { conversation: string; on: string },
): Promise<boolean> {
  const { base } = splitConversation(conversation);
  const inBase = () => caseAt(deps, connection, { conversation: base, on });
  const inThread = () => deps.caseAt(connection.workspaceId, connection.id, refOf(conversation, on));
  return (await inBase()) !== null || (await inThread()) !== null;
}

/** Whether a thread can be opened by this person, as far as its place tells: not in somebody else's chat with Kept. */
export async function isOpenTo(
  { addresses }: Pick<Asked, 'addresses'>,
  { workspaceId, id }: TeamsConnection,
  personId: string,
  thread: { connection: string; ref: string },
): Promise<boolean> {
  if (thread.connection !== id) {
    return true;
  }
  const { base } = splitConversation(splitRef(thread.ref).conversation);
  const found = await addresses.get(workspaceId, id, `conversation/${base}`);
  const facts = ConversationFacts.safeParse(found?.facts).data;
  return facts?.kind !== 'personal' || facts.personId === personId;
}
