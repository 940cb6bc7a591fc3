import type { CarePromise } from '../domain/care-promise.ts';
import { promiseOf } from '../domain/case-file.ts';
import type { PromiseId } from '../domain/ids.ts';
import type { Say } from '../domain/say.ts';
import type { Action, Block, Card, Inline } from './card.ts';
import { titleOf } from './case-card.ts';
import { movedDraft, promiseDraft } from './draft.ts';
import { button, member, moment, named, subjectOf, text, typed, type View } from './view.ts';
import { words } from './words.ts';

/** A card that says one thing and needs no answer. */
export function noteCard(line: readonly Inline[], tone: Card['tone'] = 'calm'): Card {
  return { tone, heading: [], blocks: [{ b: 'note', line: [...line] }], actions: [] };
}

/** What was promised, with the words for the customer. */
export function madeCard(view: View, promise: CarePromise, standing: boolean): Card {
  const w = words.promise;
  if (promise.kind === 'hold') {
    return noteCard([text(w.hold), moment(view, promise.followUpAt), text(w.end)]);
  }
  const isTold = promise.madeBy !== promise.ownerId;
  const heading = [
    isTold ? member(view, promise.ownerId) : named(view, promise.ownerId),
    text(w.made),
    typed(promise.action),
    text(w.until),
    moment(view, promise.followUpAt),
    text(w.end),
  ];
  if (!standing) {
    return noteCard(heading);
  }
  const subject = subjectOf(view.file.case, { promiseId: promise.id });
  return {
    tone: 'good',
    heading,
    blocks: [promiseDraft(view, promise), { b: 'note', line: [text(w.by)] }],
    actions: promiseActions(subject, 'withdraw'),
  };
}

/** A reminder to the owner. Folds when it was answered, or when a later one has come. */
export function nudgeCard(
  view: View,
  promise: CarePromise,
  say: Extract<Say, { what: 'nudge' }>,
  standing: boolean,
): Card {
  const w = words.nudge;
  const line = [member(view, promise.ownerId), text(w[say.step]), typed(promise.action)];
  if (!standing) {
    return noteCard([...line, text('. '), text(w.since[promise.status])]);
  }
  const subject = subjectOf(view.file.case, { promiseId: promise.id });
  return {
    tone: say.step === 'due' ? 'urgent' : 'attention',
    heading: line,
    blocks: [
      { b: 'text', line: [text('Due '), moment(view, promise.followUpAt), text('.')] },
      stakesOf(view),
    ],
    actions:
      promise.kind === 'hold'
        ? [button('keep', subject, 'primary'), button('reopen', subject), button('move', subject)]
        : [...(say.step === 'due' ? [] : [button('on it', subject)]), ...promiseActions(subject)],
  };
}

/** Said in the thread when a promise is at risk. */
export function atRiskCard(view: View, promise: CarePromise, standing: boolean): Card {
  const w = words.risk_card;
  const heading = [text(w.heading), typed(promise.action)];
  if (!standing || promise.status !== 'live' || promise.risk === null) {
    return noteCard([...heading, text('. '), text(promise.status === 'broken' ? w.missed : w.over)]);
  }
  const called = promise.climb?.calls.at(-1)?.holderId;
  const calls: Inline[] = called === undefined ? [] : [text(' '), named(view, called), text(w.calling)];
  const line = [
    member(view, promise.ownerId),
    text(', due '),
    moment(view, promise.followUpAt),
    text(`. ${w.because}${words.risk[promise.risk.why]}.`),
    ...calls,
  ];
  const subject = subjectOf(view.file.case, { promiseId: promise.id });
  return {
    tone: 'attention',
    heading,
    blocks: [{ b: 'text', line }],
    actions: [button('on it', subject), ...promiseActions(subject), button('take', subject)],
  };
}

