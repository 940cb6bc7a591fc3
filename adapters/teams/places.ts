import type { z } from 'zod';
import type { At, Bot } from './bot.ts';
import { isTeams, troubleOf } from './errors.ts';
import { ConversationFacts, PersonFacts, TenantFacts } from './facts.ts';
import { splitConversation } from './ref.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { Told } from './told.ts';

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
  /** Teams said no for good there, by `code`. Forgotten when something is heard from there, or in an hour. */
  shut(connection: TeamsConnection, conversation: string, code: string): Promise<void>;
  /** What people call it; null where Teams didn't say. */
  nameOf(connection: TeamsConnection, conversation: string): Promise<string | null>;
};

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

  /** Once in a minute, however much is said there. */
  async function note(connection: TeamsConnection, of: string, facts: Record<string, unknown>) {
    const name = nameIn(connection, of);
    const said = JSON.stringify(facts);
    const last = written.get(name);
    if (last?.facts === said && last.until > clock()) {
      return;
    }
    await write(connection, of, facts);
    if (written.size >= REMEMBERED) {
      written.clear();
    }
    written.set(name, { facts: said, until: clock() + SEEN_FOR_MS });
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
      const { kind, serviceUrl, teamId } = where;
      const { base } = splitConversation(where.conversation);
      const own = kind === 'personal' && from !== null ? { personId: from.personId } : {};
      await note(connection, TENANT, { serviceUrl });
      await note(connection, `conversation/${base}`, {
        kind,
        serviceUrl,
        ...(teamId === null ? {} : { teamId }),
        ...(name === undefined ? {} : { name }),
        ...own,
        shut: null,
      });
      if (from !== null) {
        const conversation = kind === 'personal' ? { conversation: base } : {};
        await note(connection, `person/${from.personId}`, {
          userId: from.userId,
          serviceUrl,
          ...conversation,
        });
      }
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
  };
}

/** Beside its conversations and people, where the tenant as a whole was last heard from. */
const TENANT = 'tenant';

function nameIn({ workspaceId, id }: TeamsConnection, of: string): string {
  return `${workspaceId}/${id}/${of}`;
}
