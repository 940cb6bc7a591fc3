import { describe, expect, it } from 'vitest';
import { createNames } from '../../src/store/prepare.ts';

describe('names of what is asked often', () => {
  it('has none the first five times, and the same from then on', () => {
    const nameOf = createNames();
    expect(Array.from({ length: 7 }, () => nameOf('select 1'))).toEqual([
      null,
      null,
      null,
      null,
      null,
      'kept_1',
      'kept_1',
    ]);
    expect(nameOf('select 2')).toBeNull();
  });

  it('gives no more than a hundred, however many texts there are', () => {
    const nameOf = createNames();
    const texts = Array.from({ length: 5_000 }, (_, nr) => `select ${nr}`);
    for (const text of texts) for (let times = 0; times < 6; times += 1) nameOf(text);
    const named = texts.map(nameOf).filter((name) => name !== null);
    expect(new Set(named).size).toBe(100);
    expect(named).toHaveLength(100);
  });

  it('what is asked once in a while has none', () => {
    const nameOf = createNames();
    for (let round = 0; round < 3; round += 1) {
      for (let nr = 0; nr < 3_000; nr += 1) expect(nameOf(`select ${nr}`)).toBeNull();
    }
  });
});
