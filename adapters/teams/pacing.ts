import type { Pace, TooFast } from '../../src/app/pace.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { Told } from './told.ts';

/**
 * Whether it comes too fast from its workspace or its person; null while it may go on. What Teams itself tells isn't
 * counted, and words among people never use up what they may ask Kept.
 */
export function tooFast(pace: Pace, { workspaceId }: TeamsConnection, told: Told): Promise<TooFast | null> {
  if (told.by === 'teams') {
    return Promise.resolve(null);
  }
  const of = told.kind === 'message' && !told.toUs ? 'overheard' : 'asked';
  return pace.take({ of, workspaceId, person: told.from.personId });
}

/** What came as a message has no answer that anybody sees: it is taken all the same, and waits for its turn. */
export function isHeardLater(told: Told): boolean {
  return told.kind === 'message' || (told.kind === 'press' && told.how === 'submit');
}
