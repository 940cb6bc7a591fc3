import type { SendResult } from '../../src/app/surface.ts';
import type { WorkspaceId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { NeverSeen } from './audience.ts';
import { isTeams, type Trouble, troubleOf } from './errors.ts';
import type { Places } from './places.ts';
import { teamsConnection } from './teams-connection.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { Tenants } from './tenants.ts';

/** How long what is owed to a tenant that took Kept out is put off, again and again, until it is back. */
const DISCONNECTED_MS = 60_000;
/** That Teams can't be spoken to is said again after this long. */
const SAY_AGAIN_MS = 10 * 60_000;
/** A connection is read anew after this long. */
const CONNECTION_FOR_MS = 5_000;
/** Waits for what Teams gives no time for: doubled from here to there, and spread. */
const BACKOFF = { firstMs: 2_000, mostMs: 60_000 };
/** Waits between repeats of what was sent and never answered: it may well stand there each time. */
const UNANSWERED = { firstMs: 5_000, mostMs: 30 * 60_000 };
/** A way that can't be reached for so long is taken for one that fails. */
const OUTAGE_MS = 12 * 3_600_000;

/** What a send is at. Nothing was posted in `prepare`; in `post` a doubt may come up. */
export type Step = 'prepare' | 'post' | 'redraw';

export type Sending = {
  connection: TeamsConnection;
  /** From now on Teams is spoken to about this conversation, or person, and at this step. */
  step: (step: Step, conversation: string) => void;
};

/** Makes calls of Teams for what is owed, and tells in the outbox's words what became of it. */
export type Through = (
  what: { workspaceId: WorkspaceId; connection: string; key: string; doubtSince: Instant | null },
  work: (sending: Sending) => Promise<SendResult>,
) => Promise<SendResult>;

/** See `Through`. `jitter` gives a number from 0 to 1. */
export function createThrough(parts: {
  deps: Pick<TeamsDeps, 'log' | 'clock' | 'connections'>;
  places: Pick<Places, 'shut'>;
  tenants: Pick<Tenants, 'isAllowed'>;
  jitter?: () => number;
}): Through {
  const { places, tenants, jitter = Math.random } = parts;
  const { log, clock, connections } = parts.deps;
  const known = new Map<string, { connection: TeamsConnection; until: Instant }>();
  const said = new Map<string, Instant>();
  /** By connection and conversation: how often it was put off since it last took something, and since when. */
  const putOff = new Map<string, { times: number; since: Instant }>();

  async function connectionOf(workspaceId: WorkspaceId, id: string): Promise<TeamsConnection | null> {
    const name = `${workspaceId}/${id}`;
    const remembered = known.get(name);
    if (remembered !== undefined && remembered.until > clock()) {
      return remembered.connection;
    }
    const found = await connections.get(workspaceId, id);
    if (found === null) {
      return null;
    }
    const connection = teamsConnection(found);
    known.set(name, { connection, until: clock() + CONNECTION_FOR_MS });
    return connection;
  }

  /** The longer the more often it was put off, and not for all at the same moment. */
  function backOff(name: string): { afterMs: number; since: Instant } {
    const { times, since } = putOff.get(name) ?? { times: 0, since: clock() };
    putOff.set(name, { times: times + 1, since });
    const most = Math.min(BACKOFF.mostMs, BACKOFF.firstMs * 2 ** times);
    return { afterMs: Math.round(most * (0.5 + jitter() / 2)), since };
  }

  /** What costs no try may go on for ever, so it is said, but not for every message. */
  function unable({ id }: TeamsConnection, afterMs: number, error: string): SendResult {
    if (clock() >= (said.get(id) ?? -Infinity) + SAY_AGAIN_MS) {
      said.set(id, clock());
      log.warn({ connection: id, error }, 'Teams can’t be spoken to: what is owed there waits');
    }
    return held(afterMs, error);
  }

  async function meaning(
    trouble: Trouble,
    at: {
      connection: TeamsConnection;
      step: Step;
      conversation: string | null;
      key: string;
      doubtSince: Instant | null;
    },
  ): Promise<SendResult> {
    const { connection, step, conversation, key, doubtSince } = at;
    const name = `${connection.id}/${conversation ?? ''}`;
    const { error } = trouble;
    switch (trouble.kind) {
      case 'limited':
        return held(trouble.afterMs ?? backOff(name).afterMs, error);
      case 'unknown to Teams':
        return unable(connection, DISCONNECTED_MS, error);
      case 'unreachable': {
        const { afterMs, since } = backOff(name);
        return clock() - since < OUTAGE_MS
          ? unable(connection, afterMs, error)
          : later(error, { doubtful: doubtSince !== null, afterMs: null });
      }
      case 'shut':
        if (conversation !== null) {
          await places.shut(connection, conversation, error);
        }
        return never(`Kept may not speak there: ${error}`);
      case 'gone':
        return never(error);
      case 'our fault':
        log.error({ connection: connection.id, key, error, step }, 'Teams refuses what we ask of it');
        return never(error);
      case 'doubtful': {
        const waited = doubtSince === null ? 0 : clock() - doubtSince;
        const afterMs =
          trouble.answered || doubtSince === null
            ? null
            : Math.min(UNANSWERED.mostMs, Math.max(UNANSWERED.firstMs, waited));
        return later(error, { doubtful: step === 'post' || doubtSince !== null, afterMs });
      }
      default:
        return unreachable(trouble);
    }
  }

  return async ({ workspaceId, connection: id, key, doubtSince }, work) => {
    const connection = await connectionOf(workspaceId, id);
    if (connection === null) {
      return never('This Teams tenant was never connected');
    }
    if (connection.status === 'disconnected') {
      return held(DISCONNECTED_MS, 'Teams is disconnected');
    }
    if (!tenants.isAllowed(connection.facts.tenantId)) {
      return held(DISCONNECTED_MS, 'This tenant isn’t let in any more');
    }
    const at: { step: Step; conversation: string | null } = { step: 'prepare', conversation: null };
    const spokenOf = new Set<string>();
    try {
      const result = await work({
        connection,
        step: (step, conversation) => {
          at.step = step;
          at.conversation = conversation;
          spokenOf.add(conversation);
        },
      });
      if (result.ok) {
        for (const name of spokenOf) {
          putOff.delete(`${id}/${name}`);
        }
      }
      return result;
    } catch (error) {
      if (error instanceof NeverSeen) {
        return never(error.message);
      }
      // Not Teams', and nothing was posted by this try: ours or the database's, and whoever delivers logs it.
      if (at.step === 'prepare' && !isTeams(error)) {
        throw error;
      }
      return meaning(troubleOf(error), { connection, ...at, key, doubtSince });
    }
  };
}

function later(
  error: string,
  { doubtful, afterMs }: { doubtful: boolean; afterMs: number | null },
): SendResult {
  return { ok: false, retry: 'later', afterMs, error, doubtful };
}

/** This way is shut. */
export function never(error: string): SendResult {
  return { ok: false, retry: 'never', error };
}

/** Not now, through no fault of the message's. */
export function held(afterMs: number, error: string): SendResult {
  return { ok: false, retry: 'held', afterMs, error };
}
