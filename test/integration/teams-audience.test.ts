import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { teamsDesk } from '../support/fake-teams-desk.ts';
import {
  CHANNEL,
  CHANNEL_2,
  type FakePerson,
  fakePerson,
  GROUP,
  PEOPLE,
  personalOf,
  TENANT_1,
  TENANT_2,
} from '../support/fake-teams-world.ts';

const GUEST = 'a0000000-0000-4000-8000-00000000000a';
const WHOLE_CASE = ['case/card', 'case/history', 'case/wait/1/0'];

describe('who reads along in Teams', () => {
  let on: Awaited<ReturnType<typeof teamsDesk>>;

  beforeAll(async () => {
    on = await teamsDesk();
  });
  beforeEach(() => {
    on.fake.heal();
    on.clock.forward(301_000);
    for (const { members } of on.fake.tenant(TENANT_1).conversations.values()) {
      members.splice(0, members.length, ...Object.values(PEOPLE));
    }
  });
  afterAll(() => on.stop());

  const join = (conversation: string, more: Partial<FakePerson>) => {
    const tenant = on.fake.tenant(TENANT_1);
    tenant.people.set(GUEST, fakePerson(GUEST, 'Gus Guest', TENANT_1, more));
    tenant.conversations.get(conversation)?.members.push(GUEST);
  };
  const readersOf = async (conversation: string) => on.audience.of(await on.connection(), conversation);
  const asked = () => on.fake.calls('members').length;

  it.each([
    ['a channel of the team alone', CHANNEL, 'team'],
    ['a thread of it', `${CHANNEL};messageid=1`, 'team'],
    ['a group chat of the team alone', GROUP, 'team'],
  ])('%s', async (_, conversation, readers) => {
    expect(await readersOf(conversation)).toBe(readers);
  });

  it('a person’s own chat with Kept, without asking anybody', async () => {
    await on.places.personal(await on.connection(), PEOPLE.Sam);
    const before = asked();
    expect(await readersOf(personalOf(PEOPLE.Sam))).toBe('direct');
    expect(asked()).toBe(before);
  });

  it.each<[string, Partial<FakePerson>, string]>([
    ['a guest', { role: 'guest' }, 'mixed'],
    ['somebody of another tenant', { tenantId: TENANT_2 }, 'mixed'],
    ['somebody whom nobody knows', { role: 'anonymous' }, 'mixed'],
    ['a bot', { userId: '28:another-app' }, 'team'],
    ['an owner', { role: 'owner' }, 'team'],
  ])('%s in a channel', async (_, more, readers) => {
    join(CHANNEL, more);
    expect(await readersOf(CHANNEL)).toBe(readers);
  });

  it('a guest on a later page', async () => {
    const tenant = on.fake.tenant(TENANT_1);
    const many = Array.from({ length: 1_100 }, (__, n) => `many-${n}`);
    for (const id of many) tenant.people.set(id, fakePerson(id, 'Sam Support', TENANT_1));
    tenant.conversations.get(CHANNEL_2)?.members.push(...many);
    expect(await readersOf(CHANNEL_2)).toBe('team');
    join(CHANNEL_2, { role: 'guest' });
    on.audience.forget((await on.connection()).id, `${CHANNEL_2};messageid=5`);
    expect(await readersOf(CHANNEL_2)).toBe('mixed');
  });

  describe('nothing is posted where they are', () => {
    it.each([
      ['a channel', CHANNEL],
      ['a group chat', GROUP],
    ])('%s', async (_, conversation) => {
      join(conversation, { role: 'guest' });
      const id = await on.openIn('not for guests', conversation);
      await on.settle(1);
      expect(on.keysIn(conversation, id)).toEqual([]);
      expect(on.keysFor(PEOPLE.Ada, id).toSorted()).toEqual(WHOLE_CASE);
    });

    it('nor drawn again', async () => {
      const id = await on.openIn('before the guest came', CHANNEL);
      await on.deliver();
      expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
      const { ref } = (await on.deps.store.post(on.workspaceId, `${id}/card`)) ?? { ref: '' };
      join(CHANNEL, { role: 'guest' });
      on.clock.forward(301_000);
      const result = await on.surface.redraw({
        workspaceId: on.workspaceId,
        connection: `teams/${TENANT_1}`,
        key: `${id}/card`,
        ref,
        drawn: { tone: 'calm', heading: [], blocks: [], actions: [] },
      });
      expect(result).toMatchObject({ ok: false, retry: 'never' });
      expect(on.fake.posts(TENANT_1, CHANNEL).every(({ edits }) => edits === 0)).toBe(true);
    });

    it('nor where it can’t be told: it waits until it can', async () => {
      on.fake.fault({ call: 'members', times: 2, what: 502 });
      const id = await on.openIn('can’t be told', CHANNEL);
      await on.deliver();
      expect(on.keysIn(CHANNEL, id)).toEqual([]);
      const [card] = await on.owed(id);
      expect(card?.doubtSince, 'nothing was posted').toBeNull();
      await on.settle();
      expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
    });
  });

  it('is remembered for five minutes, asked once for all, and by every process again when somebody joins', async () => {
    const before = asked();
    await Promise.all([readersOf(CHANNEL), readersOf(CHANNEL), readersOf(`${CHANNEL};messageid=7`)]);
    expect(asked()).toBe(before + 1);
    join(CHANNEL, { role: 'guest' });
    expect(await readersOf(CHANNEL)).toBe('team');
    // when any process is told of it, it marks the connection
    await on.connections.addFacts(on.workspaceId, `teams/${TENANT_1}`, { membersMark: 'somebody joined' });
    expect(await readersOf(CHANNEL)).toBe('mixed');
  });

  it('can’t be told of a conversation that Kept never heard from', async () => {
    await expect(readersOf('19:elsewhere@thread.tacv2')).rejects.toThrow('never heard');
  });
});
