import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAudience, StillLooking } from '../../adapters/slack/audience.ts';
import { createClients } from '../../adapters/slack/clients.ts';
import type { SlackConnection } from '../../adapters/slack/slack-deps.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';
import { type FakeUser, fakeChannel, fakeTeam, fakeUser } from '../support/fake-slack-world.ts';
import { handClock } from '../support/hand-clock.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const connection: SlackConnection = {
  id: 'slack/T1',
  workspaceId: WorkspaceId.parse('a3f1d7a0-5a53-4a0c-9a51-0b7b5e0d0001'),
  kind: 'slack',
  externalId: 'T1',
  status: 'connected',
  facts: {
    teamId: 'T1',
    enterpriseId: 'E1',
    name: 'Team T1',
    url: 'https://team-t1.slack.com/',
    appId: 'A1',
    botUserId: 'UBOT',
    botId: 'B1',
    scopes: [],
    installedBy: null,
  },
};

describe('who reads along', () => {
  const clock = handClock('2026-11-23T10:00:00Z');
  let fake: FakeSlack;
  let audience: ReturnType<typeof createAudience>;

  beforeAll(async () => {
    fake = await startFakeSlack({ signingSecret: 'fake', now: clock.now, teams: [fakeTeam('T1')] });
  });
  afterAll(() => fake.stop());
  beforeEach(() => {
    const clientOf = createClients({ apiUrl: fake.apiUrl, tokenOf: async () => 'xoxb-T1', log: silent });
    audience = createAudience({ clientOf, clock: clock.now, seen: () => {} });
  });
  afterEach(() => fake.heal());

  const add = (users: FakeUser[]) => users.forEach((user) => fake.team('T1').users.set(user.id, user));
  const userOf = (id: string): FakeUser => {
    const found = fake.team('T1').users.get(id);
    if (found === undefined) throw new Error(`${id} is not there`);
    return found;
  };
  const crowd = (prefix: string, count: number, more: Partial<FakeUser> = {}) =>
    Array.from({ length: count }, (_, nr) => fakeUser('T1', `${prefix}${nr}`, `Somebody ${nr}`, more));

  it('is looked at again by a process that wasn’t told, once the mark has changed', async () => {
    expect(await audience.of(connection, 'C1')).toBe('team');
    const sam = userOf('U2');
    sam.is_restricted = true;
    expect(await audience.of(connection, 'C1'), 'nobody has said anything').toBe('team');
    const marked = (peopleMark: string) => ({ ...connection, facts: { ...connection.facts, peopleMark } });
    expect(await audience.of(marked('another'), 'C1')).toBe('mixed');
    sam.is_restricted = false;
    expect(await audience.of(marked('a third'), 'C1')).toBe('team');
  });

  it('is seen at once when one of the team becomes a guest, and when they are a member again', async () => {
    expect(await audience.of(connection, 'C1')).toBe('team');
    const listed = fake.calls('users.list').length;
    const sam = userOf('U2');
    sam.is_restricted = true;
    audience.personChanged(connection, sam);
    expect(await audience.of(connection, 'C1')).toBe('mixed');
    sam.is_restricted = false;
    audience.personChanged(connection, sam);
    expect(await audience.of(connection, 'C1')).toBe('team');
    expect(fake.calls('users.list'), 'for one person, not all are asked for again').toHaveLength(listed);
  });

  it('changes nothing for another team’s person of the same id, or for a new status', async () => {
    expect(await audience.of(connection, 'C1')).toBe('team');
    const asked = fake.world.calls.length;
    audience.personChanged({ ...connection, id: 'slack/T2' }, { ...userOf('U2'), is_restricted: true });
    audience.personChanged(connection, userOf('U2'));
    audience.personChanged(connection, 'nobody that could be read');
    expect(await audience.of(connection, 'C1')).toBe('team');
    expect(fake.world.calls).toHaveLength(asked);
  });

  it('goes on listing a large team where Slack cut it short', async () => {
    add(crowd('UL', 2_500));
    fake.fault({ method: 'users.list', times: 1, what: 'limited', retryAfter: 30, holding: '2000' });
    await expect(audience.of(connection, 'C1')).rejects.toThrow();
    const pages = fake.calls('users.list').length;
    expect(await audience.of(connection, 'C1')).toBe('team');
    expect(fake.calls('users.list'), 'the last page alone').toHaveLength(pages + 1);
  });

  it('lists a team once, however many channels are asked about at once', async () => {
    const before = fake.calls('users.list').length;
    await Promise.all(['C1', 'C2', 'CP', 'CG'].map((channel) => audience.of(connection, channel)));
    const once = fake.calls('users.list').length - before;
    clock.forward(11 * 60_000);
    await Promise.all(['C1', 'C2', 'CP', 'CG'].map((channel) => audience.of(connection, channel)));
    expect(fake.calls('users.list').length - before).toBe(2 * once);
  });

  it('knows colleagues of the org’s other workspaces, and takes a crowd that it can’t know for outsiders', async () => {
    const org = { team_id: 'T9', enterprise_user: { id: 'W1', enterprise_id: 'E1' } };
    const some = crowd('UO', 30, org);
    const many = crowd('UM', 501, org);
    const shown = fake.team('T1').channels;
    shown.set(
      'CO1',
      fakeChannel('CO1', 'of-the-org', ['U1', ...some.map(({ id }) => id)], { orgShared: true }),
    );
    shown.set(
      'CO2',
      fakeChannel('CO2', 'all-hands', ['U1', ...many.map(({ id }) => id)], { orgShared: true }),
    );
    await audience.of(connection, 'C1');
    add([...some, ...many]);
    await expect(audience.of(connection, 'CO1')).rejects.toThrow(StillLooking);
    expect(await audience.of(connection, 'CO1')).toBe('team');
    const before = fake.calls('users.info').length;
    expect(await audience.of(connection, 'CO2')).toBe('mixed');
    expect(fake.calls('users.info')).toHaveLength(before);
  });
});
