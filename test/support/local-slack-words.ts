import { z } from 'zod';
import type { Block, Element, Message, View } from './local-slack-shapes.ts';
import { channels, people } from './local-slack-team.ts';

const NAMES = new Map<string, string>(Object.values(people).map((one) => [one.id, one.real_name]));
const ROOMS = new Map<string, string>(Object.entries(channels).map(([name, id]) => [id, name]));
const Node = z.record(z.string(), z.unknown());

/** All words that a reader of a message or a view sees in its blocks, in their order and in a line. */
export function wordsOf(seen: Pick<View | Message, 'blocks'> | null | undefined): string {
  return (seen?.blocks ?? []).flatMap(textsIn).join(' ').replaceAll(/\s+/gu, ' ').trim();
}

/** Words as Slack shows them; what would fire there is called so. */
export function shown(mrkdwn: string): string {
  return mrkdwn
    .replaceAll(/<!date\^\d+\^[^|>]*\|([^>]*)>/gu, '$1')
    .replaceAll(/<!([^>]*)>/gu, ' FIRED:$1 ')
    .replaceAll(/<@([A-Z0-9]+)>/gu, (_, id: string) => `@${NAMES.get(id) ?? id}`)
    .replaceAll(/<#([A-Z0-9]+)(?:\|[^>]*)?>/gu, (_, id: string) => `#${ROOMS.get(id) ?? id}`)
    .replaceAll(/<[^|>]+\|([^>]*)>/gu, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  const it = Node.safeParse(node).data;
  if (it === undefined) return [];
  const { type, text } = it;
  if (type === 'date') return typeof it['fallback'] === 'string' ? [it['fallback']] : [];
  if (typeof it['user_id'] === 'string') return [`@${NAMES.get(it['user_id']) ?? ''}`];
  if (typeof text === 'string') return [type === 'mrkdwn' ? shown(text) : text];
  const parts = ['label', 'text', 'fields', 'elements', 'element', 'accessory', 'hint', 'title', 'confirm'];
  return [...parts.flatMap((name) => textsIn(it[name])), ...begins(it)];
}

/** What an input begins with is read too. */
function begins(it: Record<string, unknown>): string[] {
  const value = it['initial_value'];
  return [...(typeof value === 'string' ? [value] : []), ...textsIn(it['initial_option'])];
}

/** Something to press: a button, or a choice of an overflow menu. */
export type Button = { label: string; blockId: string; element: Element; option?: unknown };

/** What can be pressed in a message or a view, in its order. */
export function buttonsOf(seen: Pick<View | Message, 'blocks'> | null | undefined): Button[] {
  return (seen?.blocks ?? []).flatMap((block, at) =>
    pressableIn(block).flatMap((element): Button[] => {
      const blockId = block.block_id ?? `b${at}`;
      if (element.type === 'overflow') {
        const options = element.options ?? [];
        return options.map((option) => ({ label: option.text.text, blockId, element, option }));
      }
      const { text } = element;
      return [{ label: typeof text === 'string' ? text : (text?.text ?? ''), blockId, element }];
    }),
  );
}

/** Labels of the buttons of a message or a view. */
export function labelsOf(seen: Pick<View | Message, 'blocks'> | null | undefined): string[] {
  return buttonsOf(seen).map(({ label }) => label);
}

function pressableIn(block: Block): Element[] {
  const elements = block.type === 'actions' ? (block.elements ?? []) : [];
  return [...elements, ...(block.accessory ? [block.accessory] : [])].filter(({ type }) =>
    ['button', 'overflow'].includes(type),
  );
}
