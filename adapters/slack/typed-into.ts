import type { SentView } from './payloads.ts';

/** Every text that was typed, in a view of whatever version; what was chosen is nothing to be copied. */
export function typedInto({ state }: SentView): string[] {
  return textsIn(state);
}

function textsIn(state: unknown): string[] {
  if (typeof state !== 'object' || state === null) {
    return [];
  }
  const { type, value }: { type?: unknown; value?: unknown } = state;
  return type === 'plain_text_input' && typeof value === 'string' && value.trim() !== ''
    ? [value]
    : Object.values(state).flatMap(textsIn);
}
