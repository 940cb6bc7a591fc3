import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Answer, type Call, Refused } from './fake-slack-call.ts';
import { viewMethods } from './fake-slack-views.ts';
import {
  type FakeChannel,
  type FakeMessage,
  type FakeTeam,
  type FakeUser,
  messageOutput,
  nextTs,
} from './fake-slack-world.ts';

function jsonOf(text: string | undefined): unknown {
  return text === undefined ? null : JSON.parse(text);
}

function blocksArg(args: Record<string, string>): unknown[] {
  const read = z.array(z.unknown()).safeParse(jsonOf(args['blocks']));
  return read.success ? read.data : [];
}

function userOf(team: FakeTeam, id: string | undefined): FakeUser {
  const user = team.users.get(id ?? '');
  if (user === undefined) throw new Refused('user_not_found');
  return user;
}

/** The direct message of Kept with a person, opened when there is none. */
function directOf(team: FakeTeam, userId: string): FakeChannel {
  const user = team.users.get(userId);
  if (user === undefined) throw new Refused('user_not_found');
  if (user.deleted) throw new Refused('user_disabled');
  if (user.is_bot) throw new Refused('cannot_dm_bot');
  const id = `D${userId}`;
  const open = team.channels.get(id);
  if (open !== undefined) return open;
  const channel: FakeChannel = {
    id,
    name: '',
    kind: 'im',
    archived: false,
    extShared: false,
    pendingExtShared: false,
    orgShared: false,
    members: [userId, team.botUserId],
  };
  team.channels.set(id, channel);
  return channel;
}

/** The channel as far as Kept may see it: a private one that it isn't in is not there. */
function seen(team: FakeTeam, id: string | undefined): FakeChannel {
  const channel = team.channels.get(id ?? '');
  const hidden =
    channel !== undefined && channel.kind !== 'public' && !channel.members.includes(team.botUserId);
  if (channel === undefined || hidden) throw new Refused('channel_not_found');
  return channel;
}

/** The channel to speak in. A user's id is taken for their direct message. */
function spokenTo(team: FakeTeam, id: string | undefined): FakeChannel {
  const channel = id !== undefined && id.startsWith('U') ? directOf(team, id) : seen(team, id);
  if (!channel.members.includes(team.botUserId)) throw new Refused('not_in_channel');
  if (channel.archived) throw new Refused('is_archived');
  const reader = channel.kind === 'im' ? team.users.get(channel.members[0] ?? '') : undefined;
  if (reader?.deleted) throw new Refused('user_disabled');
  return channel;
}

function read(team: FakeTeam, id: string | undefined): FakeChannel {
  const channel = seen(team, id);
  if (!channel.members.includes(team.botUserId)) throw new Refused('not_in_channel');
  return channel;
}

function messageAt(team: FakeTeam, channel: string | undefined, ts: string | undefined): FakeMessage {
  const found = team.messages.find((message) => message.channel === channel && message.ts === ts);
  if (found === undefined) throw new Refused('message_not_found');
  return found;
}

function page(all: readonly unknown[], args: Record<string, string>, key: string): Answer {
  const from = Number(args['cursor'] ?? '0');
  const limit = Math.min(Number(args['limit'] ?? '100'), 1_000);
  const next = from + limit < all.length ? String(from + limit) : '';
  return {
    [key]: all.slice(from, from + limit),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
}

function later(ts: string, than: string | undefined, inclusive: boolean): boolean {
  return than === undefined || Number(ts) > Number(than) || (inclusive && ts === than);
}

function within({ ts }: FakeMessage, args: Record<string, string>): boolean {
  const inclusive = args['inclusive'] === 'true';
  const latest = args['latest'];
  return (
    later(ts, args['oldest'], inclusive) &&
    (latest === undefined || Number(ts) < Number(latest) || (inclusive && ts === latest))
  );
}

function channelOutput(team: FakeTeam, channel: FakeChannel): Answer {
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: channel.kind === 'im',
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'public',
    is_archived: channel.archived,
    is_shared: channel.extShared || channel.orgShared,
    is_ext_shared: channel.extShared,
    is_pending_ext_shared: channel.pendingExtShared,
    is_org_shared: channel.orgShared,
    is_member: channel.members.includes(team.botUserId),
    context_team_id: team.id,
    ...(channel.kind === 'im' ? { user: channel.members[0] } : {}),
  };
}

function userOutput(user: FakeUser): Answer {
  const { dnd: _dnd, ...shown } = user;
  return { ...shown, tz_label: user.tz, tz_offset: 0, updated: 0 };
}

