import { describe, expect, it } from 'vitest';
import { sparing } from '../../src/operation/sparing.ts';

function looking(tookMs: number, fails = false) {
  let at = 0;
  let looks = 0;
  const read = sparing(
    () => {
      looks += 1;
      const found = looks;
      at += tookMs;
      return fails ? Promise.reject(new Error('away')) : Promise.resolve(found);
    },
    () => at,
  );
  return {
    read,
    forward: (ms: number) => {
      at += ms;
    },
    looks: () => looks,
  };
}

describe('a look that grows with size', () => {
  it('is taken each time while it is quick', async () => {
    const on = looking(50);
    expect([await on.read(), await on.read(), await on.read()]).toEqual([1, 2, 3]);
  });

  it('is good for a hundred times what it took when it is slow', async () => {
    const on = looking(200);
    expect(await on.read()).toBe(1);
    on.forward(19_999);
    expect(await on.read()).toBe(1);
    on.forward(1);
    expect(await on.read()).toBe(2);
  });

  it('is taken again after five minutes, however long the last one had to wait', async () => {
    const on = looking(15_000);
    expect(await on.read()).toBe(1);
    on.forward(300_000);
    expect(await on.read()).toBe(2);
  });

  it('is shared by those who come while it is under way', async () => {
    const on = looking(200);
    expect(await Promise.all([on.read(), on.read()])).toEqual([1, 1]);
    expect(on.looks()).toBe(1);
  });

  it('is taken again at once when it failed', async () => {
    const on = looking(200, true);
    await expect(on.read()).rejects.toThrow('away');
    await expect(on.read()).rejects.toThrow('away');
    expect(on.looks()).toBe(2);
  });
});
