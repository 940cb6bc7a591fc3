import { describe, expect, test } from 'vitest';
import { limitFaults } from '../support/slack-limits.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: plain(text) });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const button = (change: object = {}) => ({
  type: 'button',
  action_id: 'act/0',
  text: plain('Kept'),
  value: '{}',
  ...change,
});
const rich = (...elements: object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
const message = (...blocks: object[]) => ({ text: 'A case', blocks });
const input = (change: object = {}, element: object = {}) => ({
  type: 'input',
  block_id: 'field/title/0',
  label: plain('What is it?'),
  element: { type: 'plain_text_input', action_id: 'field/title', ...element },
  ...change,
});
const modal = (blocks: object[], change: object = {}) => ({
  type: 'modal',
  title: plain('Open care case'),
  submit: plain('Open'),
  blocks,
  ...change,
});
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const options = (count: number) => times(count, (i) => ({ text: plain(`${i}`), value: `${i}` }));
const select = (change: object) => input({}, { type: 'static_select', options: options(2), ...change });

describe('the limits walker', () => {
  test('leaves alone what is within the limits', () => {
    const time = '<!date^1772800000^{date_short_pretty} at {time}|Fri 6 Mar 2026 12:26 UTC>';
    expect(
      limitFaults({
        text: `Due ${time}: A &amp; B &lt;!channel&gt;`,
        blocks: [
          section('Hello <!channel> @here'),
          rich({ type: 'text', text: '<!channel> *bold*' }, { type: 'user', user_id: 'U1' }),
          { type: 'context', elements: [mrkdwn(time), plain('> said')] },
          actions(button(), button({ action_id: 'act/1', url: 'https://example.com' })),
          { type: 'divider' },
        ],
      }),
    ).toEqual([]);
    expect(limitFaults(modal([input(), select({ initial_option: options(2)[1] })].slice(0, 1)))).toEqual([]);
    expect(
      limitFaults({ text: '<https://example.com/p1|Open thread>' }, { links: ['https://example.com/'] }),
    ).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ['a 51st block in a message', message(...times(51, () => section('x'))), 'blocks: 51, at most 50'],
    ['a 101st block in a view', modal(times(101, () => section('x'))), 'blocks: 101, at most 100'],
    ['a title of 25 characters', modal([], { title: plain('x'.repeat(25)) }), 'title: 25, at most 24'],
    ['a submit of 25 characters', modal([], { submit: plain('x'.repeat(25)) }), 'submit: 25, at most 24'],
    ['a title in markup', modal([], { title: mrkdwn('Open') }), 'only plain_text'],
    ['an unescaped <!channel> in text', { text: 'Hi <!channel>', blocks: [] }, 'live markup, <!channel>'],
    [
      'an unescaped <!channel> in a section',
      message({ type: 'section', text: mrkdwn('<!channel>') }),
      'live markup',
    ],
    ['a mention in a context', message({ type: 'context', elements: [mrkdwn('<@U1>')] }), 'live markup'],
    ['a link with words of its own', { text: '<https://example.com|click>' }, 'live markup'],
    ['a link that is not ours', { text: '<https://example.com|click>' }, 'live markup'],
    ['a bare link', { text: 'see https://example.com' }, 'text: a link'],
    ['a bare broadcast', { text: 'hi @here' }, 'text: a broadcast'],
    ['bold words', { text: 'so *bold* a word' }, 'text: markup'],
    ['code', { text: 'so `bold` a word' }, 'text: markup'],
    ['a quote', { text: '&gt; said' }, 'text: a quote'],
    ['an & that is not escaped', { text: 'A & B' }, 'an & that is not escaped'],
    ['a broadcast in rich text', message(rich({ type: 'broadcast', range: 'here' })), 'a broadcast mention'],
    ['a link in rich text', message(rich({ type: 'link', url: 'https://example.com' })), 'a link in text'],
    ['an empty text in rich text', message(rich({ type: 'text', text: '' })), 'an empty text'],
    ['a message without text', { text: ' ', blocks: [section('x')] }, 'a message without text'],
    ['a text of 4,001 characters', { text: 'x'.repeat(4_001), blocks: [] }, 'text: 4001, at most 4000'],
    [
      'blocks of 12,001 characters',
      message(...times(5, () => rich({ type: 'text', text: 'x'.repeat(2_500) }))),
      'all text of the blocks: 12500, at most 12000',
    ],
    ['a section of 3,001', message(section('x'.repeat(3_001))), '3001, at most 3000'],
    [
      'an 11th field',
      message({ type: 'section', fields: times(11, () => plain('x')) }),
      'fields: 11, at most 10',
    ],
    ['an empty section', message({ type: 'section' }), 'a section without text'],
    ['a header of 151', message({ type: 'header', text: plain('x'.repeat(151)) }), '151, at most 150'],
    [
      'an 11th in a context',
      message({ type: 'context', elements: times(11, () => plain('x')) }),
      '11, at most 10',
    ],
    ['an empty row of buttons', message(actions()), 'elements: none'],
    [
      'a 26th button',
      message(actions(...times(26, (i) => button({ action_id: `act/${i}` })))),
      'elements: 26, at most 25',
    ],
    ['a button of 76', message(actions(button({ text: plain('x'.repeat(76)) }))), '76, at most 75'],
    ['a value of 2,001', message(actions(button({ value: 'x'.repeat(2_001) }))), 'value: 2001, at most 2000'],
    ['an action_id twice', message(actions(button()), actions(button())), 'action_id act/0: 2 times'],
    ['an action_id of 256', message(actions(button({ action_id: 'x'.repeat(256) }))), 'action_id: 256'],
    ['a block_id twice', modal([input(), input({}, { action_id: 'b' })]), 'block_id field/title/0: 2 times'],
    ['inputs without a submit', modal([input()], { submit: undefined }), 'inputs without a submit'],
    [
      'an initial value of 3,001',
      modal([input({}, { initial_value: 'x'.repeat(3_001) })]),
      '3001, at most 3000',
    ],
    ['a hint of 2,001', modal([input({ hint: plain('x'.repeat(2_001)) })]), 'hint: 2001, at most 2000'],
    ['a 101st option', modal([select({ options: options(101) })]), 'options: 101, at most 100'],
    [
      'an option of 76',
      modal([select({ options: [{ text: plain('x'.repeat(76)), value: 'x' }] })]),
      '76, at most',
    ],
    [
      'an option value of 151',
      modal([select({ options: [{ text: plain('x'), value: 'x'.repeat(151) }] })]),
      'option value: 151, at most 150',
    ],
    [
      'an initial option that is none',
      modal([select({ initial_option: { text: plain('1'), value: '7' } })]),
      'the initial option is none of the options',
    ],
    ['metadata of 3,001', modal([], { private_metadata: 'x'.repeat(3_001) }), 'private_metadata: 3001'],
    ['a view of 250 KB', modal(times(90, () => section('ж'.repeat(1_500)))), 'bytes of a view'],
    ['a placeholder of 151', modal([input({}, { placeholder: plain('x'.repeat(151)) })]), '151, at most 150'],
    ['a block of no known type', message({ type: 'card' }), 'unknown type card'],
    [
      'an element of no known type',
      message(actions({ type: 'overflow', action_id: 'a' })),
      'unknown type overflow',
    ],
    [
      'a time of milliseconds',
      message(actions({ type: 'datetimepicker', action_id: 'a', initial_date_time: 1e12 })),
      'no ten digits',
    ],
  ])('finds %s', (_, planted, fault) => {
    expect(limitFaults(planted).join('\n')).toContain(fault);
  });
});
