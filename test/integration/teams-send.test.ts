import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { refOf, threadOf } from '../../adapters/teams/ref.ts';
import { createMetrics } from '../../src/operation/metrics.ts';
import { startFakeTeams } from '../support/fake-teams.ts';
import { teamsDesk } from '../support/fake-teams-desk.ts';
import type { Fault } from '../support/fake-teams-server.ts';
import {
  CHANNEL,
  CHANNEL_2,
  fakePerson,
  GROUP,
  PEOPLE,
  personalOf,
  TENANT_1,
  TENANT_2,
  userIdOf,
} from '../support/fake-teams-world.ts';

const WHOLE_CASE = ['case/card', 'case/history', 'case/wait/1/0'];
const SHUT_CODES = [
  'BotNotInConversationRoster',
  'MessageWritesBlocked',
  'ForbiddenOperationException',
] as const;

/** An address at which nobody listens any more. */
async function nobodyThere(): Promise<string> {
  const fake = await startFakeTeams();
  await fake.stop();
  return fake.serviceUrl(TENANT_1);
}

describe('sending to Teams', () => {
  let on: Awaited<ReturnType<typeof teamsDesk>>;

  beforeAll(async () => {
    on = await teamsDesk();
  });
  afterEach(async () => {
    on.fake.heal();
    await on.settle(2, 301_000);
  });
  afterAll(() => on.stop());

  const conversation = (id: string) => {
    const found = on.fake.tenant(TENANT_1).conversations.get(id);
    if (found === undefined) throw new Error(`There is no conversation ${id}`);
    return found;
  };

  describe('as it should be', () => {
    it('begins a thread in a channel with the card, and hangs the rest there', async () => {
      const id = await on.openIn('in a channel', CHANNEL);
      await on.deliver();
      expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
      const [card, ...rest] = on.fake.posts(TENANT_1, CHANNEL).slice(-3);
      expect(card?.root).toBe(card?.id);
      expect(rest.map(({ root }) => root)).toEqual([card?.id, card?.id]);
      const post = await on.deps.store.post(on.workspaceId, `${id}/card`);
      expect(post?.ref).toBe(refOf(CHANNEL, card?.id ?? ''));
      const history = await on.deps.store.post(on.workspaceId, `${id}/history`);
      expect(history?.ref).toBe(refOf(threadOf(CHANNEL, card?.id ?? ''), rest[0]?.id ?? ''));
    });

    it('speaks one after the other in a group chat, which has no threads', async () => {
      const id = await on.openIn('in a group chat', GROUP);
      await on.deliver();
      expect(on.keysIn(GROUP, id)).toEqual(WHOLE_CASE);
      expect(on.fake.posts(TENANT_1, GROUP).map(({ root }) => root)).not.toContain(expect.anything());
    });

    it('draws a card again in its place', async () => {
      const id = await on.openIn('drawn again', CHANNEL);
      await on.deliver();
      const { ref } = (await on.deps.store.post(on.workspaceId, `${id}/card`)) ?? { ref: '' };
      const drawn = { tone: 'calm' as const, heading: [], blocks: [], actions: [] };
      const where = { workspaceId: on.workspaceId, connection: `teams/${TENANT_1}` };
      const result = await on.surface.redraw({ ...where, key: `${id}/card`, ref, drawn });
      expect(result).toEqual({ ok: true, ref });
      expect(on.fake.posts(TENANT_1, CHANNEL).find(({ id: post }) => ref.endsWith(`|${post}`))?.edits).toBe(
        1,
      );
    });

    it('opens a chat with somebody who has none, and finds it again', async () => {
      const creates = () => on.fake.calls('create').filter((call) => call.conversation === PEOPLE.Leo).length;
      const sent = async (key: string) =>
        on.surface.send({
          workspaceId: on.workspaceId,
          connection: `teams/${TENANT_1}`,
          key,
          target: { kind: 'member', memberId: on.memberOf('Leo').id },
          drawn: { tone: 'calm', heading: [{ t: 'text', text: key }], blocks: [], actions: [] },
          doubtSince: null,
        });
      const first = await sent('to Leo');
      on.restart();
      await sent('to Leo again');
      expect(creates()).toBe(1);
      expect(on.fake.chat(TENANT_1, PEOPLE.Leo)).toHaveLength(2);
      expect(first.ok && first.ref.startsWith(`${personalOf(PEOPLE.Leo)}|`)).toBe(true);
    });

    it('asks for a chat by the id that Teams knows somebody by, where it is known', async () => {
      await on.heardFrom(CHANNEL, PEOPLE.Mia);
      await on.places.personal(await on.connection(), PEOPLE.Mia);
      expect(on.fake.calls('create').at(-1)?.conversation).toBe(userIdOf(PEOPLE.Mia));
    });

    it('goes where a conversation has moved', async () => {
      const moved = on.fake.serviceUrl(TENANT_1).replace('127.0.0.1', 'localhost');
      const where = { conversation: CHANNEL_2, kind: 'channel' as const, serviceUrl: moved, teamId: null };
      on.clock.forward(1_000);
      await on.places.seen(await on.connection(), { where, from: null });
      expect(await on.places.at(await on.connection(), CHANNEL_2)).toMatchObject({ serviceUrl: moved });
      on.clock.forward(1_000);
      await on.heardFrom(CHANNEL_2);
    });
  });

  describe('when Teams says “not now”', () => {
    const noes: [string, Omit<Fault, 'times'>][] = [
      ['429 with a time', { what: 429, retryAfter: '30' }],
      ['429 without one', { what: 429 }],
      ['412', { what: 412, code: 'PreconditionFailed' }],
      ['401', { what: 401, code: 'Unauthorized' }],
    ];

    it.each(noes)('%s: every message arrives once, in order', async (name, fault) => {
      // given trouble with the card, and later with what hangs in its thread
      const id = await on.openIn(name, CHANNEL);
      on.fake.fault({ times: 2, holding: id, ...fault });
      // when it is delivered as often as it takes
      await on.deliver();
      const [card] = await on.owed(id);
      expect(card, 'no try is lost, and nothing is in doubt').toMatchObject({
        attempts: 0,
        doubtSince: null,
      });
      await on.settle();
      on.fake.fault({ times: 2, holding: id, ...fault });
      on.clock.forward(301_000);
      await on.wake();
      await on.settle();
      // then
      const keys = on.keysIn(CHANNEL, id);
      expect(keys.slice(0, 3)).toEqual(WHOLE_CASE);
      expect(keys.length).toBeGreaterThan(3);
      expect(new Set(keys).size).toBe(keys.length);
      expect(await on.owed(id)).toEqual([]);
    });

    it.each(['0', '0.0004', '-5'])(
      'with a time that is none (%s), it waits all the same',
      async (retryAfter) => {
        const id = await on.openIn(`limited for ${retryAfter}`, CHANNEL);
        on.fake.fault({ what: 429, times: 40, retryAfter, holding: id });
        const tries = () =>
          on.fake.world.calls.filter(({ body }) => JSON.stringify(body).includes(id)).length;
        // when it is delivered once, in no time
        await on.deliver();
        // then Teams was asked once, and nothing is in doubt
        expect(tries()).toBe(1);
        on.fake.heal();
        expect((await on.owed(id))[0]).toMatchObject({ attempts: 0, doubtSince: null });
        await on.settle(1);
        expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
      },
    );

    it('holds a limited channel back for as long as Teams says, and no other', async () => {
      const retryAfter = '30';
      on.fake.fault({ what: 429, times: 1, retryAfter, conversation: CHANNEL, call: 'create' });
      const slow = await on.openIn('in the limited channel', CHANNEL);
      const other = await on.openIn('in another', CHANNEL_2);
      await on.deliver();
      expect(on.keysIn(CHANNEL_2, other)).toEqual(WHOLE_CASE);
      expect(on.keysIn(CHANNEL, slow)).toEqual([]);
      on.clock.forward(29_000);
      await on.deliver();
      expect(on.keysIn(CHANNEL, slow)).toEqual([]);
      on.clock.forward(2_000);
      await on.deliver();
      expect(on.keysIn(CHANNEL, slow)).toEqual(WHOLE_CASE);
    });

    it('waits longer each time where Teams doesn’t say for how long', async () => {
      // given a channel that takes nothing for a while
      const id = await on.openIn('again and again', CHANNEL);
      on.fake.fault({ what: 429, times: 5, holding: id });
      // when it is delivered four times a second
      const triedAt = () =>
        on.fake.world.calls.filter(({ body }) => JSON.stringify(body).includes(id)).map(({ at }) => at);
      while (triedAt().length < 5) {
        await on.deliver();
        on.clock.forward(250);
      }
      // then the waits grow, from at most two seconds on
      const waits = triedAt()
        .slice(1)
        .map((at, nth) => at - (triedAt()[nth] ?? 0));
      expect(waits[0]).toBeLessThanOrEqual(2_250);
      expect(waits[3]).toBeGreaterThan(4_000);
      await on.settle();
      expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
    });

    it('says that Teams doesn’t know us, and not each time', async () => {
      const warned = () =>
        on.log.filter(({ message }) => message.startsWith('Teams can’t be spoken to')).length;
      on.clock.forward(601_000);
      const before = warned();
      const id = await on.openIn('unknown', CHANNEL);
      on.fake.fault({ what: 401, times: 3, holding: id });
      await on.settle(3);
      expect(warned() - before).toBe(1);
      await on.settle(1);
      expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
    });

    it('waits for a Teams that can’t be reached, with no doubt and for as long as it takes', async () => {
      // given a conversation whose server isn't there
      const away = { conversation: CHANNEL_2, kind: 'channel' as const, teamId: null };
      on.clock.forward(61_000);
      const gone = { ...away, serviceUrl: await nobodyThere() };
      await on.places.seen(await on.connection(), { where: gone, from: null });
      const id = await on.openIn('not there', CHANNEL_2);
      for (let run = 0; run < 30; run += 1) {
        await on.deliver();
        on.clock.forward(61_000);
      }
      const [card] = await on.owed(id);
      expect(card).toMatchObject({ attempts: 0, doubtSince: null });
      // when it is heard from again
      await on.heardFrom(CHANNEL_2);
      await on.settle(1);
      expect(on.keysIn(CHANNEL_2, id)).toEqual(WHOLE_CASE);
    });
  });

  it('an outage that is over is no longer one for somebody else whose chat can’t be opened', async () => {
    const desk = await teamsDesk();
    const nowhere = await nobodyThere();
    const here = desk.fake.serviceUrl(TENANT_1);
    const tell = async (person: keyof typeof PEOPLE, serviceUrl: string) => {
      desk.clock.forward(1_000);
      const personId = PEOPLE[person];
      const where = { conversation: CHANNEL, kind: 'channel' as const, serviceUrl, teamId: null };
      const from = { personId, userId: userIdOf(personId), name: person, locale: null, zone: null };
      await desk.places.seen(await desk.connection(), { where, from });
      return desk.surface.send({
        workspaceId: desk.workspaceId,
        connection: `teams/${TENANT_1}`,
        key: `to ${person}`,
        target: { kind: 'member', memberId: desk.memberOf(person).id },
        drawn: { tone: 'calm', heading: [], blocks: [], actions: [] },
        doubtSince: null,
      });
    };
    // given somebody without a chat about whom Teams couldn't be asked, and could a little later
    expect(await tell('Dora', nowhere)).toMatchObject({ retry: 'held' });
    expect(await tell('Dora', here)).toMatchObject({ ok: true });
    // when it can't be for a moment half a day later, about another one
    desk.clock.forward(13 * 3_600_000);
    const waits = await tell('Sam', nowhere);
    await desk.stop();
    // then it costs no try
    expect(waits).toMatchObject({ retry: 'held' });
  });

  describe('when nobody knows whether it arrived', () => {
    const doubts: [string, Omit<Fault, 'times'>, number][] = [
      ['500 before it was accepted', { what: 500 }, 1],
      ['500 after it was accepted', { what: 500, after: true }, 3],
      ['502 before it was accepted', { what: 502 }, 1],
      ['502 after it was accepted', { what: 502, after: true }, 3],
      ['503', { what: 503 }, 1],
      ['504 after it was accepted', { what: 504, after: true }, 3],
      ['a status that nobody knows', { what: 418 }, 1],
      ['a connection cut before it was accepted', { what: 'cut before' }, 1],
      ['a connection cut after it was accepted', { what: 'cut after' }, 3],
      ['half an answer', { what: 'half' }, 3],
    ];

    it.each(doubts)('%s: nothing is lost, in order, and repeats are counted', async (name, fault, copies) => {
      // given two tries of the card that end in doubt
      const id = await on.openIn(name, CHANNEL);
      on.fake.fault({ times: 2, holding: `${id}/card`, call: 'create', ...fault });
      const inDoubt = { posted: 0, said: 0 };
      const saidAgain = () => on.log.filter(({ message }) => message.includes('is posted again')).length;
      const before = saidAgain();
      // when it is delivered as often as it takes
      for (let run = 0; run < 4; run += 1) {
        inDoubt.posted += (await on.deliver()).inDoubt['teams'] ?? 0;
        on.clock.forward(61_000);
      }
      inDoubt.said = saidAgain() - before;
      // then it stands there once for each try that was accepted, and each repeat was said and counted
      const keys = on.keysIn(CHANNEL, id);
      expect(keys.filter((key) => key === 'case/card')).toHaveLength(copies);
      expect([...new Set(keys)]).toEqual(WHOLE_CASE);
      expect(keys.slice(copies)).toEqual(WHOLE_CASE.slice(1));
      expect(inDoubt).toEqual({ posted: 2, said: 2 });
      expect(await on.owed(id)).toEqual([]);
    });

    it.each([
      ['never accepted', { what: 'hang' }, 1],
      ['accepted all the same', { what: 'hang', after: true }, 2],
    ] as const)('no answer, %s', async (name, fault, copies) => {
      const id = await on.openIn(name, CHANNEL);
      on.fake.fault({ times: 1, holding: `${id}/card`, call: 'create', ...fault });
      await on.settle();
      expect(on.keysIn(CHANNEL, id)).toEqual([
        ...Array.from({ length: copies }, () => 'case/card'),
        ...WHOLE_CASE.slice(1),
      ]);
    });

    it('posts again ever more seldom where it is never answered', async () => {
      const id = await on.openIn('never answered', CHANNEL);
      on.fake.fault({ times: 1_000, holding: `${id}/card`, call: 'create', what: 'cut after' });
      for (let minute = 0; minute < 180; minute += 1) {
        await on.deliver();
        on.clock.forward(60_000);
      }
      const copies = on.keysIn(CHANNEL, id).length;
      expect(copies).toBeLessThanOrEqual(15);
      expect(copies).toBeGreaterThan(5);
      on.fake.heal();
      await on.settle(2, 31 * 60_000);
      expect(on.keysIn(CHANNEL, id).slice(copies)).toEqual(['case/card', ...WHOLE_CASE.slice(1)]);
    });

    it('keeps its doubt while Teams limits the next try', async () => {
      const id = await on.openIn('limited in doubt', CHANNEL);
      on.fake.fault({ times: 1, holding: id, call: 'create', what: 'cut after' });
      await on.deliver();
      on.fake.fault({ times: 1, holding: id, call: 'create', what: 429, retryAfter: '5' });
      on.clock.forward(2_000);
      const limited = await on.deliver();
      expect(limited.inDoubt).toEqual({});
      expect((await on.owed(id))[0]?.doubtSince).not.toBeNull();
      on.clock.forward(6_000);
      expect((await on.deliver()).inDoubt).toEqual({ teams: 1 });
    });

    it('has a metric of it', async () => {
      const metrics = createMetrics(() =>
        Promise.resolve({ livePromises: 0, atRisk: 0, openCases: 0, oldestOwedMs: 0 }),
      );
      const id = await on.openIn('counted', CHANNEL);
      on.fake.fault({ times: 1, holding: `${id}/card`, call: 'create', what: 502 });
      metrics.delivered(await on.deliver());
      on.clock.forward(2_000);
      metrics.delivered(await on.deliver());
      expect((await metrics.read()).body).toContain('kept_sends_in_doubt_total{kind="teams"} 1');
    });
  });

  it('loses nothing, and keeps the order, when a process dies after a post and before it was written down', async () => {
    const id = await on.openIn('died in between', CHANNEL);
    const rows = await on.deps.store.claimOutbox(on.clock.now(), 10, 30_000);
    expect(rows.map(({ key }) => key.replace(id, 'case'))).toEqual(WHOLE_CASE);
    const posted = await on.surface.send({
      workspaceId: on.workspaceId,
      connection: `teams/${TENANT_1}`,
      key: `${id}/card`,
      target: { kind: 'channel', channel: CHANNEL },
      drawn: { tone: 'calm', heading: [{ t: 'text', text: `key ${id}/card end` }], blocks: [], actions: [] },
      doubtSince: null,
    });
    expect(posted.ok).toBe(true);
    // when another takes over, as soon as its lease is over
    on.restart();
    await on.deliver();
    expect(on.keysIn(CHANNEL, id)).toEqual(['case/card']);
    on.clock.forward(31_000);
    const outcomes = await on.deliver();
    // then the card is posted again, for nobody knows of the first one; what was claimed with it is in doubt, too
    expect(on.keysIn(CHANNEL, id)).toEqual(['case/card', ...WHOLE_CASE]);
    expect(outcomes.inDoubt).toEqual({ teams: 3 });
  });

  describe('a way that is shut', () => {
    it.each(SHUT_CODES)('403 %s in a channel: the next way, to whoever opened the case', async (code) => {
      conversation(CHANNEL_2).shut = code;
      const id = await on.openIn(code, CHANNEL_2);
      const outcomes = await on.deliver();
      conversation(CHANNEL_2).shut = null;
      expect(outcomes.unsaid).toBe(0);
      expect(on.keysIn(CHANNEL_2, id)).toEqual([]);
      expect(on.keysFor(PEOPLE.Ada, id).toSorted()).toEqual(WHOLE_CASE);
      expect(JSON.stringify(on.log)).toContain(`http_403 ${code}`);
    });

    it('a conversation that is gone: the next way', async () => {
      conversation(CHANNEL_2).shut = 'ConversationNotFound';
      const id = await on.openIn('deleted', CHANNEL_2);
      await on.deliver();
      conversation(CHANNEL_2).shut = null;
      expect(on.keysFor(PEOPLE.Ada, id).toSorted()).toEqual(WHOLE_CASE);
    });

    it('a place that Kept never heard from: the next way', async () => {
      const id = await on.openIn('never seen', '19:elsewhere@thread.tacv2');
      await on.deliver();
      expect(on.keysFor(PEOPLE.Ada, id).toSorted()).toEqual(WHOLE_CASE);
    });

    it('a message that Teams doesn’t take: the next way, and an error in the log', async () => {
      const id = await on.openIn('too big', CHANNEL_2);
      on.fake.fault({ times: 3, holding: id, conversation: CHANNEL_2, what: 413, code: 'MessageSizeTooBig' });
      await on.deliver();
      expect(on.keysFor(PEOPLE.Ada, id).toSorted()).toEqual(WHOLE_CASE);
      expect(on.log).toContainEqual(
        expect.objectContaining({ level: 'error', message: 'Teams refuses what we ask of it' }),
      );
    });

    it('a person who blocked Kept: their chat is marked shut, isn’t tried for an hour, and is again when they speak', async () => {
      // given a chat that Teams takes nothing in
      const chat = personalOf(PEOPLE.Ada);
      conversation(chat).shut = 'MessageWritesBlocked';
      const elsewhere = '19:elsewhere@thread.tacv2';
      const id = await on.openIn('blocked', elsewhere);
      const outcomes = await on.deliver();
      expect(outcomes.unsaid).toBe(3);
      const address = await on.addresses.get(on.workspaceId, `teams/${TENANT_1}`, `conversation/${chat}`);
      expect(address?.facts).toMatchObject({ shut: 'http_403 MessageWritesBlocked' });
      const unsaid = await on.deps.store.transact(on.workspaceId, (tx) => tx.unsaid(20));
      expect(unsaid).toContainEqual(expect.objectContaining({ caseId: id }));
      // then it isn't asked about for every message
      const posts = () => on.fake.calls('post').filter((call) => call.conversation === chat).length;
      const before = posts();
      await on.openIn('blocked still', elsewhere);
      await on.deliver();
      expect(posts()).toBe(before);
      // until they let it speak again and say something
      conversation(chat).shut = null;
      on.clock.forward(1_000);
      await on.heardFrom(chat, PEOPLE.Ada);
      const later = await on.openIn('let in again', elsewhere);
      await on.deliver();
      expect(on.keysFor(PEOPLE.Ada, later).toSorted()).toEqual(WHOLE_CASE);
      // or an hour is over
      conversation(chat).shut = 'MessageWritesBlocked';
      await on.openIn('blocked again', elsewhere);
      await on.deliver();
      conversation(chat).shut = null;
      on.clock.forward(3_601_000);
      const last = await on.openIn('after an hour', elsewhere);
      await on.deliver();
      expect(on.keysFor(PEOPLE.Ada, last).toSorted()).toEqual(WHOLE_CASE);
    });

    it('a person who speaks again is heard by every process, whichever of them their chat was shut for', async () => {
      // given a process that heard them just now
      const chat = (await on.places.personal(await on.connection(), PEOPLE.Ada)) ?? '';
      on.clock.forward(1_000);
      await on.heardFrom(chat, PEOPLE.Ada);
      const { places } = on;
      // and another one that was turned away there
      on.restart();
      await on.places.shut(await on.connection(), chat, 'http_403 MessageWritesBlocked');
      expect(await on.places.personal(await on.connection(), PEOPLE.Ada)).toBeNull();
      // when they say something to the first one, within the same minute
      on.clock.forward(1_000);
      const { kind, teamId } = conversation(chat);
      const where = { conversation: chat, kind, serviceUrl: on.fake.serviceUrl(TENANT_1), teamId };
      const from = {
        personId: PEOPLE.Ada,
        userId: userIdOf(PEOPLE.Ada),
        name: 'Ada',
        locale: null,
        zone: null,
      };
      await places.seen(await on.connection(), { where, from });
      // then all of them may speak to her
      expect(await on.places.personal(await on.connection(), PEOPLE.Ada)).toBe(chat);
    });

    it('a person who never had Kept: no chat now, and one as soon as Teams lets us', async () => {
      const stranger = 'a0000000-0000-4000-8000-00000000000b';
      on.fake.tenant(TENANT_1).people.set(stranger, fakePerson(stranger, 'Sam Support', TENANT_1));
      on.fake.fault({ call: 'create', times: 1, what: 403, code: 'ForbiddenOperationException' });
      expect(await on.places.personal(await on.connection(), stranger)).toBeNull();
      expect(await on.places.personal(await on.connection(), stranger)).toBe(personalOf(stranger));
    });
  });

  it('holds what is owed to a tenant that took Kept out, for nothing, until it is back', async () => {
    const connection = await on.connection();
    await on.connections.setStatus(on.workspaceId, connection.id, 'disconnected');
    on.restart();
    const id = await on.openIn('disconnected', CHANNEL);
    await on.settle(3);
    expect((await on.owed(id)).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
    await on.connections.setStatus(on.workspaceId, connection.id, 'connected');
    await on.settle(1);
    expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
  });

  it('holds what is owed to a tenant that isn’t let in any more, and says nothing there', async () => {
    on.shutOut.add(TENANT_1);
    const id = await on.openIn('not let in', CHANNEL);
    await on.settle(3);
    expect(on.keysIn(CHANNEL, id)).toEqual([]);
    expect((await on.owed(id)).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
    on.shutOut.clear();
    await on.settle(1);
    expect(on.keysIn(CHANNEL, id)).toEqual(WHOLE_CASE);
  });

  it('never lets two tenants with the same ids meet', async () => {
    const second = await on.connectSecondTenant();
    await on.heardFrom(CHANNEL, PEOPLE.Ada, TENANT_2);
    const before = on.fake.posts(TENANT_1, CHANNEL).length;
    const sent = await on.surface.send({
      workspaceId: second.workspaceId,
      connection: second.id,
      key: 'for the second',
      target: { kind: 'channel', channel: CHANNEL },
      drawn: { tone: 'calm', heading: [{ t: 'text', text: 'Theirs' }], blocks: [], actions: [] },
      doubtSince: null,
    });
    expect(sent.ok).toBe(true);
    expect(on.fake.posts(TENANT_2, CHANNEL)).toHaveLength(1);
    expect(on.fake.posts(TENANT_1, CHANNEL)).toHaveLength(before);
    // and a workspace's messages find no way by another's connection
    const astray = await on.surface.send({
      workspaceId: on.workspaceId,
      connection: second.id,
      key: 'astray',
      target: { kind: 'channel', channel: CHANNEL },
      drawn: { tone: 'calm', heading: [], blocks: [], actions: [] },
      doubtSince: null,
    });
    expect(astray).toMatchObject({ ok: false, retry: 'never' });
  });
});
