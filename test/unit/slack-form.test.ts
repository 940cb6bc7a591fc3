import { describe, expect, test } from 'vitest';
import { errorsOf, pickedTime, readValues, withRest } from '../../adapters/slack/form-values.ts';
import { drawFormView } from '../../adapters/slack/form-view.ts';
import { ViewMeta } from '../../adapters/slack/meta.ts';
import { drawOptions } from '../../adapters/slack/options.ts';
import { noSubject } from '../../src/conversation/card.ts';
import type { Field, Form } from '../../src/conversation/form.ts';
import { memberIds } from '../support/chat-arbitraries.ts';
import { openForm, promiseForm } from '../support/console-forms.ts';
import { ana } from '../support/fake-console.ts';
import { drawContext, elementsOf, formMeta, shownText } from '../support/slack-cards.ts';
import { limitFaults } from '../support/slack-limits.ts';

const nonce = '00000000-0000-4000-8000-00000000000a';
const field = (change: Partial<Field>): Field => ({
  name: 'what',
  label: 'What is it?',
  hint: null,
  required: true,
  live: false,
  value: '',
  error: null,
  input: { kind: 'line' },
  ...change,
});
const form = (fields: Field[], change: Partial<Form> = {}): Form => ({
  id: 'open',
  nonce,
  title: 'Open care case',
  intro: [],
  fields,
  notes: [],
  submit: 'Open',
  subject: noSubject,
  source: null,
  ...change,
});
const draw = (drawn: Form, filled: Record<string, number> = {}) =>
  drawFormView(drawn, formMeta(drawn, { filled }), drawContext());
/** The first block of a form of one field. */
const inputOf = (change: Partial<Field>) => draw(form([field(change)])).blocks[0];

