import { expect, test } from 'vitest';
import { story } from '../support/case-story.ts';
import { ben, MINUTE } from '../support/domain-fixtures.ts';

test('2 min', () => {
  const s = story();
  s.promises(ben, s.now + 2 * MINUTE);
  s.heard();
  s.passes(3 * MINUTE);
  expect(s.heard().join('\n')).toEqual('');
});
test('day', () => {
  const s = story();
  s.promises(ben, '2026-03-05 15:00');
  s.heard();
  s.passesUntil('2026-03-06 12:00');
  expect(s.heardOn().join('\n')).toEqual('');
});
