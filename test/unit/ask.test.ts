import { describe, expect, test } from 'vitest';
import type { AskTerms } from '../../src/domain/ask-turns.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import { promised, type Setting, type Story } from '../support/case-story.ts';
import {
  askId,
  ben,
  dana,
  HOUR,
  ira,
  MINUTE,
  mo,
  promiseId,
  tara,
  teamWith,
  text,
  when,
} from '../support/domain-fixtures.ts';

const ask = askId(1);
const matter = { kind: 'ask', askId: ask } as const;
const approved = { answer: 'approved', note: '' } as const;
const declined = {
  answer: 'declined',
  option: text('A month free'),
  reason: text('Not within terms'),
} as const;

function terms(different: Partial<AskTerms> = {}): AskTerms {
  return {
    id: ask,
    promiseId: null,
    need: text('A refund for March'),
    money: 300,
    days: null,
    by: when('2026-03-04 13:00'),
    options: 'A credit note',
    recommendation: 'Refund',
    ...different,
  };
}

/** A case with Ben's promise for 15:00, in which Ben asks at 10:00 for an answer by 13:00. */
function asked(different: Partial<AskTerms> = {}, setting: Setting = {}): Story {
  const { s } = promised('2026-03-04 15:00', setting);
  s.does(ben, { do: 'ask', terms: terms(different) });
  return s;
}

function askOf(s: Story) {
  return s.file.asks[0];
}

describe('an ask is made', () => {
  test('it stands in the thread, and goes to the lowest holder who may decide it', () => {
    const s = asked();
    expect(s.heard()).toEqual(['10:00 thread: ask made', '10:00 Dana: call (ask)']);
    expect(askOf(s)).toMatchObject({ status: 'open', askedBy: ben, need: 'A refund for March' });
  });

  test('above the lead’s limit it goes past the lead', () => {
    expect(asked({ money: 4_000 }).heard()).toEqual(['10:00 thread: ask made', '10:00 Mo: call (ask)']);
  });

  test.each([
    ['for a time that is past', { by: when('2026-03-04 10:00') }, {}, { why: 'time is past', field: 'by' }],
    [
      'when nobody may decide it',
      { money: 9_000 },
      { team: teamWith({ ira: { limit: { money: 8_000, days: null } } }) },
      { why: 'nobody may decide' },
    ],
    [
      'in a team of one',
      {},
      { team: teamWith({}, { without: [dana, mo, ira, tara] }) },
      { why: 'nobody may decide' },
    ],
  ])('not %s', (_, different, setting, rejection) => {
    const { s } = promised('2026-03-04 15:00', setting);
    expect(s.tries(ben, { do: 'ask', terms: terms(different) })).toEqual(rejection);
    expect(s.file.asks).toEqual([]);
  });

  test('with all who may decide away, it says so and waits for the first to be back', () => {
    const away = { absence: { from: when('2026-03-04 00:00'), until: when('2026-03-04 10:10') } };
    const s = asked({}, { team: teamWith({ dana: away, mo: away, ira: away }) });
    expect(s.heard()).toEqual(['10:00 thread: ask made', '10:00 thread: nobody (ask)']);
    s.passesUntil('2026-03-04 10:10');
    expect(s.heard()).toEqual(['10:10 Dana: call (ask)']);
  });
});

