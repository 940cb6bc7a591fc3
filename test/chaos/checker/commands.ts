import type { TimelineEvent } from '../../../src/domain/timeline.ts';
import { TOLERANCE_MS } from './messages.ts';
import type { CommandRecord, Recording } from './recording.ts';
import type { Finding } from './verdict.ts';

type Kind = TimelineEvent['what']['kind'];

/** What a command leaves in the timeline, once. Opening leaves a case. */
const LEAVES: Record<string, Kind> = {
  promise: 'promised',
  keep: 'kept',
  move: 'moved',
  withdraw: 'withdrawn',
  ask: 'asked',
  approve: 'decided',
  'approve within': 'decided',
  'another option': 'decided',
  decline: 'decided',
  close: 'closed',
};

export type CommandCounts = {
  done: number;
  rejected: number;
  'taken in': number;
  unknown: number;
  found: number;
};

/** Holds what people did, and were told of it, against what is on record: nothing lost, nothing done twice. */
export function checkCommands(recording: Recording): { findings: Finding[]; counts: CommandCounts } {
  const findings: Finding[] = [];
  const counts: CommandCounts = { done: 0, rejected: 0, 'taken in': 0, unknown: 0, found: 0 };
  const records = new Map(
    recording.tenants.map(({ workspaceId }) => [workspaceId, traces(recording, workspaceId)]),
  );
  for (const command of recording.commands) {
    counts[command.outcome] += 1;
    const { marker, what, outcome, sentAt, ackedAt, tries } = command;
    if (marker === null || (what !== 'open' && LEAVES[what] === undefined)) {
      continue;
    }
    const found = (records.get(command.workspaceId) ?? []).filter(
      (trace) => trace.of === (LEAVES[what] ?? 'opened') && trace.words.includes(marker),
    );
    counts.found += Math.min(found.length, 1);
    const add = (verdict: Finding['verdict'], said: string, details: object = {}) =>
      findings.push({
        verdict,
        what: said,
        connection: command.connection,
        caseId: command.caseId,
        about: `command ${command.id}`,
        at: sentAt,
        details: { command, found, ...details },
      });
    const [first] = found;
    if (found.length > 1)
      add('doubled', `What was done once (${what}) was carried out ${found.length} times`);
    if (first === undefined) {
      if (outcome === 'done') add('lost', `Kept said that it was done (${what}), and it is not on record`);
      continue;
    }
    if (outcome === 'rejected' && tries === 1) {
      add('not by the plan', `Kept said no (${what}), and did it`);
    }
    if (first.at < sentAt - TOLERANCE_MS) {
      add('early', `It is on record (${what}) ${sentAt - first.at} ms before it was done`);
    }
    if (outcome === 'done' && ackedAt !== null && first.at > ackedAt + TOLERANCE_MS) {
      add(
        'not by the plan',
        `It is on record (${what}) ${first.at - ackedAt} ms after Kept said that it was done`,
      );
    }
  }
  return { findings, counts };
}

type Trace = { of: Kind; at: number; words: string; caseId: string };

function traces({ kept }: Recording, workspaceId: string): Trace[] {
  return kept.cases
    .filter((one) => one.workspaceId === workspaceId)
    .flatMap((one) => [
      { of: 'opened' as const, at: one.case.openedAt, words: one.case.title, caseId: one.case.id },
      ...one.timeline.flatMap(({ at, what }): Trace[] => {
        // A move makes a new promise of the same words.
        const isMoved =
          what.kind === 'promised' &&
          one.promises.some(({ id, movedFrom }) => id === what.promiseId && movedFrom !== null);
        return isMoved || what.kind === 'opened'
          ? []
          : [{ of: what.kind, at, words: JSON.stringify(what), caseId: one.case.id }];
      }),
    ]);
}

/** The follow-up time that was asked for, where it was given as so many seconds from then. */
export function checkTimes(recording: Recording): Finding[] {
  return recording.commands.flatMap((command: CommandRecord): Finding[] => {
    const { what, marker, values, sentAt, ackedAt, outcome, workspaceId } = command;
    const [, seconds] = /^in (\d+) seconds$/u.exec(values[what === 'move' ? 'to' : 'followUp'] ?? '') ?? [];
    const kind = what === 'move' ? 'moved' : 'promised';
    if (marker === null || seconds === undefined || outcome !== 'done' || ackedAt === null) {
      return [];
    }
    const happened = recording.kept.cases
      .filter((one) => one.workspaceId === workspaceId)
      .flatMap(({ timeline }) => timeline)
      .flatMap(({ what: one }) =>
        one.kind === kind && JSON.stringify(one).includes(marker) && 'followUpAt' in one
          ? [one.followUpAt]
          : [],
      )[0];
    const ms = Number(seconds) * 1_000;
    const isRight =
      happened === undefined ||
      (happened >= sentAt + ms - TOLERANCE_MS && happened <= ackedAt + ms + TOLERANCE_MS);
    return isRight
      ? []
      : [
          {
            verdict: happened < sentAt + ms ? 'early' : 'late',
            what: `“in ${seconds} seconds” was read as ${new Date(happened).toISOString()}`,
            connection: command.connection,
            caseId: command.caseId,
            about: `command ${command.id}`,
            at: sentAt,
            details: { command },
          },
        ];
  });
}
