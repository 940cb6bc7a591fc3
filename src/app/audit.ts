import { z } from 'zod';
import type { CaseFile } from '../domain/case-file.ts';
import { CaseId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Policy } from '../domain/policy.ts';
import { type Post, saidSince } from '../domain/said.ts';
import type { Deps } from './deps.ts';
import type { DutyState } from './duty.ts';
import { type Finding, type Missing, repairSilent, tellOwners } from './repair.ts';
import { wakeDue } from './wake-due.ts';

/** What the auditor counts, over all workspaces. */
export const Audit = z.object({
  /** Open cases that nothing would ever speak up for again (invariant 1). */
  silent: z.int(),
  /** Alarms that nobody answered for a minute. */
  overdueAlarms: z.int(),
  /** Cases whose decision has failed three times and more. */
  failingCases: z.int(),
  /** Messages that nobody sent for a minute. */
  stuckOutbox: z.int(),
  /** What was heard and not carried out for a minute. */
  lateInbox: z.int(),
  /** Messages that a case's state says were said, and that are neither owed nor sent. */
  missing: z.int(),
  /** Messages that could not be said anywhere: on the board, and not against readiness. */
  unsaid: z.int(),
});
export type Audit = z.infer<typeof Audit>;
/** What one count over the tables gives. */
export type Counts = Omit<Audit, 'missing'>;

/** One run: what was found, what of it was mended, what is left; and where the next one goes on. */
export const AuditReport = z.object({
  found: Audit,
  repaired: z.partialRecord(Audit.keyof(), z.int()),
  left: Audit,
  /** Where in the timeline the last runs began: the next one goes over what they read once more. */
  cursors: z.array(z.int()),
  /** Cases that can't be decided and that their owners know of. */
  toldFailing: z.array(CaseId),
});
export type AuditReport = z.infer<typeof AuditReport>;

/** What the auditor asks of the store. */
export type Auditing = {
  count(now: Instant): Promise<Counts>;
  /** Open cases that nothing speaks up for, at most `limit`. */
  silentCases(limit: number): Promise<Finding[]>;
  failingCases(limit: number): Promise<Finding[]>;
  /** Cases with a message that couldn't be said anywhere and that no owner was told of; told from now on. */
  tellUnsaid(now: Instant, limit: number): Promise<Finding[]>;
  /** Frees leases that end later than any can that was rightly taken. */
  freeLeases(now: Instant): Promise<number>;
  /**
   * Reads `limit` entries of the timeline after the cursor, and which messages the cases they belong to miss of those
   * they are expected to have. `read` is less than `limit` when none are left.
   */
  missing(
    after: number,
    limit: number,
    expected: (file: CaseFile, policy: Policy) => Post[],
  ): Promise<{ cursor: number; read: number; missing: Missing[] }>;
  /** The cursor that has the last `limit` entries of the timeline after it. */
  lastEntries(limit: number): Promise<number>;
  /** Owes them, each under its key: what is there already isn't there twice. Returns those that are owed now. */
  owe(missing: readonly Missing[], now: Instant): Promise<{ owed: Missing[]; rowIds: string[] }>;
};

/** Messages older than this may have been cleared away, and are nobody's business any more. */
const RECENT_MS = 12 * 3_600_000;
const EVENTS = 2_000;
const CASES = 500;
/** Each entry is looked at by this many runs: what is still owed may yet be lost, and one may have been written late. */
const CURSORS = 10;
/** How long one run reads at most, in ms; the next goes on where it ended. */
const READ_MS = 20_000;

type AuditDeps = Deps & {
  auditing: Auditing;
  /** Sends what is owed. */
  deliver: () => Promise<unknown>;
  /** Carries out what was heard. */
  hear: () => Promise<unknown>;
};

/**
 * Looks for what must never be, over all workspaces, mends what it can, tells the owners of workspaces in chat, and
 * says loudly what is left. `before` is the report of the run before. Doing it twice does no harm.
 */
