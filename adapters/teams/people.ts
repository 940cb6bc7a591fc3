import type { Clock } from '../../src/app/clock.ts';
import type { Connections } from '../../src/app/connections.ts';
import type { Log } from '../../src/app/deps.ts';
import type { Known, NoMember } from '../../src/conversation/no-member.ts';
import { MemberId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import type { Member } from '../../src/domain/people.ts';
import type { Bot, Listed } from './bot.ts';
import type { EntraPerson, Graph } from './graph.ts';
import { createRosters, type InRosters, isTeamsId, type RosterPlaces } from './rosters.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import { newMember, type Profile, updated, whyNoMember, whyNoUser } from './teams-person.ts';
import type { From } from './told.ts';

/** For how long a person who is no member isn't asked about again, and a member's changes may have been missed. */
const REFUSED_FOR = 5 * 60_000;
const LOOK_AGAIN_AFTER = 24 * 3_600_000;
const REMEMBERED = 20_000;

/** Somebody who spoke, or who was chosen in a form. */
export type Asked = From | { personId: string };

export type People = {
  /**
   * The member behind an Entra object id; who is seen for the first time is met. For somebody who was chosen, `29:…`
   * will do, too, which pickers of local development give. `conversation` is where they spoke,
   * or where the form stands that they were chosen in; null where that is none of Teams' (the tab).
   * Throws when Teams can't be asked.
   */
  memberFor(connection: TeamsConnection, who: Asked, conversation: string | null): Promise<Known>;
  /** Takes over, behind the back of whoever asked for it, what a roster tells of those whom Kept has met. */
  seen(connection: TeamsConnection, listed: readonly Listed[]): void;
  /** Somebody joined or left: who was refused may be a member now. */
  membersChanged(connection: TeamsConnection): void;
  /** Waits for the looks that nobody waits for. Call it before the database is closed. */
  idle(): Promise<void>;
};

/** What was found out about somebody: a member with what is known of them, or why they are none. */
type Found = { ok: true; profile: Profile } | { ok: false; why: NoMember };

/** The people of tenants as members: met when they first appear, and kept up to date from there. */
export function createPeople(parts: {
  deps: {
    connections: Connections;
    changeMember: TeamsDeps['changeMember'];
    zoneOf: TeamsDeps['zoneOf'];
    homeChannel: TeamsDeps['homeChannel'];
    addresses: Pick<TeamsDeps['addresses'], 'save'>;
    clock: Clock;
    newId: () => string;
    log: Log;
  };
  bot: Pick<Bot, 'member'>;
  places: RosterPlaces;
  graph: Pick<Graph, 'person'>;
}): People {
  const { deps, bot, places, graph } = parts;
  const { connections, changeMember, clock, newId, log } = deps;
  const lookInRosters = createRosters({ deps, bot, places });
  const refused = new Map<string, { why: NoMember; at: Instant }>();
  const looked = new Map<string, Instant>();
  const looking = new Map<string, Promise<Known>>();
  const later = new Set<Promise<void>>();

  async function memberFor(
    connection: TeamsConnection,
    asked: Asked,
    conversation: string | null,
  ): Promise<Known> {
    if (isBot(asked)) {
      return { ok: false, why: 'bot' };
    }
    const who = isTeamsId(asked.personId) ? await byTeamsId(connection, asked.personId, conversation) : asked;
    if (who === null) {
      return { ok: false, why: 'unseen' };
    }
    const { workspaceId, id } = connection;
    const key = keyOf(connection, who.personId);
    const refusal = refused.get(key);
    if (refusal !== undefined && clock() < refusal.at + REFUSED_FOR) {
      return { ok: false, why: refusal.why };
    }
    const member = await connections.memberOf(workspaceId, id, who.personId);
    if (!member?.active) {
      return lookOnce(connection, who, conversation);
    }
    if (clock() >= (looked.get(key) ?? -Infinity) + LOOK_AGAIN_AFTER) {
      // What changed and nobody told, as somebody becoming a guest, shows within a day of being here again.
      remember(looked, key, clock());
      inBackground(connection, lookOnce(connection, who, conversation));
    }
    return { ok: true, member: await takeOver(member, spokenOf(who)) };
  }

  async function byTeamsId(
    connection: TeamsConnection,
    teamsId: string,
    conversation: string | null,
  ): Promise<Asked | null> {
    const listed = await lookInRosters(connection, teamsId, conversation);
    return typeof listed === 'string' || listed.personId === null ? null : { personId: listed.personId };
  }

  /** Asks about somebody; those who ask at the same time share the answer. */
  function lookOnce(connection: TeamsConnection, who: Asked, conversation: string | null): Promise<Known> {
    const key = keyOf(connection, who.personId);
    const under = looking.get(key);
    if (under !== undefined) {
      return under;
    }
    const look = lookUp(connection, who, conversation).finally(() => looking.delete(key));
    looking.set(key, look);
    return look;
  }

  async function lookUp(
    connection: TeamsConnection,
    who: Asked,
    conversation: string | null,
  ): Promise<Known> {
    const { workspaceId, id, facts } = connection;
    const { personId } = who;
    const before = await connections.memberOf(workspaceId, id, personId);
    const [roster, entra] = await Promise.all([
      lookInRosters(connection, personId, conversation),
      graph.person(facts.tenantId, personId),
    ]);
    const found = foundOf(connection, who, roster, entra);
    if (found === 'nowhere') {
      // They may have left this one team alone: a member stays one, and who wasn't any more isn't one by that.
      return before?.active
        ? { ok: true, member: before }
        : refuse(connection, personId, before === null ? whyNowhere(who, roster) : 'gone');
    }
    if (!found.ok) {
      await leave(connection, before, found.why);
      return refuse(connection, personId, found.why);
    }
    remember(looked, keyOf(connection, personId), clock());
    if (typeof roster !== 'string' && roster.email !== null) {
      const address = { of: `person/${personId}`, facts: { email: roster.email }, seenAt: clock() };
      await deps.addresses.save(workspaceId, id, address);
    }
    if (before !== null) {
      // A zone that they once spoke with goes before the one of a mailbox.
      const zone = before.active ? spokenOf(who).zone : found.profile.zone;
      return { ok: true, member: await takeOver(before, { ...found.profile, zone }) };
    }
    const zone = await deps.zoneOf(workspaceId);
    const given = {
      id: MemberId.parse(newId()),
      workspaceId,
      admin: personId === facts.installedBy,
      zone,
    };
    const met = newMember(found.profile, given);
    return { ok: true, member: await connections.meet(workspaceId, id, personId, met) };
  }

  function refuse(connection: TeamsConnection, personId: string, why: NoMember): Known {
    // Who can't be seen may add Kept the next moment.
    if (why !== 'unseen') {
      remember(refused, keyOf(connection, personId), { why, at: clock() });
    }
    return { ok: false, why };
  }

  async function takeOver(before: Member, profile: Profile): Promise<Member> {
    const member = updated(before, profile);
    if (JSON.stringify(member) !== JSON.stringify(before)) {
      await changeMember(before.workspaceId, before.id, (latest) => updated(latest, profile));
    }
    return member;
  }

  async function leave({ id }: TeamsConnection, member: Member | null, why: NoMember): Promise<void> {
    if (member?.active) {
      await changeMember(member.workspaceId, member.id, (latest) => ({ ...latest, active: false }));
      log.info({ connection: id, memberId: member.id, why }, 'member is no longer of the teams tenant');
    }
  }

  async function takeOverAll(connection: TeamsConnection, listed: readonly Listed[]): Promise<void> {
    const met = await connections.everybody(connection.workspaceId, connection.id);
    for (const one of listed) {
      const member = one.personId === null ? undefined : met.get(one.personId);
      const why = whyNoMember(one, connection.facts);
      if (member !== undefined && why !== null) {
        await leave(connection, member, why);
      } else if (member?.active) {
        await takeOver(member, { name: one.name, title: null, zone: null });
      }
    }
  }

  function inBackground(connection: TeamsConnection, work: Promise<unknown>): void {
    const settled = reported(connection, work).finally(() => later.delete(settled));
    later.add(settled);
  }

  async function reported(connection: TeamsConnection, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      log.warn({ err: error, connection: connection.id }, 'a teams person could not be looked at');
    }
  }

  return {
    memberFor,
    seen: (connection, listed) => inBackground(connection, takeOverAll(connection, listed)),
    membersChanged: (connection) => {
      for (const key of refused.keys()) {
        if (key.startsWith(`${connection.id}/`)) {
          refused.delete(key);
        }
      }
    },
    idle: async () => {
      while (later.size > 0) {
        await Promise.all(later);
      }
    },
  };
}

