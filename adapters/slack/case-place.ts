import type { Log } from '../../src/app/deps.ts';
import type { Place } from '../../src/conversation/intent.ts';
import type { AudienceOf } from './audience.ts';
import { directWith } from './direct.ts';
import { troubleOf } from './errors.ts';
import type { hearingWords as words } from './hearing-words.ts';
import type { ClientOf, SlackConnection, SlackDeps } from './slack-deps.ts';

/** Where a case lives, and why that isn't where it was opened; null where it is. */
export type CasePlace = { place: Place; moved: { why: keyof typeof words.elsewhere; isOwn: boolean } | null };

/**
 * The place for the team's talk of a case: where it was opened, if the team alone reads along there; else the
 * channel that the team has set for it, and with none set the opener's own messages with Kept.
 */
export async function casePlaceOf(
  parts: {
    deps: Pick<SlackDeps, 'homeChannel'>;
    clientOf: ClientOf;
    audience: AudienceOf;
    log: Log;
  },
  connection: SlackConnection,
  userId: string,
  place: Place,
): Promise<CasePlace> {
  const { deps, clientOf, audience, log } = parts;
  const { workspaceId, id } = connection;
  const readers = place.channel === '' ? 'direct' : await readersOf(audience, connection, place.channel, log);
  if (readers === 'team') {
    return { place, moved: null };
  }
  const home = await deps.homeChannel(workspaceId, id);
  if (home !== null) {
    return { place: { connection: id, channel: home }, moved: { why: readers, isOwn: false } };
  }
  const own = await directWith(await clientOf(connection), userId);
  return { place: { connection: id, channel: own }, moved: { why: readers, isOwn: true } };
}

async function readersOf(
  audience: AudienceOf,
  connection: SlackConnection,
  channel: string,
  log: Log,
): Promise<'team' | 'mixed' | 'direct' | 'unseen'> {
  try {
    return await audience.of(connection, channel);
  } catch (error) {
    const trouble = troubleOf(error);
    log.info({ trouble, connection: connection.id, channel }, 'who reads along in a channel can’t be told');
    // A refusal stays one. Else it stays where it was opened: whatever is sent there waits until it can be told.
    return trouble.kind === 'refused' ? 'unseen' : 'team';
  }
}

/** A channel as people call it, `#care`; null when Slack doesn't say. */
export async function channelName(
  { clientOf, log }: { clientOf: ClientOf; log: Log },
  connection: SlackConnection,
  channel: string,
): Promise<string | null> {
  try {
    const client = await clientOf(connection);
    const name = (await client.conversations.info({ channel })).channel?.name;
    return name === undefined || name === '' ? null : `#${name}`;
  } catch (error) {
    log.info({ trouble: troubleOf(error), connection: connection.id }, 'a channel’s name can’t be told');
    return null;
  }
}
