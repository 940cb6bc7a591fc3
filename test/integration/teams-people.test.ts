import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { At, Bot, Listed } from '../../adapters/teams/bot.ts';
import { TeamsCallFailed } from '../../adapters/teams/errors.ts';
import { createGraph, type Graph } from '../../adapters/teams/graph.ts';
import { createPeople, type People } from '../../adapters/teams/people.ts';
import type { Shared } from '../../adapters/teams/places.ts';
import { createPresenceWatch } from '../../adapters/teams/presence.ts';
import { teamsConnection } from '../../adapters/teams/teams-connection.ts';
import type { TeamsConnection } from '../../adapters/teams/teams-deps.ts';
import type { From } from '../../adapters/teams/told.ts';
import type { Log } from '../../src/app/deps.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import { NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { type FakeGraph, startFakeGraph } from '../support/fake-graph.ts';
import { useCases } from '../support/use-cases.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const CARE = '19:care@thread.tacv2';
const HOME = '19:home@thread.tacv2';

type Logged = { level: keyof Log; fields: object; message: string };

let on: Awaited<ReturnType<typeof useCases>>;
let fake: FakeGraph;
let logged: Logged[];
let connection: TeamsConnection;
let graph: Graph;
let people: People;
/** By conversation, who is in it; an Error is what Teams answers there. */
let rosters: Map<string, Map<string, Listed> | Error>;
let looks: { conversation: string; id: string }[];
let home: string | null;
let shared: Shared[];
let tenants = 0;

beforeAll(async () => {
  on = await useCases();
});
afterAll(() => on.stop());

/** Each test has a tenant of its own. */
beforeEach(async () => {
  tenants += 1;
  const tenantId = `tenant-${tenants}`;
  fake = await startFakeGraph();
  logged = [];
  rosters = new Map([[CARE, new Map()]]);
  looks = [];
  home = null;
  shared = [];
  const { connection: made } = await connections().connect({
    kind: 'teams',
    externalId: tenantId,
    facts: () => ({ tenantId, name: 'Care team', botId: '28:app', botName: 'Kept', installedBy: 'ada' }),
    secret: null,
    workspace: newWorkspace(
      {
        id: WorkspaceId.parse(randomUUID()),
        name: NonBlank.parse('Care team'),
        zone: 'Europe/Berlin',
        country: 'DE',
        currency: 'EUR',
      },
      [],
    ),
    identities: [],
  });
  connection = teamsConnection(made);
  ({ people, graph } = process());
});
afterEach(async () => {
  await people.idle();
  await fake.stop();
});

const connections = () => createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));

const bot = {
  member: async ({ conversation }: At, id: string) => {
    looks.push({ conversation, id });
    const roster = rosters.get(conversation);
    if (roster === undefined) throw refusal(404);
    if (roster instanceof Error) throw roster;
    return roster.get(id) ?? [...roster.values()].find(({ userId }) => userId === id) ?? null;
  },
} satisfies Pick<Bot, 'member'>;
const refusal = (status: number) =>
  new TeamsCallFailed({ kind: 'answered', status, code: null, afterMs: null });

/** Kept's side of it, as one process has it. */
function process() {
  const at =
    (level: keyof Log) =>
    (fields: object, message: string): void => {
      logged.push({ level, fields, message });
    };
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const deps = {
    ...chatDeps({
      deps: { ...on.deps, log },
      connections: connections(),
      inbox: createInbox(on.db, on.poolConfig, () => {}),
      publicUrl: null,
    }),
    homeChannel: async () => home,
    addresses: createAddresses(on.db),
  };
  const ours = createGraph({
    identity: { by: 'secret', appId: 'app', password: 'a secret', tenantId: null },
    clock: on.clock.now,
    log,
    loginUrl: fake.loginUrl,
    graphUrl: fake.graphUrl,
  });
  const places = {
    at: async ({ facts }: TeamsConnection, conversation: string): Promise<At | null> => ({
      serviceUrl: 'https://smba.example.com/emea/',
      tenantId: facts.tenantId,
      conversation,
    }),
    personal: async (_connection: TeamsConnection, personId: string) =>
      rosters.has(`a:${personId}`) ? `a:${personId}` : null,
    shared: async () => shared,
  };
  return {
    people: createPeople({ deps, bot, places, graph: ours }),
    graph: ours,
    presence: createPresenceWatch({ deps, graph: ours, lookEveryMs: 10 }),
  };
}

