import { z } from 'zod';

/** What Kept knows of a tenant that it is installed in. Kept with its connection. */
export const TeamsFacts = z.object({
  tenantId: z.string(),
  /** Of the tenant, or of the team that Kept was first installed in. */
  name: z.string(),
  /** The bot as an account in Teams (`28:<app id>`), and what it is called there. */
  botId: z.string(),
  botName: z.string(),
  /** Entra object id of who installed it first; they may set the team up. */
  installedBy: z.string().nullable(),
  /** Changed when somebody joins or leaves: every process looks again who reads along. */
  membersMark: z.string().optional(),
});
export type TeamsFacts = z.infer<typeof TeamsFacts>;

/** A conversation as it was last seen. `of` is `conversation/<id>`, the id without `;messageid=…`. */
export const ConversationFacts = z.object({
  kind: z.enum(['personal', 'group', 'channel']),
  /** Where Teams is spoken to about it. It moves. */
  serviceUrl: z.url(),
  /** As people call it; null where Teams doesn't say. */
  name: z.string().nullable().default(null),
  /** Of a channel: its team, as an Entra group id where Teams says it. */
  teamId: z.string().nullable().default(null),
  teamGroupId: z.string().nullable().default(null),
  /** Of a personal one: whose it is, by their Entra object id. */
  personId: z.string().nullable().default(null),
  /** Set when Teams said no for good (blocked, uninstalled, deleted), with its code; gone when we hear from there. */
  shut: z.string().nullable().default(null),
});
export type ConversationFacts = z.infer<typeof ConversationFacts>;

/** A person as they were last seen. `of` is `person/<Entra object id>`. */
export const PersonFacts = z.object({
  /** `29:…`, their id in Teams. */
  userId: z.string(),
  serviceUrl: z.url(),
  /** Their conversation with Kept; null until there was one. */
  conversation: z.string().nullable().default(null),
  /** As a roster told it. By it somebody may be known again on another connection. */
  email: z.string().nullable().default(null),
});
export type PersonFacts = z.infer<typeof PersonFacts>;

/** Where a tenant as a whole was last heard from: for people who never spoke to Kept. `of` is `tenant`. */
export const TenantFacts = z.object({ serviceUrl: z.url() });