export async function audit(deps: AuditDeps, before: AuditReport | null): Promise<AuditReport> {
  const { auditing, clock, log } = deps;
  const look = await lookForMissing(deps, before?.cursors ?? []);
  const found: Audit = { ...(await auditing.count(clock())), missing: look.missing.length };
  const { owed, rowIds } = await auditing.owe(look.missing, clock());
  await deps.bell.ringOutbox(rowIds);
  const silent = found.silent > 0 ? await repairSilent(deps, await auditing.silentCases(CASES)) : [];
  const woken = found.overdueAlarms > 0 ? await wakeDue(deps) : null;
  if (found.stuckOutbox > 0) {
    await auditing.freeLeases(clock());
    await deps.deliver();
  }
  if (found.lateInbox > 0) {
    await deps.hear();
  }
  const failing = found.failingCases > 0 ? await auditing.failingCases(CASES) : [];
  const known = new Set(before?.toldFailing);
  await tellOwners(deps, {
    silent,
    missing: owed,
    unsaid: found.unsaid > 0 ? await auditing.tellUnsaid(clock(), CASES) : [],
    failing: failing.filter(({ caseId }) => !known.has(caseId)),
  });
  const unclean = isViolated(found);
  const left: Audit = unclean
    ? { ...(await auditing.count(clock())), missing: look.missing.length - owed.length }
    : found;
  const mended = (kind: keyof Audit) => Math.max(0, found[kind] - left[kind]);
  const report: AuditReport = {
    found,
    repaired: {
      silent: mended('silent'),
      overdueAlarms: woken === null ? 0 : mended('overdueAlarms'),
      stuckOutbox: mended('stuckOutbox'),
      lateInbox: mended('lateInbox'),
      missing: owed.length,
    },
    left,
    cursors: look.cursors,
    toldFailing: failing.map(({ caseId }) => caseId),
  };
  if (unclean) {
    const { cursors: _c, toldFailing: _t, ...told } = report;
    const missing = look.missing.map(({ workspaceId, post: { key } }) => ({ workspaceId, key }));
    log.error({ ...told, missing }, 'The auditor found what must never be');
  }
  return report;
}

async function lookForMissing(
  { auditing, clock }: AuditDeps,
  cursors: readonly number[],
): Promise<{ missing: Missing[]; cursors: number[] }> {
  const begun = clock();
  const expected = (file: CaseFile, policy: Policy) => saidSince(file, policy, begun - RECENT_MS);
  const missing = new Map<string, Missing>();
  let from = cursors[0] ?? (await auditing.lastEntries(EVENTS));
  const begunAt = cursors.length === 0 ? [from] : cursors;
  for (;;) {
    const look = await auditing.missing(from, EVENTS, expected);
    for (const one of look.missing) {
      missing.set(`${one.workspaceId}/${one.post.key}`, one);
    }
    from = look.cursor;
    if (look.read < EVENTS) {
      return { missing: [...missing.values()], cursors: [...begunAt, look.cursor].slice(-CURSORS) };
    }
    // More happens than can be read twice: the next run goes on here.
    if (clock() - begun > READ_MS) {
      return { missing: [...missing.values()], cursors: [look.cursor] };
    }
  }
}

/** Whether an audit found a violation, or left one. Messages that couldn't be said anywhere are on the board. */
export function isViolated({ unsaid: _unsaid, ...counts }: Audit): boolean {
  return Object.values(counts).some((count) => count > 0);
}

/** A report this old says nothing of now: five turns have been missed. */
const STALE_MS = 300_000;

/** What every process knows of the auditor, whichever ran it: from the duty as Postgres keeps it. */
export function auditVerdict({ ageMs, result }: Pick<DutyState, 'ageMs' | 'result'>): {
  ok: boolean;
  detail: string;
  /** False while there is no report, or none of now. */
  isCurrent: boolean;
  report: AuditReport | null;
} {
  const read = AuditReport.safeParse(result);
  const report = read.success ? read.data : null;
  if (ageMs === null || report === null) {
    return { ok: false, detail: 'has not looked yet', isCurrent: false, report: null };
  }
  const ago = `${Math.round(ageMs / 1_000)} s ago`;
  if (ageMs > STALE_MS) {
    return { ok: false, detail: `looked last ${ago}: no worker does its rounds`, isCurrent: false, report };
  }
  return isViolated(report.left)
    ? { ok: false, detail: `found what must never be ${ago}; see the log`, isCurrent: true, report }
    : { ok: true, detail: `found nothing amiss that is left, ${ago}`, isCurrent: true, report };
}