function channel(name: string): Shared {
  return { conversation: `19:${name}@thread.tacv2`, kind: 'channel', name };
}

function listed(personId: string, more: Partial<Listed> = {}): Listed {
  return {
    userId: `29:${personId}`,
    personId,
    name: 'Sam Support',
    email: null,
    tenantId: connection.facts.tenantId,
    role: 'user',
    ...more,
  };
}
/** Puts somebody into a conversation. */
function joins(personId: string, more: Partial<Listed> = {}, where = CARE): void {
  const roster = rosters.get(where);
  const known = roster instanceof Map ? roster : new Map<string, Listed>();
  rosters.set(where, known.set(personId, listed(personId, more)));
}
const speaks = (personId: string, more: Partial<From> = {}): From => ({
  personId,
  userId: `29:${personId}`,
  name: 'Sam Support',
  locale: null,
  zone: null,
  ...more,
});
async function met(who: Parameters<People['memberFor']>[1], where: string | null = CARE) {
  const known = await people.memberFor(connection, who, where);
  await people.idle();
  if (!known.ok) throw new Error(`${who.personId} is no member: ${known.why}`);
  return known.member;
}
const now = (personId: string) => connections().memberOf(connection.workspaceId, connection.id, personId);
const everybody = async () =>
  (await on.deps.store.transact(connection.workspaceId, (tx) => tx.workspace())).members;

describe('who speaks for the first time', () => {
  test('is met, with what the conversation and what they spoke with tell of them', async () => {
    joins('sam');
    expect(await met(speaks('sam', { name: 'Sam', zone: 'America/New_York' }))).toMatchObject({
      name: 'Sam Support',
      title: '',
      zone: 'America/New_York',
      leadId: null,
      limit: null,
      absence: null,
      chat: { away: null, paused: null },
      admin: false,
      active: true,
    });
    expect(await now('sam')).toMatchObject({ name: 'Sam Support' });
  });

  test('keeps the mail that the roster tells with where they are reached', async () => {
    joins('sam', { email: 'sam@example.com' });
    await met(speaks('sam'));
    const found = await createAddresses(on.db).get(connection.workspaceId, connection.id, 'person/sam');
    expect(found?.facts).toEqual({ email: 'sam@example.com' });
  });

  test('has the workspace’s zone until their own is known, and then that', async () => {
    joins('sam');
    expect(await met(speaks('sam'))).toMatchObject({ zone: 'Europe/Berlin' });
    expect(await met(speaks('sam', { zone: 'Asia/Tokyo' }))).toMatchObject({ zone: 'Asia/Tokyo' });
    expect(await now('sam')).toMatchObject({ zone: 'Asia/Tokyo' });
    expect(await met(speaks('sam', { zone: 'Mars/Olympus', name: '' }))).toEqual(await now('sam'));
  });

  test('is met once, however often they speak, and Teams is asked once', async () => {
    joins('sam');
    const given = await Promise.all([met(speaks('sam')), met(speaks('sam')), met(speaks('sam'))]);
    expect(new Set(given.map(({ id }) => id)).size).toBe(1);
    await met(speaks('sam'));
    expect(looks).toEqual([{ conversation: CARE, id: 'sam' }]);
    expect(await everybody()).toHaveLength(1);
  });

  test('may change the team if they installed Kept', async () => {
    joins('ada', { name: 'Ada Agent' });
    expect(await met(speaks('ada'))).toMatchObject({ admin: true });
  });

  test('is looked for where a thread’s channel is', async () => {
    joins('sam');
    await met(speaks('sam'), `${CARE};messageid=1700000000000`);
    expect(looks).toEqual([{ conversation: CARE, id: 'sam' }]);
  });

  test('is nobody yet while Teams can’t be asked', async () => {
    rosters.set(CARE, refusal(503));
    await expect(people.memberFor(connection, speaks('sam'), CARE)).rejects.toThrow();
    expect(await now('sam')).toBeNull();
    rosters.delete(CARE);
    joins('sam');
    expect(await met(speaks('sam'))).toMatchObject({ name: 'Sam Support' });
  });

  test('in a chat that Kept isn’t in is found in their own with Kept', async () => {
    rosters.set(CARE, refusal(403));
    joins('sam', {}, 'a:sam');
    expect(await met(speaks('sam'))).toMatchObject({ name: 'Sam Support' });
  });

  test('and in the tab, with no conversation at all, in the team’s home channel', async () => {
    home = HOME;
    joins('sam', {}, HOME);
    expect(await met(speaks('sam', { userId: '' }), null)).toMatchObject({ name: 'Sam Support' });
  });
});

