import type { z } from 'zod';
import type { At, Bot } from './bot.ts';
import { isTeams, troubleOf } from './errors.ts';
import { ConversationFacts, PersonFacts, TenantFacts } from './facts.ts';
import { splitConversation } from './ref.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { Told, Where } from './told.ts';

/** Where conversations and people of tenants are spoken to, as they were last seen. */
export type Places = {
  /** Where a conversation, or a thread of it, is; null for one that was never seen. */
  at(connection: TeamsConnection, conversation: string): Promise<At | null>;
  /**
   * The person's chat with Kept, opened if need be; null when Teams says no: they have blocked or removed Kept, or
   * never had it. Throws when Teams can't be asked.
   */
  personal(connection: TeamsConnection, personId: string): Promise<string | null>;
  /** Writes down where something came from: Kept is there, and heard. `name` is the conversation's. */
  seen(connection: TeamsConnection, told: Pick<Told, 'where' | 'from'>, name?: string): Promise<void>;
  /**
   * The same of what may come from where Kept isn't, as a message's command or a link in the chat of two people (which
   * Teams calls personal, too): that is no sign of Kept being there, and no chat of theirs with Kept.
   */
  glimpsed(connection: TeamsConnection, told: Pick<Told, 'where' | 'from'>, name?: string): Promise<void>;
  /** Teams said no for good there, by `code`. Forgotten when something is heard from there, or in an hour. */
  shut(connection: TeamsConnection, conversation: string, code: string): Promise<void>;
  /** What people call it; null where Teams didn't say. */
  nameOf(connection: TeamsConnection, conversation: string): Promise<string | null>;
  /** The channels and group chats that Kept is in, the one that was heard last first. */
  shared(connection: TeamsConnection): Promise<Shared[]>;
};

/** A channel, or a group chat, by the conversation's base id; without a name where Teams didn't say it. */
export type Shared = { conversation: string; kind: 'channel' | 'group'; name: string | null };

/** What was written down isn't written again for this long. */
const SEEN_FOR_MS = 60_000;
/** Teams doesn't tell when somebody lets Kept speak again, so it is asked again after this. */
const SHUT_FOR_MS = 3_600_000;
const REMEMBERED = 20_000;

