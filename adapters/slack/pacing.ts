import type { Pace, TooFast } from '../../src/app/pace.ts';
import type { SlackConnection } from './slack-deps.ts';
import type { Told } from './told.ts';

/**
 * Whether it comes too fast from its workspace or its person; null while it may go on. What Slack itself tells, what
 * Kept says, and what ends isn't counted; words among people never use up what they may ask Kept.
 */
export function tooFast(pace: Pace, connection: SlackConnection, told: Told): Promise<TooFast | null> {
  if (told.by === 'slack' || told.kind === 'closed' || told.userId === connection.facts.botUserId) {
    return Promise.resolve(null);
  }
  const { workspaceId } = connection;
  return pace.take({ of: isOverheard(told) ? 'overheard' : 'asked', workspaceId, person: told.userId });
}

/** Whether they haven't been told for a while that they are too fast. */
export async function mayTell(pace: Pace, { workspaceId }: SlackConnection, told: Told): Promise<boolean> {
  return told.by === 'person' && (await pace.take({ of: 'told', workspaceId, person: told.userId })) === null;
}

/** What Slack gives no way to answer: it is taken all the same, and waits for its turn. All else is refused in words. */
export function isHeardLater(told: Told): boolean {
  return told.kind === 'mention' || told.kind === 'direct message' || isOverheard(told);
}

/** What people say or do among themselves. */
function isOverheard({ kind }: Told): boolean {
  return kind === 'thread message' || kind === 'link shared' || kind === 'home opened';
}