describe('who is no member', () => {
  test.each<[string, string, Partial<Listed>]>([
    ['guest', 'a guest', { role: 'guest' }],
    ['stranger', 'somebody of another tenant', { tenantId: 'tenant-elsewhere' }],
    ['stranger', 'somebody who didn’t sign in', { role: 'anonymous' }],
    ['bot', 'a bot', { role: 'bot' }],
  ])('%s: %s', async (why, _who, more) => {
    joins('eve', more);
    expect(await people.memberFor(connection, speaks('eve'), CARE)).toEqual({ ok: false, why });
    expect(await now('eve')).toBeNull();
    // Asked again at once, Teams isn't.
    await people.memberFor(connection, speaks('eve'), CARE);
    expect(looks).toHaveLength(1);
  });

  test('a bot by its id: Teams isn’t even asked', async () => {
    const eve = speaks('eve', { userId: '28:other' });
    expect(await people.memberFor(connection, eve, CARE)).toEqual({ ok: false, why: 'bot' });
    expect(looks).toEqual([]);
  });

  test('somebody whom the conversation doesn’t list that they speak in', async () => {
    const refused = await people.memberFor(connection, speaks('eve'), CARE);
    expect(refused).toEqual({ ok: false, why: 'stranger' });
  });

  test('somebody whom nobody shows us, until they add Kept', async () => {
    rosters.set(CARE, refusal(403));
    const unseen = await people.memberFor(connection, speaks('sam'), CARE);
    expect(unseen).toEqual({ ok: false, why: 'unseen' });
    joins('sam', {}, 'a:sam');
    expect(await met(speaks('sam'))).toMatchObject({ active: true });
  });

  test('a guest who becomes a member is one when somebody’s membership changed, or a while later', async () => {
    joins('eve', { role: 'guest' });
    await people.memberFor(connection, speaks('eve'), CARE);
    joins('eve');
    expect(await people.memberFor(connection, speaks('eve'), CARE)).toMatchObject({ ok: false });
    people.membersChanged(connection);
    expect(await met(speaks('eve'))).toMatchObject({ active: true });
  });
});

