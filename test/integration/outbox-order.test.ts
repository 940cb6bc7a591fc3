import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

describe.runIf((await enginesToTest()).includes('postgres'))('the order of a conversation', () => {
  let on: Awaited<ReturnType<typeof useCases>>;

  beforeAll(async () => {
    on = await useCases('postgres');
  });
  afterAll(() => on.stop());

  it('stays while somebody has its first message locked', async () => {
    // given a first message whose lease is over, and of which a slow process is writing something down
    const { store, clock } = on.deps;
    const id = await on.open('locked');
    const [first] = await store.claimOutbox(clock(), 1, 20_000);
    on.clock.forward(21_000);
    const meanwhile = await on.db.transaction().execute(async (tx) => {
      await tx.selectFrom('kept.outbox').where('key', '=', `${id}/card`).select('id').forUpdate().execute();
      // when another claims
      return store.claimOutbox(clock(), 10, 20_000);
    });
    // then it gets nothing that comes behind, and everything once the first is free
    expect(first?.key).toBe(`${id}/card`);
    expect(meanwhile).toEqual([]);
    const claimed = await store.claimOutbox(clock(), 10, 20_000);
    expect(claimed.map(({ key }) => key.replace(id, 'case'))).toEqual([
      'case/card',
      'case/history',
      'case/wait/1/0',
    ]);
  });

  it('holds for what waits behind a message that was put off, too', async () => {
    // given the first put off past the second's time
    const id = await on.open('nobody overtakes');
    const { store } = on.deps;
    const [card] = await store.claimOutbox(on.deps.clock(), 1, 20_000);
    if (card === undefined) throw new Error('Nothing is owed');
    await store.recordOutcomes([
      { how: 'again', row: card, at: on.deps.clock() + 5_000, error: 'away', doubtSince: null },
    ]);
    // and one more that is owed since later than that
    on.clock.forward(6_000);
    await act(on.deps, on.whoIs('Leo'), id, { do: 'take', matter: { kind: 'case', caseId: id } });
    const owed = await on.db
      .selectFrom('kept.outbox')
      .select('key')
      .where('case_id', '=', id)
      .where('destination', '=', card.destination)
      .where('sent_at', 'is', null)
      .orderBy('id')
      .execute();
    // when all is claimed, bit by bit
    const claimed: string[] = [];
    for (let rows = await store.claimOutbox(on.deps.clock(), 10, 20_000); rows.length > 0; ) {
      const here = rows.filter(({ destination }) => destination === card.destination);
      claimed.push(...here.map(({ key }) => key));
      const at = on.deps.clock();
      await store.recordOutcomes(rows.map((row) => ({ how: 'sent', row, at, post: null })));
      rows = await store.claimOutbox(on.deps.clock(), 10, 20_000);
    }
    // then it is claimed as it was owed
    expect(owed.length).toBeGreaterThan(3);
    expect(claimed).toEqual(owed.map(({ key }) => key));
  });
});
