import { availableParallelism, loadavg } from 'node:os';
import type { Checked } from '../checker/check.ts';
import { STRAIN } from '../checker/disturbances.ts';
import type { Recording } from '../checker/recording.ts';
import type { Finding, Verdict } from '../checker/verdict.ts';
import type { KeptLogs } from '../rig/kept-logs.ts';

export type Run = {
  seed: number;
  minutes: number;
  webs: number;
  workers: number;
  recording: Recording;
  checked: Checked;
  logs: KeptLogs;
  /** What was not ready when all had been healed. */
  notCalm: string[];
};

const VERDICTS: readonly Verdict[] = [
  'lost',
  'doubled',
  'early',
  'late',
  'out of order',
  'wrong tenant',
  'not by the plan',
  'silent',
  'not drained',
];

export type Spread = { count: number; p50: number; p99: number; max: number };

/** The middle, the 99th of a hundred and the largest of some figures; zeros where there are none. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

/** The figures of a run, as `--json` writes them. */
export function figuresOf({ seed, minutes, recording, checked, logs, notCalm }: Run) {
  const lateness = (byPlan: boolean, disturbed: boolean) =>
    spreadOf(
      checked.lateness
        .filter((one) => one.byPlan === byPlan && one.disturbed === disturbed)
        .map(({ ms }) => Math.round(ms)),
    );
  return {
    seed,
    minutes,
    isClean: isClean({ checked, logs, notCalm }),
    findings: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, checked.findings.filter((one) => one.verdict === verdict).length]),
    ),
    ...checked.counts,
    commands: checked.commands,
    faults: countBy(saboteurs(recording).map(({ name }) => name)),
    seconds: Math.round((recording.endedAt - recording.begunAt) / 1_000),
    strainedSeconds: Math.round(
      recording.faults.reduce((sum, { name, begin, end }) => sum + (name === STRAIN ? end - begin : 0), 0) /
        1_000,
    ),
    teamsDoubles: checked.teamsDoubles,
    otherWay: checked.otherWay,
    latenessMs: {
      undisturbed: lateness(true, false),
      disturbed: lateness(true, true),
      answersUndisturbed: lateness(false, false),
      answersDisturbed: lateness(false, true),
    },
    wakesMs: {
      undisturbed: spreadOf(checked.wakes.flatMap(({ ms, disturbed }) => (disturbed ? [] : [ms]))),
      disturbed: spreadOf(checked.wakes.flatMap(({ ms, disturbed }) => (disturbed ? [ms] : []))),
    },
    crashes: logs.crashes.length,
    errors: logs.errors.map(({ msg, count }) => ({ msg, count })),
    notCalm,
  };
}

/** What was broken on purpose. */
function saboteurs({ faults }: Recording): Recording['faults'] {
  return faults.filter(({ name }) => name !== STRAIN);
}

/** Whether there is nothing to mend. */
export function isClean({ checked, logs, notCalm }: Pick<Run, 'checked' | 'logs' | 'notCalm'>): boolean {
  return checked.findings.length === 0 && logs.crashes.length === 0 && notCalm.length === 0;
}

/** A run in words, for people. */
export function reportOf(run: Run): string {
  const { recording, checked, logs, webs, workers } = run;
  const figures = figuresOf(run);
  const ms = ({ count, p50, p99, max }: Spread) => `p50 ${p50}, p99 ${p99}, max ${max} ms (${count})`;
  const { latenessMs, wakesMs } = figures;
  const counted = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none';
  return [
    `Chaos: seed ${run.seed}, ${run.minutes} minutes, ${webs} web and ${workers} worker processes and a console`,
    `Played: ${figures.cases} cases, ${figures.promises} promises, ${figures.asks} asks; commands: ${counted(checked.commands)}`,
    `Machine: ${availableParallelism()} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}; far too much to do in ${figures.strainedSeconds} of ${figures.seconds} s, which count as faults`,
    `Broken: ${saboteurs(recording).length} times (${counted(figures.faults)})`,
    `Messages: ${figures.expected} had to arrive, ${figures.arrived} arrived; ${checked.otherWay} by another way`,
    `Findings: ${counted(figures.findings)}`,
    `Doubled in Teams: ${checked.teamsDoubles.afterCut} after a cut answer, after the sender was torn away: ${counted(checked.teamsDoubles.torn)}`,
    `Lateness of what the clock says, calm: ${ms(latenessMs.undisturbed)}; under faults: ${ms(latenessMs.disturbed)}`,
    `Lateness of what follows a command, calm: ${ms(latenessMs.answersUndisturbed)}; under faults: ${ms(latenessMs.answersDisturbed)}`,
    `Lateness of the decisions alone, calm: ${ms(wakesMs.undisturbed)}; under faults: ${ms(wakesMs.disturbed)}`,
    `Crashes: ${logs.crashes.length}; log: ${counted(logs.counts)}`,
    ...logs.crashes.map(
      ({ name, exit, lastLines }) => `  ${name} ended (${exit}): ${lastLines.slice(-5).join(' | ')}`,
    ),
    ...logs.errors.map(({ msg, count, example }) => `  ${count} × ${msg}: ${example.slice(0, 600)}`),
    ...run.notCalm.map((trouble) => `  Not calm: ${trouble}`),
    ...checked.findings.slice(0, 25).map((finding) => findingLines(finding)),
    ...(checked.findings.length > 25 ? [`… and ${checked.findings.length - 25} more, in the recording`] : []),
    figures.isClean ? 'Clean.' : 'NOT CLEAN.',
  ].join('\n');
}

function findingLines({ verdict, what, connection, caseId, about, at, details }: Finding): string {
  const where = [connection, caseId, about].filter((one) => one !== null).join(' · ');
  return `\n${verdict.toUpperCase()} ${new Date(at).toISOString()} ${where}\n  ${what}\n  ${JSON.stringify(details).slice(0, 2_500)}`;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
