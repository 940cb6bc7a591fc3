import { describe, expect, it } from 'vitest';
import { readAmount } from '../../src/domain/amount.ts';

describe('readAmount', () => {
  it.each([
    ['250', 250],
    [' 1,500 ', 1500],
    ['1.500', 1500],
    ['1 500', 1500],
    ['1’500', 1500],
    ['5.001', 5001],
    ['1,50', 1.5],
    ['1.5', 1.5],
    ['1.500,25', 1500.25],
    ['1,500.25', 1500.25],
    ['€200', 200],
    ['200 €', 200],
    ['0', 0],
  ])('%s is %d', (text, amount) => {
    expect(readAmount(text)).toBe(amount);
  });

  it.each(['', 'much', '1e5', '-3', '1,2,3', '9'.repeat(30), '1/2', '٣'])('%s can’t be read', (text) => {
    expect(readAmount(text)).toBeNull();
  });
});
