import type { Disturbances } from './disturbances.ts';
import type { Arrival, OutboxLine, Place, Recording } from './recording.ts';
import type { Expected } from './replay.ts';
import type { Finding } from './verdict.ts';

/** Reading one clock in two processes. */
export const TOLERANCE_MS = 100;
/** What may keep the very process that sent something from noting that it arrived. */
const TEARS_ONE = new Set([
  'kill -9',
  'freeze',
  'freeze past the lease',
  'cut Postgres',
  'black hole to Postgres',
]);
/** What may keep any process from it. */
const TEARS_ALL = new Set(['restart Postgres', 'fail Postgres over']);
/** A lease: what hasn't been noted by then is said again. */
const NOTED_WITHIN_MS = 30_000;

/** How late something arrived, in ms beside the plan, and whether anything was broken meanwhile. */
export type Lateness = { ms: number; disturbed: boolean; key: string; byPlan: boolean };

/** Doubles in Teams that may be: whose answer the end saw cut, and by the fault that tore away who had sent it. */
export type TeamsDoubles = { afterCut: number; torn: Record<string, number> };

export type Compared = {
  findings: Finding[];
  lateness: Lateness[];
  teamsDoubles: TeamsDoubles;
  otherWay: number;
};

/** Holds what arrived against what had to. Of `unexplained` cases it isn't known what else had to be said. */
export function compare(
  recording: Recording,
  expected: readonly Expected[],
  trouble: Disturbances,
  unexplained: ReadonlySet<string>,
): Compared {
  const compared: Compared = {
    findings: [],
    lateness: [],
    teamsDoubles: { afterCut: 0, torn: {} },
    otherWay: 0,
  };
  const placeOf = new Map(recording.tenants.map((place) => [place.connection, place]));
  const caseOf = new Map(recording.kept.cases.map((one) => [one.case.id as string, one]));
  const outbox = new Map(recording.kept.outbox.map((line) => [line.key, line]));
  const byKey = new Map<string, Arrival[]>();
  for (const arrival of recording.arrivals) {
    if (arrival.key !== null) {
      byKey.set(arrival.key, [...(byKey.get(arrival.key) ?? []), arrival]);
    }
  }
  const add = (
    verdict: Finding['verdict'],
    what: string,
    { key, caseId, at }: { key: string; caseId: string | null; at: number },
    details: Record<string, unknown>,
  ) => {
    const found = caseId === null ? undefined : caseOf.get(caseId);
    compared.findings.push({
      verdict,
      what,
      connection: found?.case.place.connection ?? null,
      caseId,
      about: key,
      at,
      details: { title: found?.case.title, ...details, outbox: outbox.get(key) ?? null },
    });
  };

  const known = new Set<string>();
  for (const one of expected) {
    known.add(one.key);
    const { key, caseId, dueAt } = one;
    const arrived = byKey.get(key) ?? [];
    const [first] = arrived;
    const careCase = caseOf.get(caseId)?.case;
    if (first === undefined) {
      if (isUnderWay(one, recording.endedAt, outbox.get(key), trouble)) continue;
      add(
        'lost',
        'It has to be said, and never arrived',
        { key, caseId, at: dueAt },
        { expected: one, faults: trouble.during(dueAt, dueAt + 60_000) },
      );
      continue;
    }
    if (first.at < dueAt - TOLERANCE_MS) {
      const how = { early: dueAt - first.at, expected: one, arrived: timesOf(arrived) };
      add('early', `It arrived ${dueAt - first.at} ms before its time`, { key, caseId, at: first.at }, how);
    }
    const ms = first.at - dueAt;
    const disturbed = trouble.isDisturbed(dueAt, first.at);
    compared.lateness.push({ ms, disturbed, key, byPlan: one.byPlan });
    const latest = trouble.latestFor(dueAt);
    if (first.at > latest) {
      const faults = trouble.during(dueAt, first.at);
      add(
        'late',
        `It arrived ${ms} ms after its time, and may ${latest - dueAt}`,
        { key, caseId, at: dueAt },
        { expected: one, arrived: timesOf(arrived), disturbed, faults },
      );
    }
    for (const arrival of arrived) {
      if (careCase !== undefined && arrival.connection !== careCase.place.connection) {
        add(
          'wrong tenant',
          `It is ${careCase.place.connection}’s, and arrived in ${arrival.connection}`,
          { key, caseId, at: arrival.at },
          { arrival: { ...arrival, payload: arrival.payload.slice(0, 500) } },
        );
      }
    }
    const place = placeOf.get(first.connection);
    if (
      careCase !== undefined &&
      place !== undefined &&
      !isThere(one, first, careCase.place.channel, place)
    ) {
      if ((outbox.get(key)?.tried ?? 0) > 0) compared.otherWay += 1;
      else {
        add(
          'not by the plan',
          'It arrived elsewhere than it should',
          { key, caseId, at: first.at },
          { expected: one, where: first.where },
        );
      }
    }
    doubles(one, arrived);
  }
  for (const [key, [first]] of byKey) {
    if (!known.has(key) && first !== undefined) {
      const caseId = caseOf.has(key.slice(0, 36)) ? key.slice(0, 36) : null;
      if ((caseId !== null && unexplained.has(caseId)) || first.at > recording.endedAt) continue;
      const { payload, ...rest } = first;
      add(
        'not by the plan',
        'It was said, and nothing asks for it',
        { key, caseId, at: first.at },
        { arrival: rest, payload: payload.slice(0, 500) },
      );
    }
  }
  order(expected, byKey, add);
  return compared;

  function doubles({ key, caseId }: Expected, arrived: readonly Arrival[]) {
    const [first, ...more] = arrived;
    if (first === undefined || more.length === 0) {
      return;
    }
    const end = placeOf.get(first.connection)?.end;
    if (end === 'teams') {
      const unexplained = more.filter((again, index) => {
        const before = arrived[index] ?? first;
        const tear = before.isCut ? null : recording.faults.find((fault) => tore(fault, before, again.at));
        if (tear === undefined) return true;
        const { teamsDoubles } = compared;
        if (tear === null) teamsDoubles.afterCut += 1;
        else teamsDoubles.torn[tear.name] = (teamsDoubles.torn[tear.name] ?? 0) + 1;
        return false;
      });
      if (unexplained.length === 0) {
        return;
      }
    }
    add(
      'doubled',
      `It stands there ${arrived.length} times`,
      { key, caseId, at: more[0]?.at ?? first.at },
      { arrived: timesOf(arrived), faults: trouble.during(first.at, more.at(-1)?.at ?? first.at) },
    );
  }
}

