import { randomUUID } from 'node:crypto';

/** A person as Slack tells of them; the fields that Kept reads. */
export type FakeUser = {
  id: string;
  team_id: string;
  name: string;
  real_name: string;
  tz: string;
  deleted: boolean;
  is_bot: boolean;
  is_admin: boolean;
  is_owner: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_stranger?: boolean;
  enterprise_user?: { id: string; enterprise_id: string };
  profile: {
    real_name: string;
    display_name: string;
    title: string;
    status_text: string;
    status_emoji: string;
    status_expiration: number;
  };
  /** Do Not Disturb, as `dnd.info` gives it; epoch seconds. */
  dnd: { from: number; until: number; snoozedUntil: number | null } | null;
};

export type FakeChannel = {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im' | 'mpim';
  archived: boolean;
  extShared: boolean;
  pendingExtShared: boolean;
  orgShared: boolean;
  members: string[];
};

/** A message as it stands in a channel now. `edits` counts how often it was drawn again. */
export type FakeMessage = {
  team: string;
  channel: string;
  ts: string;
  threadTs: string | null;
  user: string;
  botId: string | null;
  text: string;
  blocks: unknown[];
  metadata: unknown;
  edits: number;
};

export type FakeTeam = {
  id: string;
  name: string;
  domain: string;
  enterpriseId: string | null;
  botUserId: string;
  botId: string;
  scopes: string[];
  /** The code that every call with this team's tokens gets, as after its removal; null while all is well. */
  authError: string | null;
  users: Map<string, FakeUser>;
  channels: Map<string, FakeChannel>;
  messages: FakeMessage[];
};

/** A view that stands open, or a person's App Home tab. `state` is what was typed into it. */
export type FakeView = {
  id: string;
  team: string;
  user: string;
  type: 'modal' | 'home';
  view: Record<string, unknown>;
  state: Record<string, Record<string, unknown>>;
  hash: string;
  externalId: string;
  rootId: string;
  previousId: string | null;
  open: boolean;
};

export type FakeEphemeral = {
  team: string;
  channel: string;
  user: string;
  threadTs: string | null;
  text: string;
  blocks: unknown[];
  ts: string;
};

/** A use of a response_url, in the order in which they came. */
export type FakeResponse = {
  url: string;
  team: string;
  channel: string;
  user: string;
  body: Record<string, unknown>;
};

export type FakeCall = { method: string; team: string | null; args: Record<string, string>; at: number };

export type FakeToken = { team: string; org: boolean; expiresAt: number | null; revoked: boolean };

export type Trigger = { team: string; user: string; at: number; used: boolean; view: string | null };

export type ResponseUrl = { team: string; channel: string; user: string; at: number; uses: number };

/** All that the fake knows. Slack's ids are of a team, so two teams may have the same ones. */
export type FakeWorld = {
  now: () => number;
  baseUrl: string;
  teams: Map<string, FakeTeam>;
  tokens: Map<string, FakeToken>;
  /** OAuth codes that were not exchanged yet. */
  codes: Map<string, { team: string; user: string; org: boolean }>;
  refreshTokens: Map<string, { team: string; org: boolean }>;
  /** Set: tokens rotate, and live so many seconds. */
  rotation: { expiresIn: number } | null;
  views: FakeView[];
  ephemerals: FakeEphemeral[];
  unfurls: { team: string; args: Record<string, string> }[];
  responses: FakeResponse[];
  calls: FakeCall[];
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  lastTs: number;
  saw: (what: unknown, where: string) => void;
};

const TEAM_SCOPES =
  'app_mentions:read,channels:history,channels:join,channels:read,chat:write,commands,dnd:read,groups:history,groups:read,im:history,im:read,im:write,links:read,links:write,mpim:history,mpim:read,team:read,users:read';

/** A person with nothing special to them, but for what is given. */
export function fakeUser(team: string, id: string, name: string, more: Partial<FakeUser> = {}): FakeUser {
  return {
    id,
    team_id: team,
    name: name.toLowerCase().replaceAll(' ', '.'),
    real_name: name,
    tz: 'Europe/Berlin',
    deleted: false,
    is_bot: false,
    is_admin: false,
    is_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    profile: {
      real_name: name,
      display_name: '',
      title: '',
      status_text: '',
      status_emoji: '',
      status_expiration: 0,
    },
    dnd: null,
    ...more,
  };
}

/** A public channel with the members given. */
export function fakeChannel(id: string, name: string, members: string[], more: Partial<FakeChannel> = {}) {
  const channel: FakeChannel = {
    id,
    name,
    kind: 'public',
    archived: false,
    extShared: false,
    pendingExtShared: false,
    orgShared: false,
    members,
    ...more,
  };
  return channel;
}