/** Said in the thread when a promise was missed. Stays red until it is settled. */
export function brokenCard(view: View, promise: CarePromise, standing: boolean): Card {
  const w = words.broken;
  const heading = [text(w.heading), typed(promise.action)];
  if (!standing) {
    return noteCard([...heading, text('. '), text(w.settled)]);
  }
  const subject = subjectOf(view.file.case, { promiseId: promise.id });
  return {
    tone: 'urgent',
    heading,
    blocks: [
      stakesOf(view),
      {
        b: 'text',
        line: [member(view, promise.ownerId), text(w.text), moment(view, promise.followUpAt), text(w.rest)],
      },
    ],
    actions: [button('take', subject, 'primary'), button('keep', subject), button('move', subject)],
  };
}

/** How a promise ended: kept, moved or withdrawn. */
export function endCard(view: View, promise: CarePromise, standing: boolean): Card {
  const settled = promise.status === 'broken' ? promise.settled : null;
  if (promise.status === 'kept' || settled?.how === 'kept late') {
    const by = promise.status === 'kept' ? promise.keptBy : (settled?.by ?? promise.ownerId);
    const proof =
      promise.status === 'kept' ? promise.proof : settled?.how === 'kept late' ? settled.proof : '';
    const said = promise.status === 'kept' ? words.keptCard.text : words.keptCard.late;
    return {
      tone: 'good',
      heading: [named(view, by), text(said)],
      blocks: [{ b: 'quote', label: words.keptCard.proof, text: proof }],
      actions: [],
    };
  }
  if (promise.status === 'moved') {
    return movedCard(view, promise, { ...promise, by: promise.movedBy, to: promise.movedTo }, true, standing);
  }
  if (settled?.how === 'moved') {
    return movedCard(view, promise, settled, false, standing);
  }
  if (promise.status === 'withdrawn' || settled?.how === 'withdrawn') {
    const by = promise.status === 'withdrawn' ? promise.withdrawnBy : (settled?.by ?? promise.ownerId);
    const reason =
      promise.status === 'withdrawn' ? promise.reason : settled?.how === 'withdrawn' ? settled.reason : '';
    return {
      tone: 'calm',
      heading: [named(view, by), text(words.withdrawnCard.text)],
      blocks: [{ b: 'quote', label: words.withdrawnCard.reason, text: reason }],
      actions: [],
    };
  }
  return noteCard(titleOf(view));
}

/** What is at stake, in the customer's words. */
export function stakesOf({ file, customer }: View): Block {
  return { b: 'quote', label: words.card.stakes(customer.name), text: file.case.stakes };
}

function movedCard(
  view: View,
  promise: CarePromise,
  move: { by: CarePromise['ownerId']; to: PromiseId; reason: string; customerTold: boolean },
  early: boolean,
  standing: boolean,
): Card {
  const w = words.moved;
  const to = promiseOf(view.file, move.to);
  const blocks: Block[] = [
    { b: 'quote', label: w.reason, text: move.reason },
    { b: 'text', line: [text(move.customerTold ? w.told : w.untold)] },
  ];
  if (!move.customerTold && to !== undefined) {
    blocks.push(movedDraft(view, { before: promise.followUpAt, reason: move.reason, to, late: !early }));
  }
  if (!early) {
    blocks.push({ b: 'note', line: [text(w.missed)] });
  }
  const when = to === undefined ? [] : [moment(view, to.followUpAt)];
  return {
    tone: early ? 'good' : 'attention',
    heading: [named(view, move.by), text(early ? w.early : w.late), ...when],
    blocks,
    actions: standing ? promiseActions(subjectOf(view.file.case, { promiseId: move.to }), 'withdraw') : [],
  };
}

function promiseActions(subject: Action['subject'], ...more: Action['id'][]): Action[] {
  return [
    button('keep', subject, 'primary'),
    button('move', subject),
    button('ask', subject),
    button('hand over', subject),
    ...more.map((id) => button(id, subject)),
  ];
}