describe('who was chosen in a form', () => {
  test('is found in the conversation that it stands in, and met', async () => {
    joins('leo', { name: 'Leo Lead' });
    expect(await met({ personId: 'leo' })).toMatchObject({ name: 'Leo Lead', zone: 'Europe/Berlin' });
  });

  test('or in their own with Kept', async () => {
    joins('leo', { name: 'Leo Lead' }, 'a:leo');
    expect(await met({ personId: 'leo' })).toMatchObject({ name: 'Leo Lead' });
  });

  test('or in one of the channels that Kept was last heard in, while no home channel is set', async () => {
    shared = ['new', 'newer', 'gone', 'older', 'old', 'oldest'].map((name) => channel(name));
    rosters.set(channel('older').conversation, new Map());
    joins('leo', { name: 'Leo Lead' }, channel('old').conversation);
    joins('mia', { name: 'Mia Manager' }, channel('oldest').conversation);
    shared.splice(1, 0, { ...channel('chat'), kind: 'group' }, channel('care'));
    joins('mia', {}, channel('chat').conversation);
    expect(await people.memberFor(connection, { personId: 'leo' }, CARE)).toMatchObject({ ok: false });
    shared.splice(0, 1);
    expect(await met({ personId: 'leo' })).toMatchObject({ name: 'Leo Lead' });
    const before = looks.length;
    expect(await people.memberFor(connection, { personId: 'mia' }, CARE)).toEqual({
      ok: false,
      why: 'unseen',
    });
    // The conversation at hand is asked once, though it is among them; of the others the five newest.
    expect(looks.slice(before).map(({ conversation }) => conversation)).toEqual([
      CARE,
      ...['newer', 'gone', 'older', 'old'].map((name) => channel(name).conversation),
    ]);
  });

  test('by their id in Teams, too, which they have in the conversation', async () => {
    joins('sam');
    joins('leo', { name: 'Leo Lead' });
    const sams = await met({ personId: 'sam' });
    expect(await met({ personId: '29:sam' })).toEqual(sams);
    expect(await met({ personId: '29:leo' })).toMatchObject({ name: 'Leo Lead' });
    expect(await now('29:leo')).toBeNull();
    expect(await now('leo')).toMatchObject({ name: 'Leo Lead' });
    const unseen = await people.memberFor(connection, { personId: '29:mia' }, CARE);
    expect(unseen).toEqual({ ok: false, why: 'unseen' });
  });

  test('or by Graph, where that is granted', async () => {
    fake.state.granted.add('User.Read.All').add('MailboxSettings.Read');
    fake.people.set('leo', {
      displayName: 'Leo Lead',
      jobTitle: 'Support lead',
      timeZone: 'India Standard Time',
    });
    expect(await met({ personId: 'leo' })).toMatchObject({
      name: 'Leo Lead',
      title: 'Support lead',
      zone: 'Asia/Calcutta',
    });
  });

  test('else nobody can tell who they are: once they are seen, they are a member', async () => {
    const unseen = await people.memberFor(connection, { personId: 'leo' }, CARE);
    expect(unseen).toEqual({ ok: false, why: 'unseen' });
    joins('leo');
    expect(await met({ personId: 'leo' })).toMatchObject({ active: true });
  });

  test.each<[string, Partial<Listed>]>([
    ['guest', { role: 'guest' }],
    ['stranger', { tenantId: 'tenant-elsewhere' }],
  ])('a %s is refused', async (why, more) => {
    joins('eve', more);
    expect(await people.memberFor(connection, { personId: 'eve' }, CARE)).toEqual({ ok: false, why });
  });

  test.each([
    ['guest', { userType: 'Guest' as const }],
    ['gone', { accountEnabled: false }],
    ['gone', null],
  ])('by Graph a %s is refused, too', async (why, person) => {
    fake.state.granted.add('User.Read.All');
    if (person !== null) fake.people.set('eve', person);
    expect(await people.memberFor(connection, { personId: 'eve' }, CARE)).toEqual({ ok: false, why });
  });
});