/**
 * A team with the same people and channels as every other fake team: U1 to U5 of the team, a guest `UG`, somebody
 * of another company `UX`, a bot `UB2`, one who left `UD`; the channels `C1` care, `C2` general (both with the bot),
 * `CP` private, `CO` public without the bot, `CQ` private without it, `CA` archived, `CS` shared with another
 * company, `CI` about to be, `CG` with a guest in it.
 */
export function fakeTeam(id: string, more: Partial<FakeTeam> = {}): FakeTeam {
  const bot = 'UBOT';
  const users = [
    fakeUser(id, 'U1', 'Ada Agent', { is_admin: true }),
    fakeUser(id, 'U2', 'Sam Support'),
    fakeUser(id, 'U3', 'Leo Lead', { tz: 'America/New_York' }),
    fakeUser(id, 'U4', 'Mia Manager'),
    fakeUser(id, 'U5', 'Dora Director', { is_owner: true, is_admin: true }),
    fakeUser(id, 'UG', 'A Guest', { is_restricted: true }),
    fakeUser(id, 'UX', 'A Stranger', { team_id: 'TX', is_stranger: true }),
    fakeUser(id, 'UB2', 'Another Bot', { is_bot: true }),
    fakeUser(id, 'UD', 'Gone Away', { deleted: true }),
    fakeUser(id, bot, 'Kept', { is_bot: true }),
  ];
  const team = ['U1', 'U2', 'U3', 'U4', 'U5'];
  const channels = [
    fakeChannel('C1', 'care', [...team, bot]),
    fakeChannel('C2', 'general', [...team, bot]),
    fakeChannel('CP', 'care-private', [...team, bot], { kind: 'private' }),
    fakeChannel('CO', 'without-bot', team),
    fakeChannel('CQ', 'private-without-bot', team, { kind: 'private' }),
    fakeChannel('CA', 'archived', [...team, bot], { archived: true }),
    fakeChannel('CS', 'acme-shared', [...team, 'UX', bot], { extShared: true }),
    fakeChannel('CI', 'acme-invited', [...team, bot], { pendingExtShared: true }),
    fakeChannel('CG', 'with-guest', [...team, 'UG', bot]),
  ];
  return {
    id,
    name: `Team ${id}`,
    domain: `team-${id.toLowerCase()}`,
    enterpriseId: null,
    botUserId: bot,
    botId: 'B1',
    scopes: TEAM_SCOPES.split(','),
    authError: null,
    users: new Map(users.map((user) => [user.id, user])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    messages: [],
    ...more,
  };
}

/** The next message time, as unique in the whole fake as Slack's is in a channel. */
export function nextTs(world: FakeWorld): string {
  world.lastTs = Math.max(world.lastTs + 1, Math.floor(world.now() * 1000));
  const micros = String(world.lastTs).padStart(16, '0');
  return `${micros.slice(0, -6)}.${micros.slice(-6)}`;
}

/** A trigger that opens a view within 3 s, once. */
export function giveTrigger(
  world: FakeWorld,
  team: string,
  user: string,
  view: string | null = null,
): string {
  const id = `${world.triggers.size + 1}.${randomUUID()}`;
  world.triggers.set(id, { team, user, at: world.now(), used: false, view });
  return id;
}

/** An address that takes five answers within half an hour. */
export function giveResponseUrl(world: FakeWorld, team: string, channel: string, user: string): string {
  const id = randomUUID();
  world.responseUrls.set(id, { team, channel, user, at: world.now(), uses: 0 });
  return `${world.baseUrl}/response/${id}`;
}

/** The view as Slack hands it to the app. */
export function viewOutput(world: FakeWorld, view: FakeView): Record<string, unknown> {
  return {
    callback_id: '',
    private_metadata: '',
    close: null,
    submit: null,
    clear_on_close: false,
    notify_on_close: false,
    ...view.view,
    id: view.id,
    team_id: view.team,
    app_id: 'A1',
    bot_id: world.teams.get(view.team)?.botId ?? 'B1',
    state: { values: view.state },
    hash: view.hash,
    external_id: view.externalId,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
  };
}

/** The message as Slack hands it out; its metadata only to who asks for it. */
export function messageOutput(message: FakeMessage, withMetadata: boolean): Record<string, unknown> {
  return {
    type: 'message',
    user: message.user,
    ...(message.botId === null ? {} : { bot_id: message.botId, app_id: 'A1' }),
    ts: message.ts,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    text: message.text,
    blocks: message.blocks,
    ...(message.edits > 0 ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}
