import type { Ask } from '../domain/ask.ts';
import type { Action, Block, Card, Inline, Subject } from './card.ts';
import { answerDraft } from './draft.ts';
import { noteCard } from './promise-cards.ts';
import { button, member, moment, named, text, typed, type View } from './view.ts';
import { words } from './words.ts';

/** Said in the thread when authority was asked. */
export function askMadeCard(view: View, ask: Ask, standing: boolean): Card {
  const heading = [named(view, ask.askedBy), text(words.ask.made), typed(ask.need)];
  if (!standing) {
    return noteCard([
      ...heading,
      text('. '),
      text(ask.status === 'withdrawn' ? words.ask.ended : words.ask.over),
    ]);
  }
  const called = ask.status === 'open' ? ask.climb.calls.at(-1)?.holderId : undefined;
  const calls: Inline[] = called === undefined ? [] : [member(view, called), text(words.risk_card.calling)];
  return {
    tone: 'attention',
    heading,
    blocks: [...askBlocks(view, ask), { b: 'note', line: calls }],
    actions: [],
  };
}

/** The answer, said in the thread, with the words for the customer. */
export function askDecidedCard(view: View, ask: Ask): Card {
  if (ask.status !== 'decided') {
    return noteCard([typed(ask.need), text('. '), text(words.ask.open)]);
  }
  const { answer } = ask;
  const rows = [{ label: words.call.need, value: [typed(ask.need)] }];
  if (answer.answer === 'approved within') {
    rows.push({ label: words.ask.limit, value: [typed(answer.limit)] });
  }
  if (answer.answer === 'another option' || answer.answer === 'declined') {
    rows.push({ label: words.ask.option, value: [typed(answer.option)] });
  }
  if (answer.answer === 'declined') {
    rows.push({ label: words.ask.reason, value: [typed(answer.reason)] });
  } else if (answer.note !== '') {
    rows.push({ label: words.ask.note, value: [typed(answer.note)] });
  }
  return {
    tone: answer.answer === 'declined' ? 'attention' : 'good',
    heading: [named(view, ask.decidedBy), text(words.ask.decided[answer.answer])],
    blocks: [
      { b: 'facts', rows },
      { b: 'text', line: [member(view, ask.askedBy), text(words.ask.forYou)] },
      answerDraft(view, ask),
    ],
    actions: [],
  };
}

/** What is asked, by when, with the options and the recommendation. */
export function askBlocks(view: View, ask: Ask): Block[] {
  const rows = [
    { label: words.call.need, value: [typed(ask.need)] },
    { label: words.ask.by.trim(), value: [moment(view, ask.by)] },
    { label: words.call.askedBy, value: [member(view, ask.askedBy)] },
  ];
  if (ask.money !== null) {
    rows.push({ label: words.call.amount, value: [text(`${ask.money} ${view.team.workspace.currency}`)] });
  }
  if (ask.days !== null) {
    rows.push({ label: words.call.days, value: [text(String(ask.days))] });
  }
  if (ask.options !== '') {
    rows.push({ label: words.call.options, value: [typed(ask.options)] });
  }
  if (ask.recommendation !== '') {
    rows.push({ label: words.call.recommendation, value: [typed(ask.recommendation)] });
  }
  return [{ b: 'facts', rows }];
}

/** What an authority holder may answer. There is no bare no among them. */
export function decisionActions(subject: Subject): Action[] {
  return [
    button('approve', subject, 'primary'),
    button('approve within', subject),
    button('another option', subject),
    button('decline', subject),
    button('not mine', subject),
  ];
}
