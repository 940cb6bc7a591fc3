import type { CarePromise } from '../domain/care-promise.ts';
import type { Say } from '../domain/say.ts';
import type { Action, Block, Card, Inline } from './card.ts';
import {
  button,
  link,
  member,
  moment,
  named,
  nameOf,
  strong,
  subjectOf,
  text,
  typed,
  unsettledOf,
  type View,
} from './view.ts';
import { words } from './words.ts';

const w = words.card;

/** The case as it stands: its card in the channel, edited as its state changes. What is at stake comes first. */
export function caseCard(view: View): Card {
  const { file, customer } = view;
  const careCase = file.case;
  const blocks: Block[] = [
    { b: 'quote', label: w.stakes(customer.name), text: careCase.stakes },
    { b: 'text', line: stateLine(view) },
    { b: 'facts', rows: factRows(view) },
  ];
  if (careCase.whatHappened !== '') {
    blocks.push({ b: 'quote', label: w.happened, text: careCase.whatHappened });
  }
  if (careCase.source !== null) {
    const { text: said, link: url } = careCase.source;
    if (said.trim() !== careCase.whatHappened) {
      blocks.push({ b: 'quote', label: w.from, text: said });
    }
    if (url !== null) {
      blocks.push({ b: 'note', line: [text(w.fromMessage), link(w.message, url)] });
    }
  }
  if (careCase.status === 'closed') {
    blocks.push({ b: 'quote', label: w.solved, text: careCase.solved });
  }
  const opened: Inline[] = [
    text(`${w.number(careCase.number)}. ${w.opened}`),
    member(view, careCase.openedBy),
    text(', '),
    moment(view, careCase.openedAt),
  ];
  blocks.push({ b: 'note', line: opened });
  return { tone: toneOf(view), heading: titleOf(view), blocks, actions: actionsOf(view) };
}

/** Customer and title, as every card about the case names it. */
export function titleOf({ file, customer }: View): Inline[] {
  return [typed(customer.name), text(': '), typed(file.case.title)];
}

/** How grave it is, as every card about the case shows it. */
export function toneOf(view: View): Card['tone'] {
  const { file } = view;
  const unsettled = unsettledOf(view);
  if (file.case.status === 'closed') {
    return unsettled.some(isMissed) ? 'urgent' : 'good';
  }
  if (unsettled.some(isMissed)) {
    return 'urgent';
  }
  return unsettled.length === 0 || unsettled.some(isRisky) ? 'attention' : 'calm';
}

/** What we know of the customer, for the eyes of the team only. */
export function historyCard({ customer, history }: View): Card {
  const { cases } = history;
  const isFirst = cases.length === 0;
  const blocks: Block[] = [
    {
      b: 'text',
      line: [text(isFirst ? words.history.first : words.history.record(history))],
    },
  ];
  if (cases.length > 0) {
    const items = cases.map(({ number, status, title, openedAt, id }) => ({
      line: [strong(words.history.earlier(number, status)), text(' '), typed(title)],
      detail: [moment({ customer }, openedAt)],
      tone: 'calm' as const,
      actions: [button('go', { caseId: id, promiseId: null, askId: null })],
    }));
    blocks.push({ b: 'list', items });
  }
  if (customer.contact !== '') {
    blocks.push({ b: 'facts', rows: [{ label: w.contact, value: [typed(customer.contact)] }] });
  }
  if (customer.notes !== '') {
    blocks.push({ b: 'quote', label: words.history.notes, text: customer.notes });
  }
  blocks.push({ b: 'note', line: [text(words.history.internal)] });
  return { tone: 'calm', heading: [text(words.history.heading(customer.name))], blocks, actions: [] };
}

