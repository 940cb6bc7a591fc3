import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { act } from '../../src/app/act.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import { changeMember } from '../../src/app/members.ts';
import type { SendResult, Surface, Target } from '../../src/app/surface.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import type { Card } from '../../src/conversation/card.ts';
import { draw } from '../../src/conversation/draw.ts';
import { loadView } from '../../src/conversation/load.ts';
import type { CaseId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import type { Audience } from '../../src/domain/say.ts';
import { useCases } from '../support/use-cases.ts';

type Sent = { key: string; target: Target; connection: string; doubtSince: Instant | null };
type Drawn = { key: string; tried: Audience[] };

describe('delivery', () => {
  let on: Awaited<ReturnType<typeof useCases>>;
  let sent: Sent[];
  let redrawn: string[];
  let drawn: Drawn[];
  let answerRedraw: () => SendResult;
  let answer: (message: Sent) => SendResult;
  let hold: (message: Sent) => Promise<void> | null;
  let broken: CaseId | null = null;

  beforeAll(async () => {
    on = await useCases();
  });
  afterAll(() => on.stop());
  beforeEach(() => {
    sent = [];
    redrawn = [];
    drawn = [];
    answerRedraw = () => ({ ok: true, ref: 'as before' });
    hold = () => null;
    answer = ({ key }) => ({ ok: true, ref: `ref of ${key}` });
  });

  const surface = {
    send: async ({ key, target, connection, doubtSince }) => {
      const message = { key, target, connection, doubtSince };
      sent.push(message);
      await hold(message);
      return answer(message);
    },
    redraw: async ({ ref }) => {
      redrawn.push(ref);
      return answerRedraw();
    },
  } satisfies Surface<Card>;

  const deliver = (store = on.deps.store, isEnding = () => false) =>
    deliverDue<Card>({
      ...on.deps,
      store,
      isEnding,
      surfaces: new Map([
        ['console', surface],
        ['slack', surface],
      ]),
      draw: async ({ workspaceId, caseId, tried }, key, say) => {
        drawn.push({ key, tried });
        const view = await loadView(on.deps, { workspaceId }, caseId);
        if (view === null || caseId === broken) throw new Error('The case is missing');
        return { drawn: draw(view, key, say), file: view.file, team: view.team };
      },
    });

  it('sends a case in its order: the card, then what hangs from it', async () => {
    const id = await on.open('in order');
    await deliver();
    expect(sent.map(({ key }) => key.replace(id, 'case'))).toEqual([
      'case/card',
      'case/history',
      'case/wait/1/0',
    ]);
    expect(sent[1]?.target).toEqual({ kind: 'thread', channel: 'care', root: `ref of ${id}/card` });
  });

  it('says each thing once, however often it is asked to', async () => {
    await on.open('once');
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(sent.length);
    expect(sent).toHaveLength(3);
  });

  it('tries again after the time it was told, in order, and holds back no other case', async () => {
    const slow = await on.open('told to wait');
    answer = ({ key }) =>
      key.startsWith(slow)
        ? { ok: false, retry: 'later', afterMs: 30_000, error: 'busy', doubtful: false }
        : { ok: true, ref: `ref of ${key}` };
    await deliver();
    const other = await on.open('not held back');
    await deliver();
    expect(sent.filter(({ key }) => key.startsWith(other))).toHaveLength(3);
    expect(sent.filter(({ key }) => key.startsWith(slow))).toHaveLength(1);

    answer = ({ key }) => ({ ok: true, ref: `ref of ${key}` });
    on.clock.forward(29_000);
    await deliver();
    expect(sent.filter(({ key }) => key.startsWith(slow))).toHaveLength(1);
    on.clock.forward(2_000);
    await deliver();
    expect(sent.filter(({ key }) => key.startsWith(slow)).map(({ key }) => key)).toEqual([
      `${slow}/card`,
      `${slow}/card`,
      `${slow}/history`,
      `${slow}/wait/1/0`,
    ]);
  });

  it('takes the next way when one is closed, and says so on the board when every way is', async () => {
    const id = await on.open('nobody hears');
    answer = () => ({ ok: false, retry: 'never', error: 'is_archived' });
    const outcomes = await deliver();
    expect(outcomes.unsaid).toBe(3);
    const ways = sent.filter(({ key }) => key === `${id}/history`).map(({ target }) => target.kind);
    expect(ways).toEqual(['member']);
    const unsaid = await on.deps.store.transact(on.workspaceId, (tx) => tx.unsaid(10));
    expect(unsaid.map(({ caseId, error }) => ({ caseId, error }))).toContainEqual({
      caseId: id,
      error: 'is_archived',
    });
  });

  it('reaches the opener in a direct message when the channel is closed', async () => {
    const id = await on.open('channel closed');
    answer = ({ key, target }) =>
      target.kind === 'channel'
        ? { ok: false, retry: 'never', error: 'is_archived' }
        : { ok: true, ref: `ref of ${key}` };
    const outcomes = await deliver();
    expect(outcomes.unsaid).toBe(0);
    const card = sent.filter(({ key }) => key === `${id}/card`).at(-1);
    expect(card?.target).toEqual({ kind: 'member', memberId: on.memberOf('Ada').id });
    expect(drawn.findLast(({ key }) => key === `${id}/card`)?.tried, 'it can say so').toEqual([
      { kind: 'channel' },
      { kind: 'thread' },
    ]);
    on.clock.forward(6 * 60_000);
    await wakeDue(on.deps);
    await deliver();
    const threads = sent.filter(({ key, target }) => key.startsWith(id) && target.kind === 'thread');
    expect(threads, 'no thread of the channel hangs from a direct message').toEqual([]);

    drawn = [];
    await act(on.deps, on.whoIs('Leo'), id, { do: 'take', matter: { kind: 'case', caseId: id } });
    await deliver();
    expect(redrawn).toContain(`ref of ${id}/card`);
    expect(drawn.find(({ key }) => key === `${id}/card`)?.tried, 'also when it is drawn again').toEqual([
      { kind: 'channel' },
      { kind: 'thread' },
    ]);
  });

  it('speaks on the connection that the case lives on, by the surface of its kind', async () => {
    const id = await on.open('lives in Slack', { connection: 'slack/T1', channel: 'C1' });
    await deliver();
    const [card] = sent.filter(({ key }) => key === `${id}/card`);
    expect(card).toMatchObject({ connection: 'slack/T1', target: { kind: 'channel', channel: 'C1' } });
    const post = await on.deps.store.postAt(on.workspaceId, 'slack/T1', `ref of ${id}/card`);
    expect(post).toMatchObject({ caseId: id, key: `${id}/card` });
    expect(await on.deps.store.postAt(on.workspaceId, 'slack/T2', `ref of ${id}/card`)).toBeNull();
  });

  it('draws a message again that was changed while it was being sent', async () => {
    const id = await on.open('taken in the meantime');
    await deliver();
    on.clock.forward(11 * 60_000);
    await wakeDue(on.deps);
    await deliver();
    on.clock.forward(5 * 60_000);
    await wakeDue(on.deps);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const call = `${id}/case/climb/1/1`;
    hold = ({ key }) => (key === call ? held : null);

    const first = deliver();
    await vi.waitFor(() => expect(sent.some(({ key }) => key === call)).toBe(true), 8_000);
    await act(on.deps, on.whoIs('Leo'), id, { do: 'take', matter: { kind: 'case', caseId: id } });
    await deliver();
    release();
    await first;
    await deliver();

    expect(redrawn).toContain(`ref of ${call}`);
  });

  it('claims the first of a conversation first, also when it was put off', async () => {
    const id = await on.open('put off');
    const now = on.deps.clock();
    const [card] = await on.deps.store.claimOutbox(now, 1, 20_000);
    if (card === undefined) throw new Error('Nothing is owed');
    await on.deps.store.recordOutcomes([
      { how: 'again', row: card, at: now + 5_000, error: 'away', doubtSince: null },
    ]);
    on.clock.forward(6_000);
    const keys = (await on.deps.store.claimOutbox(on.deps.clock(), 1, 20_000)).map(({ key }) => key);
    expect(keys).toEqual([`${id}/card`]);
    on.clock.forward(21_000);
    await deliver();
  });

  it('gives up on a message that can’t be drawn, and says so on the board', async () => {
    const id = await on.open('can’t be drawn');
    broken = id;
    for (let tries = 0; tries < 14; tries += 1) {
      await deliver();
      on.clock.forward(301_000);
    }
    broken = null;
    const unsaid = await on.deps.store.transact(on.workspaceId, (tx) => tx.unsaid(10));
    expect(unsaid.map(({ caseId }) => caseId)).toContain(id);
  });

  it('begins no send when its lease is running out, and counts no try that was not made', async () => {
    const id = await on.open('slow sends');
    answer = ({ key }) => {
      on.clock.forward(11_000);
      return { ok: true, ref: `ref of ${key}` };
    };
    const outcomes = await deliver();
    expect(outcomes.left).toBeGreaterThanOrEqual(3);
    expect(sent.filter(({ key }) => key.startsWith(id)).map(({ key }) => key.replace(id, 'case'))).toEqual([
      'case/card',
      'case/history',
      'case/wait/1/0',
    ]);
    const owed = await on.db
      .selectFrom('kept.outbox')
      .select('attempts')
      .where('case_id', '=', id)
      .where('sent_at', 'is not', null)
      .execute();
    expect(owed.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  it('begins no send in a process that is about to end, and leaves the rest to others at once', async () => {
    const id = await on.open('a deploy');
    // given a process that is asked to end while it sends the first
    let isEnding = false;
    answer = ({ key }) => {
      isEnding = true;
      return { ok: true, ref: `ref of ${key}` };
    };
    // when
    const outcomes = await deliver(on.deps.store, () => isEnding);
    // then that one is written down, nothing else is begun, and another sends the rest without a doubt
    expect(outcomes).toMatchObject({ sent: 1, left: 2 });
    await deliver();
    expect(sent.map(({ key, doubtSince }) => [key.replace(id, 'case'), doubtSince])).toEqual([
      ['case/card', null],
      ['case/history', null],
      ['case/wait/1/0', null],
    ]);
  });

  it('goes on after a process died in the middle of a send, when its lease is over', async () => {
    const id = await on.open('died in the middle');
    const taken = await on.deps.store.claimOutbox(on.deps.clock(), 10, 20_000);
    expect(taken).toHaveLength(3);
    await deliver();
    expect(sent).toHaveLength(0);
    on.clock.forward(21_000);
    await deliver();
    expect(sent.filter(({ key }) => key.startsWith(id))).toHaveLength(3);
  });

  it('lets a process that comes back after its lease change nothing for who took over', async () => {
    const id = await on.open('a process that slept');
    const store = on.deps.store;
    const [slept] = await store.claimOutbox(on.deps.clock(), 10, 20_000);
    if (slept === undefined) throw new Error('There is nothing to send');
    on.clock.forward(21_000);
    const taken = await store.claimOutbox(on.deps.clock(), 10, 20_000);
    expect(taken.map(({ id: rowId }) => rowId)).toContain(slept.id);
    // when it tells of its own try, while the other one sends
    const at = on.deps.clock();
    await store.recordOutcomes([{ how: 'again', row: slept, at, error: 'cut off', doubtSince: at }]);
    await store.recordOutcomes([{ how: 'unsaid', row: slept, at, error: 'cut off' }]);
    // then nobody sends it a third time
    expect(await store.claimOutbox(at, 10, 20_000)).toEqual([]);
    on.clock.forward(21_000);
    await deliver();
    expect(sent.filter(({ key }) => key.startsWith(id))).toHaveLength(3);
  });

  it('sends nothing to who is of the team no more, and draws nothing for them again', async () => {
    // given a nudge that stands in a direct message of its owner
    const id = await on.open('whose owner leaves');
    answer = ({ target }) =>
      target.kind === 'member'
        ? { ok: true, ref: 'in private' }
        : { ok: false, retry: 'never', error: 'closed' };
    await deliver();
    expect(sent.filter(({ key, target }) => key.startsWith(id) && target.kind === 'member')).toHaveLength(3);
    // when they leave, and there is more to say
    const { id: ada } = on.memberOf('Ada');
    await changeMember(on.deps, on.workspaceId, ada, (member) => ({ ...member, active: false }));
    on.clock.forward(301_000);
    await wakeDue(on.deps);
    sent = [];
    redrawn = [];
    const outcomes = await deliver();
    // then
    expect(outcomes.unsaid, 'that there is nobody to tell is on the board').toBeGreaterThan(0);
    expect(sent.filter(({ target }) => target.kind === 'member' && target.memberId === ada)).toEqual([]);
    expect(redrawn).not.toContain('in private');
    await changeMember(on.deps, on.workspaceId, ada, (member) => ({ ...member, active: true }));
  });

  describe('in doubt', () => {
    let id: CaseId;
    const ok = ({ key }: { key: string }): SendResult => ({ ok: true, ref: `ref of ${key}` });
    const cards = () => sent.filter(({ key }) => key === `${id}/card`).map(({ doubtSince }) => doubtSince);
    const cardRow = () =>
      on.db
        .selectFrom('kept.outbox')
        .select(['attempts', 'tried_at', 'error', 'sent_at'])
        .where('key', '=', `${id}/card`)
        .executeTakeFirstOrThrow();

    beforeEach(async () => {
      id = await on.open('in doubt');
    });
    afterEach(async () => {
      answer = ok;
      on.clock.forward(301_000);
      await deliver();
    });

    it('looks first only when nobody knows whether an earlier try arrived, and since the first such', async () => {
      const begunAt = on.deps.clock();
      answer = () => ({ ok: false, retry: 'later', afterMs: 1_000, error: 'cut off', doubtful: true });
      await deliver();
      on.clock.forward(2_000);
      await deliver();
      answer = () => ({ ok: false, retry: 'later', afterMs: 1_000, error: 'refused', doubtful: false });
      on.clock.forward(2_000);
      await deliver();
      answer = ok;
      on.clock.forward(2_000);
      await deliver();
      expect(cards()).toEqual([null, begunAt, begunAt, null]);
      expect(await cardRow()).toMatchObject({ tried_at: null });
      const others = sent.filter(({ key }) => key.startsWith(id) && key !== `${id}/card`);
      expect(others.map(({ doubtSince }) => doubtSince)).toEqual([null, null]);
    });

    it('is in doubt after a process died in the middle of a send, and of those behind it', async () => {
      const claimedAt = on.deps.clock();
      await on.deps.store.claimOutbox(claimedAt, 10, 20_000);
      on.clock.forward(21_000);
      await deliver();
      expect(cards()).toEqual([claimedAt]);
    });

    it('is in doubt after a send that threw', async () => {
      const begunAt = on.deps.clock();
      answer = () => {
        throw new Error('the socket hung up');
      };
      await deliver();
      answer = ok;
      on.clock.forward(2_000);
      await deliver();
      expect(cards()).toEqual([null, begunAt]);
    });

    it('is held back as long as it takes, costs no try, and stays in doubt', async () => {
      const begunAt = on.deps.clock();
      answer = () => ({ ok: false, retry: 'later', afterMs: 1_000, error: 'cut off', doubtful: true });
      await deliver();
      answer = () => ({ ok: false, retry: 'held', afterMs: 60_000, error: 'ratelimited' });
      for (let times = 0; times < 15; times += 1) {
        on.clock.forward(61_000);
        const outcomes = await deliver();
        expect(outcomes).toMatchObject({ unsaid: 0, 'next way': 0, sent: 0 });
      }
      expect(await cardRow()).toMatchObject({ attempts: 1, tried_at: begunAt, error: 'ratelimited' });
      answer = ok;
      on.clock.forward(59_000);
      await deliver();
      expect(cards(), 'not before its time').toHaveLength(16);
      on.clock.forward(2_000);
      await deliver();
      expect(cards().at(-1)).toBe(begunAt);
      expect((await cardRow()).sent_at).not.toBeNull();
    });

    it('outlasts an outage: who doesn’t answer says nothing against a message', async () => {
      answer = () => ({ ok: false, retry: 'later', afterMs: 300_000, error: 'no answer', doubtful: true });
      for (let times = 0; times < 20; times += 1) {
        expect(await deliver()).toMatchObject({ unsaid: 0, 'next way': 0, sent: 0 });
        on.clock.forward(301_000);
      }
      answer = ok;
      await deliver();
      expect((await cardRow()).sent_at).not.toBeNull();
    });

    it('takes the next way when an outage doesn’t end', async () => {
      answer = () => ({ ok: false, retry: 'later', afterMs: 1_000, error: 'no answer', doubtful: true });
      for (let times = 0; times < 12; times += 1) {
        await deliver();
        on.clock.forward(2_000);
      }
      on.clock.forward(12 * 3_600_000);
      expect(await deliver()).toMatchObject({ 'next way': expect.any(Number) });
      expect(sent.at(-1)?.target.kind, 'somebody else is told').toBe('member');
    });

    it('stays owed while its surface is not set up', async () => {
      const elsewhere = await on.open('on slack', { connection: 'teams/none', channel: 'C1' });
      for (let times = 0; times < 15; times += 1) {
        await deliver();
        on.clock.forward(61_000);
      }
      const row = await on.db
        .selectFrom('kept.outbox')
        .select(['attempts', 'sent_at', 'unsaid_at'])
        .where('key', '=', `${elsewhere}/card`)
        .executeTakeFirstOrThrow();
      expect(row).toEqual({ attempts: 0, sent_at: null, unsaid_at: null });
    });

    it('is in doubt no more when it goes another way', async () => {
      answer = () => ({ ok: false, retry: 'later', afterMs: 1_000, error: 'cut off', doubtful: true });
      await deliver();
      answer = ({ target, key }) =>
        target.kind === 'channel' ? { ok: false, retry: 'never', error: 'is_archived' } : ok({ key });
      on.clock.forward(2_000);
      await deliver();
      expect(cards().at(-1)).toBeNull();
      expect(cards()).toHaveLength(3);
    });

    it('draws again what was held back, as long as it takes, but not what fails for ever', async () => {
      await deliver();
      answerRedraw = () => ({ ok: false, retry: 'held', afterMs: 60_000, error: 'ratelimited' });
      await act(on.deps, on.whoIs('Leo'), id, { do: 'take', matter: { kind: 'case', caseId: id } });
      await deliver();
      for (let times = 0; times < 15; times += 1) {
        on.clock.forward(61_000);
        await deliver();
      }
      expect(redrawn.length).toBeGreaterThan(15);
      answerRedraw = () => ({ ok: false, retry: 'later', afterMs: null, error: 'no', doubtful: false });
      for (let times = 0; times < 40; times += 1) {
        on.clock.forward(301_000);
        await deliver();
      }
      redrawn = [];
      on.clock.forward(301_000);
      await deliver();
      expect(redrawn).toEqual([]);
    });
  });

  it('says nothing again because the database was away when it was to be written down', async () => {
    const id = await on.open('away for a moment');
    let failures = 2;
    await deliver({
      ...on.deps.store,
      recordOutcomes: async (outcomes) => {
        // The first was written down, and only the answer was lost.
        if (failures !== 1) await on.deps.store.recordOutcomes(outcomes);
        if (failures > 0) {
          failures -= 1;
          throw new Error('Connection terminated unexpectedly');
        }
      },
    });
    on.clock.forward(60_000);
    await deliver();
    expect(sent.filter(({ key }) => key.startsWith(id)).map(({ key }) => key)).toEqual([
      `${id}/card`,
      `${id}/history`,
      `${id}/wait/1/0`,
    ]);
  });
});
