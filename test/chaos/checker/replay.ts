import { type CaseFile, nextAlarm } from '../../../src/domain/case-file.ts';
import { type Command, type Decided, decide, open } from '../../../src/domain/decide.ts';
import type { MemberId } from '../../../src/domain/ids.ts';
import type { Instant } from '../../../src/domain/instant.ts';
import type { Team } from '../../../src/domain/people.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { Audience, Say } from '../../../src/domain/say.ts';
import type { TimelineEvent } from '../../../src/domain/timeline.ts';
import { doingsIn, momentsOf } from './commands-of.ts';
import { type Grace, lateRests } from './late-rests.ts';
import { plannedAt } from './planned-at.ts';
import type { Snapshot } from './recording.ts';
import type { Finding } from './verdict.ts';

type Case = Snapshot['cases'][number];

/** A message that has to arrive. */
export type Expected = {
  key: string;
  caseId: string;
  to: Audience;
  say: Say;
  /** By the plan; of what follows a command the moment of that. */
  dueAt: Instant;
  /** When it was decided. */
  decidedAt: Instant;
  /** Whether the clock had it said, and not somebody's doing. */
  byPlan: boolean;
  /** Its place among all that the case has to say. */
  order: number;
};

/** A chance that somebody gave a sign of life that the timeline needn't show: a press, or words in the thread. */
export type Sign = { at: Instant; by: MemberId };

export type Replayed = {
  expected: Expected[];
  findings: Finding[];
  /** How late each wake was decided, beside its plan. */
  wakes: { dueAt: Instant; decidedAt: Instant; caseId: string }[];
  /** How the case may stand in the end. */
  files: CaseFile[];
};

/**
 * Plays a case again through the domain, from its opening on. The timeline gives the moments; what the domain
 * decides at them has to be what the timeline says, entry for entry, and what it says then has to be sent. Between
 * two moments nothing may have come due for longer than `graceAt` gives for that time.
 */
export function replay(
  careCase: Case,
  context: { team: Team; policy: Policy },
  signs: readonly Sign[],
  until: Grace & { endedAt: Instant },
): Replayed {
  const { case: doc } = careCase;
  const caseId = doc.id;
  const expected: Expected[] = [];
  const findings: Finding[] = [];
  const wakes: Replayed['wakes'] = [];
  const moments = momentsOf(careCase.timeline);
  const first = moments[0] ?? [];
  const finding = (verdict: Finding['verdict'], what: string, at: Instant, details: object) =>
    findings.push({
      verdict,
      what,
      connection: doc.place.connection,
      caseId,
      about: null,
      at,
      details: { title: doc.title, ...details },
    });

  const take = (decided: Decided, before: CaseFile | null, at: Instant, isWake: boolean) => {
    for (const message of decided.messages) {
      if (message.op === 'post') {
        const { key, to, say } = message;
        const planned =
          isWake && before !== null ? plannedAt(before, decided.file, say, context.policy) : null;
        expected.push({
          key,
          caseId,
          to,
          say,
          dueAt: planned ?? at,
          decidedAt: at,
          byPlan: isWake,
          order: expected.length,
        });
      }
    }
  };

  const opened = open(doc, { ...context, now: first[0]?.at ?? doc.openedAt, by: doc.openedBy });
  // What somebody did within the same millisecond is a moment of its own.
  const [atOnce, since] = [first.slice(0, opened.events.length), first.slice(opened.events.length)];
  if (!isSame(opened.events, atOnce)) {
    finding('not by the plan', 'A case was not opened as it should be', doc.openedAt, {
      timeline: first,
      domain: opened.events,
    });
  }
  take(opened, null, doc.openedAt, false);
  let file = opened.file;
  let before = doc.openedAt;

  for (const moment of [...(since.length > 0 ? [since] : []), ...moments.slice(1)]) {
    const at = moment[0]?.at ?? before;
    const step = explain(careCase, file, moment, {
      ...context,
      signs,
      since: before,
      graceAt: until.graceAt,
    });
    if (step === null) {
      finding('not by the plan', 'The timeline says what the domain would not have decided', at, {
        timeline: moment,
        domain: decide(file, { do: 'wake' }, { ...context, now: at, by: null }),
        promises: file.promises,
      });
      return { expected, findings, wakes, files: [file] };
    }
    for (const { decided, from, isWake, now } of step) {
      if (isWake) {
        const due = nextAlarm(from, context.policy);
        if (due !== null) wakes.push({ dueAt: due, decidedAt: now, caseId });
        if (due !== null && due > now) finding('early', 'Looked at before its time', now, { due });
      } else {
        overslept(from, now);
      }
      take(decided, from, now, isWake);
      file = decided.file;
    }
    before = at;
  }
  const rested = restedUntil(file, until.endedAt, context);
  overslept(rested.at(-1) ?? file, until.endedAt);
  // Of a round that was over just before the end it needn't have been noticed yet.
  const files = rested.filter((state, index) => {
    const due = nextAlarm(state, context.policy) ?? until.endedAt;
    return index === rested.length - 1 || due + until.graceAt(due) >= until.endedAt;
  });
  return { expected, findings, wakes, files };

  /** What came due long before `now`, and nothing was said of it. */
  function overslept(state: CaseFile, now: Instant) {
    const rested = restedUntil(state, now, context).at(-1) ?? state;
    const due = nextAlarm(rested, context.policy);
    if (due !== null && due + until.graceAt(due) < now) {
      finding('lost', 'What was due has not happened', due, {
        due: new Date(due).toISOString(),
        waitedMs: now - due,
        would: wouldSay(rested, due),
      });
    }
  }

  function wouldSay(state: CaseFile, now: Instant) {
    const decided = decide(state, { do: 'wake' }, { ...context, now, by: null });
    return decided.ok ? decided.events.map(({ what }) => what) : [];
  }
}