function newToken(call: Pick<Call, 'world'>, team: string, org: boolean): Answer {
  const { world } = call;
  const token = `xoxb-${team}-${randomUUID().slice(0, 8)}`;
  const expiresAt = world.rotation === null ? null : world.now() + world.rotation.expiresIn * 1000;
  world.tokens.set(token, { team, org, expiresAt, revoked: false });
  if (world.rotation === null) return { access_token: token };
  const refresh = `xoxe-1-${randomUUID()}`;
  world.refreshTokens.set(refresh, { team, org });
  return { access_token: token, refresh_token: refresh, expires_in: world.rotation.expiresIn };
}

/** `oauth.v2.access`: a code once, or a refresh token, for a token. Called without one. */
export function exchange(call: Omit<Call, 'team' | 'org' | 'token'>): Answer {
  const { world, args } = call;
  const refreshing = args['grant_type'] === 'refresh_token';
  const given = refreshing
    ? world.refreshTokens.get(args['refresh_token'] ?? '')
    : world.codes.get(args['code'] ?? '');
  if (given === undefined) throw new Refused(refreshing ? 'invalid_refresh_token' : 'invalid_code');
  const installer = world.codes.get(args['code'] ?? '')?.user;
  world.codes.delete(args['code'] ?? '');
  world.refreshTokens.delete(args['refresh_token'] ?? '');
  const team = world.teams.get(given.team);
  if (team === undefined) throw new Refused('invalid_team_id');
  return {
    ...newToken(call, team.id, given.org),
    token_type: 'bot',
    app_id: 'A1',
    scope: team.scopes.join(','),
    bot_user_id: team.botUserId,
    team: given.org ? null : { id: team.id, name: team.name },
    enterprise:
      team.enterpriseId === null ? null : { id: team.enterpriseId, name: `Org ${team.enterpriseId}` },
    is_enterprise_install: given.org,
    ...(installer === undefined ? {} : { authed_user: { id: installer } }),
  };
}

