import { act, type Result } from '../../app/act.ts';
import type { AskAnswer } from '../../domain/ask.ts';
import { askOf } from '../../domain/case-file.ts';
import { AskId, NonBlank } from '../../domain/ids.ts';
import { ladderForAsk } from '../../domain/ladder.ts';
import { isReachable } from '../../domain/people.ts';
import { askBlocks } from '../ask-cards.ts';
import type { Block } from '../card.ts';
import type { Field, Values } from '../form.ts';
import { stakesOf } from '../promise-cards.ts';
import { member, text } from '../view.ts';
import { words } from '../words.ts';
import { type CaseContext, type Filled, isComplete } from './context.ts';
import { line, lines, numberField, timeField } from './fields.ts';

/** *Need authority*: what the customer needs, by when, options, a recommendation; and to whom it goes. */
export async function askForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.ask;
  const { view, team, who, subject, deps } = context;
  const need = lines(values, { name: 'need', label: w.need });
  const money = numberField(
    values,
    { name: 'money', label: w.money, hint: w.moneyHint, required: false, live: true },
    team.workspace.currency,
  );
  const days = numberField(values, { name: 'days', label: w.days, required: false, live: true }, '', true);
  const by = timeField(
    values,
    { name: 'by', label: w.by, hint: w.byHint },
    { ...context, customer: view.customer },
  );
  const options = lines(values, { name: 'options', label: w.options, required: false });
  const recommendation = lines(values, { name: 'recommendation', label: w.recommendation, required: false });
  const fields = [need, money.field, days.field, by.field, options, recommendation];
  const notes = goesTo(context, { money: money.number, days: days.number }, money.field, days.field);
  const { at } = by;
  const run = (): Promise<Result> => {
    const terms = {
      id: AskId.parse(deps.newId()),
      promiseId: subject.promiseId,
      need: NonBlank.parse(need.value),
      money: money.number,
      days: days.number,
      by: at ?? 0,
      options: options.value.trim(),
      recommendation: recommendation.value.trim(),
    };
    return act(deps, who, view.file.case.id, { do: 'ask', terms }, context.nonce);
  };
  const complete = isComplete(fields) && at !== null;
  return {
    title: w.title,
    submit: w.submit,
    intro: [stakesOf(view)],
    fields,
    notes,
    run: complete ? run : null,
  };
}

/** To whom it goes: the first who may decide it and is here. Nothing is said of amounts that can't be read. */
function goesTo(
  { view, team, who, now }: CaseContext,
  ask: { money: number | null; days: number | null },
  ...amounts: Field[]
): Block[] {
  const w = words.form.ask;
  if (!isComplete(amounts)) {
    return [];
  }
  const ladder = ladderForAsk(team, { askedBy: who.memberId, ...ask });
  const first = ladder.find((id) => {
    const holder = team.members.get(id);
    return holder !== undefined && isReachable(holder, now);
  });
  const line =
    first !== undefined
      ? [text(w.goesTo), member(view, first), text('.')]
      : [text(ladder.length === 0 ? w.nobody : w.allAway)];
  return [{ b: 'note', line }];
}

/** *Approve*, with a word to go with it. */
export async function approveForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.approve;
  const note = noteField(values);
  return answerForm(context, w, [note], () => ({ answer: 'approved', note: note.value.trim() }));
}

/** *Approve within…* a limit: of money where it was asked for, never beyond the holder's own; else in words. */
export async function approveWithinForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.within;
  const { view, team, me, subject } = context;
  const { currency } = team.workspace;
  const ask = subject.askId === null ? undefined : askOf(view.file, subject.askId);
  const most = me.limit?.money ?? null;
  const money = numberField(values, { name: 'limit', label: w.limit }, currency);
  const isBeyond = money.number !== null && most !== null && money.number > most;
  const amount = isBeyond ? { ...money.field, error: w.beyond(`${most} ${currency}`) } : money.field;
  const limit =
    ask === undefined || ask.money === null ? line(values, { name: 'limit', label: w.limit }) : amount;
  const note = noteField(values);
  return answerForm(context, w, [limit, note], () => ({
    answer: 'approved within',
    limit: NonBlank.parse(limit === amount ? `${money.number} ${currency}` : limit.value),
    note: note.value.trim(),
  }));
}

/** *Another option* than the one that was asked for. */
export async function anotherOptionForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.option;
  const option = lines(values, { name: 'option', label: w.option });
  const note = noteField(values);
  return answerForm(context, w, [option, note], () => ({
    answer: 'another option',
    option: NonBlank.parse(option.value),
    note: note.value.trim(),
  }));
}

/** *Decline with an option*: there is no bare no. */
export async function declineForm(context: CaseContext, values: Values): Promise<Filled> {
  const w = words.form.decline;
  const option = lines(values, { name: 'option', label: w.option, hint: w.hint });
  const reason = lines(values, { name: 'reason', label: w.reason });
  return answerForm(context, w, [option, reason], () => ({
    answer: 'declined',
    option: NonBlank.parse(option.value),
    reason: NonBlank.parse(reason.value),
  }));
}

function noteField(values: Values): Field {
  return lines(values, { name: 'note', label: words.form.approve.note, required: false });
}

function answerForm(
  context: CaseContext,
  { title, submit }: { title: string; submit: string },
  fields: Field[],
  answer: () => AskAnswer,
): Filled {
  const { view, subject, deps, who, nonce } = context;
  const { askId } = subject;
  const ask = askId === null ? undefined : askOf(view.file, askId);
  const run = async (): Promise<Result> =>
    askId === null
      ? { ok: false, rejection: { why: 'not found' } }
      : act(deps, who, view.file.case.id, { do: 'answer', askId, answer: answer() }, nonce);
  const intro = ask ? [stakesOf(view), ...askBlocks(view, ask)] : [];
  return { title, submit, intro, fields, notes: [], run: isComplete(fields) ? run : null };
}
