import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAudience } from '../../adapters/slack/audience.ts';
import type { SlackConfig } from '../../adapters/slack/slack-config.ts';
import type { SlackConnection } from '../../adapters/slack/slack-deps.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';
import { type FakeUser, fakeTeam, fakeUser } from '../support/fake-slack-world.ts';
import { handClock } from '../support/hand-clock.ts';
import { type InstalledSlack, installedSlack } from '../support/installed-slack.ts';

const HOUR = 3_600_000;
const clock = handClock('2026-11-23T10:00:00Z');
const seconds = (instant: number) => instant / 1_000;

let on: InstalledSlack;
let fake: FakeSlack;
let teams = 0;
let connection: SlackConnection;
let kept: ReturnType<InstalledSlack['process']>;

beforeAll(async () => {
  on = await installedSlack();
});
afterAll(() => on.stop());

/** Each test has a team of its own, of the org `E<n>` where it is on Grid. */
beforeEach(async () => {
  teams += 1;
  await begin(`T${teams}`, null);
});
afterEach(() => fake.stop());

async function begin(teamId: string, enterpriseId: string | null): Promise<void> {
  await fake?.stop();
  fake = await startFakeSlack({
    signingSecret: 'unused',
    teams: [fakeTeam(teamId, { enterpriseId })],
    now: clock.now,
  });
  const config: SlackConfig = {
    apiUrl: fake.apiUrl,
    receive: { by: 'http', signingSecret: 'unused' },
    install: { by: 'token', botToken: `xoxb-${teamId}` },
  };
  kept = on.process(config, { clock: clock.now });
  kept.install.start();
  await expect.poll(() => on.connections.find('slack', teamId)).not.toBeNull();
  connection = await on.connection(teamId);
}

function person(id: string, more: Partial<FakeUser> = {}): FakeUser {
  const team = fake.team(connection.externalId);
  const known = team.users.get(id) ?? fakeUser(team.id, id, 'Sam Support');
  const user = { ...known, ...more, profile: { ...known.profile, ...more.profile } };
  team.users.set(id, user);
  return user;
}
const profile = (more: Partial<FakeUser['profile']>) => ({
  ...fakeUser('T', 'U', 'Sam Support').profile,
  ...more,
});

async function met(id: string) {
  const known = await kept.people.memberFor(connection, id);
  await kept.people.idle();
  if (!known.ok) throw new Error(`${id} is no member: ${known.why}`);
  return known.member;
}
const now = (id: string) => on.connections.memberOf(connection.workspaceId, connection.id, id);
const looks = () => fake.calls('users.info').length;

describe('who is seen for the first time', () => {
  test('is met, with what Slack knows of them', async () => {
    person('U2', {
      tz: 'America/New_York',
      profile: profile({ display_name: 'Sam', title: 'Support &amp; care' }),
    });
    expect(await met('U2')).toMatchObject({
      name: 'Sam',
      title: 'Support & care',
      zone: 'America/New_York',
      leadId: null,
      limit: null,
      absence: null,
      chat: { away: null, paused: null },
      admin: false,
      active: true,
    });
  });

  test('is met once, however often they speak, and Slack is asked once', async () => {
    const given = await Promise.all([met('U2'), met('U2'), met('U2')]);
    expect(new Set(given.map(({ id }) => id)).size).toBe(1);
    expect(await met('U2')).toEqual(await now('U2'));
    expect(looks()).toBe(1);
    const { members } = await on.deps.store.transact(connection.workspaceId, (tx) => tx.workspace());
    expect(members).toHaveLength(1);
  });

  test.each<[string, Partial<FakeUser>, object]>([
    ['has no display name', {}, { name: 'Sam Support' }],
    [
      'has no name but spaces',
      { real_name: ' ', profile: profile({ real_name: ' ' }), name: 'sam' },
      { name: 'sam' },
    ],
    ['has a zone that nobody knows', { tz: 'Mars/Olympus' }, { zone: 'Etc/GMT+0' }],
    ['runs the team', { is_owner: true }, { admin: true }],
    ['is an admin of the team', { is_admin: true }, { admin: true }],
    [
      'is away',
      { profile: profile({ status_emoji: ':palm_tree:', status_expiration: seconds(clock.now() + HOUR) }) },
      { chat: { away: { from: clock.now(), until: clock.now() + HOUR }, paused: null } },
    ],
    [
      'has paused their notifications',
      { dnd: { from: 1, until: 1, snoozedUntil: seconds(clock.now() + HOUR) } },
      { chat: { away: null, paused: { from: clock.now(), until: clock.now() + HOUR } } },
    ],
  ])('and %s', async (_name, more, expected) => {
    person('U2', more);
    await met('U2');
    expect(await now('U2')).toMatchObject(expected);
  });

  test('is met even when Slack doesn’t say whether they hear it', async () => {
    fake.fault({ method: 'dnd.info', times: 1, what: '500' });
    expect(await met('U2')).toMatchObject({ active: true });
  });

  test('is nobody yet while Slack can’t be asked', async () => {
    fake.fault({ method: 'users.info', times: 1, what: '500' });
    await expect(kept.people.memberFor(connection, 'U2')).rejects.toThrow();
    expect(await now('U2')).toBeNull();
    expect(await met('U2')).toMatchObject({ name: 'Sam Support' });
  });
});

