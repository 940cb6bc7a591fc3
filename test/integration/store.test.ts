import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import { NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { useCases } from '../support/use-cases.ts';

describe('the store', () => {
  let on: Awaited<ReturnType<typeof useCases>>;
  beforeAll(async () => {
    on = await useCases();
  });
  afterAll(() => on.stop());

  it('lists the cases a member opened, open ones first, then the latest closed, and nobody else’s', async () => {
    const ids = [];
    for (const title of ['first', 'second', 'third', 'fourth']) ids.push(await on.open(title));
    const [first, second, third, fourth] = ids;
    for (const id of [first, third]) {
      if (id === undefined) throw new Error('No case');
      const held = await act(on.deps, on.whoIs('Ada'), id, {
        do: 'close',
        solved: NonBlank.parse('Done'),
        holdId: PromiseId.parse(randomUUID()),
        holdAt: on.deps.clock() + 3 * 24 * 3_600_000,
        holdAction: NonBlank.parse('Ask whether it held'),
      });
      expect(held).toMatchObject({ ok: true });
    }

    const by = (name: string, limit: number) =>
      on.deps.store.transact(on.workspaceId, (tx) => tx.casesOpenedBy(on.memberOf(name).id, limit));

    expect((await by('Ada', 10)).map(({ file }) => file.case.id)).toEqual([fourth, second, third, first]);
    expect((await by('Ada', 2)).map(({ file }) => file.case.id)).toEqual([fourth, second]);
    expect((await by('Ada', 1))[0]?.customer.name).toBe('Acme');
    expect(await by('Leo', 10)).toEqual([]);
  });

  it('writes a workspace anew, and no other', async () => {
    const { store } = on.deps;
    const read = () => store.transact(on.workspaceId, (tx) => tx.workspace());
    const before = await read();
    const changed = { ...before.workspace, homeChannels: { 'slack/T1': 'C1' }, closedDays: ['2026-12-24'] };

    await store.transact(on.workspaceId, (tx) => tx.saveWorkspace(changed));

    expect(await read()).toEqual({ ...before, workspace: changed });
  });
});
