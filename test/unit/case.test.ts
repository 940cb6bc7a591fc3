import { describe, expect, test } from 'vitest';
import { isSilent, nextAlarm } from '../../src/domain/case-file.ts';
import { newFile } from '../../src/domain/case-turns.ts';
import type { PromiseId } from '../../src/domain/ids.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { promised, type Story, story } from '../support/case-story.ts';
import {
  askId,
  ben,
  caseId,
  caseTerms,
  DAY,
  dana,
  ira,
  MINUTE,
  mo,
  promiseId,
  promiseTerms,
  tara,
  teamWith,
  text,
  when,
} from '../support/domain-fixtures.ts';

const matter = { kind: 'case', caseId } as const;
const proof = text('Ada has confirmed');

/** Closes the case, with a look whether it held at the given time. */
function close(s: Story, holdAt = '2026-03-09 10:00', by = ben) {
  const holdId = s.newPromiseId();
  const command = {
    do: 'close',
    solved: text('Restarted'),
    holdId,
    holdAt: when(holdAt),
    holdAction: text('Ask whether it held'),
  } as const;
  return { holdId, rejection: s.tries(by, command) };
}

/** A case that was closed on Wed at 10:00, its hold due on Mon at 10:00. */
function closed(): { s: Story; holdId: PromiseId } {
  const { s, id } = promised();
  s.does(ben, { do: 'keep', promiseId: id, proof });
  const { holdId } = close(s);
  s.heard();
  return { s, holdId };
}

describe('a case without a promise', () => {
  test('is asked for one at once, again after 5 min, in the channel after 10, up the ladder after 15', () => {
    const s = story();
    s.passesUntil('2026-03-04 11:00');
    expect(s.heard()).toEqual([
      '10:00 channel: case card',
      '10:00 thread: history',
      '10:00 thread: wants promise 0',
      '10:05 thread: wants promise 1',
      '10:10 channel: wants promise 2',
      '10:15 Dana: call (case)',
      '10:30 Mo: call (case)',
      '10:30 Dana: passed on to Mo',
      '10:45 Ira: call (case)',
      '10:45 Mo: passed on to Ira',
    ]);
  });

  test('and then everyone again every hour of working time, until there is one', () => {
    const s = story({ at: '2026-03-06 16:00' });
    s.passesUntil('2026-03-06 17:00');
    s.heard();
    s.passesUntil('2026-03-09 10:59');
    expect(s.heardOn().map((line) => line.slice(11))).toEqual([
      'Mon 10:00 Dana: call (case)',
      'Mon 10:00 Ira: passed on to Dana',
      'Mon 10:15 Mo: call (case)',
      'Mon 10:15 Dana: passed on to Mo',
      'Mon 10:30 Ira: call (case)',
      'Mon 10:30 Mo: passed on to Ira',
    ]);
    s.promises(ben, '2026-03-09 15:00');
    s.heard();
    s.passesUntil('2026-03-09 13:00');
    expect(s.heard()).toEqual(
      ['13:00 thread: nudge halfway'].filter(() => s.now >= when('2026-03-09 13:30')),
    );
  });

  test('taken on: its taker is asked, from the beginning, and another who presses hears who has it', () => {
    const s = story();
    s.passesUntil('2026-03-04 10:20');
    s.heard();
    s.does(dana, { do: 'take', matter });
    expect(s.heard()).toEqual(['10:20 thread: taken', '10:20 thread: wants promise 0']);
    expect(s.tries(mo, { do: 'take', matter })).toEqual({ why: 'already taken', by: dana });
    expect(s.tries(dana, { do: 'take', matter })).toEqual({ why: 'already taken', by: dana });
    s.passesUntil('2026-03-04 10:35');
    expect(s.heard()).toEqual([
      '10:25 thread: wants promise 1',
      '10:30 channel: wants promise 2',
      '10:35 Mo: call (case)',
    ]);
    s.does(mo, { do: 'take', matter });
    expect(s.file.case.ownerId).toBe(mo);
  });

  test('with a promise it can’t be taken: it has an owner', () => {
    const { s } = promised();
    expect(s.tries(dana, { do: 'take', matter })).toEqual({ why: 'already taken', by: ben });
  });

  test('is asked for one anew each time it has none, and nothing is said twice', () => {
    const s = story();
    for (const due of ['2026-03-04 10:30', '2026-03-04 11:30', '2026-03-04 12:30']) {
      s.passes(6 * MINUTE);
      const id = s.promises(ben, due);
      s.does(ben, { do: 'keep', promiseId: id, proof });
    }
    const asked = s.heard().filter((line) => line.includes('wants'));
    expect(asked.map((line) => line.split(': ')[1])).toEqual([
      'wants promise 0',
      'wants promise 1',
      'wants promise 0',
      'wants promise 1',
      'wants promise 0',
      'wants promise 1',
      'wants promise 0',
    ]);
  });

  test('with nobody above: said in the thread, and looked at again', () => {
    const s = story({ team: teamWith({}, { without: [dana, mo, ira, tara] }) });
    s.passesUntil('2026-03-04 12:00');
    expect(s.heard().at(-1)).toBe('10:15 thread: nobody (case)');
    expect(s.nextAlarm).toBeLessThanOrEqual(s.now + 15 * MINUTE);
  });

  test('nothing of it is silent: a case that waits for nothing would be', () => {
    const bare = newFile(caseTerms(), when('2026-03-04 10:00'), ben);
    expect(isSilent(bare, defaultPolicy)).toBe(true);
    expect(nextAlarm(bare, defaultPolicy)).toBeNull();
  });
});

