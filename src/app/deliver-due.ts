import type { CaseFile } from '../domain/case-file.ts';
import type { Instant } from '../domain/instant.ts';
import type { Team } from '../domain/people.ts';
import type { Audience, Say } from '../domain/say.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Deps } from './deps.ts';
import { nextWay } from './next-way.ts';
import type { OutboxRow, Outcome, Post } from './store.ts';
import { kindOf, type SendResult, type Surface, type Target } from './surface.ts';
import { writeDown } from './write-down.ts';

const BATCH = 100;
/** A process that dies in the middle is taken over from after this. */
const LEASE_MS = 30_000;
/** Sends begin in the first part of a lease alone: one takes up to 20 s on Slack (looks and post, 5 s each). */
const BEGIN_MS = 10_000;
/** Waits between tries double from here to there. */
const BACKOFF = { firstMs: 1_000, mostMs: 300_000, tries: 12 };
/** A platform that doesn't answer says nothing against a message: it is owed until this has passed, too. */
const OUTAGE_MS = 12 * 3_600_000;
/** What of a surface that is not set up in this process, or not any more: what is owed there stays owed. */
const NOT_SET_UP = {
  ok: false,
  retry: 'held',
  afterMs: 60_000,
  error: 'This surface is not set up here',
} as const;
const GONE = { ok: false, retry: 'never', error: 'They are not of the team any more' } as const;
const notSetUp: Surface<unknown> = {
  send: () => Promise.resolve(NOT_SET_UP),
  redraw: () => Promise.resolve(NOT_SET_UP),
};

/**
 * Draws what is to be said from the state at this moment, for those who will read it. `row.tried` names the ways
 * that failed before, of a redraw those of its post: it says so when it stands elsewhere than it should.
 */
export type Draw<Drawn> = (
  row: OutboxRow,
  key: string,
  say: Say,
  to: Audience,
) => Promise<{ drawn: Drawn; file: CaseFile; team: Pick<Team, 'members'> }>;

type DeliverDeps<Drawn> = Pick<Deps, 'store' | 'clock' | 'log'> & {
  /** By kind of connection. */
  surfaces: ReadonlyMap<string, Surface<Drawn>>;
  draw: Draw<Drawn>;
  /** The card that a message hangs from, where this process has just read it for that row. */
  cardAtHand?: (rowId: string) => Post | null;
  /** Whether this process is about to end: what it hasn’t begun to send by then it leaves to others. */
  isEnding?: () => boolean;
};

/** What one run of the delivery did, counted by outcome. */
export type Delivered = Record<Outcome['how'], number> & {
  /**
   * By kind of connection, tries of posts of which an earlier try may have arrived. Where a surface can't look (Teams),
   * each may stand there once more than it should.
   */
  inDoubt: Record<string, number>;
};

/** Sends every message that is owed, until none is left. Each destination gets its messages in order. */
export async function deliverDue<Drawn>(deps: DeliverDeps<Drawn>): Promise<Delivered> {
  const delivered: Delivered = { sent: 0, again: 0, left: 0, 'next way': 0, unsaid: 0, inDoubt: {} };
  const triedInDoubt = (connection: string) => {
    const kind = kindOf(connection);
    delivered.inDoubt[kind] = (delivered.inDoubt[kind] ?? 0) + 1;
  };
  while (deps.isEnding?.() !== true) {
    const claimedAt = deps.clock();
    const rows = await deps.store.claimOutbox(claimedAt, BATCH, LEASE_MS);
    const posts = new Map<string, Post>();
    for (const { id } of rows) {
      const card = deps.cardAtHand?.(id) ?? null;
      if (card !== null) posts.set(card.key, card);
    }
    const lanes = inOrder(rows).map(async (lane) => {
      // Written down as soon as the lane is through: a slow one must not let the others' leases run out.
      const outcomes = await sendLane({ ...deps, triedInDoubt }, lane, posts, claimedAt + BEGIN_MS);
      await writeDown(deps, outcomes);
      for (const { how } of outcomes) {
        delivered[how] += 1;
      }
    });
    await Promise.all(lanes);
    if (rows.length === 0) {
      break;
    }
  }
  return delivered;
}

/** Rows of one destination go one after the other; destinations go side by side. */
function inOrder(rows: readonly OutboxRow[]): OutboxRow[][] {
  const lanes = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    lanes.set(row.destination, [...(lanes.get(row.destination) ?? []), row]);
  }
  return [...lanes.values()];
}

type Sending<Drawn> = DeliverDeps<Drawn> & { triedInDoubt: (connection: string) => void };

async function sendLane<Drawn>(
  deps: Sending<Drawn>,
  lane: readonly OutboxRow[],
  posts: Map<string, Post>,
  beginUntil: Instant,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const row of lane) {
    const before = outcomes.at(-1);
    const waitsUntil = before?.how === 'again' || before?.how === 'left' ? before.at : null;
    // A send that began when the lease was almost over could be made a second time by somebody else.
    if (waitsUntil !== null || deps.clock() > beginUntil || deps.isEnding?.() === true) {
      outcomes.push({ how: 'left', row, at: waitsUntil ?? deps.clock(), error: null });
      continue;
    }
    const begunAt = deps.clock();
    const outcome = await sendRow(deps, row, posts, begunAt).catch((error: unknown) => {
      deps.log.error(
        { outboxId: row.id, caseId: row.caseId, err: error },
        'A message could not be drawn or sent',
      );
      const why = error instanceof Error ? error.message : 'unknown';
      // It may have thrown after it was posted. A bug more likely than an outage, it is tried no longer for it.
      return againOrNever(
        deps.clock(),
        row,
        { error: why, afterMs: null, doubtful: false },
        row.doubtSince ?? begunAt,
      );
    });
    outcomes.push(outcome);
    if (outcome.how === 'sent' && outcome.post !== null) {
      posts.set(outcome.post.key, outcome.post);
    }
  }
  return outcomes;
}

