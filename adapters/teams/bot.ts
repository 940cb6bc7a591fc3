import type { Activity } from 'botbuilder';
import type { ConnectorClient } from 'botframework-connector';
import { z } from 'zod';

import { createAuthenticate } from './authenticate.ts';
import { createBotToken } from './bot-token.ts';
import { createAdapter } from './connector.ts';
import { TeamsCallFailed, troubleOf } from './errors.ts';
import { PATIENT_MS } from './exchange.ts';
import { isLoopbackUrl } from './loopback.ts';
import { splitConversation } from './ref.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';

/** An activity as it goes out: what the adapter sets of it. */
export type Outgoing = {
  summary?: string;
  text?: string;
  attachments: { contentType: string; content: unknown }[];
};

/** Where Teams is spoken to. */
export type At = {
  serviceUrl: string;
  tenantId: string;
  conversation: string;
  /** `channel`: what is posted outside of a thread begins one, in the way that Microsoft describes for it. */
  kind?: 'personal' | 'group' | 'channel';
};

/** A member of a conversation, as Teams lists them. */
export type Listed = {
  userId: string;
  personId: string | null;
  name: string;
  email: string | null;
  tenantId: string | null;
  /** `user`, `guest`, `anonymous`, … */
  role: string | null;
};

/**
 * The door to botbuilder: nobody else imports it. Every call but `authenticate` throws TeamsCallFailed, which
 * `errors.ts` reads, and makes its request once.
 */
export type Bot = {
  /**
   * Whether a request is Microsoft's and for us: its token's signature, issuer, audience, expiry and serviceUrl.
   * In local development everybody on this machine is let in. Throws when it can't be told, as when Microsoft's
   * keys can't be had: then it is no 401, and Teams is to try again.
   */
  authenticate(activity: unknown, authorization: string): Promise<boolean>;
  /** Has what says that it is us, so that what comes next waits for Teams alone. */
  ready(): Promise<void>;
  /**
   * Posts, and gives the activity's id. In a channel (no thread) it begins a new one. `patient`: an earlier try was
   * given up and may have arrived, so this one waits longer for its answer.
   */
  post(at: At, activity: Outgoing, how?: { patient: boolean }): Promise<string>;
  update(at: At, activityId: string, activity: Outgoing): Promise<void>;
  /** The id of the conversation with one person, made where there is none. */
  openPersonal(at: Omit<At, 'conversation'>, userId: string): Promise<string>;
  /** One page of those in a conversation, and where the next begins. */
  members(at: At, from: string | null): Promise<{ members: Listed[]; next: string | null }>;
  /** One of those in a conversation, by their Teams or Entra id; null when they aren't in it. */
  member(at: At, id: string): Promise<Listed | null>;
};

export type CreateBot = (config: TeamsConfig, authority: Authority | null) => Bot;

/** Teams gives 50 where it isn't told, and 500 at most. */
const PAGE = 500;

const Text = z.string().nullish();
/** An account as the Connector lists it; Teams' fields are beside those that botbuilder knows. */
const Account = z
  .object({
    id: z.string(),
    aadObjectId: Text,
    objectId: Text,
    name: Text,
    email: Text,
    userPrincipalName: Text,
    tenantId: Text,
    userRole: Text,
  })
  .transform(
    (found): Listed => ({
      userId: found.id,
      personId: found.aadObjectId ?? found.objectId ?? null,
      name: found.name ?? '',
      email: found.email ?? found.userPrincipalName ?? null,
      tenantId: found.tenantId ?? null,
      role: found.userRole ?? null,
    }),
  );
const Page = z.object({ members: z.array(Account).nullish(), continuationToken: Text });
const Made = z.object({ id: z.string(), activityId: Text });
const Posted = z.object({ id: z.string() });
/** botbuilder asks for a whole activity where Teams takes one that says what and where. */
const AsActivity = z.custom<Activity>((value) => typeof value === 'object');
/** botbuilder asks for the token of a first page, too, where Teams takes none. */
const AsPage = z.custom<{ pageSize: number; continuationToken: string }>(
  (value) => typeof value === 'object',
);

