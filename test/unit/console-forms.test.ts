import { describe, expect, test } from 'vitest';
import {
  fillIn,
  isDirty,
  isSameForm,
  mergeForm,
  shownError,
  startFilling,
} from '../../adapters/web/client/merge-form.ts';
import {
  addMember,
  currencyOf,
  newTeam,
  readTeam,
  removeMember,
} from '../../adapters/web/client/team-draft.ts';
import type { Form } from '../../src/conversation/form.ts';
import { openForm, promiseForm } from '../support/console-forms.ts';
import { ana } from '../support/fake-console.ts';

describe('a form that is drawn again', () => {
  const withField = (form: Form, name: string, change: Partial<Form['fields'][number]>): Form => ({
    ...form,
    fields: form.fields.map((field) => (field.name === name ? { ...field, ...change } : field)),
  });

  test('never overwrites what was typed, and takes what wasn’t', () => {
    const filling = fillIn(
      startFilling(openForm({ title: 'from the command' }, false)),
      'stakes',
      'no figures',
    );
    const drawn = withField(openForm({ title: 'made better', stakes: 'no fig' }, false), 'title', {});
    const merged = mergeForm(filling, drawn, false);
    expect(merged.values).toMatchObject({ stakes: 'no figures', title: 'made better' });
  });

  test('lets a choice go that is no longer offered', () => {
    const filling = fillIn(startFilling(openForm({}, false)), 'severity', 'critical');
    const options = [{ value: 'minor', label: 'minor' }];
    const drawn = withField(openForm({}, false), 'severity', {
      value: 'minor',
      input: { kind: 'select', options },
    });
    expect(mergeForm(filling, drawn, false).values['severity']).toBe('minor');
  });

  test('keeps a member who was chosen, and that nobody was', () => {
    const keep = (value: string, options: readonly string[]) => {
      const input = { kind: 'member' as const, options: options.map((one) => ({ value: one, label: one })) };
      const filling = fillIn(startFilling(promiseForm(ana, {}, false)), 'owner', value);
      const drawn = withField(promiseForm(ana, {}, false), 'owner', { value: 'drawn', input });
      return mergeForm(filling, drawn, false).values['owner'];
    };
    expect([keep('ben', ['ana', 'ben']), keep('', ['ana']), keep('ben', ['ana'])]).toEqual([
      'ben',
      '',
      'drawn',
    ]);
  });

  test('shows errors of what was touched, and all of them once it was sent', () => {
    const filling = fillIn(startFilling(promiseForm(ana, {}, false)), 'followUpAt', 'someday');
    const previewed = mergeForm(filling, promiseForm(ana, { followUpAt: 'someday' }, true), false);
    expect(shownError(previewed, 'followUpAt')).toContain('can’t be read');
    expect(shownError(previewed, 'action')).toBeNull();
    const sent = mergeForm(filling, promiseForm(ana, { followUpAt: 'someday' }, true), true);
    expect(shownError(sent, 'action')).toBe('Fill this in.');
  });

  test('knows what is out of date, and what would be lost', () => {
    const start = startFilling(openForm({ title: 'x' }, false));
    const typed = fillIn(start, 'title', 'xy');
    expect([typed.pending.has('title'), isDirty(start), isDirty(typed)]).toEqual([true, false, true]);
    expect(isDirty(fillIn(typed, 'title', 'x'))).toBe(false);
    const merged = mergeForm(typed, openForm({ title: 'xy' }, false), false);
    expect([merged.pending.size, isDirty(merged)]).toEqual([0, true]);
  });

  test('is told from a next one', () => {
    expect(isSameForm(openForm({}, false), openForm({}, true))).toBe(true);
    expect(isSameForm(openForm({}, false), promiseForm(ana, {}, false))).toBe(false);
  });
});

describe('a team as it is typed', () => {
  const named = (name: string) => {
    const draft = newTeam('Europe/Berlin', 'DE');
    return { ...draft, name: 'Us', members: draft.members.map((member) => ({ ...member, name })) };
  };

  test('of one member is a team', () => {
    expect(readTeam(named('Mia'))).toMatchObject({
      ok: true,
      team: { currency: 'EUR', country: 'DE', region: null, members: [{ name: 'Mia', lead: null }] },
    });
  });

  test('a removed lead is nobody’s lead, and keys are never used twice', () => {
    const two = addMember(named('Mia'));
    const led = {
      ...two,
      members: two.members.map((one) => (one.key === '2' ? { ...one, lead: '1' } : one)),
    };
    expect(removeMember(led, '1').members).toMatchObject([{ key: '2', lead: '' }]);
    expect(addMember(removeMember(led, '1')).members.map(({ key }) => key)).toEqual(['2', '3']);
  });

  test.each([
    ['500', 500],
    ['1,500', 1_500],
    ['1.500', 1_500],
    ['1 500,50', 1_500.5],
    ["1'500.25", 1_500.25],
  ])('the amount %s', (money, expected) => {
    const draft = named('Mia');
    const members = draft.members.map((one) => ({ ...one, may: 'up to' as const, money }));
    expect(readTeam({ ...draft, members })).toMatchObject({
      ok: true,
      team: { members: [{ mayDecide: { kind: 'up to', money: expected } }] },
    });
  });

  test.each([[''], ['a lot'], ['-5']])('the amount %j is asked for again', (money) => {
    const draft = named('Mia');
    const members = draft.members.map((one) => ({ ...one, may: 'up to' as const, money }));
    expect(readTeam({ ...draft, members })).toMatchObject({
      ok: false,
      errors: [{ path: 'members.0.mayDecide.money' }],
    });
  });

  test('a currency by the country', () => {
    expect(['DE', 'GB', 'US', ''].map(currencyOf)).toEqual(['EUR', 'GBP', 'USD', 'USD']);
  });
});
