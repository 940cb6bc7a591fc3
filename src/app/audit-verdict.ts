import { AuditReport } from './auditing.ts';
import type { DutyState } from './duty.ts';

/** A report this old says nothing of now: five turns have been missed. */
const STALE_MS = 300_000;

/**
 * What every process knows of the auditor, whichever ran it: from the duty as Postgres keeps it. Not ok is what says that
 * Kept as a whole doesn't work; for one workspace's or one case's trouble nobody is taken out of service.
 */
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
  const { left, wide } = report;
  if (left.silent + left.missing + left.overdueAlarms > 0 || wide.length > 0) {
    return { ok: false, detail: `found what must never be ${ago}; see the log`, isCurrent: true, report };
  }
  const isLocal = left.failingCases + left.stuckOutbox + left.lateInbox > 0;
  const detail = isLocal
    ? `found single cases or workspaces in trouble ${ago}; see the log`
    : `found nothing amiss that is left, ${ago}`;
  return { ok: true, detail, isCurrent: true, report };
}
