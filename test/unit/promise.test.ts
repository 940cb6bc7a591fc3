import { describe, expect, test } from 'vitest';
import type { PromiseId } from '../../src/domain/ids.ts';
import { promised, type Story, story } from '../support/case-story.ts';
import {
  ben,
  berlin,
  dana,
  HOUR,
  ira,
  MINUTE,
  mo,
  promiseId,
  promiseTerms,
  stranger,
  tara,
  teamWith,
  text,
  wall,
  when,
} from '../support/domain-fixtures.ts';

const proof = text('https://status.example/exports/42 is green; Ada has seen it');
const reason = text('The restore takes longer');

function stepsOf({ s, id }: ReturnType<typeof promised>): string[] {
  const promise = s.promise(id);
  return promise.status === 'live'
    ? promise.plan.steps.map(({ step, at }) => `${step} ${wall(at, berlin).slice(15)}`)
    : [];
}

/** Tries to move a promise. */
function move(s: Story, id: PromiseId, due: string, by = ben) {
  const to = { id: s.newPromiseId(), followUpAt: when(due), reason, customerTold: true };
  return { to, rejection: s.tries(by, { do: 'move', promiseId: id, to }) };
}

function matter(id: PromiseId) {
  return { kind: 'promise', promiseId: id } as const;
}

describe('a promise is made', () => {
  test('it is said in the thread, its owner becomes the case’s, and the asking ends', () => {
    const s = story();
    expect(s.heard()).toEqual([
      '10:00 channel: case card',
      '10:00 thread: history',
      '10:00 thread: wants promise 0',
    ]);
    const id = s.promises(dana, '2026-03-04 11:00', ben);
    expect(s.heard()).toEqual(['10:00 thread: promise made']);
    expect(s.promise(id)).toMatchObject({ status: 'live', ownerId: dana, madeBy: ben, turn: 1, risk: null });
    expect(s.file.case).toMatchObject({ ownerId: dana, waiting: null });
    expect(s.redrawn.map((key) => key.split('/').slice(1).join('/'))).toEqual(['wait/1/0', 'card']);
  });

  test.each([
    ['at this very moment', ben, '2026-03-04 10:00', { why: 'time is past', field: 'followUpAt' }],
    ['for yesterday', ben, '2026-03-03 17:00', { why: 'time is past', field: 'followUpAt' }],
    ['by somebody who has left', tara, '2026-03-04 11:00', { why: 'owner has left', memberId: tara }],
    [
      'by somebody whom nobody knows',
      stranger,
      '2026-03-04 11:00',
      { why: 'owner has left', memberId: stranger },
    ],
  ])('not %s', (_, owner, due, rejection) => {
    const s = story({ team: teamWith({ tara: { active: false } }) });
    const before = s.file;
    const terms = promiseTerms(promiseId(1), owner, when(due));
    expect(s.tries(ben, { do: 'promise', terms })).toEqual(rejection);
    expect(s.file).toBe(before);
  });

  test('not with a contact who has left', () => {
    const s = story({ team: teamWith({ tara: { active: false } }) });
    const terms = { ...promiseTerms(promiseId(1), ben, when('2026-03-04 11:00')), contactBy: tara };
    expect(s.tries(ben, { do: 'promise', terms })).toEqual({ why: 'owner has left', memberId: tara });
  });

  test('several can live at a time, each with its own nudges', () => {
    const s = story();
    const first = s.promises(ben, '2026-03-04 10:20');
    const second = s.promises(dana, '2026-03-04 10:30');
    s.heard();
    s.does(ben, { do: 'keep', promiseId: first, proof });
    expect(s.file.case).toMatchObject({ ownerId: dana, waiting: null });
    s.passesUntil('2026-03-04 10:30');
    expect(s.heard()).toEqual([
      '10:00 thread: kept',
      '10:24 thread: nudge soon',
      '10:27 thread: at risk',
      '10:27 Mo: call (promise)',
      '10:27:54 Ira: call (promise)',
      '10:27:54 Mo: passed on to Ira',
      '10:30 thread: nudge due',
    ]);
    expect(s.promise(second).status).toBe('live');
  });

  test('another one beside a broken one doesn’t end the climb', () => {
    const { s, id } = promised('2026-03-04 10:02');
    s.passes(5 * MINUTE);
    s.promises(ben, '2026-03-04 15:00');
    s.heard();
    s.passesUntil('2026-03-04 10:20');
    expect(s.heard()).toEqual(['10:17:18 Ira: call (promise)', '10:17:18 Mo: passed on to Ira']);
    expect(s.promise(id)).toMatchObject({ status: 'broken', settled: null });
  });
});

