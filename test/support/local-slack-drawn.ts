import { z } from 'zod';
import { Fields } from './local-slack-amend.ts';
import { Choice } from './local-slack-shapes.ts';
import { people } from './local-slack-team.ts';

/** Breaks up what local-slack's page would take for markup, and shows as nothing. */
const JOINER = '\u2060';
const Nodes = z.array(Fields);

/**
 * What local-slack's page is told, with what it can't draw put so that it shows what Slack would: rich text,
 * dates, escaped signs, what a choice begins with, and pickers, which become lists.
 */
export function forThePage(told: unknown): unknown {
  if (Array.isArray(told)) return told.map(forThePage);
  const node = Fields.safeParse(told).data;
  if (node === undefined) return told;
  if (node['type'] === 'rich_text') {
    return { type: 'section', block_id: node['block_id'], text: { type: 'mrkdwn', text: richWords(node) } };
  }
  if (node['type'] === 'datetimepicker') return { type: 'button', text: { text: 'Or pick a date and time' } };
  if (node['type'] === 'mrkdwn') return { ...node, text: unescaped(wordIn(node, 'text')) };
  if (node['type'] === 'input') return { ...node, element: drawable(Fields.parse(node['element'])) };
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, forThePage(value)]));
}

/** What the page sends for a submission: what was picked in a list that stands for a people picker. */
export function fromThePage(said: unknown): unknown {
  const submit = Fields.safeParse(said).data;
  if (submit?.['t'] !== 'view_submit') return said;
  const values = z.record(z.string(), z.record(z.string(), Fields)).parse(submit['values']);
  const back = (put: Fields): Fields => {
    const picked = Choice.safeParse(put['selected_option']).data;
    return picked?.value.startsWith('U0') ? { type: 'users_select', selected_user: picked.value } : put;
  };
  return {
    ...submit,
    values: Object.fromEntries(
      Object.entries(values).map(([block, actions]) => [
        block,
        Object.fromEntries(Object.entries(actions).map(([action, put]) => [action, back(put)])),
      ]),
    ),
  };
}

function richWords(node: Fields): string {
  const children = Nodes.safeParse(node['elements']).data ?? [];
  const inner = () => children.map(richWords).join('');
  switch (node['type']) {
    case 'rich_text':
      return children.map(richWords).join('\n');
    case 'rich_text_list':
      return children.map((child) => `• ${richWords(child)}`).join('\n');
    case 'rich_text_quote':
    case 'rich_text_preformatted':
      return inner().replaceAll(/^/gmu, '> ');
    case 'rich_text_section':
      return inner();
    default: {
      const isBold = Fields.safeParse(node['style']).data?.['bold'] === true;
      return isBold ? leafWords(node).replaceAll(/[^\n]+/gu, '*$&*') : leafWords(node);
    }
  }
}

function leafWords(node: Fields): string {
  switch (node['type']) {
    case 'user':
      return `<@${wordIn(node, 'user_id')}>`;
    case 'date':
      return wordIn(node, 'fallback');
    case 'emoji':
      return `:${wordIn(node, 'name')}:`;
    case 'link':
      return `<${wordIn(node, 'url')}|${quiet(wordIn(node, 'text') || wordIn(node, 'url'))}>`;
    default:
      return quiet(wordIn(node, 'text'));
  }
}

function wordIn(node: Fields, name: string): string {
  const word = node[name];
  return typeof word === 'string' ? word : '';
}

/** Signs that the page takes for markup wherever they stand, and others that look like them. */
const ALIKE: Partial<Record<string, string>> = { '*': '\u2217', '~': '\u223c', '`': '\u02cb' };

/** Text in which nothing fires: rich text knows no markup. */
function quiet(text: string): string {
  return text
    .replaceAll(/[*~`]/gu, (sign) => ALIKE[sign] ?? sign)
    .replaceAll(/[_<>]/gu, (sign) => `${JOINER}${sign}${JOINER}`)
    .replaceAll(/:(?=\/\/|[\w+-]+:)/gu, `:${JOINER}`);
}

function unescaped(mrkdwn: string): string {
  return mrkdwn
    .replaceAll(/<!date\^\d+\^[^|>]*\|([^>]*)>/gu, '$1')
    .replaceAll('&lt;', `<${JOINER}`)
    .replaceAll('&gt;', `${JOINER}>`)
    .replaceAll('&amp;', '&');
}

/** An input that the page can draw, showing what it begins with. */
function drawable(element: Fields): Fields {
  const { type } = element;
  const first = Choice.safeParse(element['initial_option']).data;
  const placeholder =
    first === undefined ? element['placeholder'] : { type: 'plain_text', text: first.text.text };
  if (type === 'users_select') {
    const options = Object.values(people).map((one) => ({ value: one.id, text: { text: one.real_name } }));
    const now = options.find(({ value }) => value === element['initial_user'])?.text ?? { text: 'Choose' };
    return { ...element, type: 'static_select', options, placeholder: now };
  }
  if (type === 'external_select') return { ...element, type: 'static_select', options: [], placeholder };
  if (type === 'number_input') return { ...element, type: 'plain_text_input' };
  return { ...element, placeholder };
}
