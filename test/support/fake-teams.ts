import { createSender } from './fake-teams-sender.ts';
import { type Fault, serveFakeTeams } from './fake-teams-server.ts';
import {
  type FakeCall,
  type FakePost,
  type FakeTenant,
  type FakeWorld,
  fakeTenant,
  nextId,
  personalOf,
  TENANT_1,
  TENANT_2,
  tenantOf,
} from './fake-teams-world.ts';

/**
 * A Teams for tests, on a loopback port: the Bot Connector, with faults as they happen, several tenants with the same
 * ids and people from outside, and the sender of what Teams tells Kept.
 */
export async function startFakeTeams(
  options: {
    tenants?: FakeTenant[];
    /** Epoch ms; the time of messages. */
    now?: () => number;
    appId?: string;
    /** The token that a request of Teams comes with, for the `serviceUrl` of its activity. */
    tokenFor?: (serviceUrl: string) => Promise<string | null>;
    /** Whether what Kept comes with is its token. */
    isOurs?: (authorization: string | null) => boolean;
    /** Sees every card that is posted, put in a post's place, or answered. */
    onCard?: (card: unknown, where: string) => void;
  } = {},
) {
  const tenants = options.tenants ?? [fakeTenant(TENANT_1), fakeTenant(TENANT_2)];
  const faults: Fault[] = [];
  let keptUrl: string | null = null;
  const world: FakeWorld = {
    now: options.now ?? Date.now,
    baseUrl: '',
    appId: options.appId ?? 'd0000000-0000-4000-8000-000000000001',
    tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
    calls: [],
    lastId: 0,
    saw: options.onCard ?? (() => {}),
  };
  const server = await serveFakeTeams(world, faults, options.isOurs ?? (() => true));
  const sender = createSender(
    world,
    () => {
      if (keptUrl === null) throw new Error('Tell the fake where Kept listens: fake.keptAt(url)');
      return keptUrl;
    },
    options.tokenFor ?? (() => Promise.resolve(null)),
  );

  return {
    ...sender,
    world,
    stop: server.stop,
    tenant: (id: string) => tenantOf(world, id),
    serviceUrl: (tenantId: string) => `${world.baseUrl}/${tenantId}/`,
    /** Where Kept listens, without a slash at the end. */
    keptAt: (url: string) => {
      keptUrl = url;
    },
    /** Gives what takes it back. */
    fault: (fault: Fault): (() => void) => {
      faults.push(fault);
      return () => {
        const at = faults.indexOf(fault);
        if (at >= 0) faults.splice(at, 1);
      };
    },
    /** Takes every fault back that has not happened yet. */
    heal: () => {
      faults.length = 0;
    },
    /** What Kept said in a conversation, oldest first; of one thread where `root` is given. */
    posts: (tenantId: string, conversation: string, root?: string): FakePost[] =>
      tenantOf(world, tenantId).posts.filter(
        (post) =>
          post.from === 'bot' &&
          post.conversation === conversation &&
          (root === undefined || post.root === root),
      ),
    /** What Kept said to a person in their own chat. */
    chat: (tenantId: string, personId: string): FakePost[] =>
      tenantOf(world, tenantId).posts.filter(
        (post) => post.from === 'bot' && post.conversation === personalOf(personId),
      ),
    calls: (call: FakeCall['call']) => world.calls.filter((one) => one.call === call),
    nextId: () => nextId(world),
  };
}

export type FakeTeams = Awaited<ReturnType<typeof startFakeTeams>>;
