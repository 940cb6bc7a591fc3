import { describe, expect, test } from 'vitest';
import { noSubject } from '../../src/conversation/card.ts';
import { teamsFaults } from '../support/teams-limits.ts';

const run = (text: string, change: object = {}) => ({ type: 'TextRun', text, ...change });
const rich = (...inlines: object[]) => ({ type: 'RichTextBlock', inlines });
const said = (text: string) => rich(run(text));
const markdown = (text: string, change: object = {}) => ({ type: 'TextBlock', text, wrap: true, ...change });
const row = (...actions: object[]) => ({ type: 'ActionSet', actions });
const kept = { v: 1, do: 'act', action: 'keep', subject: noSubject, under: null };
const submit = (change: object = {}) => ({ type: 'Action.Submit', title: 'Kept', data: { kept }, ...change });
const execute = (change: object = {}) => ({
  type: 'Action.Execute',
  verb: 'kept',
  title: 'Kept',
  data: { kept },
  fallback: submit(),
  ...change,
});
const input = (change: object = {}) => ({
  type: 'Input.Text',
  id: 'f.what',
  label: 'What is it?',
  ...change,
});
const choices = [
  { title: 'A', value: 'a' },
  { title: 'B', value: 'b' },
];
const choose = (change: object = {}) =>
  input({ type: 'Input.ChoiceSet', style: 'compact', choices, ...change });
const card = (...body: object[]) => ({ type: 'AdaptiveCard', version: '1.5', fallbackText: 'A case', body });
const mention = (name: string, id = '29:ada', text = `<at>${name}</at>`) => ({
  type: 'mention',
  text,
  mentioned: { id, name },
});
const mentioning = (text: string, ...entities: object[]) => ({
  ...card(markdown(text)),
  msteams: { entities },
});
const refreshing = (change: object) => ({
  ...card(said('x')),
  refresh: {
    action: { type: 'Action.Execute', verb: 'kept', data: { kept } },
    userIds: ['29:ada'],
    ...change,
  },
});
const message = (content: object, change: object = {}) => ({
  summary: 'A case',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  ...change,
});
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