async function sendRow<Drawn>(
  deps: Sending<Drawn>,
  row: OutboxRow,
  posts: Map<string, Post>,
  begunAt: Instant,
): Promise<Outcome> {
  const { message, workspaceId } = row;
  const postOf = async (key: string) => posts.get(key) ?? (await deps.store.post(workspaceId, key));
  if (message.op === 'redraw') {
    const post = await postOf(message.of);
    if (post === null) {
      // Not sent yet: when it is, it will be drawn from the state of that moment.
      return { how: 'sent', row, at: deps.clock(), post: null };
    }
    const { drawn, team } = await deps.draw({ ...row, tried: post.tried }, post.key, post.say, post.to);
    if (isGone(team, post.to)) {
      return { how: 'sent', row, at: deps.clock(), post: null };
    }
    const result = await surfaceOf(deps, post.connection).redraw({
      workspaceId,
      connection: post.connection,
      key: post.key,
      ref: post.ref,
      drawn,
    });
    if (result.ok || result.retry === 'never') {
      return { how: 'sent', row, at: deps.clock(), post: null };
    }
    return result.retry === 'held'
      ? held(deps.clock(), row, result)
      : againOrNever(deps.clock(), row, result, null);
  }
  const [{ drawn, file, team }, card] = await Promise.all([
    deps.draw(row, row.key, message.say, message.to),
    message.to.kind === 'thread' ? postOf(`${row.caseId}/card`) : null,
  ]);
  if (isGone(team, message.to)) {
    return afterSend(deps, row, message, file, GONE, begunAt);
  }
  const { connection, channel } = file.case.place;
  const target = targetOf(message.to, channel, card);
  const result: SendResult =
    target === null
      ? { ok: false, retry: 'never', error: 'The case has no card in its channel to hang a thread from' }
      : await surfaceOf(deps, connection).send({
          workspaceId,
          connection,
          key: row.key,
          target,
          drawn,
          doubtSince: row.doubtSince,
        });
  if (row.doubtSince !== null && (result.ok || (result.retry === 'later' && result.doubtful))) {
    deps.triedInDoubt(connection);
  }
  return afterSend(deps, row, message, file, result, begunAt);
}

function afterSend<Drawn>(
  deps: DeliverDeps<Drawn>,
  row: OutboxRow,
  message: Extract<OutboxRow['message'], { op: 'post' }>,
  file: CaseFile,
  result: SendResult,
  begunAt: Instant,
): Outcome {
  const now = deps.clock();
  if (result.ok) {
    const { connection } = file.case.place;
    const { say, to } = message;
    const { key, caseId, tried } = row;
    return { how: 'sent', row, at: now, post: { key, caseId, to, say, tried, connection, ref: result.ref } };
  }
  if (result.retry === 'held') {
    return held(now, row, result);
  }
  if (result.retry === 'later' && isWorthAnother(now, row, result)) {
    return again(now, row, result, result.doubtful ? (row.doubtSince ?? begunAt) : null);
  }
  const to = nextWay(file, message.to, row.tried);
  deps.log.warn(
    { outboxId: row.id, caseId: row.caseId, error: result.error, to },
    'A message takes the next way',
  );
  return to === null
    ? { how: 'unsaid', row, at: now, error: result.error }
    : { how: 'next way', row, to, error: result.error };
}

type Trouble = { error: string; afterMs: number | null; doubtful: boolean };

function isWorthAnother(now: Instant, row: OutboxRow, { doubtful }: Trouble): boolean {
  return row.attempts < BACKOFF.tries || (doubtful && now - row.owedSince < OUTAGE_MS);
}

function again(now: Instant, row: OutboxRow, trouble: Trouble, doubtSince: Instant | null): Outcome {
  const backoff = Math.min(BACKOFF.mostMs, BACKOFF.firstMs * 2 ** Math.max(0, row.attempts - 1));
  return { how: 'again', row, at: now + (trouble.afterMs ?? backoff), error: trouble.error, doubtSince };
}

/** For what has no next way. Owed for ever, it would hold back all that comes after it. */
function againOrNever(now: Instant, row: OutboxRow, trouble: Trouble, doubtSince: Instant | null): Outcome {
  return isWorthAnother(now, row, trouble)
    ? again(now, row, trouble, doubtSince)
    : { how: 'unsaid', row, at: now, error: trouble.error };
}

function held(now: Instant, row: OutboxRow, { afterMs, error }: { afterMs: number; error: string }): Outcome {
  return { how: 'left', row, at: now + afterMs, error };
}

/** Who left the team, or is a guest in it now, hears no more of its cases. */
function isGone({ members }: Pick<Team, 'members'>, to: Audience): boolean {
  return to.kind === 'member' && members.get(to.memberId)?.active !== true;
}

/** `card`: of what goes into a thread, the post that it hangs from. */
function targetOf(to: Audience, channel: string, card: Post | null): Target | null {
  switch (to.kind) {
    case 'channel':
      return { kind: 'channel', channel };
    case 'member':
      return { kind: 'member', memberId: to.memberId };
    case 'thread':
      // A card that went the next way stands in a direct message, and no thread of the channel hangs from it.
      return card?.to.kind === 'channel' ? { kind: 'thread', channel, root: card.ref } : null;
    default:
      return unreachable(to);
  }
}

function surfaceOf<Drawn>(deps: DeliverDeps<Drawn>, connection: string): Surface<Drawn> {
  return deps.surfaces.get(kindOf(connection)) ?? notSetUp;
}
