import type { CaseFile } from '../domain/case-file.ts';
import type { Policy } from '../domain/policy.ts';
import { saidSince } from '../domain/said.ts';
import { type Audit, type Auditing, type AuditReport, Local, type Trouble } from './auditing.ts';
import type { Deps } from './deps.ts';
import { type Finding, type Missing, repairSilent } from './repair.ts';
import { dueNews, type News, newsOf, tellOwners, toldLately } from './tell-owners.ts';
import { wakeDue } from './wake-due.ts';

/** Messages older than this may have been cleared away, and are nobody's business any more. */
const RECENT_MS = 12 * 3_600_000;
const EVENTS = 2_000;
const CASES = 500;
/** So many workspaces are named in the log. */
const LOGGED = 20;
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
  const silent = found.silent > 0 ? await auditing.silentCases(CASES) : [];
  const repaired = await repairSilent(deps, silent);
  const woken = found.overdueAlarms > 0 ? await wakeDue(deps) : null;
  if (found.stuckOutbox > 0) {
    await auditing.freeLeases(clock());
    await deps.deliver();
  }
  if (found.lateInbox > 0) {
    await deps.hear();
  }
  const unclean = isViolated(found);
  const left: Audit = unclean
    ? { ...(await auditing.count(clock())), missing: look.missing.length - owed.length }
    : found;
  const troubles = await auditing.troubles(clock());
  const wide = await wideOf(auditing, troubles);
  const told = await tellNews(deps, { silent, repaired, missing: owed, troubles, wide }, before);
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
    wide,
    cursors: look.cursors,
    ...told,
  };
  if (unclean) {
    const { cursors: _c, told: _t, toldFailing: _f, ...counted } = report;
    const missing = look.missing.map(({ workspaceId, post: { key } }) => ({ workspaceId, key }));
    const where = troubles.slice(0, LOGGED);
    log.error({ ...counted, where, missing }, 'The auditor found what must never be');
  }
  return report;
}

/** In so many workspaces it is no single one's trouble: a tenth of them, from two to twenty. */
function isWide(workspaces: number, ofAll: number): boolean {
  return workspaces >= Math.min(20, Math.max(2, ofAll / 10));
}

async function wideOf(auditing: Auditing, troubles: readonly Trouble[]): Promise<Local[]> {
  const workspacesWith = (kind: Local) => troubles.filter((trouble) => trouble.kind === kind).length;
  const manifold = Local.options.filter((kind) => workspacesWith(kind) > 1);
  if (manifold.length === 0) {
    return [];
  }
  const ofAll = await auditing.workspaces();
  return manifold.filter((kind) => isWide(workspacesWith(kind), ofAll));
}

/**
 * Tells the owners of workspaces what was found there, as far as it is time to. What is late everywhere is for whoever
 * runs Kept: as many messages more would help nobody.
 */
async function tellNews(
  deps: AuditDeps,
  found: {
    silent: readonly Finding[];
    repaired: readonly Finding[];
    missing: readonly Missing[];
    troubles: readonly Trouble[];
    wide: readonly Local[];
  },
  before: AuditReport | null,
): Promise<Pick<AuditReport, 'told' | 'toldFailing'>> {
  const { auditing, clock } = deps;
  const { troubles, wide } = found;
  const isFailing = troubles.some(({ kind }) => kind === 'failingCases');
  const failing = [
    ...(isFailing ? await auditing.failingCases(CASES) : []),
    // What a wake could not mend can't be decided either.
    ...found.silent.filter((one) => !found.repaired.includes(one)),
  ];
  const known = new Set(before?.toldFailing);
  const late = troubles.flatMap(({ workspaceId, kind, count }): News[] =>
    kind === 'failingCases' || (kind !== 'unsaid' && wide.includes(kind))
      ? []
      : [{ workspaceId, kind, count, numbers: [] }],
  );
  const news = [
    ...newsOf('silent', found.repaired),
    ...newsOf('missing', found.missing),
    ...newsOf(
      'failingCases',
      failing.filter(({ caseId }) => !known.has(caseId)),
    ),
    ...late,
  ];
  const now = clock();
  const due: News[] = [];
  for (const one of dueNews(news, before?.told ?? [], now)) {
    const unsaid = one.kind === 'unsaid' ? await auditing.untold(one.workspaceId, now) : null;
    due.push(unsaid === null ? one : { ...one, numbers: unsaid.map(({ number }) => number) });
  }
  const told = await tellOwners({ ...deps, wellCase: auditing.wellCase }, due);
  for (const { kind, workspaceId } of told) {
    if (kind === 'unsaid') await auditing.toldUnsaid(workspaceId, now);
  }
  const toldOfFailing = new Set(
    told.filter(({ kind }) => kind === 'failingCases').map(({ workspaceId }) => workspaceId),
  );
  return {
    told: toldLately(before?.told ?? [], told, clock()),
    toldFailing: failing
      .filter(({ workspaceId, caseId }) => known.has(caseId) || toldOfFailing.has(workspaceId))
      .map(({ caseId }) => caseId),
  };
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
