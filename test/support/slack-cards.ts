import { randomUUID } from 'node:crypto';
import type { DrawContext } from '../../adapters/slack/drawn.ts';
import type { FormMeta } from '../../adapters/slack/meta.ts';
import type { Form } from '../../src/conversation/form.ts';
import { memberIds } from './chat-arbitraries.ts';

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