describe('a member changes', () => {
  test('their name and zone when they speak, and what was said in Kept stays', async () => {
    joins('sam');
    const { id } = await met(speaks('sam'));
    const set = { title: 'Duty manager', admin: true, absence: { from: 1, until: null } };
    await on.deps.store.transact(connection.workspaceId, async (tx) => {
      const member = (await tx.workspace()).members.find((one) => one.id === id);
      if (member !== undefined) await tx.saveMember({ ...member, ...set });
    });
    await met(speaks('sam', { name: 'Samira', zone: 'Asia/Tokyo' }));
    expect(await now('sam')).toMatchObject({ id, ...set, name: 'Samira', zone: 'Asia/Tokyo' });
  });

  test('into a guest: seen when they are here again a day later', async () => {
    joins('sam');
    await met(speaks('sam'));
    joins('sam', { role: 'guest' });
    on.clock.forward(23 * HOUR);
    expect(await met(speaks('sam'))).toMatchObject({ active: true });
    on.clock.forward(2 * HOUR);
    await met(speaks('sam'));
    expect(await people.memberFor(connection, speaks('sam'), CARE)).toEqual({ ok: false, why: 'guest' });
    expect(await now('sam')).toMatchObject({ active: false });
  });

  test('who leaves one team is a member still', async () => {
    joins('sam');
    await met(speaks('sam'));
    rosters.set(CARE, new Map());
    on.clock.forward(25 * HOUR);
    await met(speaks('sam'));
    expect(await now('sam')).toMatchObject({ active: true });
  });

  test('whose account is closed is gone, and back with what they had', async () => {
    fake.state.granted.add('User.Read.All');
    fake.people.set('sam', {});
    joins('sam');
    const { id } = await met(speaks('sam'));
    fake.people.set('sam', { accountEnabled: false });
    on.clock.forward(25 * HOUR);
    await met({ personId: 'sam' });
    expect(await people.memberFor(connection, { personId: 'sam' }, CARE)).toEqual({ ok: false, why: 'gone' });
    expect(await now('sam')).toMatchObject({ active: false });
    fake.people.set('sam', {});
    on.clock.forward(HOUR);
    expect(await met(speaks('sam'))).toMatchObject({ id, active: true });
  });

  test('as a roster tells that somebody asked for', async () => {
    for (const id of ['sam', 'leo', 'mia']) {
      joins(id);
      await met(speaks(id));
    }
    people.seen(connection, [
      listed('sam', { name: 'Samira' }),
      listed('leo', { role: 'guest' }),
      listed('dora', { name: 'Dora Director' }),
    ]);
    await people.idle();
    expect(await now('sam')).toMatchObject({ name: 'Samira', active: true });
    expect(await now('leo')).toMatchObject({ active: false });
    expect(await now('mia'), 'who isn’t in it stays').toMatchObject({ active: true });
    expect(await now('dora'), 'who was never met is not met by that').toBeNull();
  });

  test('a zone that they spoke with goes before the one of their mailbox', async () => {
    fake.state.granted.add('MailboxSettings.Read');
    fake.people.set('sam', { timeZone: 'Pacific Standard Time' });
    joins('sam');
    expect(await met(speaks('sam'))).toMatchObject({ zone: 'America/Los_Angeles' });
    await met(speaks('sam', { zone: 'Asia/Tokyo' }));
    on.clock.forward(25 * HOUR);
    await met({ personId: 'sam' });
    expect(await now('sam')).toMatchObject({ zone: 'Asia/Tokyo' });
  });
});

test('the same id in two tenants is two people', async () => {
  joins('sam');
  const first = { connection, member: await met(speaks('sam')) };
  const { connection: other } = await connections().connect({
    kind: 'teams',
    externalId: `${connection.externalId}-b`,
    facts: () => ({ ...connection.facts, tenantId: `${connection.externalId}-b` }),
    secret: null,
    workspace: newWorkspace(
      {
        id: WorkspaceId.parse(randomUUID()),
        name: NonBlank.parse('Other'),
        zone: 'UTC',
        country: null,
        currency: 'USD',
      },
      [],
    ),
    identities: [],
  });
  const theirs = teamsConnection(other);
  // What one tenant lists as its own is a stranger to the other.
  expect(await people.memberFor(theirs, speaks('sam'), CARE)).toEqual({ ok: false, why: 'stranger' });
  joins('leo', { tenantId: theirs.facts.tenantId });
  const second = await people.memberFor(theirs, speaks('leo'), CARE);
  expect(second).toMatchObject({ ok: true, member: { workspaceId: theirs.workspaceId } });
  expect(await everybody()).toEqual([first.member]);
});

