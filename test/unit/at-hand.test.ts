import { expect, test } from 'vitest';
import { createAtHand } from '../../src/app/at-hand.ts';

test('what was read for a message is at hand for a moment, and for that message alone', () => {
  let now = 1_000;
  const atHand = createAtHand(() => now);
  const [first, second] = [{ rowIds: ['1', '2'] }, { rowIds: ['3'] }];
  atHand.put(first);
  now += 200;
  atHand.put(second);

  expect(['1', '2', '3', '4'].map(atHand.of)).toEqual([first, first, second, null]);
  now += 50;
  expect(['1', '2', '3'].map(atHand.of)).toEqual([null, null, second]);
  now += 200;
  expect(atHand.of('3')).toBeNull();
});