describe('the walker over what Teams takes', () => {
  test('leaves alone what is within the limits', () => {
    const time = '{{DATE(2026-03-06T14:00:00Z, SHORT)}} {{TIME(2026-03-06T14:00:00Z)}}';
    const whole = {
      ...card(
        { type: 'Container', style: 'attention', bleed: true, items: [said('**bold** <at>Ada</at> [x](y)')] },
        markdown(`<at>Ada Agent</at>, **half** of your time is over, it was due ${time}`),
        rich(run('due '), run(time), run('Open', { selectAction: openUrl('https://example.com/p1') })),
        { type: 'ColumnSet', columns: [{ type: 'Column', width: 1, items: [said('Owner')] }] },
        input({ value: '{{DATE(2026-03-06T14:00:00Z)}}' }),
        choose({ id: 'f.who', value: 'b' }),
        choose({ id: 'f.customer', 'choices.data': { type: 'Data.Query', dataset: 'customers' } }),
        row(...times(5, () => execute()), execute({ mode: 'secondary' }), openUrl('https://example.com')),
        row(execute(), asking(execute())),
      ),
      msteams: { entities: [mention('Ada Agent')] },
    };
    const links = ['https://example.com/'];
    expect(teamsFaults(message(whole), { links })).toEqual([]);
    expect(teamsFaults(refreshing({}))).toEqual([]);
    expect(teamsFaults(card(row(submit())), { host: 'dialog' })).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a message over 28 KB', message(card(said('ж'.repeat(14_400)))), 'bytes of a message'],
    ['a card over 28 KB', card(said('x'.repeat(28_700))), 'bytes of a message'],
    ['a message with nothing in it', { summary: 'x', attachments: [] }, 'nothing in a message'],
    ['an attachment that is no card', { attachments: [{ contentType: 'image/png' }] }, 'no card: image/png'],
    ['a summary that is empty', message(card(said('x')), { summary: ' ' }), 'summary: empty'],
    ['live Markdown in a message’s text', { text: 'so [click](https://example.com)' }, 'text: a link'],
    ['version 1.6', { ...card(said('x')), version: '1.6' }, 'version 1.6, at most 1.5'],
    ['no version', { ...card(said('x')), version: undefined }, 'version'],
    ['a card that is none for the library', { ...card(said('x')), version: 'x' }, 'Invalid version string'],
    ['an element of a later version', card({ type: 'Table', rows: [] }), 'unknown type Table'],
    ['an element that nobody knows', card({ type: 'Chart' }), 'Unknown element type "Chart"'],
    ['a property of a later version', card(input({ labelPosition: 'inline' })), 'Property "labelPosition"'],
    ['a value that nobody knows', card({ ...said('x'), spacing: 'huge' }), 'Invalid value "huge"'],
    ['a card without fallbackText', { ...card(said('x')), fallbackText: ' ' }, 'without fallbackText'],
    [
      'live Markdown in fallbackText',
      { ...card(said('x')), fallbackText: 'so *bold*' },
      'fallbackText: markup',
    ],
    ['a card without a body', card(), 'a card without a body'],
    ['an empty container', card({ type: 'Container', items: [] }), 'nothing in it'],
    ['an empty row of buttons', card(row()), 'no buttons'],
    ['a seventh button', card(row(...times(7, () => execute()))), 'buttons: 7, at most 6'],
    [
      'a seventh button of the card',
      { ...card(said('x')), actions: times(7, () => execute()) },
      'actions, buttons: 7',
    ],
    ['a label of 41', card(row(execute({ title: 'x'.repeat(41) }))), 'title: 41, at most 40'],
    ['a button without a label', card(row(execute({ title: '' }))), 'title: empty'],
    ['Action.Execute without a verb', card(row(execute({ verb: '' }))), 'no verb'],
    ['Action.Execute without a fallback', card(row(execute({ fallback: undefined }))), 'no Action.Submit'],
    ['a fallback that drops it', card(row(execute({ fallback: 'drop' }))), 'no Action.Submit'],
    [
      'a fallback that does something else',
      card(row(execute({ fallback: submit({ data: { kept: { ...kept, action: 'move' } } }) }))),
      'a fallback of another data',
    ],
    [
      'data of no version of ours',
      card(row(execute({ data: { kept: { v: 2 } } }))),
      'data that we can’t read',
    ],
    ['Action.Submit by itself in a card', card(row(submit())), 'by itself, and not as a fallback'],
    ['a button that asks with nothing to press', card(row(asking())), 'no buttons'],
    ['a link of no program', card(row(openUrl('javascript:alert(1)'))), 'a link that is none of ours'],
    [
      'a link in text that is not ours',
      card(rich(run('x', { selectAction: openUrl('https://evil.example') }))),
      'a link that is none of ours',
    ],
    ['another kind of action', card(row({ type: 'Action.ToggleVisibility', title: 'x' })), 'unknown action'],
    ['an input’s id twice', card(input(), input()), 'Duplicate Id "f.what"'],
    ['an input’s id twice, by our own count', card(input(), input()), 'input f.what: 2 times'],
    ['an input without an id', card(input({ id: undefined })), 'must have a unique Id'],
    ['an id that is none of ours', card(input({ id: 'kept' })), 'an id that is none of ours, kept'],
    ['a field that the client insists on', card(input({ isRequired: true })), 'the client is to say'],
    ['a value beyond its field', card(input({ maxLength: 3, value: 'four' })), 'value: 4, at most 3'],
    ['no choices', card(choose({ choices: [] })), 'must have at least one choice'],
    ['a choice without a value', card(choose({ choices: [{ title: 'A' }] })), 'title and value'],
    ['a choice that is none', card(choose({ value: 'c' })), 'what is chosen is none of the choices'],
    ['a choice twice', card(choose({ choices: [...choices, ...choices] })), 'a value twice'],
    [
      'Markdown in a choice that is read so',
      card(choose({ style: 'expanded', choices: [{ title: '*A*', value: 'a' }] })),
      'choice: markup',
    ],
    ['a time in a label', card(input({ label: '{{TIME(2026-03-06T14:00:00Z)}}' })), 'a time that is none'],
    ['a typed time', card(said('at {{DATE(2026-03-06T14:00:00Z)}}')), 'a time that is none of ours'],
    ['a typed time in Markdown', card(markdown('{{date(x)}}')), 'a time that is none of ours'],
    ['an empty run', card(said('')), 'an empty run'],
    ['a block without runs', card(rich()), 'no runs'],
    ['a text that doesn’t wrap', card(markdown('x', { wrap: false })), 'it doesn’t wrap'],
    ['bold text that isn’t ours', card(markdown('so *bold* a word')), 'markup, *bold*'],
    ['slanted text', card(markdown('so _slanted_ a word')), 'markup'],
    ['code', card(markdown('so `bold` a word')), 'markup'],
    ['a link in Markdown', card(markdown('[click](https://example.com)')), 'a link'],
    ['a bare link', card(markdown('see https://example.com')), 'a link'],
    ['a tag', card(markdown('<b>x</b>')), 'a tag'],
    ['an entity', card(markdown('x &lt; y')), 'an entity'],
    ['a backslash that goes', card(markdown('a\\*b')), 'a backslash'],
    ['a heading', card(markdown('# x')), 'a line of markup'],
    ['a list', card(markdown('x\n- y')), 'a line of markup'],
    ['a table', card(markdown('|a|b|')), 'a table'],
    ['a mention of nobody', card(markdown('<at>Ada Agent</at>')), 'a mention of nobody'],
    ['a mention in capitals', card(markdown('<AT>Ada Agent</AT>')), 'a mention of nobody'],
    [
      'somebody who isn’t called',
      mentioning('x', mention('Ada Agent')),
      'nobody is called <at>Ada Agent</at>',
    ],
    [
      'a mention with another text',
      mentioning('<at>Ada</at>', mention('Ada Agent', '29:ada', '<at>Ada</at>')),
      'a mention that is none',
    ],
    ['a mention without an id', mentioning('<at>Ada</at>', mention('Ada', '')), 'a mention that is none'],
    [
      'two of the same name',
      mentioning('<at>Ada</at>', mention('Ada'), mention('Ada', '29:other')),
      'two people are mentioned by',
    ],
    ['a refresh for nobody', refreshing({ userIds: [] }), 'refresh: for nobody'],
    ['a refresh for 61', refreshing({ userIds: times(61, String) }), 'refresh, people: 61'],
    ['a refresh that is no Action.Execute', refreshing({ action: submit() }), 'refresh: no Action.Execute'],
  ])('finds %s', (_, planted, fault) => {
    expect(teamsFaults(planted).join('\n').replaceAll("'", '’')).toContain(fault);
  });

  test('finds Action.Execute in a dialog', () => {
    expect(teamsFaults(card(row(execute())), { host: 'dialog' }).join()).toContain('in a dialog');
  });
});

function openUrl(url: string) {
  return { type: 'Action.OpenUrl', title: 'Open thread', url };
}

function asking(...actions: object[]) {
  return {
    type: 'Action.ShowCard',
    title: 'Not mine',
    card: { type: 'AdaptiveCard', body: [said('Sure?')], actions },
  };
}
