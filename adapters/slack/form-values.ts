import { z } from 'zod';
import { cutPoint, cutText } from '../../src/conversation/cut.ts';
import type { Form, Values } from '../../src/conversation/form.ts';
import { Typed } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { LIMIT } from './limits.ts';
import type { FormMeta } from './meta.ts';
import { NO_OPTION } from './options.ts';

/** What a submitted or changed view holds, as `view.state` has it. Anything else of it is not for us. */
const State = z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) });

const chosen = z.object({ value: z.string() }).nullish();
const Element = z.discriminatedUnion('type', [
  z.object({ type: z.literal('plain_text_input'), value: z.string().nullish() }),
  z.object({ type: z.literal('static_select'), selected_option: chosen }),
  z.object({ type: z.literal('external_select'), selected_option: chosen }),
  z.object({ type: z.literal('radio_buttons'), selected_option: chosen }),
  z.object({ type: z.literal('users_select'), selected_user: z.string().nullish() }),
  z.object({ type: z.literal('conversations_select'), selected_conversation: z.string().nullish() }),
]);
type Element = z.infer<typeof Element>;

const Picked = z.object({ action_id: z.string(), selected_date_time: z.int().nonnegative() });

/** A `block_id`: `field/<name>/<how often Kept has filled it in>`, or `pick/…` of its date-time picker. */
export function blockIdOf(meta: FormMeta, name: string, kind: 'field' | 'pick' = 'field'): string {
  return `${kind}/${name}/${meta.filled[name] ?? 0}`;
}

/**
 * What a view's fields hold. `users` has, by field, the Slack ids that were picked; they are no values yet, for a
 * person picked may not be a member. What can't be read, or is no field of ours, is left out.
 */
export function readValues(
  state: unknown,
  meta: FormMeta,
): { values: Values; users: Record<string, string> } {
  const values = new Map<string, string>();
  const users = new Map<string, string>();
  const parsed = State.safeParse(state);
  for (const [blockId, elements] of parsed.success ? Object.entries(parsed.data.values) : []) {
    const name = fieldOf(blockId);
    const element = Element.safeParse(Object.values(elements)[0]);
    if (name === null || !element.success) continue;
    // A view that was drawn again may still hold the field as it was before: the new one counts.
    if (blockId !== blockIdOf(meta, name) && (values.has(name) || users.has(name))) continue;
    const value = Typed.parse(valueOf(element.data));
    const isUser = element.data.type === 'users_select' && value !== '';
    (isUser ? users : values).set(name, value);
    (isUser ? values : users).delete(name);
  }
  return { values: Object.fromEntries(values), users: Object.fromEntries(users) };
}

/** What is wrong with a form, by `block_id`, as the answer to its submission wants it. */
export function errorsOf(form: Form, meta: FormMeta): Record<string, string> {
  return Object.fromEntries(
    form.fields.flatMap(({ name, error }) =>
      error === null || error === '' ? [] : [[blockIdOf(meta, name), cutText(error, LIMIT.placeholder)]],
    ),
  );
}

/** What a date-time picker of ours was set to, as its field's value; null for any other action. */
export function pickedTime(action: unknown): { field: string; value: string } | null {
  const picked = Picked.safeParse(action);
  const field = picked.success ? /^pick\/(.+)$/s.exec(picked.data.action_id)?.[1] : undefined;
  if (!picked.success || field === undefined) return null;
  return { field, value: new Date(picked.data.selected_date_time * 1_000).toISOString() };
}

/** As much of a value as a text field takes. What follows is the rest, and is kept by whoever knows the whole. */
export function cutForField(value: string): string {
  return value.slice(0, cutPoint(value, LIMIT.inputValue));
}

/** What somebody made of the beginning of a text in its field, with the rest that the field had no room for. */
export function withRest(value: string, whole: string): string {
  return `${value}${whole.slice(cutForField(whole).length)}`;
}

/** The field's name in a `block_id`; null when it is none of ours. */
function fieldOf(blockId: string): string | null {
  return /^field\/(.+)\/\d+$/s.exec(blockId)?.[1] ?? null;
}

function valueOf(element: Element): string {
  switch (element.type) {
    case 'plain_text_input':
      return element.value ?? '';
    case 'static_select':
    case 'external_select':
    case 'radio_buttons': {
      const value = element.selected_option?.value ?? '';
      return value === NO_OPTION ? '' : value;
    }
    case 'users_select':
      return element.selected_user ?? '';
    case 'conversations_select':
      return element.selected_conversation ?? '';
    default:
      return unreachable(element);
  }
}
