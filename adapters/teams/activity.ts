import { z } from 'zod';
import { PlatformName } from '../../src/domain/ids.ts';
import { isFilled } from '../../src/domain/sized.ts';

const Text = z.string().nullish();

/** Somebody or something, as Teams names them in an activity. */
const Account = z.object({ id: PlatformName, name: Text, aadObjectId: Text });

/** What Teams says beside what an activity is about. Unknown parts of it are nobody's business. */
const ChannelData = z
  .object({
    tenant: z.object({ id: PlatformName }).nullish().catch(null),
    team: z.object({ id: Text, name: Text, aadGroupId: Text }).nullish().catch(null),
    channel: z.object({ id: Text, name: Text }).nullish().catch(null),
    eventType: Text.catch(null),
  })
  .nullish()
  .catch(null);

/** What of an activity is common to all of them. */
export const Activity = z.object({
  type: z.string(),
  id: Text,
  timestamp: Text.catch(null),
  serviceUrl: z.url({ protocol: /^https?$/u }),
  from: Account.nullish(),
  recipient: Account.nullish(),
  conversation: z.object({
    id: PlatformName.refine(isFilled),
    conversationType: Text.catch(null),
    isGroup: z.boolean().nullish().catch(null),
    tenantId: Text.catch(null),
    name: Text.catch(null),
  }),
  channelData: ChannelData,
  locale: Text.catch(null),
  localTimezone: Text.catch(null),
  replyToId: Text.catch(null),
});
export type Activity = z.infer<typeof Activity>;

/** A mention. Its `text` is null in some chats. */
export const Mention = z.object({
  type: z.string().regex(/^mention$/iu),
  text: Text,
  mentioned: z.object({ id: Text, name: Text }),
});
export type Mention = z.infer<typeof Mention>;

const many = <T extends z.ZodType>(one: T) =>
  z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((all) => (all ?? []).flatMap((each) => one.safeParse(each).data ?? []));

/** What of a message is one's own words. */
export const Message = z.object({
  text: Text,
  value: z.unknown().optional(),
  entities: many(Mention),
  attachments: many(z.object({ contentType: z.literal('text/html'), content: z.string() })),
});

export const CardAction = z.object({
  action: z.object({ data: z.unknown().optional() }),
  trigger: Text.catch(null),
});

export const Dialog = z.object({
  data: z.unknown().optional(),
  commandId: Text.catch(null),
  messagePayload: z
    .object({
      linkToMessage: Text.catch(null),
      subject: Text.catch(null),
      body: z
        .object({ contentType: Text.catch(null), content: Text.catch(null) })
        .nullish()
        .catch(null),
      from: z
        .object({
          user: z
            .object({ displayName: Text.catch(null) })
            .nullish()
            .catch(null),
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});

export const Search = z.object({ queryText: z.string().catch(''), dataset: Text.catch(null) });

export const Link = z.object({ url: z.string() });

export const Installation = z.object({ action: z.string() });

export const Update = z.object({
  membersAdded: many(Account),
  membersRemoved: many(Account),
  topicName: Text.catch(null),
});
