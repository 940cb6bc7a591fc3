import fc from 'fast-check';
import { Action, ActionId, type Block, type Card, type Inline } from '../../src/conversation/card.ts';
import { type Field, type Form, FormId } from '../../src/conversation/form.ts';
import { AskId, CaseId, MemberId, PromiseId } from '../../src/domain/ids.ts';
import { nasty } from './console-cards.ts';

const ZONES = ['Europe/Berlin', 'Asia/Kathmandu', 'America/New_York', 'UTC'];

/** Text of the kinds that break messages: markup, other scripts, characters of many units, and great length. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '<!channel> <!here|here> <!subteam^S1|x> <@U1> <#C1> <https://example.com|click> <mailto:a@example.com|a>',
      '@channel @here @everyone *bold* _it_ ~no~ `code` ```block``` :tada: &amp; &lt;!channel&gt;',
      '> quote\n>>> all of it\n• one\n1. two',
      'https://example.com/a?b=c&d example.com www.example.com mailto:ada@example.com',
      nasty.script,
      nasty.rtl,
      nasty.markdown,
      nasty.emoji,
      '\u202Eevil\u202C \u2066x',
      '{"v":1}',
      '\n\n\n',
      ' ',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      nasty.long,
      'x'.repeat(10_000),
      '👩‍👩‍👧‍👦'.repeat(900),
      `a${'\u0301'.repeat(5_000)}`,
      '&'.repeat(9_000),
      'word\n'.repeat(2_000),
    ),
  },
);

/** Members of whom the platform knows the first two in `drawContext`. */
export const memberIds = [
  MemberId.parse('00000000-0000-4000-8000-000000000001'),
  MemberId.parse('00000000-0000-4000-8000-000000000002'),
  MemberId.parse('00000000-0000-4000-8000-000000000003'),
] as const;

const instant = fc.integer({ min: 0, max: Date.UTC(2200, 0) });
const member = fc.constantFrom(...memberIds);

const inline: fc.Arbitrary<Inline> = fc.oneof(
  fc.record({
    t: fc.constant('text' as const),
    text: fc.constantFrom('due ', '. ', '', 'For the team only.', ', '),
  }),
  fc.record({ t: fc.constant('strong' as const), text: fc.constantFrom('At risk: ', '') }),
  fc.record({ t: fc.constant('typed' as const), text: nastyText }),
  fc.record({ t: fc.constant('member' as const), id: member, name: nastyText }),
  fc.record({
    t: fc.constant('time' as const),
    at: instant,
    also: fc.option(fc.record({ zone: fc.constantFrom(...ZONES), label: nastyText })),
  }),
);
const line = fc.array(inline, { maxLength: 6 });
const tone = fc.constantFrom('calm' as const, 'attention' as const, 'urgent' as const, 'good' as const);

const subject = fc.record({
  caseId: fc.option(fc.uuid().map((id) => CaseId.parse(id))),
  promiseId: fc.option(fc.uuid().map((id) => PromiseId.parse(id))),
  askId: fc.option(fc.uuid().map((id) => AskId.parse(id))),
});
const action: fc.Arbitrary<Action> = fc.record({
  id: fc.constantFrom(...ActionId.options),
  label: nastyText,
  style: fc.constantFrom(...Action.shape.style.options),
  subject,
});

const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ b: fc.constant('text' as const), line }),
  fc.record({ b: fc.constant('note' as const), line }),
  fc.record({ b: fc.constant('quote' as const), label: nastyText, text: nastyText }),
  fc.record({
    b: fc.constant('facts' as const),
    rows: fc.array(fc.record({ label: nastyText, value: line }), { maxLength: 12 }),
  }),
  fc.record({
    b: fc.constant('draft' as const),
    text: nastyText,
    marks: fc.array(fc.record({ words: nastyText, why: fc.constant('sounds like blame') }), { maxLength: 3 }),
  }),
  fc.record({
    b: fc.constant('list' as const),
    items: fc.array(
      fc.record({ line, detail: line, tone, actions: fc.array(action, { maxLength: 30, size: 'small' }) }),
      { maxLength: 14 },
    ),
  }),
);

/** Any card, much worse than any that Kept makes. */
export const anyCard: fc.Arbitrary<Card> = fc.record({
  tone,
  heading: line,
  blocks: fc.array(block, { maxLength: 10 }),
  actions: fc.array(action, { maxLength: 40, size: 'small' }),
});

const option = fc.record({ value: nastyText, label: nastyText });
const many = fc.array(option, { maxLength: 130, size: 'max' });
const some = fc.array(option, { maxLength: 6 });
const input: fc.Arbitrary<Field['input']> = fc.oneof(
  fc.record({ kind: fc.constantFrom('line' as const, 'lines' as const, 'channel' as const) }),
  fc.record({ kind: fc.constant('yes or no' as const) }),
  fc.record({ kind: fc.constant('time' as const), resolved: fc.option(nastyText), choices: some }),
  fc.record({ kind: fc.constant('select' as const), options: fc.oneof(some, many) }),
  fc.record({ kind: fc.constant('member' as const), options: some }),
  fc.record({ kind: fc.constant('customer' as const), shown: nastyText }),
  fc.record({ kind: fc.constant('number' as const), unit: fc.constantFrom('EUR', '') }),
);

const value = fc.oneof(nastyText, fc.constantFrom('yes', 'C0CARE', '2026-03-06T15:00:00.000Z', ...memberIds));
const field = fc.record({
  name: fc.stringMatching(/^[a-zA-Z]{1,12}$/),
  label: nastyText,
  hint: fc.option(nastyText),
  required: fc.boolean(),
  live: fc.boolean(),
  value,
  error: fc.option(nastyText),
  input,
});

/** Any form, much worse than any that Kept makes. */
export const anyForm: fc.Arbitrary<Form> = fc.record({
  id: fc.constantFrom(...FormId.options),
  nonce: fc.uuid(),
  title: nastyText,
  intro: fc.array(block, { maxLength: 4 }),
  fields: fc.uniqueArray(field, { maxLength: 12, selector: ({ name }) => name }),
  notes: fc.array(block, { maxLength: 4 }),
  submit: nastyText,
  subject,
  source: fc.option(fc.record({ text: nastyText, link: fc.option(fc.webUrl()) })),
});
