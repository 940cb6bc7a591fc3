import type { Log, Who } from '../../src/app/deps.ts';
import { recognise } from '../../src/conversation/recognise.ts';
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
    return recognise(log, known, { connection, told }, tell);
  };
}
