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

/** What a chat says from 10:05 on. */
function chat(away: string | null, paused: string | null): Partial<Member> {
  const span = (until: string) => ({ from: when('2026-03-04 10:05'), until: when(until) });
  return { chat: { away: away === null ? null : span(away), paused: paused === null ? null : span(paused) } };
}
const clear: Partial<Member> = { chat: { away: null, paused: null } };

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
    ['away by their status', chat('2026-03-05 09:00', null), 'owner away'],
    ['not to be disturbed until after it', chat(null, '2026-03-04 11:30'), 'owner paused'],
    ['away and not to be disturbed', chat('2026-03-05 09:00', '2026-03-05 09:00'), 'owner away'],
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

  test.each([
    ['a status', chat('2026-03-04 11:00', null)],
    ['a pause', chat(null, '2026-03-04 11:00')],
    [
      'one that is still to come',
      { chat: { away: null, paused: { from: when('2026-03-04 10:50'), until: null } } },
    ],
  ])('but not for %s that is over by its time, or has not begun', (_, change) => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, change);
    s.does(ben, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: null });
  });

  test.each([
    ['an absence', absence(null), { absence: null }],
    ['a status', chat('2026-03-05 09:00', null), clear],
    ['a status cut short', chat('2026-03-05 09:00', null), chat('2026-03-04 10:40', null)],
    ['a pause', chat(null, '2026-03-05 09:00'), clear],
  ])('%s that is cleared takes its risk back, though its owner says nothing', (_, change, back) => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, change);
    s.does(null, { do: 'wake' });
    s.heard();
    s.passesUntil('2026-03-04 10:06');
    s.changes(ben, back);
    s.does(null, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: null, climb: null, lastSignAt: when('2026-03-04 10:00') });
    expect(s.events.at(-1)).toMatchObject({ by: null, what: { kind: 'risk over' } });
    s.passesUntil('2026-03-04 10:53');
    expect(s.heard()).toEqual(['10:30 thread: nudge halfway', '10:48 thread: nudge soon']);
  });

  test('but not when there is another reason by then: the climb goes on', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, chat('2026-03-05 09:00', null));
    s.passesUntil('2026-03-04 10:55');
    const before = s.promise(id);
    const climb = before.status === 'live' ? before.climb : null;
    expect(climb?.calls).toHaveLength(3);
    s.changes(ben, clear);
    s.does(null, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: { why: 'no sign of life' }, climb });
  });

  test('one fact takes the place of another', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, chat('2026-03-05 09:00', '2026-03-05 09:00'));
    s.does(null, { do: 'wake' });
    s.heard();
    s.changes(ben, chat(null, '2026-03-05 09:00'));
    s.does(null, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner paused' } });
    s.changes(ben, { active: false });
    s.does(null, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner left' } });
    expect(s.heard()).toEqual([]);
  });

  test('who speaks up with notifications paused has heard it, until they are paused anew', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, chat(null, '2026-03-05 09:00'));
    s.does(null, { do: 'wake' });
    s.passesUntil('2026-03-04 10:10');
    s.does(ben, { do: 'sign' });
    s.does(null, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: null });
    s.passesUntil('2026-03-04 10:20');
    s.changes(ben, { chat: { away: null, paused: { from: s.now, until: null } } });
    s.does(null, { do: 'wake' });
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner paused' } });
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

  test('who was silent and speaks up while away is at risk for that from now on, and the climb goes on', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:55');
    s.changes(ben, { absence: { from: s.now, until: null } });
    s.does(ben, { do: 'wake' });
    s.heard();
    s.does(ben, { do: 'sign' });
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner away' }, climb: { status: 'calling' } });
    s.mustChangeNothing();
    expect(s.heard()).toEqual([]);
  });

  test('who was away at its time and speaks up after it is back, and at risk no more', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:05');
    s.changes(ben, absence('2026-03-04 11:02'));
    s.does(ben, { do: 'wake' });
    s.passesUntil('2026-03-04 11:03');
    expect(s.promise(id)).toMatchObject({ risk: { why: 'owner away' } });
    s.does(ben, { do: 'sign' });
    expect(s.promise(id)).toMatchObject({ risk: null, climb: null });
    s.mustChangeNothing();
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

  test('those away by their status are skipped too; a pause keeps nobody off the ladder', () => {
    const away = { chat: { away: { from: when('2026-03-04 00:00'), until: null }, paused: null } };
    const paused = { chat: { away: null, paused: { from: when('2026-03-04 00:00'), until: null } } };
    const { s } = promised('2026-03-04 11:00', { team: teamWith({ dana: away, mo: paused }) });
    s.passesUntil('2026-03-04 10:54');
    expect(s.heard()).toContain('10:54 Mo: call (promise)');
  });

  test('the last holder’s status ends: they are called at that minute', () => {
    const gone = { active: false };
    const chat = { away: { from: when('2026-03-04 00:00'), until: when('2026-03-04 10:17') }, paused: null };
    const { s } = promised('2026-03-04 10:10', { team: teamWith({ dana: gone, mo: gone, ira: { chat } }) });
    s.passesUntil('2026-03-04 10:20');
    expect(s.heard().at(-1)).toBe('10:17 Ira: call (promise)');
  });

  test('whoever is named while nobody can be called is called at the next look', () => {
    const { s } = promised('2026-03-04 10:10', {
      team: teamWith({ ben: { leadId: null } }, { without: [dana, mo, ira] }),
    });
    s.changes(tara, { limit: null });
    s.passesUntil('2026-03-04 10:12');
    s.heard();
    s.changes(ben, { leadId: tara });
    s.does(null, { do: 'wake' });
    expect(s.heard()).toEqual(['10:12 Tara: call (promise)']);
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

  test('nobody again after somebody was back at night: said again', () => {
    const { s } = promised('2026-03-04 20:00', { team: teamWith({}, { without: [mo, ira, tara] }) });
    s.changes(dana, { absence: { from: s.now, until: null } });
    s.passesUntil('2026-03-04 22:00');
    expect(s.heard().filter((line) => line.includes('nobody'))).toHaveLength(1);
    s.changes(dana, { absence: null });
    s.does(null, { do: 'wake' });
    s.changes(dana, { absence: { from: s.now, until: null } });
    s.passesUntil('2026-03-05 12:00');
    expect(s.heard()).toEqual(['08:00 thread: nobody (promise)']);
  });

  test('who joins the ladder while nobody can be called, and is away, is called when they are back', () => {
    const team = teamWith({ dana: { active: false } }, { without: [mo, ira, tara] });
    const { s } = promised('2026-03-04 10:10', { team });
    s.passesUntil('2026-03-04 10:12');
    s.heard();
    s.changes(dana, { active: true, absence: { from: s.now, until: when('2026-03-04 10:14') } });
    s.does(null, { do: 'wake' });
    s.passesUntil('2026-03-04 10:15');
    expect(s.heard()).toEqual(['10:14 Dana: call (promise)']);
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