describe('a promise is kept', () => {
  test('in time, with its proof: the case asks for the next one or its close', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:45');
    s.does(ben, { do: 'keep', promiseId: id, proof });
    expect(s.heard()).toEqual([
      '10:30 thread: nudge halfway',
      '10:45 thread: kept',
      '10:45 thread: wants promise 0',
    ]);
    expect(s.promise(id)).toMatchObject({ status: 'kept', proof, keptBy: ben, keptAt: s.now });
    expect(s.file.case).toMatchObject({ waiting: { why: 'kept', turn: 2 } });
  });

  test('within its grace it is not late', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:05:59');
    s.does(ben, { do: 'keep', promiseId: id, proof });
    expect(s.promise(id).status).toBe('kept');
    expect(s.events.at(-2)?.what).toMatchObject({ kind: 'kept', late: false });
  });

  test('after a miss it is kept late: the climb ends and the miss stays', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:06');
    s.does(dana, { do: 'keep', promiseId: id, proof });
    expect(s.promise(id)).toMatchObject({ status: 'broken', settled: { how: 'kept late', by: dana, proof } });
    s.heard();
    s.passesUntil('2026-03-04 11:10');
    expect(s.heard()).toEqual([]);
  });

  test('only once: a second press hears what has happened since', () => {
    const { s, id } = promised();
    s.does(ben, { do: 'keep', promiseId: id, proof });
    const over = { why: 'promise is over', status: 'kept', by: ben, at: s.now };
    expect(s.tries(dana, { do: 'keep', promiseId: id, proof })).toEqual(over);
    expect(s.tries(dana, { do: 'withdraw', promiseId: id, reason })).toEqual(over);
    expect(s.tries(dana, { do: 'hand over', promiseId: id, to: mo })).toEqual(over);
    expect(s.tries(dana, { do: 'take', matter: { kind: 'promise', promiseId: id } })).toEqual(over);
    const to = { id: promiseId(9), followUpAt: s.now + HOUR, reason, customerTold: true };
    expect(s.tries(dana, { do: 'move', promiseId: id, to })).toEqual(over);
  });

  test('of one that is not there nothing is known', () => {
    const { s } = promised();
    expect(s.tries(ben, { do: 'keep', promiseId: promiseId(77), proof })).toEqual({ why: 'not found' });
  });
});

describe('a promise is moved', () => {
  test('before its time, early: a good deed, and a plan of its own', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:40');
    s.heard();
    const { to } = move(s, id, '2026-03-04 15:00');
    expect(s.heard()).toEqual(['10:40 thread: moved']);
    expect(s.promise(id)).toMatchObject({ status: 'moved', movedTo: to.id, reason, customerTold: true });
    expect(s.promise(to.id)).toMatchObject({ status: 'live', movedFrom: id, followUpAt: to.followUpAt });
    expect(s.events.at(-1)?.what).toMatchObject({ kind: 'moved', early: true });
    s.passesUntil('2026-03-04 14:40');
    expect(s.heard()).toEqual([
      '13:20 thread: nudge halfway',
      '14:20 thread: nudge soon',
      '14:40 thread: at risk',
      '14:40 Dana: call (promise)',
    ]);
  });

  test('at risk, early still: the climb ends', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:55');
    expect(s.promise(id)).toMatchObject({ risk: { why: 'no sign of life' } });
    move(s, id, '2026-03-04 15:00', dana);
    s.heard();
    s.passesUntil('2026-03-04 11:10');
    expect(s.heard()).toEqual([]);
  });

  test('within its grace: missed, though nobody had to say so', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:03');
    s.heard();
    const { to } = move(s, id, '2026-03-04 15:00');
    expect(s.heard()).toEqual(['11:03 thread: moved']);
    expect(s.promise(id)).toMatchObject({
      status: 'broken',
      settled: { how: 'moved', to: to.id, customerTold: true },
    });
    expect(s.events.at(-1)?.what).toMatchObject({ kind: 'moved', early: false });
    s.passesUntil('2026-03-04 12:00');
    expect(s.heard()).toEqual([]);
  });

  test('after its time: the miss stays on record, the climb ends', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:30');
    move(s, id, '2026-03-04 15:00', dana);
    expect(s.promise(id)).toMatchObject({ status: 'broken', settled: { how: 'moved', by: dana } });
    expect(s.file.case).toMatchObject({ ownerId: ben, waiting: null });
  });

  test('not into the past, and then nothing is changed', () => {
    const { s, id } = promised();
    const before = s.file;
    expect(move(s, id, '2026-03-04 09:00').rejection).toEqual({ why: 'time is past', field: 'followUpAt' });
    expect(s.file).toBe(before);
  });

  test('not for an owner who has left: it needs another one first', () => {
    const { s, id } = promised();
    s.changes(ben, { active: false });
    expect(move(s, id, '2026-03-04 15:00', dana).rejection).toEqual({ why: 'owner has left', memberId: ben });
    s.does(dana, { do: 'hand over', promiseId: id, to: tara });
    expect(move(s, id, '2026-03-04 15:00', dana).rejection).toBeNull();
  });

  test('when the one who was to contact has left, its owner does', () => {
    const s = story();
    const id = s.newPromiseId();
    s.does(ben, {
      do: 'promise',
      terms: { ...promiseTerms(id, ben, when('2026-03-04 11:00')), contactBy: tara },
    });
    s.changes(tara, { active: false });
    const { to, rejection } = move(s, id, '2026-03-04 15:00');
    expect(rejection).toBeNull();
    expect(s.promise(to.id).contactBy).toBe(ben);
  });
});

