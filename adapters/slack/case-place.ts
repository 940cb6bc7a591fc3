import type { Log } from '../../src/app/deps.ts';
import { type CasePlace, casePlaceOf, type ReadersThere } from '../../src/conversation/case-place.ts';
import type { Place } from '../../src/conversation/intent.ts';
import type { AudienceOf } from './audience.ts';
import { directWith } from './direct.ts';
import { troubleOf } from './errors.ts';
import type { ClientOf, SlackConnection, SlackDeps } from './slack-deps.ts';

/** Where a case that somebody opens in a channel, or in a message of theirs, lives. */
export async function placeFor(
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
  return casePlaceOf(
    {
      readers: () => readersOf(audience, connection, place.channel, log),
      home: () => deps.homeChannel(connection.workspaceId, connection.id),
      own: async () => directWith(await clientOf(connection), userId),
    },
    place,
  );
}

async function readersOf(
  audience: AudienceOf,
  connection: SlackConnection,
  channel: string,
  log: Log,
): Promise<ReadersThere> {
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
