import { createHash } from 'node:crypto';
import type { Form, FormId } from '../../src/conversation/form.ts';

/** Forms in which something may stand against what is typed, though it can be meant all the same. */
const WARNED: readonly FormId[] = ['promise', 'move'];

/** Whether a form may be warned of at all. */
export function canBeWarned(form: FormId): boolean {
  return WARNED.includes(form);
}

/** A mark of what a form says against what was typed, so that it is known whether it was shown; empty for nothing. */
export function warningOf({ notes }: Form): string {
  const said = notes.flatMap((block) =>
    block.b === 'list' ? block.items.flatMap(({ line, tone }) => (tone === 'attention' ? [line] : [])) : [],
  );
  return said.length === 0
    ? ''
    : createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 10);
}
