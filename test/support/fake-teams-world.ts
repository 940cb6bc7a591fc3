import { randomUUID } from 'node:crypto';

/** A person of a tenant, as Teams tells of them. */
export type FakePerson = {
  /** Entra object id. */
  personId: string;
  /** `29:…` */
  userId: string;
  name: string;
  email: string;
  /** Theirs: another one than the conversation's for people from outside. */
  tenantId: string;
  role: 'user' | 'guest' | 'anonymous' | 'owner';
  locale: string;
  zone: string;
};

/** Why Teams takes nothing in a conversation. */
export type Shut =
  | 'BotNotInConversationRoster'
  | 'MessageWritesBlocked'
  | 'ForbiddenOperationException'
  | 'ConversationNotFound';

export type FakeConversation = {
  id: string;
  kind: 'personal' | 'group' | 'channel';
  name: string | null;
  teamId: string | null;
  teamName: string | null;
  teamGroupId: string | null;
  /** By Entra object id. */
  members: string[];
  shut: Shut | null;
};

/** An activity as it stands in a conversation now. `from` is an Entra object id, or `bot`. */
export type FakePost = {
  id: string;
  /** The conversation's own id, without a thread. */
  conversation: string;
  /** The post whose thread it stands in; its own id where it began one; null outside of channels. */
  root: string | null;
  from: string;
  text: string;
  activity: Record<string, unknown>;
  edits: number;
  /** What single people have been given in the place of its card. */
  seen: Map<string, Record<string, unknown>>;
  /** As it was posted, before any edit. */
  posted?: Record<string, unknown>;
  /** Taken in, and the connection ended before the answer was through. */
  isCut?: boolean;
  /** Who sent it, where they say so (`x-sent-by`). */
  by?: string;
};

export type FakeTenant = {
  id: string;
  name: string;
  people: Map<string, FakePerson>;
  conversations: Map<string, FakeConversation>;
  posts: FakePost[];
};

/** A call of the Connector as it arrived. */
export type FakeCall = {
  tenant: string;
  call: 'create' | 'post' | 'update' | 'delete' | 'members' | 'member';
  /** As the path names it; of `create` the channel or the person. */
  conversation: string;
  body: Record<string, unknown>;
  authorization: string | null;
  query: Record<string, string>;
  at: number;
};

export type FakeWorld = {
  now: () => number;
  baseUrl: string;
  appId: string;
  tenants: Map<string, FakeTenant>;
  calls: FakeCall[];
  lastId: number;
  /** Sees the card of every message that arrives. */
  saw: (card: unknown, where: string) => void;
};

/** The example team, by the numbers of their ids; the same in each tenant, as different tenants may have it. */
export const PEOPLE = {
  Ada: 'a0000000-0000-4000-8000-000000000001',
  Sam: 'a0000000-0000-4000-8000-000000000002',
  Leo: 'a0000000-0000-4000-8000-000000000003',
  Mia: 'a0000000-0000-4000-8000-000000000004',
  Dora: 'a0000000-0000-4000-8000-000000000005',
} as const;

const NAMES: Record<keyof typeof PEOPLE, string> = {
  Ada: 'Ada Agent',
  Sam: 'Sam Support',
  Leo: 'Leo Lead',
  Mia: 'Mia Manager',
  Dora: 'Dora Director',
};

export const TENANT_1 = 'b0000000-0000-4000-8000-000000000001';
export const TENANT_2 = 'b0000000-0000-4000-8000-000000000002';
/** A channel of the team, its General; another channel; a group chat; Ada's chat with Kept. */
export const CHANNEL = '19:support@thread.tacv2';
export const CHANNEL_2 = '19:escalations@thread.tacv2';
export const GROUP = '19:0123456789abcdef0123456789abcdef@thread.v2';
export const TEAM = '19:support@thread.tacv2';
export const TEAM_GROUP = 'c0000000-0000-4000-8000-000000000001';

export function personalOf(personId: string): string {
  return `a:chat-${personId.slice(-2)}`;
}

export function userIdOf(personId: string): string {
  return `29:1${personId.replaceAll('-', '')}`;
}

export function fakePerson(
  personId: string,
  name: string,
  tenantId: string,
  more: Partial<FakePerson> = {},
): FakePerson {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.test`;
  const userId = userIdOf(personId);
  return {
    personId,
    userId,
    name,
    email,
    tenantId,
    role: 'user',
    locale: 'en-US',
    zone: 'Europe/Berlin',
    ...more,
  };
}

/** A tenant with the example team in two channels and a group chat. Personal chats are made when they are opened. */
export function fakeTenant(id: string, name = `Tenant ${id.slice(-1)}`): FakeTenant {
  const people = Object.entries(PEOPLE).map(([key, personId]) =>
    fakePerson(personId, Object.entries(NAMES).find(([one]) => one === key)?.[1] ?? key, id),
  );
  const members = Object.values(PEOPLE);
  const team = { teamId: TEAM, teamName: 'Support', teamGroupId: TEAM_GROUP };
  const none = { teamId: null, teamName: null, teamGroupId: null };
  const conversations: FakeConversation[] = [
    { id: CHANNEL, kind: 'channel', name: 'General', ...team, members: [...members], shut: null },
    { id: CHANNEL_2, kind: 'channel', name: 'Escalations', ...team, members: [...members], shut: null },
    { id: GROUP, kind: 'group', name: 'Acme', ...none, members: [...members], shut: null },
  ];
  return {
    id,
    name,
    people: new Map(people.map((person) => [person.personId, person])),
    conversations: new Map(conversations.map((conversation) => [conversation.id, conversation])),
    posts: [],
  };
}

/** A person's chat with Kept, made where there is none. */
export function personalWith(tenant: FakeTenant, personId: string): FakeConversation {
  const id = personalOf(personId);
  const known = tenant.conversations.get(id);
  const none = { name: null, teamId: null, teamName: null, teamGroupId: null };
  const chat = known ?? { id, kind: 'personal', ...none, members: [personId], shut: null };
  tenant.conversations.set(id, chat);
  return chat;
}

/** Ids of activities are the times of messages, in ms. */
export function nextId(world: FakeWorld): string {
  world.lastId = Math.max(world.lastId + 1, world.now());
  return String(world.lastId);
}

export function invokeId(): string {
  return `f:${randomUUID()}`;
}

export function tenantOf(world: FakeWorld, id: string): FakeTenant {
  const found = world.tenants.get(id);
  if (found === undefined) throw new Error(`There is no fake tenant ${id}`);
  return found;
}

/** The card of an activity, as it was posted. */
export function cardOf(activity: Record<string, unknown>): Record<string, unknown> | null {
  const attachments = activity['attachments'];
  const [first]: unknown[] = Array.isArray(attachments) ? attachments : [];
  return isRecord(first) && isRecord(first['content']) ? first['content'] : null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
