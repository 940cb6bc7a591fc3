import { act } from '../../app/act.ts';
import { NonBlank, PromiseId } from '../../domain/ids.ts';
import type { Values } from '../form.ts';
import { words } from '../words.ts';
import { type CaseContext, type Filled, isComplete } from './context.ts';
import { lines, timeField } from './fields.ts';

/** *Close*: what solved it, and when somebody looks whether it held. */
export async function closeForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.close;
  const { view, policy, deps, who } = context;
  const solved = lines(values, { name: 'solved', label: w.solved });
  const hold = timeField(
    values,
    { name: 'hold', label: w.hold, hint: words.form.promise.followUpHint },
    { ...context, customer: view.customer },
    `in ${policy.holdDays} working days`,
  );
  const fields = [solved, hold.field];
  const { at } = hold;
  const run = () =>
    act(
      deps,
      who,
      view.file.case.id,
      {
        do: 'close',
        solved: NonBlank.parse(solved.value),
        holdId: PromiseId.parse(deps.newId()),
        holdAt: at ?? 0,
        holdAction: NonBlank.parse(w.holdAction),
      },
      context.nonce,
    );
  const complete = isComplete(fields) && at !== null;
  return { title: w.title, submit: w.submit, intro: [], fields, notes: [], run: complete ? run : null };
}
