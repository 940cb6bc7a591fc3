import type { Form, FormId } from './form.ts';

/** Forms in which something may stand against what is typed, though it can be meant all the same. */
const WARNED: readonly FormId[] = ['promise', 'move'];

/** Whether a form may be warned of at all. */
export function canBeWarned(form: FormId): boolean {
  return WARNED.includes(form);
}

/** What a form says against what was typed, to be compared with what was shown; empty for nothing. */
export function warningOf({ notes }: Form): string {
  const said = notes.flatMap((block) =>
    block.b === 'list' ? block.items.flatMap(({ line, tone }) => (tone === 'attention' ? [line] : [])) : [],
  );
  return said.length === 0 ? '' : JSON.stringify(said);
}