/** Asks for a promise: who, what, when. Folds once there is one. */
export function wantsCard(view: View, say: Extract<Say, { what: 'wants promise' }>, standing: boolean): Card {
  const careCase = view.file.case;
  const waiting = careCase.status === 'open' ? careCase.waiting : null;
  if (!standing || waiting === null) {
    return {
      tone: 'calm',
      heading: [],
      blocks: [
        {
          b: 'note',
          line: [text(words.wants.answered[view.file.case.status === 'closed' ? 'closed' : 'promised'])],
        },
      ],
      actions: [],
    };
  }
  const why: Inline[] =
    waiting.why === 'taken' && careCase.ownerId !== null
      ? [member(view, careCase.ownerId), text(words.wants.why.taken)]
      : [text(words.wants.why[waiting.why])];
  const ask = [words.wants.heading, words.wants.again, words.wants.channel(careCase.title)][say.round];
  const mention: Inline[] =
    say.round > 0 ? [member(view, careCase.ownerId ?? careCase.openedBy), text(': ')] : [];
  return {
    tone: say.round > 0 ? 'urgent' : 'attention',
    heading: say.round === 2 ? [typed(ask ?? '')] : [text(ask ?? words.wants.heading)],
    blocks: [{ b: 'text', line: [...mention, ...why] }],
    actions: [
      button('promise', subjectOf(careCase), 'primary'),
      button('ask', subjectOf(careCase)),
      button('close', subjectOf(careCase)),
    ],
  };
}

/** Who closed the case and what solved it; it stays said when the case is opened again. */
export function closedCard(view: View, say: Extract<Say, { what: 'closed' }>, standing: boolean): Card {
  return {
    tone: standing ? 'good' : 'calm',
    heading: [named(view, say.by), text(words.closedCard.text)],
    blocks: [{ b: 'quote', label: words.closedCard.solved, text: say.solved }],
    actions: standing ? [button('reopen', subjectOf(view.file.case))] : [],
  };
}

/** How a case stands, in a line. */
export function stateLine(view: View): Inline[] {
  const { file } = view;
  const unsettled = unsettledOf(view);
  if (unsettled.some(isMissed)) {
    return [strong(w.broken)];
  }
  if (file.case.status === 'closed') {
    return [text(w.closed)];
  }
  const risky = unsettled.find(isRisky);
  if (risky?.status === 'live' && risky.risk !== null) {
    return [strong(w.atRisk), text(`${words.risk[risky.risk.why]}.`)];
  }
  return [text(unsettled.length === 0 ? w.waiting : w.onTrack)];
}

function factRows(view: View) {
  const { file } = view;
  const { ownerId, deadline, severity } = file.case;
  const rows = [
    { label: w.owner, value: ownerId === null ? [text(words.people.nobody)] : [member(view, ownerId)] },
    ...unsettledOf(view).map((promise) => ({
      label: promise.kind === 'hold' ? w.hold : w.promise,
      value: promiseLine(view, promise),
    })),
  ];
  if (deadline !== null) {
    const reason: Inline[] = deadline.reason === '' ? [] : [text(', '), typed(deadline.reason)];
    rows.push({ label: w.deadline, value: [moment(view, deadline.at), ...reason] });
  }
  for (const ask of file.asks) {
    if (ask.status === 'open') {
      rows.push({ label: w.authority, value: [typed(ask.need), text(w.by), moment(view, ask.by)] });
    }
  }
  rows.push({ label: w.severity, value: [text(words.severity[severity])] });
  return rows;
}

/** A promise in a line: what, who contacts whom, when. */
export function promiseLine(view: View, promise: CarePromise): Inline[] {
  const to = promise.contactTo;
  const contact =
    promise.kind === 'hold' ? [] : [text('; '), text(nameOf(view, promise.contactBy)), text(w.contacts(''))];
  const whom: Inline[] =
    to === '' || promise.kind === 'hold'
      ? contact
      : [text('; '), text(nameOf(view, promise.contactBy)), text(' contacts '), typed(to)];
  return [typed(promise.action), ...whom, text(w.by), moment(view, promise.followUpAt)];
}

function actionsOf(view: View): Action[] {
  const careCase = view.file.case;
  const [first] = unsettledOf(view);
  if (careCase.status === 'closed') {
    return [button('reopen', subjectOf(careCase))];
  }
  if (first === undefined) {
    const subject = subjectOf(careCase);
    return [button('promise', subject, 'primary'), button('ask', subject), button('close', subject)];
  }
  const subject = subjectOf(careCase, { promiseId: first.id });
  return [button('keep', subject, 'primary'), button('move', subject), button('ask', subject)];
}

function isMissed(promise: CarePromise): boolean {
  return promise.status === 'broken' && promise.settled === null;
}

function isRisky(promise: CarePromise): boolean {
  return promise.status === 'live' && promise.risk !== null;
}