type Step = { decided: Decided; from: CaseFile; now: Instant; isWake: boolean };

/** How the domain comes to these entries: by a wake, a command, both at once, or after a sign that left none. */
function explain(
  careCase: Case,
  file: CaseFile,
  moment: readonly TimelineEvent[],
  context: Grace & { team: Team; policy: Policy; signs: readonly Sign[]; since: Instant },
): Step[] | null {
  const now = moment[0]?.at ?? 0;
  const { team, policy } = context;
  const wake: Attempt = { command: { do: 'wake' }, by: null };
  const doings = doingsIn(careCase, moment);
  const ways: Attempt[][] = [
    ...(doings.length === 0 ? [[wake]] : []),
    ...doings.map((doing) => [doing]),
    ...doings.flatMap((doing) => [
      [wake, doing],
      [doing, wake],
    ]),
    ...doings.flatMap((one) => doings.filter((other) => other !== one).map((other) => [one, other])),
    ...(doings.length > 0 ? [[wake]] : []),
  ];
  const hidden = context.signs.filter(({ at }) => at >= context.since - 1_000 && at <= now);
  const rested = restedUntil(file, now, { team, policy }).toReversed();
  const starts = [...rested];
  for (const { at, by } of hidden) {
    for (const one of rested) {
      const signed = decide(one, { do: 'sign' }, { team, policy, now: Math.max(at, context.since), by });
      // One that leaves a trace would stand in the timeline.
      if (signed.ok && signed.events.length === 0) {
        starts.push(...restedUntil(signed.file, now, { team, policy }));
      }
    }
  }
  for (const start of starts.concat(starts.flatMap((one) => lateRests(one, context)))) {
    for (const way of ways) {
      const steps = follow(start, way, { team, policy, now });
      if (
        steps !== null &&
        isSame(
          steps.flatMap(({ decided }) => decided.events),
          moment,
        )
      ) {
        return steps;
      }
    }
  }
  return null;
}

/** The states that a case may be in until then with nothing to be said, as when a round of its ladder is over. */
function restedUntil(file: CaseFile, now: Instant, context: { team: Team; policy: Policy }): CaseFile[] {
  const states = [file];
  for (let state = file; states.length < 50; ) {
    const due = nextAlarm(state, context.policy);
    const decided =
      due === null || due > now ? null : decide(state, { do: 'wake' }, { ...context, now: due, by: null });
    if (!decided?.ok || decided.events.length > 0 || decided.file === state) break;
    state = decided.file;
    states.push(state);
  }
  return states;
}

type Attempt = { command: Command; by: MemberId | null };

function follow(
  file: CaseFile,
  way: readonly Attempt[],
  context: { team: Team; policy: Policy; now: Instant },
): Step[] | null {
  const steps: Step[] = [];
  let state = file;
  for (const { command, by } of way) {
    const decided = decide(state, command, { ...context, by });
    if (!decided.ok) return null;
    steps.push({ decided, from: state, now: context.now, isWake: command.do === 'wake' });
    state = decided.file;
  }
  return steps;
}

function isSame(domain: readonly TimelineEvent[], timeline: readonly TimelineEvent[]): boolean {
  // In what order one decision looks at the promises of a case is nobody's concern.
  const lines = (events: readonly TimelineEvent[]) =>
    events.map(({ by, what }) => JSON.stringify([by, sorted(what)])).toSorted();
  return JSON.stringify(lines(domain)) === JSON.stringify(lines(timeline));
}

/** JSON with its names in order: Postgres keeps them in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
