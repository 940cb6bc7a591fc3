import type { CaseRow, PromiseRow } from '../app/store.ts';
import { isUnsettled } from '../domain/care-promise.ts';
import { promiseOf } from '../domain/case-file.ts';
import type { Instant } from '../domain/instant.ts';
import type { Team } from '../domain/people.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Block, Card, Inline } from './card.ts';
import { caseCard } from './case-card.ts';
import { timelineLine } from './timeline-words.ts';
import { button, link, member, moment, strong, subjectOf, text, typed, type View } from './view.ts';
import { words } from './words.ts';

const w = words.list;
type Item = Extract<Block, { b: 'list' }>['items'][number];
/** More than this many are counted, not shown. Surfaces that hold fewer show them in pages. */
const SHOWN = 100;

/** *My promises*: the soonest first; and the cases of one's own that still want one. */
export function mineCard(rows: readonly PromiseRow[], team: Team, waiting: readonly CaseRow[] = []): Card {
  const promised = rows.map((row) => promiseItem(row, team));
  return listCard(w.mine, w.mineNone, [...promised, ...waiting.map((row) => waitingItem(row, team))]);
}

/** What is at risk or broken, and the cases nobody has promised anything for. */
export function atRiskCard(rows: readonly PromiseRow[], waiting: readonly CaseRow[], team: Team): Card {
  const risky = rows.map((row) => promiseItem(row, team));
  return listCard(w.atRisk, w.atRiskNone, [...risky, ...waiting.map((row) => waitingItem(row, team))]);
}

/** The care cases, open ones first. */
export function casesCard(rows: readonly CaseRow[], team: Team): Card {
  const items = rows.map(({ file, customer }): Item => {
    const first = file.promises.filter(isUnsettled).toSorted((a, b) => a.followUpAt - b.followUpAt)[0];
    if (first !== undefined) {
      return promiseItem({ file, customer, promiseId: first.id }, team);
    }
    return file.case.status === 'open'
      ? waitingItem({ file, customer }, team)
      : { ...caseItem({ file, customer }), detail: [text(words.card.closed)], tone: 'good' };
  });
  return listCard(w.all, w.allNone, items);
}

/** The board: what is at risk now, whose, and how long is left; then all that was promised. */
export function boardCard(
  parts: {
    troubled: readonly PromiseRow[];
    promises: readonly PromiseRow[];
    waiting: readonly CaseRow[];
    unsaid: readonly { number: number; error: string; at: Instant }[];
    disconnected: readonly { name: string }[];
  },
  team: Team,
): Card {
  const { troubled, promises, waiting, unsaid, disconnected } = parts;
  const risk = atRiskCard(troubled, waiting, team);
  const rest = promises.filter((row) => !isTrouble(row)).map((row) => promiseItem(row, team));
  const away = disconnected.map(
    ({ name }): Block => ({
      b: 'text',
      line: [strong(w.disconnected), typed(name), text(w.reconnect)],
    }),
  );
  const unsaidBlocks: Block[] = unsaid.map(({ number, error }) => ({
    b: 'text',
    line: [strong(w.unsaid), text(words.card.number(number)), text(', '), typed(error)],
  }));
  return {
    tone: unsaid.length + away.length > 0 ? 'urgent' : risk.tone,
    heading: risk.heading,
    blocks: [
      ...away,
      ...unsaidBlocks,
      ...risk.blocks,
      { b: 'text', line: [strong(w.open)] },
      ...listCard(w.open, w.openNone, rest).blocks,
    ],
    actions: [],
  };
}

/** A case with its timeline, and its address where it has one. */
export function showCard(view: View, timeline: readonly TimelineEvent[], url: string | null): Card {
  const card = caseCard(view);
  const address: Block[] = url === null ? [] : [{ b: 'note', line: [text(words.show.link), link(url, url)] }];
  const items = timeline.map(
    (event): Item => ({
      line: timelineLine(view, event),
      detail: [moment(view, event.at)],
      tone: 'calm',
      actions: [],
    }),
  );
  const heading: Block = { b: 'text', line: [strong(words.show.timeline)] };
  return {
    ...card,
    blocks: [...card.blocks, heading, { b: 'list', items }, ...address],
    actions: [...card.actions, button('go', subjectOf(view.file.case))],
  };
}

function listCard(heading: string, none: string, items: readonly Item[]): Card {
  const more = items.length - SHOWN;
  const blocks: Block[] =
    items.length === 0 ? [{ b: 'text', line: [text(none)] }] : [{ b: 'list', items: items.slice(0, SHOWN) }];
  if (more > 0) {
    blocks.push({ b: 'note', line: [text(w.more(more))] });
  }
  const isUrgent = items.some(({ tone }) => tone === 'urgent');
  return { tone: isUrgent ? 'urgent' : 'calm', heading: [text(heading)], blocks, actions: [] };
}

function promiseItem(row: PromiseRow, team: Team): Item {
  const { file, customer, promiseId } = row;
  const promise = promiseOf(file, promiseId);
  const item = caseItem(row);
  if (promise === undefined) {
    return item;
  }
  const broken = promise.status === 'broken';
  const risky = promise.status === 'live' && promise.risk !== null;
  const subject = subjectOf(file.case, { promiseId });
  const detail: Inline[] = [
    typed(promise.action),
    text('; '),
    member({ team }, promise.ownerId),
    text(w.owner),
    text(broken ? w.broken : w.due),
    moment({ customer }, promise.followUpAt),
  ];
  const called = promise.status === 'live' || promise.status === 'broken' ? promise.climb : null;
  const nobody: Inline[] = called?.status === 'nobody' ? [text('. '), strong(words.nobody.text)] : [];
  return {
    line: item.line,
    detail: [...detail, ...nobody],
    tone: broken ? 'urgent' : risky ? 'attention' : 'calm',
    actions: [button('keep', subject), button('move', subject), ...item.actions],
  };
}

function waitingItem(row: CaseRow, team: Team): Item {
  const { file, customer } = row;
  const item = caseItem(row);
  const waiting = file.case.status === 'open' ? file.case.waiting : null;
  const since: Inline[] = waiting === null ? [] : [text(w.since), moment({ customer }, waiting.since)];
  const owner: Inline[] = file.case.ownerId === null ? [] : [text('; '), member({ team }, file.case.ownerId)];
  return {
    line: item.line,
    detail: [text(w.waiting), ...since, ...owner],
    tone: waiting?.climb ? 'urgent' : 'attention',
    actions: [button('promise', subjectOf(file.case)), ...item.actions],
  };
}

function caseItem({ file, customer }: CaseRow): Item {
  const { number, title } = file.case;
  return {
    line: [strong(`#${number} `), typed(customer.name), text(': '), typed(title)],
    detail: [],
    tone: 'calm',
    actions: [button('go', subjectOf(file.case))],
  };
}

function isTrouble({ file, promiseId }: PromiseRow): boolean {
  const promise = promiseOf(file, promiseId);
  return promise?.status === 'broken' || (promise?.status === 'live' && promise.risk !== null);
}
