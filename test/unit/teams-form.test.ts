import { describe, expect, test } from 'vitest';
import { drawForm } from '../../adapters/teams/form-card.ts';
import { readValues, withRest } from '../../adapters/teams/form-values.ts';
import { pressedOf } from '../../adapters/teams/pressed.ts';
import { noSubject } from '../../src/conversation/card.ts';
import type { Field, Form } from '../../src/conversation/form.ts';
import { memberIds } from '../support/chat-arbitraries.ts';
import { nasty } from '../support/console-cards.ts';
import { openForm, promiseForm } from '../support/console-forms.ts';
import { ana } from '../support/fake-console.ts';
import { drawContext, formMeta, ofType, shownText } from '../support/teams-cards.ts';
import { teamsFaults } from '../support/teams-limits.ts';

const nonce = '00000000-0000-4000-8000-00000000000a';
const personId = 'b05f1c2e-6f0a-9a3b-1c2d-3e4f5a6b7c8d';
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
const draw = (drawn: Form, context = drawContext(), meta = formMeta(drawn)) => drawForm(drawn, meta, context);
const inputs = (change: Partial<Field>, context = drawContext()) =>
  ofType(draw(form([field(change)]), context), 'Input.');
const buttons = (json: unknown) =>
  ofType(json, 'Action.').map(({ title, data }) => [title, pressedOf(data)?.do]);
const options = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
];

