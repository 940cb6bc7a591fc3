import { describe, expect, test } from 'vitest';
import type { Member } from '../../src/domain/people.ts';
import { promised, story } from '../support/case-story.ts';
import {
  askId,
  ben,
  dana,
  ira,
  MINUTE,
  mo,
  SECOND,
  tara,
  teamWith,
  text,
  when,
} from '../support/domain-fixtures.ts';

function absence(until: string | null): Partial<Member> {
  return { absence: { from: when('2026-03-04 10:05'), until: until === null ? null : when(until) } };
}

describe('a sign of life', () => {
  test('since the last nudge keeps it from being at risk', () => {
    const { s } = promised();
    s.passesUntil('2026-03-04 10:50');
    s.does(ben, { do: 'sign' });
    s.heard();
    s.passesUntil('2026-03-04 11:00');
    expect(s.heard()).toEqual(['11:00 thread: nudge due']);
  });

  test.each([
    ['before that nudge', '2026-03-04 10:40', ben],
    ['of somebody else', '2026-03-04 10:50', dana],
  ])('%s does not', (_, at, by) => {
    const { s, id } = promised();
    s.passesUntil(at);
    s.does(by, { do: 'sign' });
    s.passesUntil('2026-03-04 10:54');
    expect(s.promise(id)).toMatchObject({ risk: { why: 'no sign of life' } });
  });

  test('ends the risk and its climb; a miss begins another one', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:55');
    s.heard();
    s.does(ben, { do: 'sign' });
    expect(s.promise(id)).toMatchObject({ risk: null, climb: null, lastSignAt: s.now });
    s.passesUntil('2026-03-04 11:06');
    expect(s.heard()).toEqual([
      '11:00 thread: nudge due',
      '11:06 thread: broken',
      '11:06 Dana: call (promise)',
    ]);
  });

  test('is also an entry by the owner: asking for authority', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:55');
    const ask = { id: askId(1), promiseId: id, need: text('A refund'), money: 100, days: null };
    s.does(ben, {
      do: 'ask',
      terms: { ...ask, by: when('2026-03-04 13:00'), options: '', recommendation: '' },
    });
    expect(s.promise(id)).toMatchObject({ risk: null, lastSignAt: s.now });
  });

  test('does not mend a miss', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:06');
    s.does(ben, { do: 'sign' });
    expect(s.promise(id)).toMatchObject({ status: 'broken', settled: null });
  });
});

describe('a fact puts a promise at risk at any moment', () => {
  test.each([
    ['away until after it', absence('2026-03-05 09:00'), 'owner away'],
    ['away for good', absence(null), 'owner away'],
    ['gone', { active: false }, 'owner left'],
  ])('its owner is %s', (_, change, why) => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, change);
    s.does(ben, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: { why } });
    expect(s.heard()).toEqual(['10:05 thread: at risk', '10:05 Dana: call (promise)']);
    s.does(ben, { do: 'wake' });
    expect(s.heard()).toEqual([]);
  });

  test('but not when it was given to somebody who was away already: that waits for its own step', () => {
    const s = story();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, absence(null));
    s.passesUntil('2026-03-04 10:06');
    const id = s.promises(ben, '2026-03-04 11:06');
    s.does(null, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: null });
    s.passesUntil('2026-03-04 11:00');
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner away' } });
  });

  test('but not when its owner is back in time', () => {
    const { s, id } = promised();
    s.changes(ben, absence('2026-03-04 10:30'));
    s.does(ben, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: null });
  });

  test('who is back and says so is at risk no more', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, absence(null));
    s.does(ben, { do: 'wake' });
    s.does(ben, { do: 'sign' });
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner away' } });
    s.changes(ben, { absence: null });
    s.does(ben, { do: 'sign' });
    expect(s.promise(id)).toMatchObject({ risk: null, climb: null });
  });

  test('even when nobody looks, at the plan’s own step, whatever the owner said', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:50');
    s.does(ben, { do: 'sign' });
    s.changes(ben, { active: false });
    s.passesUntil('2026-03-04 10:54');
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner left' } });
  });

  test('a member missing from the team counts as gone, and every holder is on the ladder', () => {
    const s = story();
    const id = s.promises(tara, '2026-03-04 11:00', ben);
    s.heard();
    s.loses(tara);
    s.passesUntil('2026-03-04 10:55');
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner left' } });
    expect(s.heard()).toContain('10:30 Dana: call (promise)');
  });
});

describe('who is called, and when nobody can be', () => {
  test('those away are skipped, and who is back in the middle is called', () => {
    const away = { absence: { from: when('2026-03-04 00:00'), until: when('2026-03-04 11:10') } };
    const { s } = promised('2026-03-04 11:00', { team: teamWith({ dana: away }) });
    s.passesUntil('2026-03-04 10:50');
    s.heard();
    s.passesUntil('2026-03-04 11:40');
    expect(s.heard()).toEqual([
      '10:54 thread: at risk',
      '10:54 Mo: call (promise)',
      '10:55:48 Ira: call (promise)',
      '10:55:48 Mo: passed on to Ira',
      '11:00 thread: nudge due',
      '11:06 thread: broken',
      '11:06 Mo: call (promise)',
      '11:06 Ira: passed on to Mo',
      '11:21 Dana: call (promise)',
      '11:21 Mo: passed on to Dana',
      '11:36 Ira: call (promise)',
      '11:36 Dana: passed on to Ira',
    ]);
  });

  test('nobody: said once in the thread, looked at again, and called once somebody is back', () => {
    const { s } = promised('2026-03-04 10:10', { team: teamWith({}, { without: [dana, mo, ira, tara] }) });
    s.passesUntil('2026-03-04 13:00');
    expect(s.heard()).toEqual([
      '10:08 thread: nudge soon',
      '10:09 thread: at risk',
      '10:09 thread: nobody (promise)',
      '10:10 thread: nudge due',
      '10:11 thread: broken',
    ]);
    expect(s.nextAlarm).toBeLessThanOrEqual(s.now + 15 * MINUTE);
  });

  test('the last holder is away until the afternoon', () => {
    const gone = { active: false };
    const away = { absence: { from: when('2026-03-04 00:00'), until: when('2026-03-04 14:00') } };
    const { s } = promised('2026-03-04 10:10', { team: teamWith({ dana: gone, mo: gone, ira: away }) });
    s.passesUntil('2026-03-04 14:10');
    expect(s.heard().slice(2)).toEqual([
      '10:09 thread: nobody (promise)',
      '10:10 thread: nudge due',
      '10:11 thread: broken',
      '14:00 Ira: call (promise)',
    ]);
  });

  test('who left while they were called is told nothing more', () => {
    const { s } = promised('2026-03-04 10:10');
    s.passesUntil('2026-03-04 10:09');
    s.changes(dana, { active: false });
    s.heard();
    s.passes(45 * SECOND);
    expect(s.heard()).toEqual(['10:09:30 Mo: call (promise)']);
  });
});
