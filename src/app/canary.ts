import { z } from 'zod';
import { CaseId, CustomerId, MemberId, NonBlank, PromiseId, WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { caretakerOf, type Member } from '../domain/people.ts';
import { defaultPolicy } from '../domain/policy.ts';
import { act, openCase } from './act.ts';
import type { Deps } from './deps.ts';
import type { WorkspaceData } from './store.ts';
import { kindOf, type Surface } from './surface.ts';

/**
 * A workspace's canary: a promise that travels the whole way every few minutes, in a workspace of its own (`fliesIn`),
 * so that no list, count or customer of the team's ever shows it.
 */
export const Canary = z.object({
  workspaceId: WorkspaceId,
  fliesIn: WorkspaceId,
  /** Who looks after Kept there: the one post of the canary stands in their direct messages. */
  memberId: MemberId,
  /** The connection that it is sent by. */
  connection: z.string(),
  /** Where its post stands; null before the first. */
  ref: z.string().nullable(),
  /** The message that has to arrive, and when. */
  key: z.string().nullable(),
  begunAt: Instant.nullable(),
  dueAt: Instant.nullable(),
  /** When that message was sent; null while it wasn't. */
  sentAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  cameThrough: z.boolean().nullable(),
  latenessMs: z.number().nullable(),
  lastOkAt: Instant.nullable(),
});
export type Canary = z.infer<typeof Canary>;

/** A connected workspace, and those of its people whom the connection can reach. */
export type Perch = { workspaceId: WorkspaceId; connection: string; memberIds: MemberId[] | null };

/** The canaries as the store keeps them. */
export type Canaries = {
  /**
   * Every workspace that is connected and has people whom the connection can reach, each once; of several connections
   * the first chat.
   */
  perches(): Promise<Perch[]>;
  all(): Promise<Canary[]>;
  find(fliesIn: WorkspaceId): Promise<Canary | null>;
  /** Makes a workspace's canary and what it flies in, or gives it another place to land; clears its last flight away. */
  settle(
    canary: Pick<Canary, 'workspaceId' | 'fliesIn' | 'memberId' | 'connection'>,
    data: WorkspaceData,
  ): Promise<void>;
  begin(fliesIn: WorkspaceId, flight: { key: string; at: Instant; dueAt: Instant }): Promise<void>;
  /** Writes down how a flight ended. Its case rings no more. */
  end(
    fliesIn: WorkspaceId,
    ended: { at: Instant; latenessMs: number | null; cameThrough: boolean },
  ): Promise<void>;
  landed(fliesIn: WorkspaceId, ref: string): Promise<void>;
};

/** The kind of connection that the canaries' cases live on: `canary/` and the connection they are sent by. */
export const CANARY = 'canary';
/** From its making to its time: so short that it is through before the next one, and long enough for a bell. */
const FLIGHT_MS = 30_000;
/** So late at most, or it didn't come through. */
const LATE_MS = 30_000;

type Flying = Deps & { canaries: Canaries };

/**
 * Looks after the canaries: notes which came through, and lets the next ones fly, each `everyMs` after it began
 * last. To be called more often than that. One that can't fly is logged and counts as not come through. Where a team has
 * disconnected, or canaries are off (`everyMs` null), none is left in the air: its case would ring and call for ever.
 */
export async function flyCanaries(deps: Flying, everyMs: number | null): Promise<void> {
  const left = new Map((await deps.canaries.all()).map((canary) => [canary.workspaceId, canary]));
  if (everyMs !== null) {
    for (const perch of await deps.canaries.perches()) {
      try {
        await flyOne(deps, perch, left.get(perch.workspaceId) ?? null, everyMs);
      } catch (err) {
        deps.log.error({ err, workspaceId: perch.workspaceId }, 'A canary could not fly');
      }
      left.delete(perch.workspaceId);
    }
  }
  for (const { fliesIn, endedAt } of left.values()) {
    if (endedAt === null) {
      await deps.canaries.end(fliesIn, { at: deps.clock(), latenessMs: null, cameThrough: false });
    }
  }
}

async function flyOne(deps: Flying, perch: Perch, canary: Canary | null, everyMs: number): Promise<void> {
  const now = deps.clock();
  // Begun later than now: the clock has gone back since.
  const isAhead = canary?.begunAt != null && canary.begunAt > now + LATE_MS;
  if (canary !== null && canary.endedAt === null && canary.dueAt !== null) {
    const latenessMs = canary.sentAt === null ? null : Math.max(0, canary.sentAt - canary.dueAt);
    if (latenessMs === null && !isAhead && now <= canary.dueAt + LATE_MS) {
      return;
    }
    const cameThrough = latenessMs !== null && latenessMs <= LATE_MS;
    await deps.canaries.end(canary.fliesIn, { at: now, latenessMs, cameThrough });
    if (!cameThrough) {
      deps.log.error(
        { workspaceId: canary.workspaceId, latenessMs },
        'A canary did not come through in time',
      );
    }
  }
  if (canary?.begunAt == null || isAhead || now >= canary.begunAt + everyMs) {
    await begin(deps, perch, canary);
  }
}

async function begin(deps: Flying, perch: Perch, before: Canary | null): Promise<void> {
  const { workspaceId, connection } = perch;
  const fliesIn = before?.fliesIn ?? WorkspaceId.parse(deps.newId());
  const real = await deps.store.read(workspaceId, (tx) => tx.workspace());
  const reached = real.members.filter(({ id }) => perch.memberIds === null || perch.memberIds.includes(id));
  const memberId = caretakerOf({ members: new Map(reached.map((one) => [one.id, one])) }, deps.clock());
  const keeper = reached.find(({ id }) => id === memberId);
  if (keeper === undefined) {
    return;
  }
  await deps.canaries.settle(
    { workspaceId, fliesIn, memberId: keeper.id, connection },
    {
      workspace: { ...real.workspace, id: fliesIn },
      members: [alone(keeper, fliesIn)],
      policy: defaultPolicy,
    },
  );
  const who = { workspaceId: fliesIn, memberId: keeper.id };
  const caseId = CaseId.parse(deps.newId());
  const promiseId = PromiseId.parse(deps.newId());
  const words = NonBlank.parse('Kept’s own canary');
  await openCase(
    deps,
    who,
    {
      customer: {
        id: CustomerId.parse(deps.newId()),
        workspaceId: fliesIn,
        name: words,
        zone: null,
        contact: '',
        notes: '',
      },
      title: words,
      whatHappened: '',
      stakes: words,
      deadline: null,
      severity: 'normal',
      place: { connection: `${CANARY}/${connection}`, channel: CANARY },
      source: null,
    },
    caseId,
    deps.newId(),
  );
  const at = deps.clock();
  const dueAt = at + FLIGHT_MS;
  const terms = {
    id: promiseId,
    ownerId: keeper.id,
    action: words,
    contactBy: keeper.id,
    contactTo: '',
    followUpAt: dueAt,
  };
  await deps.canaries.begin(fliesIn, { key: `${caseId}/${promiseId}/1/due`, at, dueAt });
  const made = await act(deps, who, caseId, { do: 'promise', terms });
  if (!made.ok) {
    throw new Error('A canary’s promise was not taken', { cause: made.rejection });
  }
}

/** Nobody is above the canary's keeper, so that nobody is ever called for it; and they are always there. */
function alone(keeper: Member, workspaceId: WorkspaceId): Member {
  return {
    ...keeper,
    workspaceId,
    leadId: null,
    limit: null,
    absence: null,
    chat: { away: null, paused: null },
  };
}

/**
 * The surface that canaries are sent by: the real one, in the keeper's direct messages, for the one message that
 * has to arrive; and there one post, drawn again each time, so that it disturbs nobody. All else goes nowhere.
 */
export function canarySurface<Drawn>(
  surfaces: ReadonlyMap<string, Surface<Drawn>>,
  { canaries, draw, clock }: { canaries: Canaries; draw: (at: Instant) => Drawn; clock: Deps['clock'] },
): Surface<Drawn> {
  const nowhere = { ok: true, ref: CANARY } as const;
  return {
    send: async (message) => {
      const canary = await canaries.find(message.workspaceId);
      if (canary === null || canary.key !== message.key) {
        return nowhere;
      }
      const { workspaceId, connection, memberId, ref } = canary;
      const real = surfaces.get(kindOf(connection));
      if (real === undefined) {
        return { ok: false, retry: 'held', afterMs: 5_000, error: 'This surface is not set up here' };
      }
      const at = { workspaceId, connection, key: message.key, drawn: draw(clock()) };
      if (ref !== null) {
        const redrawn = await real.redraw({ ...at, ref });
        // Somebody has taken the post away: the next one stands anew.
        if (redrawn.ok || redrawn.retry !== 'never') {
          return redrawn;
        }
      }
      const target = { kind: 'member', memberId } as const;
      const sent = await real.send({ ...at, target, doubtSince: message.doubtSince });
      if (sent.ok) {
        await canaries.landed(message.workspaceId, sent.ref);
      }
      return sent;
    },
    redraw: () => Promise.resolve(nowhere),
  };
}

/** Whether every canary that flies came through last time, and not too long ago. None flying is not well. */
export function areWell(canaries: readonly Canary[], everyMs: number, now: Instant): boolean {
  return (
    canaries.length > 0 &&
    canaries.every(
      ({ cameThrough, lastOkAt, endedAt }) =>
        lastOkAt !== null &&
        now - lastOkAt <= 2 * everyMs + FLIGHT_MS + LATE_MS &&
        (endedAt === null || cameThrough === true),
    )
  );
}