describe('Graph', () => {
  const grants = () => logged.filter(({ message }) => message === 'graph is asked for what was granted');

  test('isn’t asked for anything that wasn’t granted, which is said once', async () => {
    joins('sam');
    joins('leo');
    await met(speaks('sam'));
    await met(speaks('leo'));
    expect(await graph.presences(connection.facts.tenantId, ['sam'])).toBeNull();
    expect(fake.asked()).toEqual([]);
    expect(fake.tokensAsked()).toHaveLength(1);
    expect(fake.tokensAsked()[0]).toMatchObject({
      at: `POST /${connection.facts.tenantId}/oauth2/v2.0/token`,
      body: { client_id: 'app', scope: `${fake.graphUrl}/.default` },
    });
    expect(grants()).toMatchObject([
      {
        level: 'info',
        fields: { granted: [], lacks: ['User.Read.All', 'MailboxSettings.Read', 'Presence.Read.All'] },
      },
    ]);
  });

  test('is asked with a token that is renewed, and sees what was granted since', async () => {
    await graph.person('tenant', 'sam');
    fake.state.granted.add('User.Read.All');
    fake.people.set('sam', { jobTitle: 'Support' });
    on.clock.forward(54 * MINUTE);
    expect(await graph.person('tenant', 'sam')).toEqual({ user: null, zone: null });
    on.clock.forward(2 * MINUTE);
    expect(await graph.person('tenant', 'sam')).toMatchObject({ user: { title: 'Support' } });
    expect(fake.asked().map(({ at }) => at)).toEqual(['GET /v1.0/users/sam']);
    expect(fake.asked()[0]?.authorization).toMatch(/^Bearer /u);
    expect(grants()).toHaveLength(2);
  });

  test('without a token Kept goes on, and asks again after a minute', async () => {
    fake.state.password = 'another';
    joins('sam');
    expect(await met(speaks('sam'))).toMatchObject({ name: 'Sam Support' });
    joins('leo');
    await met(speaks('leo'));
    expect(fake.tokensAsked()).toHaveLength(1);
    on.clock.forward(MINUTE + 1);
    await graph.person(connection.facts.tenantId, 'sam');
    expect(fake.tokensAsked()).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toContain('a secret');
    expect(JSON.stringify(logged)).not.toContain('another');
  });

  test.each([
    ['is busy', { status: 429, retryAfter: '120' }, 120_000],
    ['is down', { status: 503 }, 60_000],
  ])('when it %s, is left alone for a while', async (_what, fault, restMs) => {
    fake.state.granted.add('User.Read.All');
    fake.people.set('sam', {});
    fake.state.faults.push(fault);
    expect((await graph.person('tenant', 'sam')).user).toBeNull();
    on.clock.forward(restMs - 1_000);
    expect((await graph.person('tenant', 'sam')).user).toBeNull();
    expect(fake.asked()).toHaveLength(1);
    on.clock.forward(2_000);
    expect((await graph.person('tenant', 'sam')).user).toMatchObject({ name: 'Sam Support' });
  });

  test('when it takes the token no more, gets a new one', async () => {
    fake.state.granted.add('User.Read.All');
    fake.people.set('sam', {});
    fake.state.faults.push({ status: 401 });
    expect((await graph.person('tenant', 'sam')).user).toBeNull();
    expect((await graph.person('tenant', 'sam')).user).toMatchObject({ name: 'Sam Support' });
    expect(fake.tokensAsked()).toHaveLength(2);
  });

  test('cut off in the middle, is no reason not to be met', async () => {
    fake.state.granted.add('User.Read.All');
    await graph.person(connection.facts.tenantId, 'x');
    await fake.stop();
    joins('sam');
    expect(await met(speaks('sam'))).toMatchObject({ name: 'Sam Support' });
    fake = await startFakeGraph();
  });

  test('there is none in local development', async () => {
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const none = createGraph({
      identity: { by: 'nobody' },
      clock: on.clock.now,
      log,
      loginUrl: fake.loginUrl,
      graphUrl: fake.graphUrl,
    });
    expect(await none.person('tenant', 'sam')).toEqual({ user: null, zone: null });
    expect(await none.presences('tenant', ['sam'])).toBeNull();
    expect(fake.tokensAsked()).toEqual([]);
  });
});

