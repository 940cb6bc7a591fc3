import { describe, expect, test } from 'vitest';
import { climbOf } from '../../src/domain/standing.ts';
import { promised, type Story, story } from '../support/case-story.ts';
import { askId, ben, caseId, dana, mo, NAMES, tara, text, when } from '../support/domain-fixtures.ts';

/** What waits for an answer still, oldest first; the case card always does. */
function standing(s: Story): string[] {
  return s.file.case.standing.map(({ say }) => {
    switch (say.what) {
      case 'nudge':
        return `nudge ${say.step}`;
      case 'call':
        return `call ${NAMES.get(say.holderId)}`;
      case 'wants promise':
        return `wants promise ${say.round}`;
      default:
        return say.what;
    }
  });
}

/** What was drawn again since this was asked last, without the case's id. */
function redrawnSince(s: Story, from: number): string[] {
  return s.redrawn
    .slice(from)
    .map((key) => key.slice(caseId.length + 1).replace(/^[0-9a-f-]{36}/, 'promise'));
}

describe('a post stands until it is answered or said again', () => {
  test('the asking, until there is a promise', () => {
    const s = story();
    expect(standing(s)).toEqual(['case card', 'wants promise 0']);
    s.passesUntil('2026-03-04 10:10');
    expect(standing(s)).toEqual(['case card', 'wants promise 2']);
    expect(redrawnSince(s, 0)).toEqual(['wait/1/0', 'wait/1/1']);
    s.promises(ben, '2026-03-04 11:00');
    expect(standing(s)).toEqual(['case card', 'promise made']);
    expect(redrawnSince(s, 2)).toEqual(['wait/1/2', 'card']);
  });

  test('a nudge, until the next one, or the end of the promise', () => {
    const { s, id } = promised();
    s.passesUntil('2026-03-04 10:48');
    expect(standing(s)).toEqual(['case card', 'promise made', 'nudge soon']);
    s.does(ben, { do: 'keep', promiseId: id, proof: text('Done') });
    expect(standing(s)).toEqual(['case card', 'wants promise 0']);
  });

  test('nudges to an earlier owner fold when it is handed over; those of another promise stay', () => {
    const s = story();
    const first = s.promises(ben, '2026-03-04 10:20');
    s.promises(mo, '2026-03-04 10:20');
    s.passesUntil('2026-03-04 10:16');
    expect(standing(s).filter((line) => line.startsWith('nudge'))).toEqual(['nudge soon', 'nudge soon']);
    s.does(ben, { do: 'hand over', promiseId: first, to: tara });
    expect(standing(s).filter((line) => line.startsWith('nudge'))).toEqual(['nudge soon']);
  });

  test('calls, for all who were called in this climb: each may still take it', () => {
    const { s, id } = promised('2026-03-04 10:02');
    s.passesUntil('2026-03-04 10:02:40');
    expect(standing(s)).toEqual(['case card', 'call Dana', 'call Mo', 'broken']);
    s.does(mo, { do: 'take', matter: { kind: 'promise', promiseId: id } });
    expect(standing(s)).toEqual(['case card', 'wants promise 0']);
  });

  test('a call folds when the same member is called again, so that they don’t pile up', () => {
    const { s } = promised('2026-03-04 10:02');
    s.passesUntil('2026-03-06 17:00');
    expect(standing(s).toSorted()).toEqual(['broken', 'call Dana', 'call Ira', 'call Mo', 'case card']);
  });

  test('calls of a risk that is over fold, with what was said of it', () => {
    const { s } = promised();
    s.passesUntil('2026-03-04 10:55');
    expect(standing(s)).toEqual(['case card', 'promise made', 'nudge soon', 'at risk', 'call Dana']);
    s.does(ben, { do: 'sign' });
    expect(standing(s)).toEqual(['case card', 'promise made', 'nudge soon']);
  });

  test('an ask, until it is decided', () => {
    const { s } = promised();
    const terms = { id: askId(1), promiseId: null, need: text('A refund'), money: 1, days: null };
    s.does(ben, {
      do: 'ask',
      terms: { ...terms, by: when('2026-03-04 12:00'), options: '', recommendation: '' },
    });
    expect(standing(s)).toEqual(['case card', 'promise made', 'ask made', 'call Dana']);
    s.does(dana, { do: 'answer', askId: askId(1), answer: { answer: 'approved', note: '' } });
    expect(standing(s)).toEqual(['case card', 'promise made']);
  });

  test('the close, until the case is open again', () => {
    const s = story();
    const close = { do: 'close', solved: text('Restarted'), holdAction: text('Ask') } as const;
    s.does(ben, { ...close, holdId: s.newPromiseId(), holdAt: when('2026-03-09 10:00') });
    expect(standing(s)).toEqual(['case card', 'closed', 'promise made']);
    s.does(ben, { do: 'reopen', reason: text('Down again') });
    expect(standing(s)).toEqual(['case card', 'wants promise 0']);
  });
});

describe('the case card is drawn again when its face changes, and only then', () => {
  const cards = (s: Story) => s.redrawn.filter((key) => key.endsWith('/card')).length;

  test('a nudge leaves it alone, a risk doesn’t', () => {
    const { s } = promised();
    const before = cards(s);
    s.passesUntil('2026-03-04 10:50');
    expect(cards(s)).toBe(before);
    s.passesUntil('2026-03-04 10:54');
    expect(cards(s)).toBe(before + 1);
    s.does(ben, { do: 'sign' });
    expect(cards(s)).toBe(before + 2);
  });
});

describe('the climb of a matter', () => {
  test('is there while the matter is open', () => {
    const { s, id } = promised();
    const matter = { kind: 'promise', promiseId: id } as const;
    expect(climbOf(s.file, matter)).toBeNull();
    s.passesUntil('2026-03-04 10:55');
    expect(climbOf(s.file, matter)).toMatchObject({ count: 1, climb: { status: 'calling' } });
    s.passesUntil('2026-03-04 11:06');
    expect(climbOf(s.file, matter)).toMatchObject({ count: 1 });
    s.does(ben, { do: 'keep', promiseId: id, proof: text('Done') });
    expect(climbOf(s.file, matter)).toBeNull();
  });

  test.each([[{ kind: 'case', caseId } as const], [{ kind: 'ask', askId: askId(1) } as const]])(
    'is not there for what is not there: %j',
    (matter) => {
      expect(climbOf(promised().s.file, matter)).toBeNull();
    },
  );
});