/** See `Places`. */
export function createPlaces({
  deps,
  bot,
}: {
  deps: Pick<TeamsDeps, 'addresses' | 'clock' | 'log'>;
  bot: Pick<Bot, 'openPersonal' | 'member'>;
}): Places {
  const { addresses, clock, log } = deps;
  const written = new Map<string, { facts: string; until: number }>();

  async function read<Schema extends z.ZodType>(
    { workspaceId, id }: TeamsConnection,
    of: string,
    schema: Schema,
  ): Promise<{ facts: z.infer<Schema>; seenAt: number } | null> {
    const found = await addresses.get(workspaceId, id, of);
    const facts = schema.safeParse(found?.facts);
    return found === null || !facts.success ? null : { facts: facts.data, seenAt: found.seenAt };
  }

  async function write(
    { workspaceId, id }: TeamsConnection,
    of: string,
    facts: Record<string, unknown>,
  ): Promise<void> {
    await addresses.save(workspaceId, id, { of, facts, seenAt: clock() });
  }

  /** Once in a minute, however much is said there; `isNews`: at once. */
  async function note(
    connection: TeamsConnection,
    of: string,
    facts: Record<string, unknown>,
    { isNews } = { isNews: false },
  ) {
    const name = nameIn(connection, of);
    const said = JSON.stringify(facts);
    const last = written.get(name);
    if (!isNews && last?.facts === said && last.until > clock()) {
      return;
    }
    await write(connection, of, facts);
    if (written.size >= REMEMBERED) {
      written.clear();
    }
    written.set(name, { facts: said, until: clock() + SEEN_FOR_MS });
  }

  async function noteWho(
    connection: TeamsConnection,
    { where: { serviceUrl }, from }: Pick<Told, 'where' | 'from'>,
    own: { conversation?: string },
  ): Promise<void> {
    await note(connection, TENANT, { serviceUrl });
    if (from !== null) {
      await note(connection, `person/${from.personId}`, { userId: from.userId, serviceUrl, ...own });
    }
  }

  const conversationOf = (connection: TeamsConnection, conversation: string) =>
    read(connection, `conversation/${splitConversation(conversation).base}`, ConversationFacts);

  async function isShut(connection: TeamsConnection, conversation: string): Promise<boolean> {
    const found = await conversationOf(connection, conversation);
    return found !== null && found.facts.shut !== null && found.seenAt + SHUT_FOR_MS > clock();
  }

  async function open(
    connection: TeamsConnection,
    personId: string,
    person: PersonFacts | null,
  ): Promise<string | null> {
    const tenant = await read(connection, TENANT, TenantFacts);
    const serviceUrl = person?.serviceUrl ?? tenant?.facts.serviceUrl ?? null;
    if (serviceUrl === null) {
      return null;
    }
    const { tenantId } = connection.facts;
    try {
      const conversation = await bot.openPersonal({ serviceUrl, tenantId }, person?.userId ?? personId);
      await write(connection, `conversation/${conversation}`, {
        kind: 'personal',
        serviceUrl,
        personId,
        shut: null,
      });
      const userId =
        person?.userId ?? (await bot.member({ serviceUrl, tenantId, conversation }, personId))?.userId;
      if (userId !== undefined) {
        await write(connection, `person/${personId}`, { userId, serviceUrl, conversation });
      }
      return conversation;
    } catch (error) {
      const kind = isTeams(error) ? troubleOf(error).kind : null;
      if (kind !== 'shut' && kind !== 'gone') {
        throw error;
      }
      log.info({ connection: connection.id, trouble: troubleOf(error) }, 'no chat with a person in Teams');
      return null;
    }
  }

  return {
    at: async (connection, conversation) => {
      const found = await conversationOf(connection, conversation);
      const { tenantId } = connection.facts;
      return found === null
        ? null
        : { serviceUrl: found.facts.serviceUrl, tenantId, conversation, kind: found.facts.kind };
    },
    personal: async (connection, personId) => {
      const person = await read(connection, `person/${personId}`, PersonFacts);
      const known = person?.facts.conversation ?? null;
      if (known === null) {
        return open(connection, personId, person?.facts ?? null);
      }
      return (await isShut(connection, known)) ? null : known;
    },
    seen: async (connection, { where, from }, name) => {
      const { base } = splitConversation(where.conversation);
      const isOwn = where.kind === 'personal';
      const own = isOwn && from !== null ? { personId: from.personId } : {};
      // Another process may have been turned away there since this one heard from it.
      const isNews = isOwn && (await isShut(connection, base));
      const facts = { ...placeFacts(where, name), ...own, shut: null };
      await note(connection, `conversation/${base}`, facts, { isNews });
      await noteWho(connection, { where, from }, isOwn ? { conversation: base } : {});
    },
    glimpsed: async (connection, { where, from }, name) => {
      const { base } = splitConversation(where.conversation);
      if (where.kind !== 'personal') {
        const isKnown = (await conversationOf(connection, base)) !== null;
        const facts = placeFacts(where, name);
        await note(connection, `conversation/${base}`, isKnown ? facts : { ...facts, shut: UNHEARD });
      }
      await noteWho(connection, { where, from }, {});
    },
    shut: async (connection, conversation, code) => {
      const of = `conversation/${splitConversation(conversation).base}`;
      if ((await conversationOf(connection, conversation)) !== null) {
        written.delete(nameIn(connection, of));
        await write(connection, of, { shut: code });
      }
    },
    nameOf: async (connection, conversation) =>
      (await conversationOf(connection, conversation))?.facts.name ?? null,
    shared: async ({ workspaceId, id }) => {
      const known = await addresses.list(workspaceId, id, `${CONVERSATION}${SHARED}`);
      return known.flatMap(({ of, facts: given }): Shared[] => {
        const facts = ConversationFacts.safeParse(given).data;
        if (facts === undefined || facts.kind === 'personal' || facts.shut !== null) {
          return [];
        }
        return [{ conversation: of.slice(CONVERSATION.length), kind: facts.kind, name: facts.name }];
      });
    },
  };
}

function placeFacts({ kind, serviceUrl, teamId }: Where, name: string | undefined) {
  return {
    kind,
    serviceUrl,
    ...(teamId === null ? {} : { teamId }),
    ...(name === undefined ? {} : { name }),
  };
}

/** Why Kept may not be where it was only glimpsed. */
const UNHEARD = 'never heard from there';
/** Beside its conversations and people, where the tenant as a whole was last heard from. */
const TENANT = 'tenant';
const CONVERSATION = 'conversation/';
/** How the ids of channels and group chats begin; people's own chats with Kept, of which there are many, don't. */
const SHARED = '19:';

function nameIn({ workspaceId, id }: TeamsConnection, of: string): string {
  return `${workspaceId}/${id}/${of}`;
}