describe('an ask is decided', () => {
  test.each([
    ['approved', approved],
    ['approved within a limit', { answer: 'approved within', limit: text('200'), note: '' }],
    ['with another option', { answer: 'another option', option: text('A credit note'), note: '' }],
    ['declined, with an option', declined],
  ] as const)('%s: the answer lands in the thread, and the climb ends', (_, answer) => {
    const s = asked();
    s.heard();
    s.does(dana, { do: 'answer', askId: ask, answer });
    expect(s.heard()).toEqual(['10:00 thread: ask decided']);
    expect(askOf(s)).toMatchObject({ status: 'decided', decidedBy: dana, answer });
    s.passesUntil('2026-03-04 11:59');
    expect(s.heard()).toEqual([]);
  });

  test('by a holder who was not called, too', () => {
    const s = asked();
    s.does(ira, { do: 'answer', askId: ask, answer: approved });
    expect(askOf(s)).toMatchObject({ decidedBy: ira });
  });

  test('once: the other hears who has decided', () => {
    const s = asked();
    s.does(dana, { do: 'answer', askId: ask, answer: approved });
    const over = { why: 'ask is over', status: 'decided', by: dana, at: s.now };
    expect(s.tries(mo, { do: 'answer', askId: ask, answer: declined })).toEqual(over);
    expect(s.tries(mo, { do: 'not mine', askId: ask })).toEqual(over);
    expect(s.tries(mo, { do: 'take', matter })).toEqual(over);
  });

  test.each<[string, MemberId, Partial<AskTerms>, 'approved' | 'declined', boolean]>([
    ['a holder within their limit', dana, {}, 'approved', true],
    ['a holder above their limit', dana, { money: 501 }, 'approved', false],
    ['a holder above their limit, offering less', dana, { money: 501 }, 'declined', true],
    ['a holder with a smaller limit elsewhere', tara, {}, 'approved', false],
    ['somebody without a limit', ben, {}, 'declined', false],
  ])('%s', (_, by, different, answer, isDone) => {
    const s = asked(different);
    const rejection = s.tries(by, {
      do: 'answer',
      askId: ask,
      answer: answer === 'approved' ? approved : declined,
    });
    expect(rejection).toEqual(isDone ? null : { why: 'no authority' });
  });

  test('never by who asked, though they have authority', () => {
    const { s } = promised('2026-03-04 15:00');
    s.does(dana, { do: 'ask', terms: terms({ money: 100 }) });
    expect(s.tries(dana, { do: 'answer', askId: ask, answer: approved })).toEqual({ why: 'no authority' });
    expect(s.tries(dana, { do: 'take', matter })).toEqual({ why: 'no authority' });
    expect(s.heard().at(-1)).toBe('10:00 Mo: call (ask)');
  });

  test('never by a holder who has left, nor by nobody', () => {
    const s = asked();
    s.changes(dana, { active: false });
    expect(s.tries(dana, { do: 'answer', askId: ask, answer: approved })).toEqual({ why: 'no authority' });
    expect(s.tries(null, { do: 'answer', askId: ask, answer: approved })).toEqual({ why: 'no authority' });
    expect(s.tries(mo, { do: 'answer', askId: askId(9), answer: approved })).toEqual({ why: 'not found' });
  });
});

describe('not mine', () => {
  test('the next holder is called at once, and who has just answered is not told that they didn’t', () => {
    const s = asked();
    s.heard();
    s.does(dana, { do: 'not mine', askId: ask });
    expect(s.heard()).toEqual(['10:00 Mo: call (ask)']);
  });

  test('said twice it counts once', () => {
    const s = asked();
    s.does(dana, { do: 'not mine', askId: ask });
    const events = s.events.length;
    s.does(dana, { do: 'not mine', askId: ask });
    expect(s.events.length).toBe(events);
    expect(askOf(s)).toMatchObject({ notMine: [dana] });
  });

  test('by one who was called before leaves who is called now', () => {
    const s = asked();
    s.passesUntil('2026-03-04 11:00');
    s.heard();
    s.does(dana, { do: 'not mine', askId: ask });
    expect(s.heard()).toEqual([]);
  });

  test('by all above: others who may decide are called, and when all have passed it is said in the thread', () => {
    const s = asked({ money: 50 });
    for (const id of [dana, mo, ira]) {
      s.does(id, { do: 'not mine', askId: ask });
    }
    expect(s.heard().at(-1)).toBe('10:00 Tara: call (ask)');
    s.does(tara, { do: 'not mine', askId: ask });
    expect(s.heard()).toEqual(['10:00 thread: nobody (ask)']);
    s.passesUntil('2026-03-04 11:59');
    expect(s.heard()).toEqual([]);
    expect(s.nextAlarm).toBeLessThanOrEqual(s.now + 15 * MINUTE);
    s.does(ira, { do: 'answer', askId: ask, answer: approved });
  });

  test('only by who was called', () => {
    const s = asked();
    expect(s.tries(mo, { do: 'not mine', askId: ask })).toEqual({ why: 'not called' });
    expect(s.tries(null, { do: 'not mine', askId: ask })).toEqual({ why: 'no authority' });
    expect(s.tries(mo, { do: 'not mine', askId: askId(9) })).toEqual({ why: 'not found' });
  });

  test('by the one who took it: it climbs again, without them', () => {
    const s = asked();
    s.does(dana, { do: 'take', matter });
    s.heard();
    s.does(dana, { do: 'not mine', askId: ask });
    expect(s.heard()).toEqual(['10:00 Mo: call (ask)']);
  });
});

