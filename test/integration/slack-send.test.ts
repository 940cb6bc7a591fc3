import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { slackDesk } from '../support/fake-slack-desk.ts';
import type { Fault } from '../support/fake-slack-server.ts';

const WHOLE_CASE = ['case/card', 'case/history', 'case/wait/1/0'];

describe('sending to Slack', () => {
  let on: Awaited<ReturnType<typeof slackDesk>>;

  beforeAll(async () => {
    on = await slackDesk();
  });
  afterEach(async () => {
    on.fake.heal();
    await on.settle(2, 301_000);
  });
  afterAll(() => on.stop());

  it('posts a case in its channel and the rest in its thread, with the key of each, and no unfurling', async () => {
    const id = await on.openIn('as it should be', 'C1');
    await on.deliver();
    expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    const [card, ...rest] = on.fake.messages('T1', 'C1').slice(-3);
    expect(card?.threadTs).toBeNull();
    expect(rest.map(({ threadTs }) => threadTs)).toEqual([card?.ts, card?.ts]);
    const post = await on.deps.store.post(on.workspaceId, `${id}/card`);
    expect(post).toMatchObject({ connection: 'slack/T1', ref: `C1:${card?.ts}` });
    for (const { args } of on.fake.calls('chat.postMessage').slice(-3)) {
      expect(args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
    }
  });

  describe('when Slack answers badly, or not at all', () => {
    const troubles: [string, Omit<Fault, 'method' | 'times'>][] = [
      ['429', { what: 'limited', retryAfter: 30 }],
      ['a 429 that says not how long', { what: 'error', error: 'ratelimited' }],
      ['500 before it was accepted', { what: '500' }],
      ['500 after it was accepted', { what: '500', after: true }],
      ['a connection cut before it was accepted', { what: 'cut before' }],
      ['a connection cut after it was accepted', { what: 'cut after' }],
      ['internal_error before it was accepted', { what: 'error', error: 'internal_error' }],
      ['internal_error after it was accepted', { what: 'error', error: 'internal_error', after: true }],
      ['a code that nobody knows', { what: 'error', error: 'out_of_teapots' }],
    ];

    it.each(troubles)('%s: every message arrives once, in order', async (name, fault) => {
      // given trouble with the card, and later with what hangs in its thread
      const id = await on.openIn(name, 'C1');
      on.fake.fault({ method: 'chat.postMessage', times: 2, holding: id, ...fault });
      // when it is delivered as often as it takes
      await on.deliver();
      expect((await on.owed(id)).length, 'the trouble was met').toBeGreaterThan(0);
      await on.settle();
      on.fake.fault({ method: 'chat.postMessage', times: 2, holding: id, ...fault });
      on.clock.forward(301_000);
      await on.wake();
      await on.settle();
      // then
      const keys = on.keysIn('C1', id);
      expect(keys.slice(0, 3)).toEqual(WHOLE_CASE);
      expect(keys.length).toBeGreaterThan(3);
      expect(new Set(keys).size).toBe(keys.length);
      expect(await on.owed(id)).toEqual([]);
    });

    it.each([
      ['never accepted', { what: 'hang' }],
      ['accepted all the same', { what: 'hang', after: true }],
    ] as const)('no answer, %s: it arrives once', async (name, fault) => {
      on.fake.fault({ method: 'chat.postMessage', times: 1, ...fault });
      const id = await on.openIn(name, 'C1');
      await on.settle();
      expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    });

    it('tries again without a doubt, and without a look, after a clear no', async () => {
      const looks = on.fake.calls('conversations.history').length;
      on.fake.fault({ method: 'chat.postMessage', times: 1, what: 'limited', retryAfter: 5 });
      const id = await on.openIn('limited', 'C1');
      await on.deliver();
      const [card] = await on.owed(id);
      expect(card).toMatchObject({ key: `${id}/card`, attempts: 0, doubtSince: null });
      await on.settle();
      expect(on.fake.calls('conversations.history')).toHaveLength(looks);
    });
  });

  it('holds a limited channel back for as long as Slack says, and no other', async () => {
    on.fake.fault({ method: 'chat.postMessage', times: 1, what: 'limited', retryAfter: 30, channel: 'C1' });
    const slow = await on.openIn('in the limited channel', 'C1');
    const other = await on.openIn('in another', 'C2');
    await on.deliver();
    expect(on.keysIn('C2', other)).toEqual(WHOLE_CASE);
    expect(on.keysIn('C1', slow)).toEqual([]);
    on.clock.forward(29_000);
    await on.deliver();
    expect(on.keysIn('C1', slow)).toEqual([]);
    on.clock.forward(2_000);
    await on.deliver();
    expect(on.keysIn('C1', slow)).toEqual(WHOLE_CASE);
  });

  it('says nothing twice when a process dies after a post and before it was written down', async () => {
    // given a process that posted the card and died
    const id = await on.openIn('died in between', 'C1');
    const rows = await on.deps.store.claimOutbox(on.clock.now(), 10, 30_000);
    expect(rows.map(({ key }) => key.replace(id, 'case'))).toEqual(WHOLE_CASE);
    const posted = await on.surface.send({
      workspaceId: on.workspaceId,
      connection: 'slack/T1',
      key: `${id}/card`,
      target: { kind: 'channel', channel: 'C1' },
      drawn: { tone: 'calm', heading: [{ t: 'text', text: 'A card' }], blocks: [], actions: [] },
      doubtSince: null,
    });
    expect(posted.ok).toBe(true);
    // when another takes over, as soon as its lease is over
    on.restart();
    await on.deliver();
    expect(on.keysIn('C1', id)).toEqual(['case/card']);
    on.clock.forward(31_000);
    await on.settle(1);
    // then
    expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    const card = await on.deps.store.post(on.workspaceId, `${id}/card`);
    expect(card?.ref).toBe(posted.ok ? posted.ref : null);
  });

  describe('in doubt', () => {
    it('stays in doubt while the look is limited, and posts nothing', async () => {
      on.fake.fault({ method: 'chat.postMessage', times: 1, what: 'cut after' });
      on.fake.fault({ method: 'conversations.history', times: 2, what: 'limited', retryAfter: 60 });
      const id = await on.openIn('limited look', 'C1');
      await on.deliver();
      for (let tries = 0; tries < 2; tries += 1) {
        on.clock.forward(61_000);
        await on.deliver();
        const [card] = await on.owed(id);
        expect(card?.doubtSince).not.toBeNull();
        expect(on.keysIn('C1', id)).toEqual(['case/card']);
      }
      await on.settle();
      expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    });

    it('posts no second time where it isn’t allowed to look', async () => {
      on.fake.fault({ method: 'chat.postMessage', times: 1, what: 'cut after' });
      on.fake.fault({ method: 'conversations.history', times: 3, what: 'error', error: 'missing_scope' });
      const id = await on.openIn('no look', 'C1');
      await on.settle();
      expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
      expect(on.log).toContainEqual(
        expect.objectContaining({ level: 'error', message: 'Slack refuses what we ask of it' }),
      );
    });

    it('goes on where a look was cut short, however much was said since', async () => {
      on.fake.fault({ method: 'chat.postMessage', times: 1, what: 'cut after' });
      const id = await on.openIn('much said since', 'C2');
      await on.deliver();
      for (let said = 0; said < 450; said += 1) {
        on.fake.say({ team: 'T1', channel: 'C2', user: 'U2', text: `word ${said}` });
      }
      const looks = on.fake.calls('conversations.history').length;
      await on.settle(6, 20_000);
      expect(on.keysIn('C2', id)).toEqual(WHOLE_CASE);
      const cursors = on.fake
        .calls('conversations.history')
        .slice(looks)
        .map(({ args }) => args['cursor']);
      expect(cursors).toEqual([undefined, '100', '200', '300', '400']);
    });

    it('stays in doubt when Slack can’t be asked where to look', async () => {
      const id = await on.openIn('in a direct message', 'CA');
      const holding = `${id}/card`;
      on.fake.fault({ method: 'chat.postMessage', times: 1, holding, channel: 'DU1', what: 'cut after' });
      await on.deliver();
      await on.deliver();
      on.restart();
      on.fake.fault({ method: 'conversations.open', times: 2, what: '500' });
      await on.settle();
      const cards = on.keysIn('DU1', id).filter((key) => key === 'case/card');
      expect(cards).toHaveLength(1);
    });

    it('finds a message in its thread', async () => {
      const id = await on.openIn('in the thread', 'C1');
      const holding = `${id}/history`;
      on.fake.fault({ method: 'chat.postMessage', times: 1, holding, what: 'cut after' });
      const replies = on.fake.calls('conversations.replies').length;
      await on.settle();
      expect(on.fake.calls('conversations.replies')).toHaveLength(replies + 1);
      expect(on.keysIn('C1', id).slice(0, 3)).toEqual(WHOLE_CASE);
    });
  });

  describe('a way that is shut', () => {
    const directsOf = (id: string) =>
      on.fake.directs('T1', 'U1').filter(({ metadata }) => JSON.stringify(metadata).includes(id)).length;

    it('an archived channel: a direct message to whoever opened the case', async () => {
      const id = await on.openIn('archived', 'CA');
      const outcomes = await on.deliver();
      expect(outcomes.unsaid).toBe(0);
      expect(on.keysIn('CA', id)).toEqual([]);
      expect(directsOf(id)).toBe(3);
    });

    it('a private channel that Kept was taken out of: a direct message, and it is said why', async () => {
      const id = await on.openIn('taken out', 'CQ');
      await on.deliver();
      expect(directsOf(id)).toBe(3);
      expect(JSON.stringify(on.log)).toContain('Kept doesn’t see the channel: /invite it there');
    });

    it('a public channel that it was asked into: it joins, once', async () => {
      const id = await on.openIn('asked in', 'CO');
      await on.deliver();
      expect(on.keysIn('CO', id)).toEqual(WHOLE_CASE);
      expect(on.fake.calls('conversations.join')).toHaveLength(1);
    });

    it('a thread in a channel that it was taken out of: it doesn’t come back uninvited', async () => {
      const id = await on.openIn('taken out later', 'C2');
      await on.deliver();
      const channel = on.fake.team('T1').channels.get('C2');
      const members = channel?.members.splice(channel.members.indexOf('UBOT'), 1);
      expect(members).toEqual(['UBOT']);
      on.clock.forward(301_000);
      await on.wake();
      await on.deliver();
      expect(on.keysIn('C2', id)).toEqual(WHOLE_CASE);
      expect(directsOf(id)).toBeGreaterThan(0);
      channel?.members.push('UBOT');
    });

    it('a workspace of an org that the app was taken out of: the org’s others go on', async () => {
      const error = 'team_access_not_granted';
      on.fake.fault({ method: 'chat.postMessage', times: 1, what: 'error', error, channel: 'C2' });
      const id = await on.openIn('no access', 'C2');
      await on.deliver();
      expect(on.keysIn('C2', id)).toEqual([]);
      expect(directsOf(id)).toBe(3);
      expect((await on.connections.get(on.workspaceId, 'slack/T1'))?.status).toBe('connected');
    });

    it('a person who was deactivated: the next way', async () => {
      const id = await on.openIn('gone', 'CA');
      const ada = on.fake.team('T1').users.get('U1');
      if (ada === undefined) throw new Error('U1 is not there');
      ada.deleted = true;
      on.restart();
      const outcomes = await on.deliver();
      ada.deleted = false;
      expect(outcomes.unsaid).toBe(3);
      const unsaid = await on.deps.store.transact(on.workspaceId, (tx) => tx.unsaid(20));
      expect(unsaid).toContainEqual(expect.objectContaining({ caseId: id, error: 'user_disabled' }));
    });
  });

  describe('a connection that is gone', () => {
    it('holds everything for nothing, and sends it in order when it is back', async () => {
      const team = on.fake.team('T1');
      team.authError = 'token_revoked';
      const id = await on.openIn('revoked', 'C1');
      await on.settle(3);
      expect((await on.connections.get(on.workspaceId, 'slack/T1'))?.status).toBe('disconnected');
      const owed = await on.owed(id);
      expect(owed.map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
      const calls = on.fake.calls('chat.postMessage').length;
      await on.settle(3);
      expect(on.fake.calls('chat.postMessage'), 'Slack isn’t asked while it is gone').toHaveLength(calls);

      team.authError = null;
      await on.connections.setStatus(on.workspaceId, 'slack/T1', 'connected');
      await on.settle(1);
      expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    });

    it('is found again by itself when Slack was wrong about its token', async () => {
      const team = on.fake.team('T1');
      team.authError = 'invalid_auth';
      const id = await on.openIn('refused by mistake', 'C1');
      await on.settle(2);
      expect((await on.connections.get(on.workspaceId, 'slack/T1'))?.status).toBe('disconnected');
      const asked = on.fake.calls('auth.test').length;
      await on.settle(20);
      expect(on.fake.calls('auth.test').length - asked, 'now and then').toBeLessThanOrEqual(3);

      team.authError = null;
      await on.settle(12);
      expect((await on.connections.get(on.workspaceId, 'slack/T1'))?.status).toBe('connected');
      expect(on.keysIn('C1', id).slice(0, 3)).toEqual(WHOLE_CASE);
    });

    it('is not given up for an old token that was refused when there is a new one', async () => {
      const old = on.fake.world.tokens.get('xoxb-T1');
      if (old === undefined) throw new Error('There is no token');
      on.fake.world.tokens.set('xoxb-new', { ...old });
      old.revoked = true;
      on.renewOnRefusal('xoxb-new');
      const id = await on.openIn('renewed', 'C1');
      await on.settle(1);
      expect((await on.connections.get(on.workspaceId, 'slack/T1'))?.status).toBe('connected');
      expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    });
  });

  it('says when it can’t speak to a team, and not each time', async () => {
    const warned = () =>
      on.log.filter(
        ({ level, fields }) => level === 'warn' && JSON.stringify(fields).includes('token_expired'),
      );
    on.fake.fault({ method: 'chat.postMessage', times: 3, what: 'error', error: 'token_expired' });
    const id = await on.openIn('expired', 'C1');
    await on.settle(2);
    expect(on.keysIn('C1', id)).toEqual([]);
    expect(warned()).toHaveLength(1);
    await on.settle(1);
    expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
  });

  describe('where people from outside read along', () => {
    it.each([
      ['a channel shared with another company', 'CS'],
      ['a channel that is about to be', 'CI'],
      ['a channel with a guest', 'CG'],
    ])('%s: nothing is posted there', async (name, channel) => {
      const id = await on.openIn(name, channel);
      await on.settle(1);
      expect(on.fake.messages('T1', channel)).toEqual([]);
      expect(on.fake.directs('T1', 'U1').filter((m) => JSON.stringify(m.metadata).includes(id))).toHaveLength(
        3,
      );
    });

    it('stops posting, and redrawing, as soon as it hears that one came in', async () => {
      const id = await on.openIn('a guest comes', 'CP');
      await on.deliver();
      const before = on.fake.messages('T1', 'CP').map(({ text, edits }) => ({ text, edits }));
      expect(before).toHaveLength(3);
      on.fake.team('T1').channels.get('CP')?.members.push('UG');
      on.audience.forget('slack/T1', 'CP');
      const card = await on.deps.store.post(on.workspaceId, `${id}/card`);
      const redrawn = await on.surface.redraw({
        workspaceId: on.workspaceId,
        connection: 'slack/T1',
        key: `${id}/card`,
        ref: card?.ref ?? '',
        drawn: { tone: 'calm', heading: [{ t: 'text', text: 'News' }], blocks: [], actions: [] },
      });
      expect(redrawn).toMatchObject({ ok: false, retry: 'never' });
      on.clock.forward(301_000);
      await on.wake();
      await on.settle(1);
      expect(on.fake.messages('T1', 'CP').map(({ text, edits }) => ({ text, edits }))).toEqual(before);
    });

    it('takes no channel for safe that it can’t look at', async () => {
      on.restart();
      on.fake.fault({ method: 'conversations.members', times: 2, what: '500' });
      const id = await on.openIn('can’t look', 'C1');
      await on.deliver();
      expect(on.keysIn('C1', id)).toEqual([]);
      const [card] = await on.owed(id);
      expect(card).toMatchObject({ error: 'http_500', doubtSince: null });
      await on.settle();
      expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    });

    it('asks little of Slack: once for the people, once for a channel, however much is said there', async () => {
      on.restart();
      const counted = () =>
        ['users.list', 'conversations.info', 'conversations.members'].map((m) => on.fake.calls(m).length);
      const before = counted();
      for (const title of ['one', 'two', 'three']) await on.openIn(title, 'C1');
      await on.openIn('four', 'C2');
      await on.deliver();
      expect(counted().map((count, index) => count - (before[index] ?? 0))).toEqual([1, 2, 2]);
    });
  });

  describe('drawing again', () => {
    const drawn = {
      tone: 'calm' as const,
      heading: [{ t: 'text' as const, text: 'News' }],
      blocks: [],
      actions: [],
    };
    const redraw = (ref: string, key: string) =>
      on.surface.redraw({ workspaceId: on.workspaceId, connection: 'slack/T1', key, ref, drawn });

    it('changes the message where it stands, and its key stays with it', async () => {
      const id = await on.openIn('drawn again', 'C1');
      await on.deliver();
      const card = await on.deps.store.post(on.workspaceId, `${id}/card`);
      expect(await redraw(card?.ref ?? '', `${id}/card`)).toEqual({ ok: true, ref: card?.ref });
      const message = on.fake.messages('T1', 'C1').find(({ ts }) => `C1:${ts}` === card?.ref);
      expect(message?.edits).toBe(1);
      expect(on.keysIn('C1', id)).toEqual(WHOLE_CASE);
    });

    it('lets a message be that is gone', async () => {
      expect(await redraw('C1:1.000001', 'none')).toEqual({
        ok: false,
        retry: 'never',
        error: 'message_not_found',
      });
    });
  });

  describe('two teams with channels and people of the same ids', () => {
    const card = {
      tone: 'calm' as const,
      heading: [{ t: 'text' as const, text: 'Ours' }],
      blocks: [],
      actions: [],
    };
    const target = { kind: 'channel' as const, channel: 'C1' };

    it('speaks to each in its own', async () => {
      const second = await on.connectSecondTeam();
      const before = on.fake.messages('T1', 'C1').length;
      const key = 'of the second/card';
      const sent = await on.surface.send({ ...second, key, target, drawn: card, doubtSince: null });
      expect(sent.ok).toBe(true);
      expect(on.fake.messages('T2', 'C1')).toHaveLength(1);
      expect(on.fake.messages('T1', 'C1')).toHaveLength(before);
    });

    it('lets no workspace speak on another’s connection', async () => {
      const { workspaceId } = await on.connectSecondTeam();
      const before = on.fake.world.calls.length;
      const where = { workspaceId, connection: 'slack/T1' };
      const sent = await on.surface.send({ ...where, key: 'x', target, drawn: card, doubtSince: null });
      expect(sent).toMatchObject({ ok: false, retry: 'never' });
      expect(on.fake.world.calls).toHaveLength(before);
    });
  });

  it('gave Slack nothing that breaks a limit of its', () => {
    expect(on.fake.calls('chat.postMessage').length).toBeGreaterThan(50);
    expect(on.fake.limitFaults).toEqual([]);
  });

  it('writes no token and no word of a customer’s into the log above debug', () => {
    const loud = JSON.stringify(on.log.filter(({ level }) => level !== 'debug'));
    expect(loud).not.toContain('xoxb-');
    expect(loud).not.toContain('Much');
    expect(loud.length).toBeGreaterThan(100);
  });
});
