import { describe, expect, test } from 'vitest';
import { answerDraft, movedDraft, promiseDraft } from '../../src/conversation/draft.ts';
import type { View } from '../../src/conversation/view.ts';
import type { AskAnswer } from '../../src/domain/ask.ts';
import { Customer } from '../../src/domain/people.ts';
import { promised } from '../support/case-story.ts';
import { askId, ben, customerId, dana, tara, text, when, workspaceId } from '../support/domain-fixtures.ts';

/** Ben's promise for tomorrow 15:00 in Berlin, and the case as its cards see it. */
function viewed(customer: Partial<Customer> = {}) {
  const { s, id } = promised('2026-03-05 15:00');
  const known = {
    id: customerId,
    workspaceId,
    name: 'Acme',
    zone: 'America/New_York',
    contact: 'Ada',
    notes: '',
  };
  const view = (): View => ({
    file: s.file,
    customer: Customer.parse({ ...known, ...customer }),
    team: s.team,
    policy: s.policy,
    now: s.now,
    history: { cases: [], kept: 0, movedEarly: 0, broken: 0, latest: null },
  });
  return { s, id, view };
}

function lines(block: ReturnType<typeof promiseDraft>): string[] {
  return block.b === 'draft' ? block.text.split('\n\n') : [];
}

function marks(block: ReturnType<typeof promiseDraft>) {
  return block.b === 'draft' ? block.marks.map(({ words }) => words) : [];
}

describe('the words for the customer', () => {
  test('of a promise: to whom, what it means for them, what, who and when, in their zone', () => {
    const { s, id, view } = viewed();
    expect(lines(promiseDraft(view(), s.promise(id)))).toEqual([
      'Hi Ada,',
      'I know what this means for you: Board meeting at 5pm needs the figures',
      'This is what we do now: Restart the export and call',
      'Ben will be in touch with you by Thu 5 Mar 2026 09:00 (America/New York).',
      'Ben',
    ]);
  });

  test.each([
    [ben, 'Ben will be in touch with you by Thu 5 Mar 2026 15:00 (Europe/Berlin).'],
    [tara, 'Tara will be in touch with you by Thu 5 Mar 2026 23:00 (Asia/Tokyo).'],
  ])(
    'where the customer’s zone isn’t known, in that of who contacts them, which is named',
    (contactBy, line) => {
      const { s, id, view } = viewed({ zone: null });
      expect(lines(promiseDraft(view(), { ...s.promise(id), contactBy }))[3]).toBe(line);
    },
  );

  test('to nobody in particular when nobody is known', () => {
    const { s, id, view } = viewed({ contact: '' });
    expect(lines(promiseDraft(view(), { ...s.promise(id), contactTo: '' }))[0]).toBe('Hello,');
  });

  test.each([
    ['in time', '2026-03-04 12:00', false, /^I promised to be in touch .* It takes us longer/],
    ['too late', '2026-03-05 16:00', true, /^I promised to be in touch .* and was not. I am sorry/],
  ])('of a move %s: what was said before, why, and what holds now', (_, at, late, expected) => {
    const { s, id, view } = viewed();
    s.passesUntil(at);
    const to = {
      id: s.newPromiseId(),
      followUpAt: when('2026-03-06 15:00'),
      reason: text('The restore takes longer'),
      customerTold: false,
    };
    s.does(ben, { do: 'move', promiseId: id, to });
    const move = { before: s.promise(id).followUpAt, reason: to.reason, to: s.promise(to.id), late };
    const draft = lines(movedDraft(view(), move));
    expect(draft[2]).toMatch(expected);
    expect(draft[2]).toContain(to.reason);
    expect(draft[3]).toMatch(/Ben will be in touch with you by Fri 6 Mar 2026 09:00 \(America\/New York\)\./);
  });

  test.each<[AskAnswer, string]>([
    [{ answer: 'approved', note: '' }, 'I have asked those who decide it, and the answer is yes: A refund'],
    [
      { answer: 'approved within', limit: text('200 EUR'), note: '' },
      'I have asked those who decide it. This is what we can do: A refund, within 200 EUR',
    ],
    [
      { answer: 'declined', option: text('A month free'), reason: text('Not within terms') },
      'I have asked those who decide it. This is what we can offer you: A month free',
    ],
  ])('of an answer: never a bare no, and no reason of ours: %j', (answer, expected) => {
    const { s, view } = viewed();
    const by = when('2026-03-04 13:00');
    const need = text('A refund');
    s.does(ben, {
      do: 'ask',
      terms: {
        id: askId(1),
        promiseId: null,
        need,
        money: 1,
        days: null,
        by,
        options: '',
        recommendation: '',
      },
    });
    s.does(dana, { do: 'answer', askId: askId(1), answer });
    const [ask] = s.file.asks;
    expect(ask?.status === 'decided' ? lines(answerDraft(view(), ask))[2] : null).toBe(expected);
  });

  test('what should not stand there is marked where it was typed', () => {
    const { s, id, view } = viewed();
    const action = text('You forgot to save, we’ll try it asap');
    expect(marks(promiseDraft(view(), { ...s.promise(id), action }))).toEqual([
      'You forgot to',
      'we’ll try',
      'asap',
    ]);
    expect(marks(promiseDraft(view(), s.promise(id)))).toEqual([]);
  });
});