describe('undecided', () => {
  test('it climbs: a third of the time for each, less a tenth, and after its time a quarter of an hour', () => {
    const s = asked({ by: when('2026-03-04 11:40') });
    s.passesUntil('2026-03-04 11:59');
    expect(s.heard()).toEqual([
      '10:00 thread: ask made',
      '10:00 Dana: call (ask)',
      '10:30 Mo: call (ask)',
      '10:30 Dana: passed on to Mo',
      '10:50 Ira: call (ask)',
      '10:50 Mo: passed on to Ira',
      '11:40 Dana: call (ask)',
      '11:40 Ira: passed on to Dana',
      '11:55 Mo: call (ask)',
      '11:55 Dana: passed on to Mo',
    ]);
  });

  test('it puts the promise at risk, until it is decided', () => {
    const s = asked({ by: when('2026-03-04 14:55') });
    s.passesUntil('2026-03-04 14:30');
    s.does(ben, { do: 'sign' });
    s.passesUntil('2026-03-04 14:40');
    expect(s.promise(promiseId(1))).toMatchObject({ risk: { why: 'ask undecided' } });
    s.does(dana, { do: 'answer', askId: ask, answer: approved });
    expect(s.promise(promiseId(1))).toMatchObject({ risk: null, climb: null });
    expect(s.events.at(-1)?.what).toEqual({ kind: 'risk over', promiseId: promiseId(1) });
  });

  test('while another ask is open, deciding one doesn’t end the risk', () => {
    const s = asked({ by: when('2026-03-04 14:55') });
    s.does(ben, { do: 'ask', terms: terms({ id: askId(2), by: when('2026-03-04 14:55') }) });
    s.passesUntil('2026-03-04 14:40');
    s.does(dana, { do: 'answer', askId: ask, answer: approved });
    expect(s.promise(promiseId(1))).toMatchObject({ risk: { why: 'ask undecided' } });
  });
});

describe('an ask is taken', () => {
  test('its climb waits until its time, then all are called again, the taker too', () => {
    const s = asked();
    s.does(dana, { do: 'take', matter });
    s.heard();
    expect(s.tries(mo, { do: 'take', matter })).toEqual({ why: 'already taken', by: dana });
    s.passesUntil('2026-03-04 13:00');
    expect(s.heard()).toEqual(['12:00 thread: nudge halfway', '13:00 Dana: call (ask)']);
  });

  test('after its time it is given an hour', () => {
    const s = asked();
    s.passesUntil('2026-03-04 13:05');
    s.does(mo, { do: 'take', matter });
    s.heard();
    s.passesUntil('2026-03-04 14:05');
    expect(s.heard()).toEqual(['14:05 Dana: call (ask)']);
    s.does(mo, { do: 'take', matter });
    expect(s.heard()).toEqual(['14:05 thread: taken']);
  });

  test('the taker can still decide it where they were called', () => {
    const s = asked();
    s.does(dana, { do: 'take', matter });
    const open = s.file.case.standing.filter(({ say }) => say.what === 'call');
    expect(open).toMatchObject([{ say: { holderId: dana } }]);
  });

  test('not by somebody without authority', () => {
    const s = asked();
    expect(s.tries(ben, { do: 'take', matter })).toEqual({ why: 'no authority' });
    expect(s.tries(ira, { do: 'take', matter: { kind: 'ask', askId: askId(9) } })).toEqual({
      why: 'not found',
    });
  });
});

describe('the case ends', () => {
  test('its open asks are withdrawn, and stale buttons say so', () => {
    const s = asked();
    s.does(ben, { do: 'keep', promiseId: promiseId(1), proof: text('Done') });
    s.does(ben, {
      do: 'close',
      solved: text('Restarted'),
      holdId: promiseId(2),
      holdAt: s.now + 72 * HOUR,
      holdAction: text('Ask whether it held'),
    });
    const over = { why: 'ask is over', status: 'withdrawn', by: null, at: s.now };
    expect(s.tries(dana, { do: 'answer', askId: ask, answer: approved })).toEqual(over);
    expect(s.tries(dana, { do: 'not mine', askId: ask })).toEqual(over);
    expect(s.tries(ben, { do: 'ask', terms: terms({ id: askId(2) }) })).toEqual({ why: 'case is closed' });
    s.heard();
    s.passesUntil('2026-03-04 17:00');
    expect(s.heard()).toEqual([]);
  });
});