describe('a form as a card', () => {
  test('has its title, its fields and a button that carries what sending it needs', () => {
    const drawn = form([field({})]);
    const card = draw(drawn);
    const [submit] = ofType(card, 'Action.');
    expect(shownText(card.body)).toBe('Open care caseWhat is it?');
    expect(submit).toMatchObject({ type: 'Action.Execute', title: 'Open', style: 'positive' });
    expect(submit).not.toHaveProperty('associatedInputs');
    expect(pressedOf(submit?.['data'])).toEqual({ v: 1, do: 'submit', meta: formMeta(drawn) });
    expect(buttons(card)).toEqual([['Open', 'submit']]);
  });

  test('leads back to what stood there, unless it stands by itself or in a dialog', () => {
    const under = { of: 'post' as const, key: 'case-1/1/card' };
    const drawn = form([field({})]);
    const meta = formMeta(drawn, { under });
    expect(buttons(draw(drawn, drawContext(), meta))).toEqual([
      ['Open', 'submit'],
      ['Back', 'back'],
    ]);
    // What is typed needn't go along there.
    expect(ofType(draw(drawn, drawContext(), meta), 'Action.')[1]).toMatchObject({
      associatedInputs: 'none',
    });
    expect(buttons(draw(drawn, drawContext({ host: 'dialog' }), meta))).toEqual([['Open', 'submit']]);
  });

  test.each<[string, Partial<Field>, object]>([
    ['a line', { value: 'Export down' }, { type: 'Input.Text', id: 'f.what', value: 'Export down' }],
    ['lines', { input: { kind: 'lines' } }, { type: 'Input.Text', isMultiline: true }],
    ['a line that holds more', { value: 'a\nb' }, { isMultiline: true, value: 'a\nb' }],
    ['what needn’t be filled in', { required: false }, { label: 'What is it? (optional)' }],
    [
      'a number',
      { input: { kind: 'number', unit: 'EUR' } },
      { type: 'Input.Text', label: 'What is it? (EUR)' },
    ],
    [
      'a choice',
      { value: 'b', input: { kind: 'select', options } },
      {
        type: 'Input.ChoiceSet',
        style: 'compact',
        value: 'b',
        choices: [
          { title: 'A', value: 'a' },
          { title: 'B', value: 'b' },
        ],
      },
    ],
    [
      'a choice of nothing',
      { input: { kind: 'select', options: [] } },
      { choices: [{ title: '–', value: '-' }] },
    ],
    [
      'a member, among all the people of the tenant',
      {
        value: memberIds[2],
        input: { kind: 'member', options: [{ value: memberIds[2], label: 'Sam Support' }] },
      },
      {
        type: 'Input.ChoiceSet',
        style: 'filtered',
        value: `member:${memberIds[2]}`,
        choices: [{ title: 'Sam Support', value: `member:${memberIds[2]}` }],
        'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
      },
    ],
    [
      'yes or no',
      { value: 'no', input: { kind: 'yes or no' } },
      { type: 'Input.ChoiceSet', style: 'expanded', value: 'no' },
    ],
  ])('draws %s', (_, change, element) => {
    expect(inputs(change)).toMatchObject([element]);
  });

  test('finds a customer as one types, and takes a new one’s name where that isn’t to be had', () => {
    const drawn = inputs({ value: 'c-1', input: { kind: 'customer', shown: 'Acme' } });
    expect(drawn).toMatchObject([
      {
        id: 'f.what',
        style: 'filtered',
        value: 'c-1',
        choices: [{ title: 'Acme', value: 'c-1' }],
        'choices.data': { type: 'Data.Query', dataset: 'customers' },
      },
      { type: 'Input.Text', id: 'new.what', placeholder: 'Or the name of a new one' },
    ]);
    const isNew = draw(form([field({ value: 'new:Acme', input: { kind: 'customer', shown: 'Acme' } })]));
    expect(shownText(isNew)).toContain('“Acme” is new and will be added.');
  });

  test('offers the channel it was opened in, the one that is set, and those that are known', () => {
    const channels = [{ value: '19:other@thread.tacv2', label: 'Support > General' }];
    const [choose] = inputs(
      { value: '19:set@thread.tacv2', input: { kind: 'channel' } },
      drawContext({ channels }),
    );
    expect(choose).toMatchObject({
      value: '19:set@thread.tacv2',
      choices: [
        { title: 'None', value: '-' },
        { title: 'This channel', value: '19:care@thread.tacv2' },
        { title: 'The channel that is set now', value: '19:set@thread.tacv2' },
        { title: 'Support > General', value: '19:other@thread.tacv2' },
      ],
    });
    const [known] = inputs(
      { value: '19:other@thread.tacv2', input: { kind: 'channel' } },
      drawContext({ channels }),
    );
    expect(Object(known)['choices']).toHaveLength(3);
  });

  test('is looked at again by *Check*: once for fields that follow each other, and for each time', () => {
    const live = (name: string, input: Field['input'] = { kind: 'line' }) =>
      field({ name, input, live: true });
    const when = { kind: 'time' as const, resolved: null, choices: [] };
    const drawn = form([live('a'), live('b'), field({ name: 'c' }), live('d', when), live('e')]);
    const rows = draw(drawn).body.flatMap((element) => {
      const ids = ofType(element, 'Input.').map(({ id }) => id);
      return buttons(element).flatMap(([title]) => (title === 'Check' ? ids : []));
    });
    expect(rows).toEqual(['f.b', 'f.d', 'f.e']);
  });

  test('shows how a time was read and what it could have meant', () => {
    const iso = '2026-03-06T15:00:00.000Z';
    const input = {
      kind: 'time' as const,
      resolved: 'today 15:00, your time',
      choices: [{ value: iso, label: '15:00' }],
    };
    const card = draw(form([field({ value: iso, live: true, input })]));
    expect(shownText(card.body)).toContain('✓ today 15:00, your time');
    const [choice, check] = ofType(card, 'Action.').map(({ data }) => pressedOf(data));
    expect(choice).toMatchObject({ do: 'preview', set: { field: 'what', value: iso } });
    expect(check).toMatchObject({ do: 'preview', set: null });
  });

  test('says under a field what is wrong with it, in words', () => {
    const card = draw(form([field({ error: 'Please fill this in.', hint: 'In a word.' })]));
    expect(shownText(card.body)).toBe('Open care caseWhat is it?⚠️ Please fill this in.In a word.');
  });

  test('quotes the message it was opened from, as text', () => {
    const source = { text: '<at>Ada</at> export is *down*', link: 'https://teams.microsoft.com/l/message/1' };
    const card = draw(form([field({})], { source }));
    expect(shownText(card.body)).toContain('From this message<at>Ada</at> export is *down*');
    expect(teamsFaults(card)).toEqual([]);
  });

  test('leaves a link behind that is too long to be carried', () => {
    const drawn = form([], { source: { text: 'help', link: `https://example.com/${'x'.repeat(4_000)}` } });
    const press = pressedOf(ofType(draw(drawn), 'Action.')[0]?.['data']);
    expect(press).toMatchObject({ do: 'submit', meta: { source: { link: null } } });
  });

  test('shows the beginning of what is too long for it, and says so', () => {
    const card = draw(form([field({ value: 'x'.repeat(3_001), input: { kind: 'lines' } })]));
    expect(shownText(card.body)).toContain('Only the beginning fits in here.');
    expect(ofType(card, 'Input.')[0]?.['value']).toBe('x'.repeat(3_000));
    expect(readValues(ofType(card, 'Action.')[0]?.['data']).cut).toEqual({ what: 3_000 });
  });

  test.each<[string, Form]>([
    ['open', openForm({ customer: 'new:Acme', deadline: '2:30' }, true, nonce)],
    ['promise', promiseForm(ana, { followUpAt: 'tomorrow 3pm' }, true, nonce)],
    [
      'full of the longest texts',
      form(
        Array.from({ length: 8 }, (_, i) => field({ name: `n${i}`, value: nasty.long, error: nasty.long })),
        {
          intro: [{ b: 'quote', label: '', text: nasty.long }],
          notes: [{ b: 'draft', text: nasty.long, marks: [] }],
        },
      ),
    ],
  ])('is within the limits: %s', (_, drawn) => {
    expect(teamsFaults(draw(drawn))).toEqual([]);
    expect(teamsFaults(draw(drawn, drawContext({ host: 'dialog' })), { host: 'dialog' })).toEqual([]);
  });
});

