import { act, type Result } from '../../app/act.ts';
import type { Command } from '../../domain/decide.ts';
import { MemberId, NonBlank, PromiseId } from '../../domain/ids.ts';
import type { Block } from '../card.ts';
import { promiseLine } from '../case-card.ts';
import type { Values } from '../form.ts';
import { text } from '../view.ts';
import { words } from '../words.ts';
import { type CaseContext, type Filled, isComplete, promiseOfForm } from './context.ts';
import { lines, memberField, timeField, yesOrNo } from './fields.ts';
import { keepability, offering } from './promise-form.ts';

/** *Kept*: what shows it. Acknowledging is not keeping. */
export async function keepForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.keep;
  const proof = lines(values, { name: 'proof', label: w.proof, hint: w.proofHint });
  return endForm(context, w, [proof], [], (promiseId) => ({
    do: 'keep',
    promiseId,
    proof: NonBlank.parse(proof.value),
  }));
}

/** *Move it*: a new time, a reason, and whether the customer was told. */
export async function moveForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.move;
  const promise = promiseOfForm(context);
  const to = timeField(
    values,
    { name: 'to', label: w.to, hint: words.form.promise.followUpHint },
    { ...context, customer: context.view.customer },
  );
  const reason = lines(values, { name: 'reason', label: w.reason });
  const told = yesOrNo(values, { name: 'told', label: w.told });
  const checked =
    to.at === null || promise === undefined
      ? null
      : await keepability(context, { ownerId: promise.ownerId, at: to.at });
  const late: Block[] =
    promise !== undefined && promise.followUpAt <= context.now ? [{ b: 'text', line: [text(w.late)] }] : [];
  const fields = [offering(to.field, checked?.offer ?? null, context), reason, told];
  return endForm(context, w, fields, [...late, ...(checked?.notes ?? [])], (promiseId) => ({
    do: 'move',
    promiseId,
    to: {
      id: PromiseId.parse(context.deps.newId()),
      followUpAt: to.at ?? 0,
      reason: NonBlank.parse(reason.value),
      customerTold: told.value === 'yes',
    },
  }));
}

/** *Hand over*: to whom. */
export async function handOverForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.handOver;
  const owner = promiseOfForm(context)?.ownerId;
  const to = memberField(values, { name: 'to', label: w.to }, context.team, '', owner);
  return endForm(context, w, [to], [], (promiseId) => ({
    do: 'hand over',
    promiseId,
    to: MemberId.parse(to.value),
  }));
}

/** *Withdraw*: why the promise no longer makes sense. */
export async function withdrawForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.withdraw;
  const reason = lines(values, { name: 'reason', label: w.reason });
  return endForm(context, w, [reason], [], (promiseId) => ({
    do: 'withdraw',
    promiseId,
    reason: NonBlank.parse(reason.value),
  }));
}

function endForm(
  context: CaseContext,
  { title, submit }: { title: string; submit: string },
  fields: Filled['fields'],
  notes: Block[],
  command: (promiseId: PromiseId) => Command,
): Filled {
  const { view, subject, deps, who, nonce } = context;
  const promise = promiseOfForm(context);
  const intro: Block[] = promise ? [{ b: 'text', line: promiseLine(view, promise) }] : [];
  const run = async (): Promise<Result> =>
    subject.promiseId === null
      ? { ok: false, rejection: { why: 'not found' } }
      : act(deps, who, view.file.case.id, command(subject.promiseId), nonce);
  return { title, submit, intro, fields, notes, run: isComplete(fields) ? run : null };
}
