import { describe, expect, it, vi } from 'vitest';
import { createGate } from '../../src/app/gate.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { createPace } from '../../src/operation/pace.ts';

const one = WorkspaceId.parse('10000000-0000-4000-8000-000000000001');
const another = WorkspaceId.parse('10000000-0000-4000-8000-000000000002');

const silent = { warn: () => {} };

async function taken(times: number, take: () => Promise<unknown>): Promise<number> {
  let count = 0;
  for (let nr = 0; nr < times; nr += 1) {
    count += (await take()) === null ? 1 : 0;
  }
  return count;
}

describe('the pace of a workspace', () => {
  it('what is too fast is refused, and let in again after its time', async () => {
    vi.useFakeTimers();
    try {
      const pace = createPace(10, silent);
      const ask = () => pace.take({ of: 'asked', workspaceId: one, person: 'Ada' });
      expect(await taken(20, ask)).toBe(20);
      const first = await ask();
      expect(first?.againInMs).toBeGreaterThan(0);
      expect(first?.againInMs).toBeLessThanOrEqual(10_000);
      expect(await ask()).not.toBeNull();
      await vi.advanceTimersByTimeAsync(first?.againInMs ?? 0);
      expect(await ask()).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it('one person’s flood leaves their team room, and the team’s leaves others theirs', async () => {
    const pace = createPace(10, silent);
    const ask = (workspaceId: WorkspaceId, person: string) => () =>
      pace.take({ of: 'asked', workspaceId, person });
    expect(await taken(1_000, ask(one, 'Ada'))).toBe(20);
    expect(await taken(20, ask(one, 'Sam'))).toBe(20);
    const others = Array.from({ length: 10 }, (_, nr) => taken(20, ask(one, `person ${nr}`)));
    expect((await Promise.all(others)).reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(await taken(20, ask(another, 'Ada'))).toBe(20);
  });

  it('the log says of a flood once a minute whose it is, however much of it is refused', async () => {
    vi.useFakeTimers();
    try {
      const lines: unknown[] = [];
      const pace = createPace(1, { warn: (fields) => lines.push(fields) });
      const flood = () => taken(100, () => pace.take({ of: 'asked', workspaceId: one, person: 'Ada' }));
      await flood();
      expect(lines).toEqual([expect.objectContaining({ workspaceId: one, of: 'asked', who: 'person' })]);
      await vi.advanceTimersByTimeAsync(30_000);
      await flood();
      await taken(100, () => pace.take({ of: 'asked', workspaceId: another, person: 'Ada' }));
      expect(lines).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(31_000);
      await flood();
      expect(lines).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it('everybody is told once that it was too fast, whoever else was', async () => {
    const pace = createPace(1, silent);
    const tell = (person: string) => pace.take({ of: 'told', workspaceId: one, person });
    expect(await tell('Ada')).toBeNull();
    expect(await tell('Sam')).toBeNull();
    expect(await tell('Ada')).not.toBeNull();
  });

  it('what is overheard never uses up what may be asked', async () => {
    const pace = createPace(10, silent);
    const hear = (person: string) => () => pace.take({ of: 'overheard', workspaceId: one, person });
    await Promise.all(Array.from({ length: 10 }, (_, nr) => taken(20, hear(`person ${nr}`))));
    expect(await hear('person 11')()).not.toBeNull();
    expect(await pace.take({ of: 'asked', workspaceId: one, person: 'Ada' })).toBeNull();
  });
});

describe('the gate to the database', () => {
  it('lets one of each workspace in turn, and of its own the oldest', async () => {
    const gate = createGate(1);
    const order: string[] = [];
    let open: () => void = () => {};
    const held = gate.run(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    const work = (whose: string, nr: number) =>
      gate.run(
        () => {
          order.push(`${whose}${nr}`);
          return Promise.resolve();
        },
        { whose },
      );
    const all = [work('a', 1), work('a', 2), work('a', 3), work('b', 1), work('c', 1), work('b', 2)];
    await new Promise((resolve) => setImmediate(resolve));
    open();
    await Promise.all([held, ...all]);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(gate.free()).toBe(1);
  });

  it('those whom somebody waits for go before all others', async () => {
    const gate = createGate(1);
    const order: string[] = [];
    const work = (name: string, first: boolean) =>
      gate.run(
        () => {
          order.push(name);
          return Promise.resolve();
        },
        { first, whose: name },
      );
    const running = work('running', false);
    await Promise.all([running, work('later', false), work('first', true)]);
    expect(order).toEqual(['running', 'first', 'later']);
  });
});