describe('a case is closed', () => {
  test('with what solved it, and "did it hold?" as a promise', () => {
    const { s, id } = promised();
    s.does(ben, { do: 'keep', promiseId: id, proof });
    s.heard();
    const { holdId } = close(s);
    expect(s.heard()).toEqual(['10:00 thread: closed', '10:00 thread: promise made']);
    expect(s.file.case).toMatchObject({ status: 'closed', solved: 'Restarted', closedBy: ben });
    expect(s.promise(holdId)).toMatchObject({ kind: 'hold', ownerId: ben, status: 'live' });
    expect(s.nextAlarm).not.toBeNull();
  });

  test('without a promise ever made: who closes it owns it', () => {
    const s = story();
    const { holdId } = close(s, '2026-03-09 10:00', dana);
    expect(s.promise(holdId).ownerId).toBe(dana);
    s.heard();
    s.passes(DAY);
    expect(s.heard().filter((line) => line.includes('wants'))).toEqual([]);
  });

  test('whose owner has left: who closes it looks whether it held', () => {
    const { s, id } = promised();
    s.does(dana, { do: 'keep', promiseId: id, proof });
    s.changes(ben, { active: false });
    const { holdId, rejection } = close(s, '2026-03-09 10:00', dana);
    expect(rejection).toBeNull();
    expect(s.promise(holdId).ownerId).toBe(dana);
    expect(s.file.case.ownerId).toBe(dana);
  });

  test('not while a promise stands, live or broken', () => {
    const { s, id } = promised('2026-03-04 10:02');
    expect(close(s).rejection).toEqual({ why: 'promise still stands', ownerId: ben });
    s.passes(5 * MINUTE);
    expect(s.promise(id).status).toBe('broken');
    expect(close(s).rejection).toEqual({ why: 'promise still stands', ownerId: ben });
  });

  test.each([['for a look in the past', '2026-03-04 09:00', { why: 'time is past', field: 'holdAt' }]])(
    'not %s, and then nothing is changed',
    (_, holdAt, rejection) => {
      const s = story();
      const before = s.file;
      expect(close(s, holdAt).rejection).toEqual(rejection);
      expect(s.file).toBe(before);
    },
  );

  test('once; and then nothing can be promised or asked', () => {
    const { s } = closed();
    expect(close(s).rejection).toEqual({ why: 'case is closed' });
    const terms = promiseTerms(promiseId(9), ben, when('2026-03-05 10:00'));
    expect(s.tries(ben, { do: 'promise', terms })).toEqual({ why: 'case is closed' });
    expect(s.tries(dana, { do: 'take', matter })).toEqual({ why: 'already taken', by: ben });
  });
});