/** What rosters and Entra say together. Whoever one of them refuses is refused. */
function foundOf(
  { facts }: TeamsConnection,
  who: Asked,
  roster: InRosters,
  { user, zone }: EntraPerson,
): Found | 'nowhere' {
  const listed = typeof roster === 'string' ? null : roster;
  const entra = user === 'gone' ? null : user;
  const why =
    (listed && whyNoMember(listed, facts)) ?? (user === 'gone' ? 'gone' : user && whyNoUser(user)) ?? null;
  if (why !== null) {
    return { ok: false, why };
  }
  const said = spokenOf(who);
  if (listed === null && entra === null) {
    return 'nowhere';
  }
  return {
    ok: true,
    profile: {
      name: [listed?.name, said.name, entra?.name].find((name) => (name ?? '').trim() !== '') ?? null,
      title: entra?.title ?? null,
      // What they speak with knows better where they are than a mailbox that was set up once.
      zone: said.zone ?? zone,
    },
  };
}

/**
 * Who speaks in a conversation that doesn't list them is a stranger. Who was only chosen, or looks at the tab, may well
 * be a colleague whom Teams shows us nowhere.
 */
function whyNowhere(who: Asked, roster: InRosters): NoMember {
  const spoke = 'userId' in who && who.userId !== '';
  return spoke && roster === 'not there' ? 'stranger' : 'unseen';
}

/** What somebody tells of themselves by speaking. */
function spokenOf(who: Asked): Profile {
  return 'userId' in who
    ? { name: who.name, title: null, zone: who.zone }
    : { name: null, title: null, zone: null };
}

function isBot(who: Asked): boolean {
  return 'userId' in who && who.userId.startsWith('28:');
}

function keyOf(connection: TeamsConnection, personId: string): string {
  return `${connection.id}/${personId}`;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= REMEMBERED) {
    map.clear();
  }
  map.set(key, value);
}
