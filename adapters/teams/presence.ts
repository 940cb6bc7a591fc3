import type { Instant } from '../../src/domain/instant.ts';
import type { Absence, Member } from '../../src/domain/people.ts';
import type { Graph, Presence } from './graph.ts';
import { teamsConnection } from './teams-connection.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';

const LOOK_EVERY_MS = 60_000;
/**
 * Teams doesn't say until when. So it holds for this long, is renewed when less than half is left, and ends by itself
 * when nobody looks any more. Out of office lasts, and half an hour is how early a promise can be at risk; asking for
 * quiet is over soon. (Renewed each minute, each would have its owner's promises looked at each minute.)
 */
const AWAY_FOR_MS = 30 * 60_000;
const PAUSED_FOR_MS = 10 * 60_000;

export type PresenceWatch = {
  start(): void;
  /** Looks once at everybody of every tenant. It never throws. */
  look(): Promise<void>;
  stop(): Promise<void>;
};

/** Takes over who is out of office or wants quiet, as Teams shows it, where a tenant's admins granted that. */
export function createPresenceWatch(parts: {
  deps: Pick<TeamsDeps, 'changeMember' | 'clock' | 'log'> & {
    connections: Pick<TeamsDeps['connections'], 'all' | 'everybody'>;
  };
  graph: Pick<Graph, 'presences'>;
  lookEveryMs?: number;
}): PresenceWatch {
  const { deps, graph, lookEveryMs = LOOK_EVERY_MS } = parts;
  const { connections, clock, log } = deps;
  let timer: ReturnType<typeof setInterval> | null = null;
  let looking: Promise<void> | null = null;
  let isStopping = false;

  async function look(): Promise<void> {
    for (const connection of await tenants()) {
      try {
        await lookAt(connection);
      } catch (error) {
        log.warn(
          { err: error, connection: connection.id },
          'presence in a teams tenant could not be taken over',
        );
      }
      if (isStopping) {
        return;
      }
    }
  }

  async function tenants(): Promise<TeamsConnection[]> {
    try {
      const all = await connections.all('teams');
      return all.filter(({ status }) => status === 'connected').map(teamsConnection);
    } catch (error) {
      log.warn({ err: error }, 'teams tenants could not be read to look at presence');
      return [];
    }
  }

  async function lookAt({ workspaceId, id, facts }: TeamsConnection): Promise<void> {
    const everybody = [...(await connections.everybody(workspaceId, id))].filter(([, { active }]) => active);
    const presences = await graph.presences(
      facts.tenantId,
      everybody.map(([personId]) => personId),
    );
    for (const [personId, member] of everybody) {
      const presence = presences?.get(personId);
      const now = clock();
      if (presence !== undefined && isNews(member, presence, now)) {
        await deps.changeMember(workspaceId, member.id, (latest) => withPresence(latest, presence, now));
      }
    }
  }

  /** One look at a time, however long it takes. */
  function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  }

  return {
    look: lookOnce,
    start: () => {
      timer ??= setInterval(() => void lookOnce(), lookEveryMs);
      void lookOnce();
    },
    stop: async () => {
      isStopping = true;
      if (timer !== null) {
        clearInterval(timer);
      }
      await looking;
    },
  };
}

/** The member as their presence says of them now. */
export function withPresence(member: Member, presence: Presence, now: Instant): Member {
  const { away, paused } = member.chat;
  return {
    ...member,
    chat: {
      away: spanOf(presence.isOutOfOffice, away, now, AWAY_FOR_MS),
      paused: spanOf(presence.isUndisturbed, paused, now, PAUSED_FOR_MS),
    },
  };
}

function isNews(member: Member, presence: Presence, now: Instant): boolean {
  return JSON.stringify(withPresence(member, presence, now).chat) !== JSON.stringify(member.chat);
}

function spanOf(is: boolean, before: Absence | null, now: Instant, forMs: number): Absence | null {
  if (!is) {
    return null;
  }
  if (before === null || before.from > now || (before.until !== null && before.until <= now)) {
    return { from: now, until: now + forMs };
  }
  const isFresh = before.until !== null && before.until - now >= forMs / 2;
  return isFresh ? before : { from: before.from, until: now + forMs };
}