describe('a promise is handed over', () => {
  test('its new owner is nudged anew for what is left, in the old grace', () => {
    const made = promised('2026-03-04 11:40');
    const { s, id } = made;
    s.passesUntil('2026-03-04 10:50');
    s.heard();
    s.does(ben, { do: 'hand over', promiseId: id, to: tara });
    expect(s.heard()).toEqual(['10:50 thread: handed over']);
    expect(stepsOf(made)).toEqual(['soon 11:30', 'at risk 11:35', 'due 11:40', 'broken 11:50']);
    expect(s.promise(id)).toMatchObject({ ownerId: tara, contactBy: tara, turn: 2 });
    expect(s.file.case.ownerId).toBe(tara);
    s.passesUntil('2026-03-04 11:30');
    expect(s.heard()).toEqual(['11:30 thread: nudge soon']);
  });

  test('at risk no more: the climb ends, and a later one begins with the new owner’s ladder', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:55');
    s.does(dana, { do: 'hand over', promiseId: id, to: mo });
    expect(s.promise(id)).toMatchObject({ ownerId: mo, risk: null, climb: null });
    s.heard();
    s.passesUntil('2026-03-04 11:06');
    expect(s.heard()).toEqual([
      '10:59 thread: nudge soon',
      '10:59:30 thread: at risk',
      '10:59:30 Ira: call (promise)',
      '11:00 thread: nudge due',
      '11:06 thread: broken',
      '11:06 Ira: call (promise)',
    ]);
  });

  test('within its grace the new owner has what is left of it, and no second reminder of the time', () => {
    const made = promised();
    const { s, id } = made;
    s.passesUntil('2026-03-04 11:03');
    s.heard();
    s.does(dana, { do: 'hand over', promiseId: id, to: tara });
    s.passesUntil('2026-03-04 11:06');
    expect(s.heard()).toEqual([
      '11:03 thread: handed over',
      '11:06 thread: broken',
      '11:06 Dana: call (promise)',
    ]);
  });

  test.each([
    ['who has left', tara, { why: 'owner has left', memberId: tara }],
    ['whom nobody knows', stranger, { why: 'owner has left', memberId: stranger }],
    ['who has it already', ben, { why: 'same owner', memberId: ben }],
  ])('not to somebody %s', (_, to, rejection) => {
    const { s, id } = promised('2026-03-04 11:00', { team: teamWith({ tara: { active: false } }) });
    expect(s.tries(ben, { do: 'hand over', promiseId: id, to })).toEqual(rejection);
  });

  test('not after it was broken: then it is for somebody to take', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:06');
    const over = { why: 'promise is over', status: 'broken', by: null, at: s.now };
    expect(s.tries(dana, { do: 'hand over', promiseId: id, to: tara })).toEqual(over);
  });

  test('twice: each owner is nudged in turn, and nothing is said twice', () => {
    const { s, id } = promised();
    s.does(ben, { do: 'hand over', promiseId: id, to: tara });
    s.does(tara, { do: 'hand over', promiseId: id, to: ben });
    s.heard();
    s.passesUntil('2026-03-04 10:48');
    expect(s.heard()).toEqual(['10:30 thread: nudge halfway', '10:48 thread: nudge soon']);
    expect(s.promise(id)).toMatchObject({ ownerId: ben, turn: 3 });
  });
});

