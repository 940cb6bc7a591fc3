import type { Log, Who } from '../app/deps.ts';
import type { WorkspaceId } from '../domain/ids.ts';
import { type Known, noMemberWords } from './no-member.ts';

/** Who told something; null when they are no member, which they are told where `tell` says so. */
export async function recognise(
  log: Log,
  known: Known,
  about: { connection: { id: string; workspaceId: WorkspaceId }; told: { kind: string } },
  tell: ((said: string) => Promise<void>) | null,
): Promise<Who | null> {
  const { connection, told } = about;
  if (known.ok) {
    return { workspaceId: connection.workspaceId, memberId: known.member.id };
  }
  log.info(
    { connection: connection.id, why: known.why, kind: told.kind },
    'somebody who is no member was told no',
  );
  await tell?.(noMemberWords[known.why]);
  return null;
}