describe('did it hold?', () => {
  test('the customer’s deadline was for the problem, and calls nobody now', () => {
    const deadline = { at: when('2026-03-05 12:00'), reason: 'board meeting' };
    const s = story({ terms: { deadline } });
    close(s);
    s.heard();
    s.passesUntil('2026-03-09 09:00');
    expect(s.heardOn().map((line) => line.slice(11))).toEqual([
      'Thu 14:30 thread: nudge halfway',
      'Mon 09:00 thread: nudge soon',
    ]);
  });

  test('is nudged and kept like any promise, and leaves the case closed', () => {
    const { s, holdId } = closed();
    s.passesUntil('2026-03-09 09:10');
    expect(s.heardOn().map((line) => line.slice(11))).toEqual([
      'Thu 14:30 thread: nudge halfway',
      'Mon 09:00 thread: nudge soon',
    ]);
    s.does(ben, { do: 'keep', promiseId: holdId, proof });
    expect(s.heard()).toEqual(['09:10 thread: kept']);
    expect(s.file.case.status).toBe('closed');
    expect(s.nextAlarm).toBeNull();
  });

  test('can be moved, early or late, and the case stays closed', () => {
    const { s, holdId } = closed();
    const to = {
      id: s.newPromiseId(),
      followUpAt: when('2026-03-11 10:00'),
      reason: text('Ada is away'),
      customerTold: true,
    };
    s.does(ben, { do: 'move', promiseId: holdId, to });
    expect(s.promise(to.id)).toMatchObject({ kind: 'hold', status: 'live' });
    expect(s.file.case.status).toBe('closed');
  });

  test('broken it climbs on though the case is closed', () => {
    const { s, holdId } = closed();
    s.passesUntil('2026-03-09 10:14');
    s.heard();
    s.passesUntil('2026-03-09 10:40');
    expect(s.heard()).toEqual([
      '10:15 thread: broken',
      '10:15 Dana: call (promise)',
      '10:15 Ira: passed on to Dana',
      '10:30 Mo: call (promise)',
      '10:30 Dana: passed on to Mo',
    ]);
    expect(s.promise(holdId)).toMatchObject({ status: 'broken', settled: null });
    expect(s.nextAlarm).toBe(when('2026-03-09 10:45'));
  });

  test('broken and taken the case is open again, for nobody knows whether it held', () => {
    const { s, holdId } = closed();
    s.passesUntil('2026-03-09 10:20');
    s.heard();
    s.does(dana, { do: 'take', matter: { kind: 'promise', promiseId: holdId } });
    expect(s.file.case).toMatchObject({ status: 'open', ownerId: dana, waiting: { why: 'taken' } });
    expect(s.heard()).toEqual(['10:20 thread: taken', '10:20 thread: wants promise 0']);
    expect(close(s, '2026-03-12 10:00', dana).rejection).toBeNull();
  });
});

describe('a case is opened again', () => {
  const reason = text('It is down again');

  test.each([
    ['the look whether it held is withdrawn', '2026-03-05 10:00', { status: 'withdrawn', reason }],
    [
      'one that was broken keeps its miss',
      '2026-03-09 11:00',
      { status: 'broken', settled: { how: 'withdrawn', reason } },
    ],
  ])('%s, and it asks for a promise', (_, at, hold) => {
    const { s, holdId } = closed();
    s.passesUntil(at);
    s.heard();
    s.does(dana, { do: 'reopen', reason });
    expect(s.heard().map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'thread: reopened',
      'thread: wants promise 0',
    ]);
    expect(s.promise(holdId)).toMatchObject(hold);
    expect(s.file.case).toMatchObject({ status: 'open', ownerId: ben, waiting: { why: 'reopened' } });
  });

  test('not one that is open', () => {
    expect(story().tries(ben, { do: 'reopen', reason })).toEqual({ why: 'case is open' });
  });

  test('closed and opened again and again, at the same moment, everything is said once', () => {
    const s = story();
    for (let turn = 0; turn < 3; turn++) {
      close(s);
      s.does(ben, { do: 'reopen', reason });
    }
    expect(s.heard().filter((line) => /closed|reopened/.test(line))).toHaveLength(6);
  });
});

describe('a command without a member behind it', () => {
  test.each([
    [{ do: 'take', matter }],
    [{ do: 'sign' }],
    [{ do: 'not mine', askId: askId(1) }],
    [
      {
        do: 'close',
        solved: proof,
        holdId: promiseId(9),
        holdAt: when('2026-03-09 10:00'),
        holdAction: proof,
      },
    ],
  ] as const)('%j is refused where it needs one', (command) => {
    expect(story().tries(null, command)).toEqual({ why: 'no authority' });
  });
});
