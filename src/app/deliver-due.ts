import type { CaseFile } from '../domain/case-file.ts';
import type { Instant } from '../domain/instant.ts';
import type { Audience, Say } from '../domain/say.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Deps } from './deps.ts';
import { nextWay } from './next-way.ts';
import type { OutboxRow, Outcome, Post } from './store.ts';
import type { SendResult, Surface, Target } from './surface.ts';

const BATCH = 100;
/** Longer than any send may take; a process that dies in the middle is taken over from after this. */
const LEASE_MS = 20_000;
/** Waits between tries double from here to there. */
const BACKOFF = { firstMs: 1_000, mostMs: 300_000, tries: 12 };

/** Draws what is to be said from the state at this moment, for those who will read it. */
export type Draw<Drawn> = (
  row: OutboxRow,
  key: string,
  say: Say,
  to: Audience,
) => Promise<{ drawn: Drawn; file: CaseFile }>;

type DeliverDeps<Drawn> = Pick<Deps, 'store' | 'clock' | 'log'> & {
  surfaces: ReadonlyMap<string, Surface<Drawn>>;
  draw: Draw<Drawn>;
};

/** What one run of the delivery did, counted by outcome. */
export type Delivered = Record<Outcome['how'], number>;

/** Sends every message that is owed, until none is left. Each destination gets its messages in order. */
export async function deliverDue<Drawn>(deps: DeliverDeps<Drawn>): Promise<Delivered> {
  const delivered: Delivered = { sent: 0, again: 0, left: 0, 'next way': 0, unsaid: 0 };
  for (;;) {
    const rows = await deps.store.claimOutbox(deps.clock(), BATCH, LEASE_MS);
    const posts = new Map<string, Post>();
    const lanes = inOrder(rows).map(async (lane) => {
      // Written down as soon as the lane is through: a slow one must not let the others' leases run out.
      const outcomes = await sendLane(deps, lane, posts);
      await deps.store.recordOutcomes(outcomes);
      for (const { how } of outcomes) {
        delivered[how] += 1;
      }
    });
    await Promise.all(lanes);
    if (rows.length === 0) {
      return delivered;
    }
  }
}

/** Rows of one destination go one after the other; destinations go side by side. */
function inOrder(rows: readonly OutboxRow[]): OutboxRow[][] {
  const lanes = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    lanes.set(row.destination, [...(lanes.get(row.destination) ?? []), row]);
  }
  return [...lanes.values()];
}

async function sendLane<Drawn>(
  deps: DeliverDeps<Drawn>,
  lane: readonly OutboxRow[],
  posts: Map<string, Post>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const begunUntil = deps.clock() + LEASE_MS / 2;
  for (const row of lane) {
    const before = outcomes.at(-1);
    const waitsUntil = before?.how === 'again' || before?.how === 'left' ? before.at : null;
    // A send that began when the lease was almost over could be made a second time by somebody else.
    if (waitsUntil !== null || deps.clock() > begunUntil) {
      outcomes.push({ how: 'left', row, at: waitsUntil ?? deps.clock() });
      continue;
    }
    const outcome = await sendRow(deps, row, posts).catch((error: unknown) => {
      deps.log.error(
        { outboxId: row.id, caseId: row.caseId, err: error },
        'A message could not be drawn or sent',
      );
      const why = error instanceof Error ? error.message : 'unknown';
      // Owed for ever, it would hold back all that comes after it.
      return row.attempts < BACKOFF.tries
        ? again(deps.clock(), row, why, null)
        : ({ how: 'unsaid', row, at: deps.clock(), error: why } as const);
    });
    outcomes.push(outcome);
    if (outcome.how === 'sent' && outcome.post !== null) {
      posts.set(outcome.post.key, outcome.post);
    }
  }
  return outcomes;
}

async function sendRow<Drawn>(
  deps: DeliverDeps<Drawn>,
  row: OutboxRow,
  posts: Map<string, Post>,
): Promise<Outcome> {
  const { message, workspaceId } = row;
  const postOf = async (key: string) => posts.get(key) ?? (await deps.store.post(workspaceId, key));
  if (message.op === 'redraw') {
    const post = await postOf(message.of);
    if (post === null) {
      // Not sent yet: when it is, it will be drawn from the state of that moment.
      return { how: 'sent', row, at: deps.clock(), post: null };
    }
    const { drawn } = await deps.draw(row, post.key, post.say, post.to);
    const result = await surfaceOf(deps, post.connection).redraw({ workspaceId, ref: post.ref, drawn });
    return result.ok || result.retry === 'never'
      ? { how: 'sent', row, at: deps.clock(), post: null }
      : again(deps.clock(), row, result.error, result.afterMs);
  }
  const { drawn, file } = await deps.draw(row, row.key, message.say, message.to);
  const { connection, channel } = file.case.place;
  const target = await targetOf(message.to, channel, () => postOf(`${row.caseId}/card`));
  const result: SendResult =
    target === null
      ? { ok: false, retry: 'never', error: 'The case has no card in its channel to hang a thread from' }
      : await surfaceOf(deps, connection).send({ workspaceId, key: row.key, target, drawn });
  return afterSend(deps, row, message, file, result);
}

function afterSend<Drawn>(
  deps: DeliverDeps<Drawn>,
  row: OutboxRow,
  message: Extract<OutboxRow['message'], { op: 'post' }>,
  file: CaseFile,
  result: SendResult,
): Outcome {
  const now = deps.clock();
  if (result.ok) {
    const { connection } = file.case.place;
    const { say, to } = message;
    const post = { key: row.key, caseId: row.caseId, to, say, connection, ref: result.ref };
    return { how: 'sent', row, at: now, post };
  }
  if (result.retry === 'later' && row.attempts < BACKOFF.tries) {
    return again(now, row, result.error, result.afterMs);
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

function again(now: Instant, row: OutboxRow, error: string, afterMs: number | null): Outcome {
  const backoff = Math.min(BACKOFF.mostMs, BACKOFF.firstMs * 2 ** Math.max(0, row.attempts - 1));
  return { how: 'again', row, at: now + (afterMs ?? backoff), error };
}

async function targetOf(
  to: Audience,
  channel: string,
  card: () => Promise<Post | null>,
): Promise<Target | null> {
  switch (to.kind) {
    case 'channel':
      return { kind: 'channel', channel };
    case 'member':
      return { kind: 'member', memberId: to.memberId };
    case 'thread': {
      const root = await card();
      // A card that went the next way stands in a direct message, and no thread of the channel hangs from it.
      return root?.to.kind === 'channel' ? { kind: 'thread', channel, root: root.ref } : null;
    }
    default:
      return unreachable(to);
  }
}

function surfaceOf<Drawn>(deps: DeliverDeps<Drawn>, connection: string): Surface<Drawn> {
  const surface = deps.surfaces.get(connection);
  if (surface === undefined) {
    throw new Error(`No surface is connected as ${connection}`);
  }
  return surface;
}