describe('a form as a modal', () => {
  test('carries what its submission needs', () => {
    const view = draw(form([field({})]), { what: 2 });
    expect(view).toMatchObject({
      type: 'modal',
      callback_id: 'form',
      title: { text: 'Open care case' },
      submit: { text: 'Open' },
    });
    expect(ViewMeta.parse(JSON.parse(view.private_metadata ?? ''))).toMatchObject({ form: 'open', nonce });
    expect(view.blocks[0]).toMatchObject({ block_id: 'field/what/2', optional: false });
  });

  test('shortens a long title after a word, and says it whole above', () => {
    const view = draw(form([], { title: 'Decline with an option, and say why' }));
    expect(view).toMatchObject({ title: { text: 'Decline with an option…' } });
    expect(shownText(view.blocks)).toBe('Decline with an option, and say why');
  });

  test.each<[string, Partial<Field>, object]>([
    [
      'a line',
      { value: 'Export down' },
      { type: 'plain_text_input', multiline: false, initial_value: 'Export down' },
    ],
    ['lines', { input: { kind: 'lines' } }, { type: 'plain_text_input', multiline: true }],
    ['a line that holds more', { value: 'a\nb' }, { multiline: true, initial_value: 'a\nb' }],
    [
      'a choice',
      {
        value: 'b',
        input: {
          kind: 'select',
          options: [
            { value: 'a', label: 'A' },
            { value: 'b', label: 'B' },
          ],
        },
      },
      { type: 'static_select', action_id: 'field/what', initial_option: { value: 'b' } },
    ],
    [
      'a member whom Slack knows',
      { value: memberIds[1], input: { kind: 'member', options: [] } },
      { type: 'users_select', initial_user: 'U001' },
    ],
    [
      'a member whom Slack does not know',
      {
        value: memberIds[2],
        input: { kind: 'member', options: [{ value: memberIds[2], label: 'Sam Support' }] },
      },
      { type: 'static_select', initial_option: { value: memberIds[2] } },
    ],
    [
      'a channel',
      { value: 'C0CARE', input: { kind: 'channel' } },
      { type: 'conversations_select', initial_conversation: 'C0CARE' },
    ],
    [
      'a customer',
      { value: 'new:Acme', input: { kind: 'customer', shown: 'Acme' } },
      {
        type: 'external_select',
        action_id: 'suggest/what',
        min_query_length: 1,
        initial_option: { value: 'new:Acme', text: { text: 'Acme' } },
      },
    ],
    [
      'yes or no',
      { value: 'no', input: { kind: 'yes or no' } },
      { type: 'radio_buttons', initial_option: { value: 'no' } },
    ],
  ])('draws %s', (_, change, element) => {
    expect(inputOf(change)).toMatchObject({ type: 'input', element });
  });

  test('asks for a preview when a live field changes, but not at each new line of a long one', () => {
    const enter = { dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } };
    expect(inputOf({ live: true })).toMatchObject({ dispatch_action: true, element: enter });
    expect(inputOf({ live: true, input: { kind: 'lines' } })).not.toHaveProperty('dispatch_action');
    const options = [{ value: 'a', label: 'A' }];
    expect(inputOf({ live: true, input: { kind: 'select', options } })).toMatchObject({
      dispatch_action: true,
    });
    expect(inputOf({})).not.toHaveProperty('dispatch_action');
  });

  test('shows how a time was read, what it could have meant, and a picker', () => {
    const iso = '2026-03-06T15:00:00.000Z';
    const input = {
      kind: 'time' as const,
      resolved: 'today 15:00, your time',
      choices: [{ value: iso, label: '15:00' }],
    };
    const { blocks } = draw(form([field({ value: iso, input })]));
    expect(shownText(blocks)).toContain('✓ today 15:00, your time');
    const [, choice, picker] = elementsOf(blocks);
    expect(JSON.parse(String(choice?.['value']))).toEqual({ v: 1, do: 'choose', field: 'what', value: iso });
    expect(picker).toMatchObject({
      type: 'datetimepicker',
      action_id: 'pick/what',
      initial_date_time: Date.parse(iso) / 1_000,
    });
  });

  test('says under a field what is wrong with it, in words', () => {
    const { blocks } = draw(form([field({ error: 'Please fill this in.' })]));
    expect(blocks[1]).toMatchObject({
      type: 'section',
      text: { type: 'plain_text', text: '⚠️ Please fill this in.' },
    });
  });

  test('says that a new customer is added, and that the rest of a long text is kept', () => {
    const isNew = draw(form([field({ value: 'new:Acme', input: { kind: 'customer', shown: 'Acme' } })]));
    expect(shownText(isNew.blocks)).toContain('“Acme” is new and will be added.');
    const long = draw(form([field({ value: 'x'.repeat(3_001), input: { kind: 'lines' } })]));
    expect(shownText(long.blocks)).toContain('The rest is kept');
    expect(elementsOf(long.blocks)[0]?.['initial_value']).toBe('x'.repeat(3_000));
  });

  test('quotes the message it was opened from, as text', () => {
    const source = { text: '<!channel> export is *down*', link: 'https://example.slack.com/p1' };
    const view = draw(form([field({})], { source }));
    expect(shownText(view.blocks[0])).toBe('From this message<!channel> export is *down*');
    expect(limitFaults(view)).toEqual([]);
  });

  test('leaves a link behind that is too long to be carried', () => {
    const source = { text: 'help', link: `https://example.com/${'x'.repeat(4_000)}` };
    expect(limitFaults(draw(form([], { source })))).toEqual([]);
  });

  test.each([
    ['open', openForm({ customer: 'new:Acme', deadline: '2:30' }, true, nonce)],
    ['promise', promiseForm(ana, { followUpAt: 'tomorrow 3pm' }, true, nonce)],
  ])('is within the limits: %s', (_, drawn) => {
    expect(limitFaults(draw(drawn))).toEqual([]);
  });
});

