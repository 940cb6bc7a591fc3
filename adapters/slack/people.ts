import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import type { Connections } from '../../src/app/connections.ts';
import type { Log } from '../../src/app/deps.ts';
import type { Known, NoMember } from '../../src/conversation/no-member.ts';
import { MemberId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import type { Member } from '../../src/domain/people.ts';
import { errorCodeOf } from './error-code.ts';
import { troubleOf } from './errors.ts';
import { Dnd, pausedOf } from './paused.ts';
import { Id } from './payloads.ts';
import type { ClientOf, SlackConnection, SlackDeps } from './slack-deps.ts';
import { isAdminOf, newMember, SlackUser, updated, whyNoMember } from './slack-user.ts';

/** For how long a person who is no member isn't asked about again, and a member's changes may have been missed. */
const REFUSED_FOR = 5 * 60_000;
const LOOK_AGAIN_AFTER = 24 * 3_600_000;
const REMEMBERED = 20_000;

export type People = {
  /** The member behind a Slack id; who is seen for the first time is met. Throws when Slack can't be asked. */
  memberFor(connection: SlackConnection, slackUserId: string): Promise<Known>;
  /** Takes over what `user_change` tells (`event.user`) of somebody whom Kept has met. */
  userChanged(connection: SlackConnection, user: unknown): Promise<void>;
  /** Takes over what `dnd_updated_user` tells (the event) of somebody whom Kept has met. */
  dndChanged(connection: SlackConnection, event: unknown): Promise<void>;
  /**
   * Takes over what a list of the team's people tells of those whom Kept has met, behind the back of whoever
   * asked for it: an event that was missed, as while Kept was down, would else make somebody away, or here, for ever.
   */
  seen(connection: SlackConnection, users: readonly SlackUser[]): void;
  /** Waits for the looks that nobody waits for. Call it before the database is closed. */
  idle(): Promise<void>;
};

const DndEvent = z.object({ user: Id, dnd_status: Dnd });

/** The people of Slack teams as members: met when they first appear, and kept up to date from there. */
export function createPeople(parts: {
  connections: Connections;
  clientOf: ClientOf;
  changeMember: SlackDeps['changeMember'];
  clock: Clock;
  newId: () => string;
  log: Log;
}): People {
  const { connections, clientOf, changeMember, clock, newId, log } = parts;
  const refused = new Map<string, { why: NoMember; at: Instant }>();
  const looked = new Map<string, Instant>();
  const looking = new Map<string, Promise<Known>>();
  const later = new Set<Promise<void>>();

  async function memberFor(connection: SlackConnection, userId: string): Promise<Known> {
    const key = keyOf(connection, userId);
    const refusal = refused.get(key);
    if (refusal !== undefined && clock() < refusal.at + REFUSED_FOR) {
      return { ok: false, why: refusal.why };
    }
    const member = await connections.memberOf(connection.workspaceId, connection.id, userId);
    if (!member?.active) {
      return lookOnce(connection, userId);
    }
    if (clock() >= (looked.get(key) ?? -Infinity) + LOOK_AGAIN_AFTER) {
      // What changed while events didn't reach us, as while Kept was down, shows within a day of being here again.
      remember(looked, key, clock());
      inBackground(connection, lookOnce(connection, userId));
    }
    return { ok: true, member };
  }

  /** Asks Slack about somebody; those who ask at the same time share the answer. */
  function lookOnce(connection: SlackConnection, userId: string): Promise<Known> {
    const key = keyOf(connection, userId);
    const under = looking.get(key);
    if (under !== undefined) {
      return under;
    }
    const look = lookUp(connection, userId).finally(() => looking.delete(key));
    looking.set(key, look);
    return look;
  }

  async function lookUp(connection: SlackConnection, userId: string): Promise<Known> {
    const user = await userOf(connection, userId);
    const known = await takeOver(connection, userId, user);
    if (known.ok && user !== null) {
      remember(looked, keyOf(connection, userId), clock());
      inBackground(connection, lookAtDnd(connection, user));
    }
    return known;
  }

  async function userOf(connection: SlackConnection, userId: string): Promise<SlackUser | null> {
    const client = await clientOf(connection);
    try {
      const { user } = await client.users.info({ user: userId, include_locale: true });
      return SlackUser.parse(user);
    } catch (error) {
      if (NOT_TO_BE_SEEN.has(errorCodeOf(error) ?? '')) {
        return null;
      }
      throw error;
    }
  }

  /** Makes what Slack says of somebody so in Kept as well. `null`: nobody whom Slack would show us. */
  async function takeOver(
    connection: SlackConnection,
    userId: string,
    user: SlackUser | null,
  ): Promise<Known> {
    const { workspaceId, id, facts } = connection;
    const why = user === null ? 'stranger' : whyNoMember(user, facts);
    const before = await connections.memberOf(workspaceId, id, userId);
    if (user === null || why !== null) {
      remember(refused, keyOf(connection, userId), { why: why ?? 'stranger', at: clock() });
      if (before?.active) {
        await changeMember(workspaceId, before.id, (member) => ({ ...member, active: false }));
        log.info({ connection: id, memberId: before.id, why }, 'member is no longer of the slack team');
      }
      return { ok: false, why: why ?? 'stranger' };
    }
    refused.delete(keyOf(connection, userId));
    if (before === null) {
      const given = { id: MemberId.parse(newId()), workspaceId, admin: isAdminOf(user, facts) };
      const met = newMember(user, { ...given, now: clock() });
      return { ok: true, member: await connections.meet(workspaceId, id, userId, met) };
    }
    const now = clock();
    const member = updated(before, user, now);
    if (JSON.stringify(member) !== JSON.stringify(before)) {
      await changeMember(workspaceId, before.id, (latest) => updated(latest, user, now));
    }
    return { ok: true, member };
  }

  async function takeOverAll(connection: SlackConnection, users: readonly SlackUser[]): Promise<void> {
    const met = await connections.everybody(connection.workspaceId, connection.id);
    for (const user of users) {
      const member = met.get(user.id);
      if (member !== undefined && isNews(member, user, connection)) {
        await takeOver(connection, user.id, user);
      }
    }
  }

  function isNews(member: Member, user: SlackUser, { facts }: SlackConnection): boolean {
    return whyNoMember(user, facts) === null
      ? JSON.stringify(updated(member, user, clock())) !== JSON.stringify(member)
      : member.active;
  }

  async function lookAtDnd(connection: SlackConnection, user: SlackUser): Promise<void> {
    const client = await clientOf(connection);
    const team = user.enterprise_user?.teams[0] ?? user.team_id;
    // A token of a whole org must name a team.
    const where = connection.facts.teamId === null && team !== null ? { team_id: team } : {};
    await paused(connection, user.id, Dnd.parse(await client.dnd.info({ user: user.id, ...where })));
  }

  async function paused(connection: SlackConnection, userId: string, dnd: Dnd): Promise<void> {
    const { workspaceId, id } = connection;
    const known = await connections.memberOf(workspaceId, id, userId);
    if (known !== null) {
      const span = pausedOf(dnd, clock());
      await changeMember(workspaceId, known.id, (member) => ({
        ...member,
        chat: { ...member.chat, paused: span },
      }));
    }
  }

  function inBackground(connection: SlackConnection, work: Promise<unknown>): void {
    const settled = reported(connection, work).finally(() => later.delete(settled));
    later.add(settled);
  }

  async function reported(connection: SlackConnection, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      log.warn(
        { trouble: troubleOf(error), connection: connection.id },
        'a slack person could not be looked at',
      );
    }
  }

  return {
    memberFor,
    userChanged: async (connection, payload) => {
      const user = SlackUser.safeParse(payload);
      if (!user.success) {
        log.warn({ connection: connection.id, err: user.error }, 'a changed slack user could not be read');
        return;
      }
      const { id } = user.data;
      refused.delete(keyOf(connection, id));
      // Who was never met is met when they first speak.
      if ((await connections.memberOf(connection.workspaceId, connection.id, id)) !== null) {
        await takeOver(connection, id, user.data);
      }
    },
    dndChanged: async (connection, payload) => {
      const event = DndEvent.safeParse(payload);
      if (!event.success) {
        log.warn({ connection: connection.id, err: event.error }, 'a slack pause could not be read');
        return;
      }
      await paused(connection, event.data.user, event.data.dnd_status);
    },
    seen: (connection, users) => inBackground(connection, takeOverAll(connection, users)),
    idle: async () => {
      while (later.size > 0) {
        await Promise.all(later);
      }
    },
  };
}

/** Slack shows people of another company only while we share a channel with them. */
const NOT_TO_BE_SEEN: ReadonlySet<string> = new Set([
  'user_not_found',
  'user_not_visible',
  'users_not_found',
]);

function keyOf(connection: SlackConnection, userId: string): string {
  return `${connection.id}/${userId}`;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= REMEMBERED) {
    map.clear();
  }
  map.set(key, value);
}