describe('presence', () => {
  const chat = async (id: string) => (await now(id))?.chat;
  const span = (from: Instant, minutes: number) => ({ from, until: on.clock.now() + minutes * MINUTE });
  beforeEach(async () => {
    fake.state.granted.add('Presence.Read.All');
    for (const id of ['sam', 'leo']) {
      joins(id);
      await met(speaks(id));
      fake.people.set(id, {});
    }
    await forgetOthers();
    fake.forget();
  });
  /** What other tests connected isn't looked at. */
  async function forgetOthers(): Promise<void> {
    for (const one of await connections().all('teams')) {
      if (one.id !== connection.id) {
        await connections().setStatus(one.workspaceId, one.id, 'disconnected');
      }
    }
  }

  test.each([
    ['out of office', { isOutOfOffice: true, availability: 'Available' }, 'away'],
    ['out of office by their activity', { activity: 'OutOfOffice' }, 'away'],
    ['not to be disturbed', { availability: 'DoNotDisturb', activity: 'DoNotDisturb' }, 'paused'],
    ['presenting', { availability: 'DoNotDisturb', activity: 'Presenting' }, 'paused'],
    ['in a call', { availability: 'Busy', activity: 'InACall' }, 'neither'],
    ['in a meeting', { availability: 'Busy', activity: 'InAMeeting' }, 'neither'],
    ['offline', { availability: 'Offline', activity: 'Offline' }, 'neither'],
    ['away from the keyboard', { availability: 'Away', activity: 'Away' }, 'neither'],
  ])('%s', async (_what, shows, is) => {
    fake.people.set('sam', shows);
    await process().presence.look();
    expect(await chat('sam')).toEqual({
      away: is === 'away' ? span(on.clock.now(), 30) : null,
      paused: is === 'paused' ? span(on.clock.now(), 10) : null,
    });
    expect(await chat('leo')).toEqual({ away: null, paused: null });
  });

  test('is taken back when they are here again', async () => {
    const { presence } = process();
    fake.people.set('sam', { isOutOfOffice: true });
    await presence.look();
    fake.people.set('sam', {});
    await presence.look();
    expect(await chat('sam')).toEqual({ away: null, paused: null });
  });

  test('goes on from when it began, and writes nothing while it goes on anew', async () => {
    const { presence } = process();
    fake.people.set('sam', { isOutOfOffice: true });
    const began = on.clock.now();
    await presence.look();
    on.clock.forward(10 * MINUTE);
    await presence.look();
    expect(await chat('sam')).toMatchObject({ away: { from: began, until: began + 30 * MINUTE } });
    on.clock.forward(10 * MINUTE);
    await presence.look();
    expect(await chat('sam')).toMatchObject({ away: { from: began, until: began + 50 * MINUTE } });
  });

  test('stays as it was while Graph can’t be asked, and of whom it says nothing', async () => {
    const { presence } = process();
    fake.people.set('sam', { isOutOfOffice: true });
    await presence.look();
    const before = await chat('sam');
    fake.state.faults.push({ status: 500 });
    await presence.look();
    on.clock.forward(2 * MINUTE);
    fake.people.delete('sam');
    await presence.look();
    expect(await chat('sam')).toEqual(before);
  });

  test('is asked for those who are here, in the tenants that are connected, all in one call', async () => {
    const leo = await met(speaks('leo'));
    await on.deps.store.transact(connection.workspaceId, (tx) => tx.saveMember({ ...leo, active: false }));
    await process().presence.look();
    expect(fake.asked()).toMatchObject([
      { at: 'POST /v1.0/communications/getPresencesByUserId', body: { ids: ['sam'] } },
    ]);
  });

  test('of very many is asked for 650 at a time', async () => {
    const ids = Array.from({ length: 1_301 }, (_, index) => `p${index}`);
    for (const id of ids) fake.people.set(id, {});
    const found = await graph.presences(connection.facts.tenantId, ids);
    expect(found?.size).toBe(1_301);
    expect(fake.asked()).toHaveLength(3);
  });

  test('isn’t asked for where it wasn’t granted', async () => {
    fake.state.granted.clear();
    await process().presence.look();
    expect(fake.asked()).toEqual([]);
  });

  test('is looked at again and again until it is stopped', async () => {
    const { presence } = process();
    presence.start();
    await expect.poll(() => fake.asked().length).toBeGreaterThan(2);
    await presence.stop();
    fake.forget();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fake.asked()).toEqual([]);
  });
});
