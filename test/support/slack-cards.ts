import { randomUUID } from 'node:crypto';
import type { DrawContext } from '../../adapters/slack/drawn.ts';
import type { FormMeta } from '../../adapters/slack/meta.ts';
import type { Card, Inline } from '../../src/conversation/card.ts';
import type { Form } from '../../src/conversation/form.ts';
import { memberIds } from './slack-arbitraries.ts';

/** A context in which the first two members are known to Slack. */
export function drawContext(change: Partial<DrawContext> = {}): DrawContext {
  const userIds = new Map(memberIds.slice(0, 2).map((id, i) => [id, `U00${i}`]));
  return { userIds, threadUrl: null, whole: { of: 'post', key: 'case-1/1/card' }, ...change };
}

/** What the view of a form carries. */
export function formMeta(form: Form, change: Partial<FormMeta> = {}): FormMeta {
  return {
    v: 1,
    kind: 'form',
    form: form.id,
    nonce: form.nonce,
    subject: form.subject,
    place: { connection: 'slack/T1', channel: 'C1' },
    source: form.source === null ? null : { heard: randomUUID(), link: form.source.link },
    filled: {},
    warned: '',
    ...change,
  };
}

/** Everything somebody typed that a card shows, but for what can't be seen. */
export function typedOf(card: Card): string[] {
  const ofLine = (line: readonly Inline[]) =>
    line.flatMap((inline) => (inline.t === 'typed' ? [inline.text] : inline.t === 'member' ? [] : []));
  const typed = [
    ...ofLine(card.heading),
    ...card.blocks.flatMap((block): string[] => {
      switch (block.b) {
        case 'text':
        case 'note':
          return ofLine(block.line);
        case 'quote':
          return [block.label, block.text];
        case 'facts':
          return block.rows.flatMap(({ label, value }) => [label, ...ofLine(value)]);
        case 'draft':
          return [block.text, ...block.marks.map(({ words }) => words)];
        case 'list':
          return block.items.flatMap(({ line, detail }) => [...ofLine(line), ...ofLine(detail)]);
      }
    }),
  ];
  return typed.map(bare).filter((text) => text.trim() !== '');
}

/** Text without the invisible marks that keep scripts of different directions apart. */
export function bare(text: string): string {
  return text.replaceAll(/[\u2066-\u2069]/g, '');
}

/** Every text that blocks show to be read, in order; not that of buttons, nor of times. */
export function shownText(blocks: unknown): string {
  if (Array.isArray(blocks)) return blocks.map(shownText).join('');
  if (typeof blocks !== 'object' || blocks === null) return '';
  if ('type' in blocks && ['button', 'date', 'mrkdwn'].includes(String(blocks.type))) return '';
  return Object.entries(blocks)
    .map(([key, value]) => (key === 'text' && typeof value === 'string' ? value : shownText(value)))
    .join('');
}

/** The buttons of blocks, and all else with an `action_id`. */
export function elementsOf(blocks: unknown): Record<string, unknown>[] {
  if (Array.isArray(blocks)) return blocks.flatMap(elementsOf);
  if (typeof blocks !== 'object' || blocks === null) return [];
  const inner = Object.values(blocks).flatMap(elementsOf);
  return 'action_id' in blocks ? [Object.fromEntries(Object.entries(blocks)), ...inner] : inner;
}
