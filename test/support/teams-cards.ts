import { randomUUID } from 'node:crypto';
import type { DrawContext } from '../../adapters/teams/drawn.ts';
import type { FormMeta } from '../../adapters/teams/meta.ts';
import type { Form } from '../../src/conversation/form.ts';
import { memberIds } from './chat-arbitraries.ts';

/** A context in which the first two members are known to Teams. */
export function drawContext(change: Partial<DrawContext> = {}): DrawContext {
  const userIds = new Map(memberIds.slice(0, 2).map((id, i) => [id, `29:user-${i}`]));
  return {
    userIds,
    threadUrl: null,
    whole: { of: 'post', key: 'case-1/1/card' },
    host: 'card',
    ...change,
  };
}

/** What a form's buttons carry. */
export function formMeta(form: Form, change: Partial<FormMeta> = {}): FormMeta {
  return {
    form: form.id,
    nonce: form.nonce,
    subject: form.subject,
    place: { connection: 'teams/00000000-0000-4000-8000-0000000000aa', channel: '19:care@thread.tacv2' },
    source: form.source === null ? null : { heard: randomUUID(), link: form.source.link },
    under: null,
    warned: '',
    rest: null,
    ...change,
  };
}

type Row = Record<string, unknown>;

/** Every object in some JSON whose `type` begins so; not what a button falls back on. */
export function ofType(json: unknown, type: string): Row[] {
  if (Array.isArray(json)) return json.flatMap((one) => ofType(one, type));
  if (typeof json !== 'object' || json === null) return [];
  const one: Row = Object.fromEntries(Object.entries(json));
  const inner = Object.entries(one).flatMap(([key, value]) =>
    key === 'fallback' ? [] : ofType(value, type),
  );
  return typeof one['type'] === 'string' && one['type'].startsWith(type) ? [one, ...inner] : inner;
}

/** Every text that a card shows to be read, in order, and what stands in its fields; not that of its buttons. */
export function shownText(json: unknown): string {
  if (Array.isArray(json)) return json.map(shownText).join('');
  if (typeof json !== 'object' || json === null) return '';
  if ('type' in json && String(json.type).startsWith('Action.')) return '';
  return Object.entries(json)
    .map(([key, value]: [string, unknown]) =>
      typeof value === 'string' ? (['text', 'label', 'value'].includes(key) ? value : '') : shownText(value),
    )
    .join('');
}
