import { describe, expect, test } from 'vitest';
import { ActionId, type Block, type Card, type Inline, noSubject } from '../../src/conversation/card.ts';
import { type Field, type Form, FormId, Input } from '../../src/conversation/form.ts';
import { MemberId } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { drawingSurfaces } from '../support/drawing-surfaces.ts';

const surfaces = await drawingSurfaces();
const leo = MemberId.parse('00000000-0000-4000-8000-00000000000f');
const at = Date.UTC(2026, 2, 6, 15);

const line: Inline[] = [
  { t: 'text', text: 'plain words' },
  { t: 'strong', text: 'strong words' },
  { t: 'typed', text: 'typed words' },
  { t: 'link', text: 'linked words', url: 'https://kept.example.com/c/1' },
  { t: 'member', id: leo, name: 'Leo Lead' },
  { t: 'time', at, also: { zone: 'Asia/Kathmandu', label: 'at Acme' } },
];
const action = (id: ActionId) => ({
  id,
  label: `press ${id} now`,
  style: 'plain' as const,
  subject: noSubject,
});

/** One of each kind of block, each with words of its own; the record knows when a kind is missing. */
const BLOCKS: { [Kind in Block['b']]: Extract<Block, { b: Kind }> } = {
  text: { b: 'text', line },
  note: { b: 'note', line: [{ t: 'text', text: 'noted words' }] },
  quote: { b: 'quote', label: 'quote label', text: 'quoted words' },
  facts: { b: 'facts', rows: [{ label: 'fact label', value: [{ t: 'text', text: 'fact words' }] }] },
  draft: { b: 'draft', text: 'drafted words', marks: [{ words: 'marked', why: 'sounds like blame' }] },
  list: {
    b: 'list',
    items: [
      {
        line: [{ t: 'text', text: 'item words' }],
        detail: [{ t: 'text', text: 'detail words' }],
        tone: 'urgent',
        actions: [action('go')],
      },
    ],
  },
};

const READS = [
  'plain words',
  'strong words',
  'typed words',
  'linked words',
  'Leo Lead',
  'at Acme',
  'noted words',
  'quote label',
  'quoted words',
  'fact label',
  'fact words',
  'drafted words',
  'sounds like blame',
  'item words',
  'detail words',
];

const kinds = Input.options.map(({ shape }) => shape.kind.value);

function inputOf(kind: Field['input']['kind']): Field['input'] {
  const options = [{ value: 'one', label: 'option one' }];
  switch (kind) {
    case 'line':
    case 'lines':
    case 'channel':
    case 'yes or no':
      return { kind };
    case 'time':
      return { kind, resolved: 'Friday 15:00', choices: [{ value: 'later', label: 'Saturday 15:00' }] };
    case 'select':
      return { kind, options };
    case 'member':
      return { kind, options: [{ value: leo, label: 'Leo Lead' }] };
    case 'customer':
      return { kind, shown: 'Acme' };
    case 'number':
      return { kind, unit: 'EUR' };
    default:
      return unreachable(kind);
  }
}

function formOf(id: FormId): Form {
  const fields = kinds.map(
    (kind): Field => ({
      name: kind.replaceAll(' ', ''),
      label: `label of ${kind}`,
      hint: `hint of ${kind}`,
      required: true,
      live: kind === 'time',
      value: '',
      error: null,
      input: inputOf(kind),
    }),
  );
  const intro: Block[] = [{ b: 'note', line: [{ t: 'text', text: 'intro words' }] }];
  const notes: Block[] = [{ b: 'text', line: [{ t: 'text', text: 'what stands against it' }] }];
  const source = null;
  return {
    id,
    nonce: '5f2e2c0a-7a3a-4a44-9d0f-0d6a4f3f8a11',
    title: 'A form',
    intro,
    fields,
    notes,
    submit: 'Send',
    subject: noSubject,
    source,
  };
}

describe.each(surfaces.map((surface) => [surface.name, surface] as const))('%s', (_name, surface) => {
  test('draws every kind of block, and every kind of words in a line', () => {
    const card: Card = {
      tone: 'urgent',
      heading: [{ t: 'text', text: 'heading words' }],
      blocks: Object.values(BLOCKS),
      actions: [],
    };
    const { reads } = surface.card(card);
    expect(['heading words', ...READS].filter((words) => !reads.includes(words))).toEqual([]);
  });

  test.each(ActionId.options)('has a button for the action “%s”', (id) => {
    const card: Card = {
      tone: 'calm',
      heading: [{ t: 'text', text: 'x' }],
      blocks: [],
      actions: [action(id)],
    };
    const { actions } = surface.card(card);
    expect(actions).toEqual([surface.name === 'console' ? `press ${id} now` : id]);
  });

  test.each(FormId.options)(
    'draws the form “%s” with every kind of field, what is said above and what below',
    (id) => {
      const form = formOf(id);
      const { reads, fields } = surface.form(form);
      expect(fields.toSorted()).toEqual(form.fields.map(({ name }) => name).toSorted());
      const wanted = ['intro words', 'what stands against it', 'Friday 15:00', 'Saturday 15:00', 'Send'];
      const labels = form.fields.flatMap(({ label, hint }) => [label, hint ?? '']);
      expect([...wanted, ...labels].filter((words) => !reads.includes(words))).toEqual([]);
    },
  );
});