describe('who is no member', () => {
  test.each<[string, string, Partial<FakeUser>]>([
    ['guest', 'a guest of several channels', { is_restricted: true }],
    ['guest', 'a guest of one channel', { is_ultra_restricted: true }],
    ['stranger', 'somebody of another company', { team_id: 'TX', is_stranger: true }],
    ['stranger', 'the same, in a channel shared with us', { team_id: 'TX', is_stranger: false }],
    ['stranger', 'a guest of another company', { team_id: 'TX', is_restricted: true }],
    ['stranger', 'an admin of another company', { team_id: 'TX', is_admin: true, is_owner: true }],
    [
      'stranger',
      'somebody of another org',
      { team_id: 'TX', enterprise_user: { id: 'WX', enterprise_id: 'EX' } },
    ],
    ['bot', 'a bot', { is_bot: true }],
    ['gone', 'somebody who left', { deleted: true }],
  ])('%s: %s', async (why, _name, more) => {
    person('U9', more);
    expect(await kept.people.memberFor(connection, 'U9')).toEqual({ ok: false, why });
    expect(await now('U9')).toBeNull();
    // Asked again at once, Slack isn't.
    await kept.people.memberFor(connection, 'U9');
    expect(looks()).toBe(1);
  });

  test('Slackbot', async () => {
    person('USLACKBOT');
    expect(await kept.people.memberFor(connection, 'USLACKBOT')).toEqual({ ok: false, why: 'bot' });
  });

  test('somebody whom Slack doesn’t show us', async () => {
    expect(await kept.people.memberFor(connection, 'UNOBODY')).toEqual({ ok: false, why: 'stranger' });
  });

  test('a guest who becomes a member is one at once', async () => {
    const guest = person('U9', { is_restricted: true });
    await kept.people.memberFor(connection, 'U9');
    await kept.people.userChanged(connection, person('U9', { ...guest, is_restricted: false }));
    expect(await met('U9')).toMatchObject({ active: true });
  });
});

describe('on Grid', () => {
  const ours = (teamId: string): Partial<FakeUser> => ({
    team_id: teamId,
    enterprise_user: { id: 'W9', enterprise_id: `E${teams}` },
  });
  beforeEach(async () => {
    teams += 1;
    await begin(`T${teams}`, `E${teams}`);
  });

  test.each<[string, Partial<FakeUser>]>([
    ['a colleague of another workspace', {}],
    ['the same, whom this workspace takes for a stranger', { is_stranger: true }],
  ])('%s is one of us', async (_name, more) => {
    person('U9', { ...ours('TELSEWHERE'), ...more });
    expect(await met('U9')).toMatchObject({ active: true });
  });

  test.each<[string, string, Partial<FakeUser>]>([
    ['guest', 'a guest of the org', { is_restricted: true }],
    ['stranger', 'somebody of another org', { enterprise_user: { id: 'W9', enterprise_id: 'EX' } }],
  ])('%s: %s', async (why, _name, more) => {
    person('U9', { ...ours('TELSEWHERE'), ...more });
    expect(await kept.people.memberFor(connection, 'U9')).toEqual({ ok: false, why });
  });

  test('for a whole org, its people are members and nobody else', async () => {
    const org = { ...connection, facts: { ...connection.facts, teamId: null } };
    person('U8', ours('TANY'));
    person('U9', { team_id: connection.externalId, enterprise_user: { id: 'W9', enterprise_id: 'EX' } });
    expect(await kept.people.memberFor(org, 'U8')).toMatchObject({ ok: true });
    expect(await kept.people.memberFor(org, 'U9')).toEqual({ ok: false, why: 'stranger' });
    await kept.people.idle();
    expect(fake.calls('dnd.info').at(-1)?.args).toMatchObject({ team_id: 'TANY' });
  });
});

