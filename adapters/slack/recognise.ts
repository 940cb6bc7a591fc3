import type { Log, Who } from '../../src/app/deps.ts';
import { noMemberWords } from '../../src/conversation/no-member.ts';
import type { Asked } from './gated-deps.ts';
import type { Job } from './job.ts';

/** Who told it; null when they are no member, which they are told where `tell` says so. */
export type Recognise = (
  job: Pick<Job, 'connection' | 'told'>,
  tell: ((said: string) => Promise<void>) | null,
) => Promise<Who | null>;

/** Knows members from others. */
export function createRecognise({ people, log }: Pick<Asked, 'people'> & { log: Log }): Recognise {
  return async ({ connection, told }, tell) => {
    const known = await people.memberFor(connection, told.userId);
    if (known.ok) {
      return { workspaceId: connection.workspaceId, memberId: known.member.id };
    }
    log.info(
      { connection: connection.id, why: known.why, kind: told.kind },
      'somebody who is no member was told no',
    );
    await tell?.(noMemberWords[known.why]);
    return null;
  };
}