/** Whether it hit who sent that, after it was taken in and before that could be noted. */
function tore(
  { name, hits, begin, end }: Recording['faults'][number],
  accepted: Arrival,
  again: number,
): boolean {
  const isTheirs = TEARS_ALL.has(name) || (TEARS_ONE.has(name) && hits === accepted.by);
  const until = Math.min(again, accepted.at + NOTED_WITHIN_MS);
  return isTheirs && begin <= until && end >= accepted.at;
}

/** Whether it was decided so late that it may still arrive: it is owed, and its time isn't over. */
function isUnderWay(
  { decidedAt }: Expected,
  endedAt: number,
  line: OutboxLine | undefined,
  trouble: Disturbances,
): boolean {
  if (decidedAt >= endedAt) return true;
  if (line === undefined) return false;
  if (line.sentAt !== null) return line.sentAt >= endedAt - 1_000;
  return line.unsaidAt === null && trouble.latestFor(decidedAt) >= endedAt;
}

/** Whether it stands where it was to be said. */
function isThere({ to, key }: Expected, { where }: Arrival, channel: string, place: Place): boolean {
  switch (to.kind) {
    case 'channel':
      return (
        where.kind === 'channel' && where.id === channel && (where.thread === null || key.endsWith('/card'))
      );
    case 'thread':
      return where.kind === 'channel' && where.id === channel && where.thread !== null;
    case 'member':
      return where.kind === 'direct' && place.people[to.memberId] === where.person;
    default:
      return false;
  }
}

/** In each place, what is said of one promise, one ask or the case itself stands in the order in which it was decided. */
function order(
  expected: readonly Expected[],
  byKey: ReadonlyMap<string, readonly Arrival[]>,
  add: (
    verdict: Finding['verdict'],
    what: string,
    about: { key: string; caseId: string; at: number },
    details: Record<string, unknown>,
  ) => void,
): void {
  const lanes = new Map<string, { one: Expected; arrival: Arrival }[]>();
  for (const one of expected) {
    const arrival = byKey.get(one.key)?.[0];
    if (arrival === undefined) continue;
    const { where } = arrival;
    const spot = where.kind === 'direct' ? where.person : `${where.id}/${where.thread}`;
    const lane = `${one.caseId} ${subjectOf(one)} ${spot}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), { one, arrival }]);
  }
  for (const lane of lanes.values()) {
    const asPlanned = lane.toSorted((a, b) => a.one.order - b.one.order);
    for (const [index, later] of asPlanned.entries()) {
      const earlier = asPlanned[index - 1];
      if (earlier !== undefined && earlier.arrival.at > later.arrival.at) {
        add(
          'out of order',
          `It stands before ${earlier.one.key}, which was to be said first`,
          { key: later.one.key, caseId: later.one.caseId, at: later.arrival.at },
          { earlier: { key: earlier.one.key, at: earlier.arrival.at }, later: later.arrival.at },
        );
      }
    }
  }
}

/** What a message is about: the part of its key behind the case. */
function subjectOf({ key }: Expected): string {
  const [, first = ''] = key.split('/');
  return first.length === 36 ? first : 'case';
}

function timesOf(arrivals: readonly Arrival[]) {
  return arrivals.map(({ at, ref, isCut, by }) => ({ at: new Date(at).toISOString(), ref, isCut, by }));
}