/** The Web API's methods, by name. */
export const methods: Record<string, (call: Call) => Answer> = {
  ...viewMethods,
  'auth.test': ({ team, org }) => ({
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    team_id: team.id,
    user: 'kept',
    user_id: team.botUserId,
    bot_id: team.botId,
    is_enterprise_install: org,
    ...(team.enterpriseId === null ? {} : { enterprise_id: team.enterpriseId }),
  }),
  'apps.connections.open': () => ({ url: 'wss://nobody.invalid/link' }),
  'auth.revoke': ({ world, token }) => {
    const found = world.tokens.get(token);
    if (found !== undefined) found.revoked = true;
    return { revoked: true };
  },
  'team.info': ({ team }) => ({
    team: {
      id: team.id,
      name: team.name,
      domain: team.domain,
      enterprise_id: team.enterpriseId ?? undefined,
    },
  }),
  'chat.postMessage': ({ world, team, args }) => {
    const channel = spokenTo(team, args['channel']);
    const threadTs = args['thread_ts'] ?? null;
    const blocks = blocksArg(args);
    if (blocks.length === 0 && (args['text'] ?? '') === '') throw new Refused('no_text');
    const message: FakeMessage = {
      team: team.id,
      channel: channel.id,
      ts: nextTs(world),
      threadTs,
      user: team.botUserId,
      botId: team.botId,
      text: args['text'] ?? '',
      blocks,
      metadata: jsonOf(args['metadata']),
      edits: 0,
    };
    world.saw({ text: message.text, blocks }, 'message');
    team.messages.push(message);
    return { channel: channel.id, ts: message.ts, message: messageOutput(message, true) };
  },
  'chat.update': ({ world, team, args }) => {
    const channel = seen(team, args['channel']);
    const message = messageAt(team, channel.id, args['ts']);
    if (channel.archived) throw new Refused('is_archived');
    if (message.botId !== team.botId) throw new Refused('cant_update_message');
    message.text = args['text'] ?? message.text;
    message.blocks = args['blocks'] === undefined ? message.blocks : blocksArg(args);
    message.metadata = args['metadata'] === undefined ? message.metadata : jsonOf(args['metadata']);
    message.edits += 1;
    world.saw({ text: message.text, blocks: message.blocks }, 'message');
    return { channel: channel.id, ts: message.ts, text: message.text };
  },
  'chat.postEphemeral': ({ world, team, args }) => {
    const channel = spokenTo(team, args['channel']);
    const user = args['user'] ?? '';
    if (!channel.members.includes(user)) throw new Refused('user_not_in_channel');
    const shown = { text: args['text'] ?? '', blocks: blocksArg(args) };
    world.saw(shown, 'message');
    const ts = nextTs(world);
    const at = { team: team.id, channel: channel.id, user, threadTs: args['thread_ts'] ?? null, ts };
    world.ephemerals.push({ ...at, ...shown });
    return { message_ts: ts };
  },
  'chat.unfurl': ({ world, team, args }) => {
    const unfurls = z.record(z.string(), z.unknown()).safeParse(jsonOf(args['unfurls']));
    for (const shown of unfurls.success ? Object.values(unfurls.data) : []) world.saw(shown, 'unfurl');
    world.unfurls.push({ team: team.id, args });
    return {};
  },
  'chat.getPermalink': ({ team, args }) => {
    const channel = seen(team, args['channel']);
    const { ts, threadTs } = messageAt(team, channel.id, args['message_ts']);
    const query = threadTs === null ? '' : `?thread_ts=${threadTs}&cid=${channel.id}`;
    const permalink = `https://${team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}${query}`;
    return { channel: channel.id, permalink };
  },
  'conversations.open': ({ team, args }) => {
    const users = (args['users'] ?? '').split(',').filter((id) => id !== '');
    const [first] = users;
    if (first === undefined) throw new Refused('invalid_arguments');
    return { channel: { id: directOf(team, first).id } };
  },
  'conversations.info': ({ team, args }) => ({ channel: channelOutput(team, seen(team, args['channel'])) }),
  'conversations.list': ({ team, args }) => {
    const kinds = (args['types'] ?? 'public_channel')
      .split(',')
      .map(
        (type) => ({ public_channel: 'public', private_channel: 'private', im: 'im', mpim: 'mpim' })[type],
      );
    const shown = [...team.channels.values()]
      .filter(({ kind }) => kinds.includes(kind))
      .filter(({ kind, members }) => kind === 'public' || members.includes(team.botUserId))
      .filter(({ archived }) => args['exclude_archived'] !== 'true' || !archived);
    return page(
      shown.map((channel) => channelOutput(team, channel)),
      args,
      'channels',
    );
  },
  'conversations.members': ({ team, args }) => page(seen(team, args['channel']).members, args, 'members'),
  'conversations.join': ({ team, args }) => {
    const channel = seen(team, args['channel']);
    if (channel.kind !== 'public') throw new Refused('method_not_supported_for_channel_type');
    if (channel.archived) throw new Refused('is_archived');
    if (!channel.members.includes(team.botUserId)) channel.members.push(team.botUserId);
    return { channel: channelOutput(team, channel) };
  },
  'conversations.history': ({ team, args }) => {
    const channel = read(team, args['channel']);
    const found = team.messages
      .filter((message) => message.channel === channel.id)
      .filter(({ threadTs, ts }) => threadTs === null || threadTs === ts)
      .filter((message) => within(message, args))
      .toReversed();
    const shown = found.map((message) => messageOutput(message, args['include_all_metadata'] === 'true'));
    return page(shown, args, 'messages');
  },
  'conversations.replies': ({ team, args }) => {
    const channel = read(team, args['channel']);
    const root = team.messages.find(({ channel: its, ts }) => its === channel.id && ts === args['ts']);
    if (root === undefined) throw new Refused('thread_not_found');
    const replies = team.messages
      .filter((message) => message.channel === channel.id && message.threadTs === root.ts)
      .filter((message) => within(message, args));
    const shown = [root, ...replies].map((message) =>
      messageOutput(message, args['include_all_metadata'] === 'true'),
    );
    return page(shown, args, 'messages');
  },
  'users.info': ({ team, args }) => ({ user: userOutput(userOf(team, args['user'])) }),
  'users.list': ({ team, args }) => page([...team.users.values()].map(userOutput), args, 'members'),
  'dnd.info': ({ world, team, args }) => {
    const { dnd } = userOf(team, args['user']);
    const snoozed = dnd?.snoozedUntil ?? null;
    return {
      dnd_enabled: dnd !== null,
      next_dnd_start_ts: dnd?.from ?? 1,
      next_dnd_end_ts: dnd?.until ?? 1,
      snooze_enabled: snoozed !== null && snoozed * 1000 > world.now(),
      ...(snoozed === null ? {} : { snooze_endtime: snoozed }),
    };
  },
};