describe('a member changes', () => {
  test.each<[string, Partial<FakeUser>, object]>([
    ['their name', { profile: profile({ display_name: 'Samira' }) }, { name: 'Samira' }],
    ['their zone', { tz: 'Asia/Tokyo' }, { zone: 'Asia/Tokyo' }],
    ['their title, where none was set', { profile: profile({ title: 'Lead' }) }, { title: 'Lead' }],
    ['into a guest', { is_restricted: true }, { active: false }],
    ['into one who left', { deleted: true }, { active: false }],
    [
      'their status to away',
      { profile: profile({ status_text: 'OOO' }) },
      { chat: { away: { from: clock.now(), until: null } } },
    ],
    [
      'their status to something else',
      { profile: profile({ status_text: 'Lunch' }) },
      { chat: { away: null } },
    ],
  ])('%s', async (_name, more, expected) => {
    await met('U2');
    await kept.people.userChanged(connection, person('U2', more));
    expect(await now('U2')).toMatchObject(expected);
  });

  test('back from being away, they are back', async () => {
    person('U2', { profile: profile({ status_emoji: ':palm_tree:' }) });
    await met('U2');
    await kept.people.userChanged(connection, person('U2', { profile: profile({ status_emoji: '' }) }));
    expect(await now('U2')).toMatchObject({ chat: { away: null } });
  });

  test('what was said in Kept stays: title, authority, an absence', async () => {
    const { id } = await met('U2');
    const set = { title: 'Duty manager', admin: true, absence: { from: 1, until: null } };
    await on.deps.store.transact(connection.workspaceId, async (tx) => {
      const { members } = await tx.workspace();
      const member = members.find((one) => one.id === id);
      if (member !== undefined) await tx.saveMember({ ...member, ...set });
    });
    const changed = { tz: 'Asia/Tokyo', profile: profile({ title: 'Support' }) };
    await kept.people.userChanged(connection, person('U2', changed));
    expect(await now('U2')).toMatchObject({ ...set, zone: 'Asia/Tokyo' });
  });

  test('who left and is back is a member again, with what they had', async () => {
    const { id } = await met('U2');
    await kept.people.userChanged(connection, person('U2', { deleted: true }));
    expect(await kept.people.memberFor(connection, 'U2')).toEqual({ ok: false, why: 'gone' });
    await kept.people.userChanged(connection, person('U2', { deleted: false }));
    expect(await met('U2')).toMatchObject({ id, active: true });
  });

  test('whom Kept never met, and what it can’t read, is passed over', async () => {
    await kept.people.userChanged(connection, person('U3'));
    await kept.people.userChanged(connection, { nothing: 'of a user' });
    await kept.people.dndChanged(connection, { type: 'dnd_updated_user' });
    expect(await now('U3')).toBeNull();
  });

  test('notifications paused and heard again', async () => {
    await met('U2');
    const event = (dnd_enabled: boolean, from: number, until: number) => ({
      type: 'dnd_updated_user',
      user: 'U2',
      dnd_status: { dnd_enabled, next_dnd_start_ts: seconds(from), next_dnd_end_ts: seconds(until) },
    });
    const night = { from: clock.now() + 8 * HOUR, until: clock.now() + 20 * HOUR };
    await kept.people.dndChanged(connection, event(true, night.from, night.until));
    expect(await now('U2')).toMatchObject({ chat: { paused: night } });
    await kept.people.dndChanged(connection, event(false, 1_000, 1_000));
    expect(await now('U2')).toMatchObject({ chat: { paused: null } });
  });

  test('without an event, as while Kept was down: seen when they are here again a day later', async () => {
    await met('U2');
    person('U2', { is_restricted: true });
    clock.forward(23 * HOUR);
    expect(await met('U2')).toMatchObject({ active: true });
    expect(looks()).toBe(1);
    clock.forward(2 * HOUR);
    await met('U2');
    expect(await kept.people.memberFor(connection, 'U2')).toEqual({ ok: false, why: 'guest' });
    expect(await now('U2')).toMatchObject({ active: false });
  });
});

test('an event that was missed is made good when the team is listed: back, gone, a guest', async () => {
  person('U2', { profile: profile({ status_emoji: ':palm_tree:' }) });
  expect(await met('U2')).toMatchObject({ chat: { away: { until: null } } });
  await met('U3');
  await met('U4');
  const { id: unchanged } = await met('U5');
  // when no event comes of what changes, and Kept asks who reads along somewhere
  person('U2', { profile: profile({ status_emoji: '' }) });
  person('U3', { deleted: true });
  person('U4', { is_restricted: true });
  const { clientOf, people } = kept;
  const audience = createAudience({ clientOf, clock: clock.now, seen: people.seen });
  await audience.of(connection, 'C2');
  await people.idle();
  // then
  expect(await now('U2')).toMatchObject({ active: true, chat: { away: null } });
  expect(await now('U3')).toMatchObject({ active: false });
  expect(await now('U4')).toMatchObject({ active: false });
  expect(await now('U5')).toMatchObject({ id: unchanged, active: true });
  expect(await now('U1'), 'who was never met is not met by that').toBeNull();
});

test('the same Slack id in two teams is two people', async () => {
  const first = { connection, member: await met('U2') };
  teams += 1;
  await begin(`T${teams}`, null);
  const second = await met('U2');
  expect(second.id).not.toBe(first.member.id);
  await kept.people.userChanged(connection, person('U2', { deleted: true }));
  expect(
    await on.connections.memberOf(first.connection.workspaceId, first.connection.id, 'U2'),
  ).toMatchObject({
    active: true,
  });
});