describe('what is sent of a form', () => {
  /** What goes along with the buttons of a form of these fields. */
  const along = (...fields: Partial<Field>[]) =>
    Object(ofType(draw(form(fields.map(field))), 'Action.').at(-1)?.['data']);
  const owner: Partial<Field> = { name: 'owner', input: { kind: 'member', options: [] } };
  const customer: Partial<Field> = { name: 'customer', input: { kind: 'customer', shown: '' } };

  test('is read by field', () => {
    const sent = {
      ...along(
        {},
        { name: 'why' },
        { name: 'lead.1' },
        { name: 'told', input: { kind: 'yes or no' } },
        owner,
      ),
      'f.what': 'Export\0 down',
      'f.why': '',
      'f.lead.1': 'x',
      'f.told': 'yes',
      'f.owner': `member:${memberIds[0]}`,
      'draft.0': 'Hi Priya',
    };
    expect(readValues(sent)).toEqual({
      values: { what: 'Export down', why: '', 'lead.1': 'x', told: 'yes', owner: memberIds[0] },
      people: {},
      cut: {},
    });
  });

  test('is empty where a client leaves out what is empty', () => {
    expect(readValues(along({}, owner, customer)).values).toEqual({ what: '', owner: '', customer: '' });
  });

  test('tells who was picked among all people from a member, and both from what was typed', () => {
    const sent = { ...along({}, owner), 'f.what': personId, 'f.owner': personId };
    expect(readValues(sent)).toMatchObject({ values: { what: personId }, people: { owner: personId } });
    expect(readValues({ ...sent, 'f.owner': '29:1abc' }).people).toEqual({ owner: '29:1abc' });
    const typed = { ...along({}), 'f.what': `member:${memberIds[0]}` };
    expect(readValues(typed).values).toEqual({ what: `member:${memberIds[0]}` });
  });

  test.each<[string, object, string]>([
    ['one that was found', { 'f.customer': memberIds[0] }, memberIds[0]],
    ['a new one that was offered', { 'f.customer': 'new:Acme' }, 'new:Acme'],
    ['none', { 'f.customer': '-' }, ''],
    ['a new one’s name', { 'new.customer': ' Acme ' }, 'new:Acme'],
    [
      'a name beside one that was found before',
      { 'f.customer': memberIds[0], 'new.customer': 'Acme' },
      'new:Acme',
    ],
    ['words, where a client lets them through', { 'f.customer': ' Acme ' }, 'new:Acme'],
  ])('has a customer: %s', (_, sent, value) => {
    expect(readValues({ ...along(customer), ...sent }).values).toEqual({ customer: value });
  });

  test.each([null, undefined, 'x', 7, [], {}, { kept: {} }, { fields: 'x', 'f.': 1, cut: { a: -1 } }])(
    'is nothing where nothing can be read: %j',
    (data) => {
      const { values, people, cut } = readValues(data);
      expect(Object.keys(values).filter((name) => name !== '')).toEqual([]);
      expect({ people, cut }).toEqual({ people: {}, cut: {} });
    },
  );

  test('is read without being told its fields, as text', () => {
    expect(readValues({ 'f.what': 'x', 'f.amount': 500 }).values).toEqual({ what: 'x', amount: '500' });
  });

  test('gets the rest of a text that its field had no room for', () => {
    const whole = `${'x'.repeat(3_000)} and the rest`;
    const begun = whole.slice(0, 3_000);
    expect(withRest(`Edited: ${begun.slice(100)}`, whole, 3_000)).toBe(
      `Edited: ${begun.slice(100)} and the rest`,
    );
    expect(withRest(`shorter ${begun.slice(-30)}`, whole, 3_000)).toMatch(/ and the rest$/u);
    // Something else in its place has no rest.
    expect(withRest('Export down', whole, 3_000)).toBe('Export down');
    expect(withRest('', whole, 3_000)).toBe('');
  });
});
