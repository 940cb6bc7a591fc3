import type { z } from 'zod';
import { type EventCallback, HomeOpened, LinkShared, OfChannel, SentMessage } from './payloads.ts';
import type { Lifecycle, Parsed, Told, What } from './told.ts';

type Envelope = z.infer<typeof EventCallback>;
type Event = Envelope['event'];

/** Messages of people that Slack marks as something special. Edits, joins and the like are nobody's words. */
const SAID_BY_PEOPLE = new Set(['file_share', 'thread_broadcast', 'me_message']);

/** Reads an event of the Events API. Bots and Kept itself are not heard. */
export function parseEvent(envelope: Envelope): Parsed {
  const { event } = envelope;
  const message = (kind: 'mention' | 'message') => tell(SentMessage, envelope, (it) => messageOf(kind, it));
  switch (event.type) {
    case 'app_mention':
      return message('mention');
    case 'message':
      return message('message');
    case 'app_home_opened':
      return tell(HomeOpened, envelope, ({ user, channel, tab }) =>
        tab === 'home'
          ? { userId: user, kind: 'home opened', channel: channel ?? '' }
          : ignored('the messages tab was opened'),
      );
    case 'link_shared':
      return tell(LinkShared, envelope, ({ user, channel, message_ts, unfurl_id, source, links }) => ({
        userId: user,
        kind: 'link shared',
        channel,
        ts: message_ts,
        unfurl: unfurl_id && source ? { id: unfurl_id, source } : null,
        urls: links.map(({ url }) => url),
      }));
    default: {
      const lifecycle = lifecycleOf(event);
      return lifecycle === null
        ? ignored(`an event that Kept doesn’t listen to: ${event.type}`)
        : { ok: true, told: { ...from(envelope), by: 'slack', kind: 'lifecycle', lifecycle } };
    }
  }
}

type Said = { userId: string } & What;

function messageOf(kind: 'mention' | 'message', it: z.infer<typeof SentMessage>): Said | Parsed {
  const { user, bot_id, subtype, channel, ts, text, edited } = it;
  if (!user || bot_id) {
    return ignored('said by no person');
  }
  if ((subtype && !SAID_BY_PEOPLE.has(subtype)) || edited !== undefined) {
    return ignored(`not a new message: ${subtype ?? 'edited'}`);
  }
  const threadTs = it.thread_ts && it.thread_ts !== ts ? it.thread_ts : null;
  const said = { userId: user, channel, ts, text };
  if (kind === 'mention') {
    return { ...said, kind: 'mention', threadTs };
  }
  if (it.channel_type === 'im') {
    return { ...said, kind: 'direct message', threadTs };
  }
  return threadTs === null
    ? ignored('said in a channel, to no case')
    : { ...said, kind: 'thread message', threadTs, parentUserId: it.parent_user_id ?? null };
}

function lifecycleOf(event: Event): Lifecycle | null {
  switch (event.type) {
    case 'app_uninstalled':
      return { is: 'uninstalled' };
    case 'tokens_revoked':
      return { is: 'tokens revoked', event };
    case 'user_change':
    case 'user_profile_changed':
    case 'user_status_changed':
    case 'team_join':
      return { is: 'person changed', user: event['user'] };
    case 'dnd_updated_user':
      return { is: 'pause changed', event };
    default: {
      const isOfChannel = /^(?:member_(?:joined|left)_channel|(?:channel|group)_\w+)$/u.test(event.type);
      const changed = isOfChannel ? OfChannel.safeParse(event) : null;
      return changed?.success ? { is: 'channel changed', channel: changed.data.channel } : null;
    }
  }
}

function tell<S extends z.ZodType>(
  schema: S,
  envelope: Envelope,
  of: (it: z.infer<S>) => Said | Parsed,
): Parsed {
  const parsed = schema.safeParse(envelope.event);
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join('; ');
    return { ok: false, why: 'unreadable', reason: `${envelope.event.type}: ${where}`, responseUrl: null };
  }
  const said = of(parsed.data);
  return 'ok' in said ? said : { ok: true, told: { ...from(envelope), by: 'person', ...said } };
}

/** Whose app it was sent to. In a shared channel `team_id` may be another company's; the authorization is ours. */
function from(envelope: Envelope): Pick<Told, 'key' | 'team'> {
  const [ours] = envelope.authorizations ?? [];
  return {
    key: envelope.event_id,
    team: {
      teamId: ours?.team_id ?? envelope.team_id ?? null,
      enterpriseId: ours?.enterprise_id ?? envelope.enterprise_id ?? null,
      isEnterpriseInstall: ours?.is_enterprise_install ?? false,
    },
  };
}

function ignored(reason: string): Parsed {
  return { ok: false, why: 'ignored', reason, responseUrl: null };
}