/** Kept's bot, as it is known to Microsoft. `authority` null is Microsoft's own. */
export const createBot: CreateBot = (config, authority) => {
  const { identity } = config;
  const token = createBotToken(config, authority);
  const adapter = createAdapter(config, token, authority);
  const us = { id: identity.by === 'nobody' ? 'kept' : `28:${identity.appId}`, name: 'Kept' };

  /** Without tokens on either side only a Teams on this machine is spoken to. */
  function call<T>({ serviceUrl, conversation }: Pick<At, 'serviceUrl' | 'conversation'>, work: Work<T>) {
    if (identity.by === 'nobody' && !isLoopbackUrl(serviceUrl)) {
      const error = 'in local development it is spoken to on this machine alone';
      return Promise.reject(new TeamsCallFailed({ kind: 'not sent', error }));
    }
    // An address may lie there from local development. Microsoft's own are by https alone.
    if (identity.by !== 'nobody' && authority === null && !serviceUrl.startsWith('https://')) {
      const error = 'our token goes by https alone';
      return Promise.reject(new TeamsCallFailed({ kind: 'not sent', error }));
    }
    return adapter.at(serviceUrl, conversation, ({ conversations }) => work(conversations));
  }

  const said = (at: At, activity: Outgoing): Activity =>
    AsActivity.parse({
      ...activity,
      type: 'message',
      from: us,
      conversation: { id: at.conversation, tenantId: at.tenantId },
      channelData: { tenant: { id: at.tenantId } },
    });

  /** One of those in a conversation, out of the list of all. */
  async function listed(at: At, id: string): Promise<Listed | null> {
    for (let from: string | null = null; ; ) {
      const { members, next }: Awaited<ReturnType<Bot['members']>> = await bot.members(at, from);
      const found = members.find(({ personId, userId }) => personId === id || userId === id);
      if (found !== undefined || next === null) {
        return found ?? null;
      }
      from = next;
    }
  }

  const bot: Bot = {
    authenticate: createAuthenticate(config, adapter.authentication, authority),

    ready: async () => {
      await token.get();
    },

    post: (at, activity, { patient } = { patient: false }) =>
      call(at, async (conversations) => {
        const { conversation, tenantId } = at;
        const options = patient ? { timeout: PATIENT_MS } : {};
        if (at.kind !== 'channel' || splitConversation(conversation).root !== null) {
          const sent = await conversations.sendToConversation(conversation, said(at, activity), options);
          return Posted.parse(sent).id;
        }
        const begun = {
          isGroup: true,
          bot: us,
          tenantId,
          channelData: { channel: { id: conversation }, tenant: { id: tenantId } },
          activity: said(at, activity),
        };
        const made = Made.parse(await conversations.createConversation(begun, options));
        const id = made.activityId ?? splitConversation(made.id).root;
        if (id === null) {
          throw new Error('Teams gave the post no id');
        }
        return id;
      }),

    update: (at, activityId, activity) =>
      call(at, async (conversations) => {
        await conversations.updateActivity(at.conversation, activityId, {
          ...said(at, activity),
          id: activityId,
        });
      }),

    openPersonal: ({ serviceUrl, tenantId }, userId) =>
      call({ serviceUrl, conversation: userId }, async (conversations) => {
        const members = [{ id: userId, name: '' }];
        const channelData = { tenant: { id: tenantId } };
        const made = { isGroup: false, bot: us, members, tenantId, channelData };
        return Made.parse(await conversations.createConversation(made)).id;
      }),

    members: (at, from) =>
      call(at, async (conversations) => {
        const page = AsPage.parse({
          pageSize: PAGE,
          ...(from === null ? {} : { continuationToken: from }),
        });
        const found = await conversations.getConversationPagedMembers(at.conversation, page);
        const { members, continuationToken } = Page.parse(found);
        return { members: members ?? [], next: continuationToken || null };
      }),

    member: (at, id) =>
      call(at, async (conversations) =>
        Account.parse(await conversations.getConversationMember(at.conversation, id)),
      ).catch((error: unknown) => {
        if (!isNotThere(error)) {
          throw error;
        }
        // The Agents Playground knows people by its own ids alone.
        return identity.by === 'nobody' ? listed(at, id) : null;
      }),
  };

  return bot;
};

type Work<T> = (conversations: ConnectorClient['conversations']) => Promise<T>;

function isNotThere(error: unknown): boolean {
  return error instanceof TeamsCallFailed && troubleOf(error).kind === 'gone';
}
