import { sql } from 'kysely';
import { z } from 'zod';
import type { Ahead, AtHand, Commit, Locked, WakeResult, WorkspaceData } from '../app/store.ts';
import { CaseId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { readDealingsOf } from './case-data.ts';
import { commitCases } from './case-writes.ts';
import { readEachFile, refKey } from './cases.ts';
import { acrossWorkspaces, bindTo, type Database, type Tx } from './database.ts';
import { readPostIn } from './outbox.ts';
import { readWorkspaces } from './people.ts';

const Claim = z.object({
  workspaceId: WorkspaceId,
  caseId: CaseId,
  version: z.int(),
  dueAt: z.number(),
  /** What the case has said, as it lies with its alarm (said.ts). */
  said: z.unknown(),
  /** Where the row lies while it is locked. */
  place: z.string(),
});
type Claim = z.infer<typeof Claim>;

/** A case whose decision throws is looked at again after this long, so that it can't hold up the others. */
const PUT_OFF_MS = 60_000;

/** Claims due cases, decides each and commits all as one. See the port for its contract. */
export function wakeBatch(
  db: Database,
  now: Instant,
  limit: number,
  decide: (locked: Locked, data: WorkspaceData, at: Instant) => Commit,
  ahead: Ahead | null = null,
): Promise<WakeResult> {
  return acrossWorkspaces(db, async (tx) => {
    const found = await claim(tx, now + (ahead?.ms ?? 0), limit);
    // What is due waits for nothing that isn't.
    const due = found.filter(({ dueAt }) => dueAt <= now);
    const claims = due.length > 0 ? due : found;
    const isMore = found.length === limit || claims.length < found.length;
    if (claims.length === 0) {
      return { dueAt: [], isMore, rowIds: [], alarms: [], atHand: null, failed: [] };
    }
    const at = claims.reduce((latest, { dueAt }) => Math.max(latest, dueAt), now);
    const workspaceIds = [...new Set(claims.map(({ workspaceId }) => workspaceId))];
    await bindTo(tx, workspaceIds);
    const data = await readWorkspaces(tx, workspaceIds);
    const fileOf = await readEachFile(tx, claims, claims);
    const commits: Commit[] = [];
    const failed: WakeResult['failed'] = [];
    const undecided: Claim[] = [];
    for (const claimed of claims) {
      const { workspaceId, caseId, version } = claimed;
      const read = fileOf(claimed);
      const workspace = data.get(workspaceId);
      try {
        if (read?.success !== true || workspace?.success !== true) {
          throw read?.error ?? workspace?.error ?? new Error('An alarm rings for a case that is not there');
        }
        commits.push(decide({ file: read.data, version }, workspace.data, at));
      } catch (error) {
        failed.push({ caseId, error });
        undecided.push(claimed);
      }
    }
    await putOff(tx, undecided, now);
    const isTime = at <= now;
    const places = new Map(claims.map((claimed) => [refKey(claimed), claimed.place]));
    const toRing = await commitCases(tx, commits, { isLast: isTime, places });
    let atHand: AtHand | null = null;
    if (!isTime) {
      atHand = await readAtHand(tx, commits, toRing.rowIds, data);
      await ahead?.until(at);
    }
    return { ...toRing, atHand, dueAt: claims.map(({ dueAt }) => dueAt), isMore, failed };
  });
}

/** While there is time until a commit: what the messages of a single case will be drawn from once it is made. */
async function readAtHand(
  tx: Tx,
  [commit, ...others]: readonly Commit[],
  rowIds: readonly string[],
  workspaces: Awaited<ReturnType<typeof readWorkspaces>>,
): Promise<AtHand | null> {
  if (commit === undefined || others.length > 0 || rowIds.length === 0) return null;
  const { file } = commit.decision;
  const { workspaceId, id: caseId } = file.case;
  const data = workspaces.get(workspaceId)?.data;
  const dealings = await readDealingsOf(tx, { workspaceId, caseId });
  const card = await readPostIn(tx, workspaceId, `${caseId}/card`);
  return data === undefined || dealings === null ? null : { rowIds, card, data: { file, data, ...dealings } };
}

/** Instants up to `until` at which an alarm is due, each once, the earliest first. */
export function upcoming(db: Database, until: Instant, limit: number): Promise<Instant[]> {
  return acrossWorkspaces(db, async (tx) => {
    const rows = await tx
      .selectFrom('kept.alarm')
      .select('due_at')
      .distinct()
      .where('due_at', 'is not', null)
      .where('due_at', '<=', until)
      .orderBy('due_at')
      .limit(limit)
      .execute();
    return rows.flatMap(({ due_at }) => due_at ?? []);
  });
}

async function claim(tx: Tx, now: Instant, limit: number): Promise<Claim[]> {
  const rows = await tx
    .selectFrom('kept.alarm')
    .select(['workspace_id as workspaceId', 'subject_id as caseId', 'version', 'due_at as dueAt', 'said'])
    .select(sql<string>`ctid`.as('place'))
    .where('due_at', '<=', now)
    .where('subject_kind', '=', 'case')
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return z.array(Claim).parse(rows);
}

async function putOff(tx: Tx, claims: readonly Claim[], now: Instant): Promise<void> {
  for (const { workspaceId, caseId } of claims) {
    await tx
      .updateTable('kept.alarm')
      .set({ due_at: now + PUT_OFF_MS, failures: sql`failures + 1` })
      .where('workspace_id', '=', workspaceId)
      .where('subject_kind', '=', 'case')
      .where('subject_id', '=', caseId)
      .execute();
  }
}
