import { randomUUID } from 'node:crypto';
import { noSubject } from '../../src/conversation/card.ts';
import type { Field, Form, Values } from '../../src/conversation/form.ts';
import type { Member } from '../../src/domain/people.ts';
import { draftCard, text, time } from './console-cards.ts';

const field = (name: string, label: string, rest: Partial<Field>): Field => ({
  name,
  label,
  hint: null,
  required: false,
  live: false,
  value: '',
  error: null,
  input: { kind: 'line' },
  ...rest,
});

const form = (id: Form['id'], title: string, submit: string, fields: Field[], nonce: string): Form => ({
  id,
  nonce,
  title,
  intro: [],
  fields,
  notes: [],
  submit,
  subject: noSubject,
  source: null,
});

function checked(fields: Field[], submitted: boolean): Field[] {
  return fields.map((one) =>
    submitted && one.required && one.value.trim() === '' ? { ...one, error: 'Fill this in.' } : one,
  );
}

/** The form that opens a case. */
export function openForm(values: Values, submitted: boolean, nonce = randomUUID() as string): Form {
  const customer = values['customer'] ?? '';
  const fields = [
    field('customer', 'Customer', {
      required: true,
      value: customer,
      hint: 'Found as you type, or a new one.',
      input: { kind: 'customer', shown: customer.replace(/^new:/, '').replace(/^c-/, '') },
    }),
    field('title', 'What happened', { required: true, value: values['title'] ?? '' }),
    field('stakes', 'What it means for them', {
      required: true,
      value: values['stakes'] ?? '',
      hint: 'In their words: it stands first on every card.',
      input: { kind: 'lines' },
    }),
    timeField('deadline', 'Their deadline', values, false),
    field('severity', 'Severity', {
      value: values['severity'] ?? 'normal',
      live: true,
      input: {
        kind: 'select',
        options: ['minor', 'normal', 'serious', 'critical'].map((value) => ({ value, label: value })),
      },
    }),
  ];
  return form('open', 'Open a care case', 'Open the case', checked(fields, submitted), nonce);
}

/** The promise form, which answers as one types. */
export function promiseForm(
  owner: Member,
  values: Values,
  submitted: boolean,
  nonce = randomUUID() as string,
): Form {
  const fields = [
    field('owner', 'Who owns it', {
      value: values['owner'] ?? owner.id,
      input: { kind: 'member', options: [{ value: owner.id, label: owner.name }] },
    }),
    field('action', 'What will you do', {
      required: true,
      value: values['action'] ?? '',
      input: { kind: 'lines' },
    }),
    timeField('followUpAt', 'When do they hear from you', values, true),
    field('amount', 'Goodwill', { value: values['amount'] ?? '', input: { kind: 'number', unit: 'EUR' } }),
    field('told', 'Have they been told', {
      value: values['told'] ?? '',
      required: true,
      input: { kind: 'yes or no' },
    }),
  ];
  const made = form('promise', 'Make the promise', 'Promise it', checked(fields, submitted), nonce);
  const when = values['followUpAt'] ?? '';
  return {
    ...made,
    intro: [
      { b: 'quote', label: 'What it means for them', text: 'The board meets at 5pm and has no figures.' },
    ],
    notes: when.includes('tomorrow')
      ? [
          {
            b: 'text',
            line: [
              text('Ana is off work then. The nearest time that can be kept: '),
              time(1_800_000_000_000),
            ],
          },
          ...draftCard().blocks,
        ]
      : [],
  };
}

function timeField(name: string, label: string, values: Values, required: boolean): Field {
  const value = values[name] ?? '';
  const ambiguous = value === '2:30';
  const unread = value !== '' && !ambiguous && !/today|tomorrow|in \d+/.test(value);
  return field(name, label, {
    value,
    required,
    live: true,
    hint: 'In plain words: “today 5pm”, “in 2 hours”, “Friday noon”.',
    error: unread ? 'This can’t be read as a time. Write it like “tomorrow 3pm”.' : null,
    input: {
      kind: 'time',
      resolved:
        value === '' || unread || ambiguous ? null : 'Tomorrow, Fri 6 Mar 15:00 in Madrid, 19:45 for Acme',
      choices: ambiguous
        ? [
            { value: 'tomorrow 02:30', label: 'Fri 02:30, at night' },
            { value: 'tomorrow 14:30', label: 'Fri 14:30' },
          ]
        : [],
    },
  });
}
