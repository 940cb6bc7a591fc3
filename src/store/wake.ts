import { type NotNull, sql } from 'kysely';
import type { Ahead, AtHand, CaseRef, Commit, Locked, WakeResult, WorkspaceData } from '../app/store.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { Instant } from '../domain/instant.ts';
import { readDealingsOf } from './case-data.ts';
import { type CaseWrite, caseWriteOf, gatherCaseWrites, writeCases } from './case-writes.ts';
import { readFilesAt } from './cases.ts';
import { acrossWorkspaces, bindTo, type Database, type Tx } from './database.ts';
import { readPostIn } from './outbox.ts';
import { readWorkspaces } from './people.ts';

/** A case whose decision throws is looked at again after this long, so that it can't hold up the others. */
const PUT_OFF_MS = 60_000;

/** Claims due cases, decides each and commits all as one. See the port for its contract. */
export function wakeBatch(
  db: Database,
  now: Instant,
  limit: number,
  decide: Decide,
  ahead: Ahead | null = null,
  whenFull: () => void = () => {},
): Promise<WakeResult> {
  return acrossWorkspaces(db, async (tx) => {
    const { at, write, undecided, single, ...batch } = await decideBatch(
      tx,
      now,
      limit,
      decide,
      ahead,
      whenFull,
    );
    await putOff(tx, undecided, now);
    const isAhead = at !== null && at > now;
    const toRing = await writeCases(tx, write, !isAhead);
    let atHand: AtHand | null = null;
    if (isAhead) {
      atHand = single && (await readAtHand(tx, single, toRing.rowIds));
      await ahead?.until(at);
    }
    return { ...toRing, ...batch, atHand };
  });
}

type Decide = (locked: Locked, data: WorkspaceData, at: Instant) => Commit;

/** Cases that were decided: what is written of them, and of what was read nothing more than is needed after that. */
type Batch = Pick<WakeResult, 'dueAt' | 'isMore' | 'failed'> & {
  /** The moment it was decided for; null when nothing is due. */
  at: Instant | null;
  write: CaseWrite;
  undecided: CaseRef[];
  /** The one that was decided, where that is a single one. */
  single: { file: CaseFile; data: WorkspaceData } | null;
};

const NOTHING_DUE: Batch = {
  at: null,
  write: caseWriteOf([]),
  dueAt: [],
  isMore: false,
  failed: [],
  undecided: [],
  single: null,
};

/**
 * Claims cases and decides them. All that was read of them is let go of when it returns, and so before Postgres has
 * written what was decided: kept until then, by some batches side by side, it would be what the collector of garbage
 * moves most.
 */
async function decideBatch(
  tx: Tx,
  now: Instant,
  limit: number,
  decide: Decide,
  ahead: Ahead | null,
  whenFull: () => void,
): Promise<Batch> {
  const found = await claim(tx, now + (ahead?.ms ?? 0), limit);
  if (found.length === limit) whenFull();
  // What is due waits for nothing that isn't.
  const due = found.filter(({ dueAt }) => dueAt <= now);
  const claims = due.length > 0 ? due : found;
  if (claims.length === 0) return NOTHING_DUE;
  const at = claims.reduce((latest, { dueAt }) => Math.max(latest, dueAt), now);
  const workspaceIds = [...new Set(claims.map(({ workspaceId }) => workspaceId))];
  await bindTo(tx, workspaceIds);
  const data = await readWorkspaces(tx, workspaceIds);
  const said = claims.map((claimed) => claimed.said);
  const fileAt = await readFilesAt(tx, claims, said);
  const writes = gatherCaseWrites();
  const failed: WakeResult['failed'] = [];
  const undecided: CaseRef[] = [];
  let single: Batch['single'] = null;
  for (const [nr, { workspaceId, caseId, version, place }] of claims.entries()) {
    let commit: Commit;
    try {
      const read = fileAt(nr);
      const workspace = data.get(workspaceId);
      if (read?.success !== true || workspace?.success !== true) {
        throw read?.error ?? workspace?.error ?? new Error('An alarm rings for a case that is not there');
      }
      commit = decide({ file: read.data, version }, workspace.data, at);
      single = { file: commit.decision.file, data: workspace.data };
    } catch (error) {
      failed.push({ caseId, error });
      undecided.push({ workspaceId, caseId });
      continue;
    }
    writes.add(commit, place);
  }
  return {
    at,
    write: writes.write(),
    dueAt: claims.map(({ dueAt }) => dueAt),
    isMore: found.length === limit || claims.length < found.length,
    failed,
    undecided,
    single: claims.length - failed.length === 1 ? single : null,
  };
}

/** While there is time until a commit: what the messages of a single case will be drawn from once it is made. */
async function readAtHand(
  tx: Tx,
  { file, data }: NonNullable<Batch['single']>,
  rowIds: readonly string[],
): Promise<AtHand | null> {
  if (rowIds.length === 0) return null;
  const { workspaceId, id: caseId } = file.case;
  const dealings = await readDealingsOf(tx, { workspaceId, caseId });
  const card = await readPostIn(tx, workspaceId, `${caseId}/card`);
  return dealings && { rowIds, card, data: { file, data, ...dealings } };
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

/**
 * `said`: what the case has said, as it lies with its alarm (said.ts), JSON. `place`: where the row lies while it is locked.
 * What is claimed isn't held against a schema: the columns are typed, and none of them is made by hand.
 */
async function claim(tx: Tx, now: Instant, limit: number) {
  return tx
    .selectFrom('kept.alarm')
    .select(['workspace_id as workspaceId', 'subject_id as caseId', 'version', 'due_at as dueAt'])
    .select([sql<string>`said::text`.as('said'), sql<string>`ctid`.as('place')])
    .where('due_at', '<=', now)
    .where('subject_kind', '=', 'case')
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .$narrowType<{ dueAt: NotNull }>()
    .execute();
}

async function putOff(tx: Tx, cases: readonly CaseRef[], now: Instant): Promise<void> {
  for (const { workspaceId, caseId } of cases) {
    await tx
      .updateTable('kept.alarm')
      .set({ due_at: now + PUT_OFF_MS, failures: sql`failures + 1` })
      .where('workspace_id', '=', workspaceId)
      .where('subject_kind', '=', 'case')
      .where('subject_id', '=', caseId)
      .execute();
  }
}
