import { MemberId } from '../../../src/domain/ids.ts';
import type { Team } from '../../../src/domain/people.ts';
import { defaultPolicy, type Policy } from '../../../src/domain/policy.ts';
import { type CommandCounts, checkCommands, checkTimes } from './commands.ts';
import { disturbances } from './disturbances.ts';
import { compare, type Lateness, type TeamsDoubles } from './messages.ts';
import type { Recording, Snapshot } from './recording.ts';
import { type Expected, replay, type Sign } from './replay.ts';
import { checkStanding, checkState } from './standing.ts';
import { mixedUp } from './tenants.ts';
import type { Finding } from './verdict.ts';

export type Checked = {
  findings: Finding[];
  lateness: Lateness[];
  /** From the time of each alarm to what was decided at it. */
  wakes: { ms: number; disturbed: boolean }[];
  commands: CommandCounts;
  teamsDoubles: TeamsDoubles;
  otherWay: number;
  counts: { cases: number; promises: number; asks: number; expected: number; arrived: number };
};

/** Judges a run: everything said once, in time, in order and to whom it concerns; everything done once. */
export function check(recording: Recording): Checked {
  const { kept, endedAt, commands } = recording;
  const trouble = disturbances(recording.faults);
  const people = new Map(kept.workspaces.map((one) => [one.workspace.id as string, one]));
  const policyOf = (id: string): Policy => people.get(id)?.policy ?? defaultPolicy;
  const expected: Expected[] = [];
  const findings: Finding[] = [];
  const wakes: Checked['wakes'] = [];
  const unexplained = new Set<string>();
  for (const one of kept.cases) {
    const workspace = people.get(one.workspaceId);
    if (workspace === undefined) {
      throw new Error('A case is of a workspace that is not there');
    }
    const signs: Sign[] = commands
      .filter(({ workspaceId, caseId }) => workspaceId === one.workspaceId && caseId === one.case.id)
      .flatMap(({ memberId, sentAt, ackedAt }) =>
        [sentAt, ackedAt].flatMap((at) => (at === null ? [] : [{ at, by: MemberId.parse(memberId) }])),
      )
      .toSorted((a, b) => a.at - b.at);
    const replayed = replay(one, { team: teamOf(workspace), policy: workspace.policy }, signs, {
      endedAt,
      graceAt: (dueAt) => trouble.latestFor(dueAt) - dueAt,
    });
    expected.push(...replayed.expected);
    findings.push(...replayed.findings);
    for (const { dueAt, decidedAt } of replayed.wakes) {
      wakes.push({ ms: decidedAt - dueAt, disturbed: trouble.isDisturbed(dueAt, decidedAt) });
    }
    if (replayed.findings.every(({ verdict }) => verdict !== 'not by the plan')) {
      findings.push(...checkState(one, replayed.files));
    } else {
      unexplained.add(one.case.id);
    }
  }
  const compared = compare(recording, expected, trouble, unexplained);
  const done = checkCommands(recording);
  findings.push(
    ...compared.findings,
    ...mixedUp(recording),
    ...done.findings,
    ...checkTimes(recording),
    ...checkStanding(recording, policyOf, trouble),
  );
  return {
    findings: findings.toSorted((a, b) => a.at - b.at),
    lateness: compared.lateness,
    wakes,
    commands: done.counts,
    teamsDoubles: compared.teamsDoubles,
    otherWay: compared.otherWay,
    counts: {
      cases: kept.cases.length,
      promises: kept.cases.reduce((sum, { promises }) => sum + promises.length, 0),
      asks: kept.cases.reduce((sum, { asks }) => sum + asks.length, 0),
      expected: expected.length,
      arrived: recording.arrivals.filter(({ key }) => key !== null).length,
    },
  };
}

function teamOf({ workspace, members }: Snapshot['workspaces'][number]): Team {
  return {
    workspace,
    members: new Map(members.map((member) => [member.id, member])),
    calendarOf: ({ zone }) => ({ zone, days: workspace.week, holidays: workspace.closedDays }),
  };
}