describe('a promise is taken on', () => {
  test('at risk: it goes on with the taker as its owner, and the climb ends', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:56');
    s.heard();
    s.does(mo, { do: 'take', matter: matter(id) });
    expect(s.heard()).toEqual(['10:56 thread: taken']);
    expect(s.promise(id)).toMatchObject({ status: 'live', ownerId: mo, risk: null, climb: null });
    expect(s.file.case.ownerId).toBe(mo);
    s.passesUntil('2026-03-04 10:59:30');
    expect(s.heard()).toEqual(['10:59:12 thread: nudge soon']);
  });

  test('by one: the other, a moment later, hears who has it', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:56');
    s.does(mo, { do: 'take', matter: matter(id) });
    expect(s.tries(dana, { do: 'take', matter: matter(id) })).toEqual({ why: 'already taken', by: mo });
    expect(s.tries(mo, { do: 'take', matter: matter(id) })).toEqual({ why: 'already taken', by: mo });
  });

  test('again and again, each time it is at risk, and broken at last', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:56');
    s.does(dana, { do: 'take', matter: matter(id) });
    s.passesUntil('2026-03-04 10:59:50');
    s.does(mo, { do: 'take', matter: matter(id) });
    s.passesUntil('2026-03-04 11:06');
    s.does(ira, { do: 'take', matter: matter(id) });
    expect(s.heard().filter((line) => line.includes('taken'))).toHaveLength(3);
    expect(s.promise(id)).toMatchObject({
      status: 'broken',
      ownerId: mo,
      settled: { how: 'taken', by: ira },
    });
  });

  test('not by somebody who has left', () => {
    const { s, id } = promised('2026-03-04 11:00', { team: teamWith({ tara: { active: false } }) });
    s.passesUntil('2026-03-04 10:56');
    for (const by of [tara, stranger]) {
      expect(s.tries(by, { do: 'take', matter: matter(id) })).toEqual({
        why: 'owner has left',
        memberId: by,
      });
    }
  });

  test('not while its owner has it well in hand', () => {
    const { s, id } = promised();
    expect(s.tries(dana, { do: 'take', matter: matter(id) })).toEqual({ why: 'already taken', by: ben });
    s.passesUntil('2026-03-04 10:55');
    s.does(ben, { do: 'sign' });
    expect(s.tries(dana, { do: 'take', matter: matter(id) })).toEqual({ why: 'already taken', by: ben });
  });

  test('within its grace: missed, and theirs to make good', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:03');
    s.heard();
    s.does(dana, { do: 'take', matter: matter(id) });
    expect(s.heard()).toEqual(['11:03 thread: taken', '11:03 thread: wants promise 0']);
    expect(s.promise(id)).toMatchObject({ status: 'broken', settled: { how: 'taken', by: dana } });
    s.passesUntil('2026-03-04 11:07');
    expect(s.heard()).toEqual([]);
  });

  test('broken: the climb ends, the miss stays, and the taker is asked what they promise', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:10');
    s.heard();
    s.does(dana, { do: 'take', matter: matter(id) });
    expect(s.file.case).toMatchObject({ ownerId: dana, waiting: { why: 'taken' } });
    expect(s.tries(mo, { do: 'take', matter: matter(id) })).toEqual({ why: 'already taken', by: dana });
    s.passesUntil('2026-03-04 11:25');
    expect(s.heard()).toEqual([
      '11:10 thread: taken',
      '11:10 thread: wants promise 0',
      '11:15 thread: wants promise 1',
      '11:20 channel: wants promise 2',
      '11:25 Mo: call (case)',
    ]);
  });

  test('for a customer deadline: the same deadline doesn’t call anybody a second time', () => {
    const deadline = { at: when('2026-03-04 11:00'), reason: 'board meeting' };
    const { s, id } = promised('2026-03-04 11:40', { terms: { deadline } });
    s.passesUntil('2026-03-04 10:35');
    expect(s.heard()).toEqual(['10:30 thread: at risk', '10:30 Dana: call (promise)']);
    s.does(dana, { do: 'take', matter: matter(id) });
    s.heard();
    s.passesUntil('2026-03-04 11:30');
    expect(s.heard()).toEqual(['11:07:30 thread: nudge halfway', '11:27 thread: nudge soon']);
  });
});

describe('a promise is withdrawn', () => {
  test('with its reason: the case waits for another', () => {
    const { s, id } = promised();
    s.does(ben, { do: 'withdraw', promiseId: id, reason });
    expect(s.heard()).toEqual(['10:00 thread: withdrawn', '10:00 thread: wants promise 0']);
    expect(s.promise(id)).toMatchObject({ status: 'withdrawn', reason, withdrawnBy: ben });
    expect(s.file.case).toMatchObject({ waiting: { why: 'withdrawn' } });
  });

  test('after a miss the miss stays', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 11:06');
    s.does(dana, { do: 'withdraw', promiseId: id, reason });
    expect(s.promise(id)).toMatchObject({
      status: 'broken',
      settled: { how: 'withdrawn', by: dana, reason },
    });
  });
});