describe('what a view holds', () => {
  const meta = formMeta(form([]), { filled: { when: 1 } });
  const state = (values: Record<string, object>) => ({
    values: Object.fromEntries(Object.entries(values).map(([id, element]) => [id, { any: element }])),
  });

  test('is read by field, people by their Slack ids', () => {
    expect(
      readValues(
        state({
          'field/what/0': { type: 'plain_text_input', value: 'Export\0 down' },
          'field/why/0': { type: 'plain_text_input', value: null },
          'field/severity/0': { type: 'static_select', selected_option: { value: 'serious', text: {} } },
          'field/customer/3': { type: 'external_select', selected_option: { value: 'new:Acme' } },
          'field/told/0': { type: 'radio_buttons', selected_option: null },
          'field/owner/0': { type: 'users_select', selected_user: 'U001' },
          'field/nobody/0': { type: 'users_select', selected_user: null },
          'field/home/0': { type: 'conversations_select', selected_conversation: 'C1' },
        }),
        meta,
      ),
    ).toEqual({
      values: {
        what: 'Export down',
        why: '',
        severity: 'serious',
        customer: 'new:Acme',
        told: '',
        nobody: '',
        home: 'C1',
      },
      users: { owner: 'U001' },
    });
  });

  test('is the newest where a field was filled in again', () => {
    const [old, filled] = ['3pm', '2026-03-06T15:00:00.000Z'].map((value) => ({
      type: 'plain_text_input',
      value,
    }));
    const read = { values: { when: filled?.value }, users: {} };
    expect(readValues(state({ 'field/when/0': old ?? {}, 'field/when/1': filled ?? {} }), meta)).toEqual(
      read,
    );
    expect(readValues(state({ 'field/when/1': filled ?? {}, 'field/when/0': old ?? {} }), meta)).toEqual(
      read,
    );
  });

  test.each([
    null,
    'x',
    {},
    { values: null },
    { values: { 'field/what/0': {} } },
    { values: { 'field/what/0': { a: { type: 'plain_text_input', value: 7 } } } },
    { values: { 'pick/when/0': { 'pick/when': { type: 'datetimepicker', selected_date_time: 1 } } } },
    { values: { other: { a: { type: 'plain_text_input', value: 'x' } } } },
  ])('is nothing where nothing can be read: %j', (given) => {
    expect(readValues(given, meta)).toEqual({ values: {}, users: {} });
  });

  test('names what is wrong by the block that it stands in', () => {
    const fields = [field({ name: 'when', error: 'That time has passed.' }), field({})];
    expect(errorsOf(form(fields), meta)).toEqual({ 'field/when/1': 'That time has passed.' });
  });

  test('takes a time that was picked, and nothing else', () => {
    const seconds = Date.UTC(2026, 2, 6, 15) / 1_000;
    const action = { type: 'datetimepicker', action_id: 'pick/when', selected_date_time: seconds };
    expect(pickedTime(action)).toEqual({ field: 'when', value: '2026-03-06T15:00:00.000Z' });
    expect(pickedTime({ ...action, action_id: 'act/0' })).toBeNull();
    expect(pickedTime({ ...action, selected_date_time: null })).toBeNull();
    expect(pickedTime(undefined)).toBeNull();
  });

  test('keeps the rest of a text that its field had no room for', () => {
    const whole = `${'x'.repeat(3_000)} and the rest`;
    expect(withRest('edited', whole)).toBe('edited and the rest');
    expect(withRest('edited', 'short')).toBe('edited');
  });
});

describe('options', () => {
  test('are each once, with the chosen one among the first hundred', () => {
    const options = Array.from({ length: 150 }, (_, i) => ({ value: `${i % 140}`, label: `Zone ${i}` }));
    const drawn = drawOptions(options, '135');
    expect(drawn).toHaveLength(100);
    expect(drawn.at(-1)?.value).toBe('135');
    expect(new Set(drawn.map(({ value }) => value)).size).toBe(100);
  });

  test('that Slack can’t carry are left out', () => {
    expect(
      drawOptions([
        { value: 'x'.repeat(151), label: 'x' },
        { value: '', label: 'y' },
      ]),
    ).toEqual([]);
  });
});
