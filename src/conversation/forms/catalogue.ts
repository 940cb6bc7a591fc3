import type { Block, Inline } from '../card.ts';
import type { Form, FormId, Values } from '../form.ts';
import type { View } from '../view.ts';
import { anotherOptionForm, approveForm, approveWithinForm, askForm, declineForm } from './ask-forms.ts';
import { authorityForm } from './authority-form.ts';
import { closeForm } from './case-forms.ts';
import type { FillCaseForm, Filled, FormContext } from './context.ts';
import { openForm } from './open-form.ts';
import { handOverForm, keepForm, moveForm, withdrawForm } from './promise-end-forms.ts';
import { promiseForm } from './promise-form.ts';
import { workspaceForm } from './workspace-form.ts';

/** Every form that is about no case that is there. */
const ownForms = { open: openForm, authority: authorityForm, workspace: workspaceForm };

/** Every form about a case that is there. */
const caseForms: Record<Exclude<FormId, keyof typeof ownForms>, FillCaseForm> = {
  promise: promiseForm,
  keep: keepForm,
  move: moveForm,
  'hand over': handOverForm,
  withdraw: withdrawForm,
  ask: askForm,
  approve: approveForm,
  'approve within': approveWithinForm,
  'another option': anotherOptionForm,
  decline: declineForm,
  close: closeForm,
};

/** Fills a form in from its values; null when the case it is about is not there. */
export async function fill(
  id: FormId,
  context: FormContext & { view: View | null },
  values: Values,
): Promise<Filled | null> {
  if (id === 'open' || id === 'authority' || id === 'workspace') {
    return ownForms[id](context, values);
  }
  const { view } = context;
  return view === null ? null : caseForms[id]({ ...context, view }, values);
}

/**
 * The form to show. Before it is submitted, a field that is still empty isn't held against anyone; what was
 * typed and can't be read is said at once.
 */
export function show(
  id: FormId,
  context: FormContext,
  filled: Filled,
  when: { submitted: boolean; trouble?: Block[] },
): Form {
  const { nonce, subject, source } = context;
  const { title, submit, intro, notes } = filled;
  const trouble = when.trouble ?? [];
  const fields = filled.fields.map((field) =>
    when.submitted || field.value.trim() !== '' ? field : { ...field, error: null },
  );
  return {
    id,
    nonce,
    title,
    submit,
    intro,
    fields,
    notes: [...trouble, ...notes.filter((note) => !trouble.some((said) => isSameLine(said, note)))],
    subject,
    source,
  };
}

/** Whether two blocks say the same: once is enough. */
function isSameLine(one: Block, other: Block): boolean {
  return 'line' in one && 'line' in other && wordsIn(one.line) === wordsIn(other.line);
}

function wordsIn(line: readonly Inline[]): string {
  return line.map((inline) => ('text' in inline ? inline.text : '')).join('');
}
