import { opensForm } from '../../src/conversation/commands.ts';
import { FormId } from '../../src/conversation/form.ts';
import { metaOf } from './filled-form.ts';
import { pickedTime } from './form-values.ts';
import { type FormMeta, Pressed } from './meta.ts';
import type { SentView } from './payloads.ts';
import type { ByPerson } from './told.ts';

type Action = Extract<ByPerson, { kind: 'action' }>;

/** What a button of ours says that it does; null for one of an older version, or that isn't ours. */
export function pressedOf({ value }: Pick<Action, 'value'>): Pressed | null {
  try {
    const pressed = Pressed.safeParse(JSON.parse(value ?? ''));
    return pressed.success ? pressed.data : null;
  } catch {
    return null;
  }
}

/** A change in a form that stands open: a field that others depend on, or a value that was offered. */
export type Change = { view: SentView; meta: FormMeta; set: { field: string; value: string } | null };

/** The change that an action is; null when it is something else. */
export function changeOf(action: Action): Change | null {
  const { view } = action.in;
  const meta = view === null ? null : metaOf(view);
  if (view === null || meta?.kind !== 'form') {
    return null;
  }
  const picked = pickedTime(action.raw);
  if (picked !== null) {
    return { view, meta, set: picked };
  }
  if (action.type !== 'button') {
    return { view, meta, set: null };
  }
  const pressed = pressedOf(action);
  return pressed?.do === 'choose'
    ? { view, meta, set: { field: pressed.field, value: pressed.value } }
    : null;
}

/** Whether it only leads somewhere else: Slack tells of it all the same. */
export function isLink({ actionId }: Action): boolean {
  return actionId.startsWith('link/');
}

/** Whether a modal comes of it, as far as can be told beforehand. */
export function opensModal(told: ByPerson): boolean {
  switch (told.kind) {
    case 'command':
      return opensForm(told.text);
    case 'message shortcut':
    case 'global shortcut':
      return true;
    case 'action': {
      const pressed = pressedOf(told);
      return (
        pressed !== null &&
        (pressed.do === 'whole' ||
          pressed.do === 'again' ||
          (pressed.do === 'act' && FormId.safeParse(pressed.action).success))
      );
    }
    default:
      return false;
  }
}
