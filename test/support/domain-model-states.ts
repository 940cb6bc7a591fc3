import type { CaseFile } from '../../src/domain/case-file.ts';
import type { Climb } from '../../src/domain/climb.ts';
import { civilOf, weekdayOf } from '../../src/domain/instant.ts';
import { berlin } from './domain-fixtures.ts';
import type { State } from './domain-model.ts';

/** What is found in a state, by kind. */
export function statusesOf({ case: careCase, promises, asks }: CaseFile): string[] {
  return [
    `case: ${careCase.status}`,
    ...(careCase.status === 'open' && careCase.waiting ? [`waiting: ${careCase.waiting.why}`] : []),
    ...promises.map((one) => `promise: ${one.status}`),
    ...promises.flatMap((one) => (one.status === 'live' && one.risk ? [`risk: ${one.risk.why}`] : [])),
    ...promises.flatMap((one) =>
      one.status === 'broken' && one.settled ? [`settled: ${one.settled.how}`] : [],
    ),
    ...asks.map((ask) => `ask: ${ask.status}`),
    ...asks.flatMap((ask) => (ask.status === 'decided' ? [`answer: ${ask.answer.answer}`] : [])),
    ...[
      ...promises.flatMap((one) => ('climb' in one && one.climb ? [one.climb] : [])),
      ...asks.flatMap((ask) => (ask.status === 'open' ? [ask.climb] : [])),
    ].map((climb) => `climb: ${climb.status}`),
  ];
}

/** What of a state a decision looks at, coarsely: where it is, not when it came there. */
export function abstraction({ file, team, now }: Pick<State, 'file' | 'team' | 'now'>): string {
  const { hour } = civilOf(now, berlin);
  const climb = (one: Climb | null) =>
    one && [one.status, Math.min(one.round, 3), one.calls.filter((call) => call.round === one.round).length];
  const { case: careCase } = file;
  return JSON.stringify([
    careCase.status,
    careCase.ownerId,
    careCase.status === 'open' && careCase.waiting
      ? [careCase.waiting.why, careCase.waiting.said, climb(careCase.waiting.climb)]
      : null,
    file.promises.map((one) => [
      one.status,
      one.kind,
      one.ownerId,
      one.followUpAt <= now,
      one.status === 'live' ? [one.said, one.risk?.why, climb(one.climb)] : null,
      one.status === 'broken' ? [climb(one.climb), one.settled?.how] : null,
    ]),
    file.asks.map((ask) => [
      ask.status,
      ask.by <= now,
      ask.status === 'open' ? [climb(ask.climb), ask.notMine] : null,
    ]),
    [...team.members.values()].map(({ active, absence, leadId }) => [active, absence === null, leadId]),
    weekdayOf(now, berlin) > 5 ? 'weekend' : hour < 8 || hour >= 20 ? 'night' : 'day',
    file.case.standing.map(({ say }) => say.what).toSorted(),
  ]);
}
