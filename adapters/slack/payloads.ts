import { z } from 'zod';
import { PlatformName, Typed } from '../../src/domain/ids.ts';
import { isFilled } from '../../src/domain/sized.ts';

/**
 * What Slack sends, as far as Kept reads it (docs.slack.dev: slash commands, interaction payloads, events).
 * Everything else of it is left alone.
 */

export const Id = PlatformName.refine(isFilled);
const maybe = PlatformName.nullish().catch(null);
/** A button's link of a view comes with an empty one. */
const Url = z
  .string()
  .nullish()
  .transform((url) => (url ? url : null));
const Ref = z.object({ id: Id });
const Flag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((flag) => flag === 'true')])
  .catch(false);

export const SlashCommand = z.object({
  command: z.string(),
  text: Typed.default(''),
  team_id: maybe,
  enterprise_id: maybe,
  is_enterprise_install: Flag,
  user_id: Id,
  channel_id: Id,
  trigger_id: Id,
  response_url: Url,
});

const Interaction = z.object({
  team: Ref.nullish(),
  enterprise: Ref.nullish(),
  is_enterprise_install: Flag,
  user: z.object({ id: Id, team_id: maybe }),
  trigger_id: z.string().optional(),
});

/** A view as it comes with what was done in it. */
export const SentView = z.object({
  id: Id,
  type: z.enum(['modal', 'home']),
  hash: z.string().default(''),
  private_metadata: z.string().default(''),
  root_view_id: maybe,
  app_installed_team_id: maybe,
  state: z.unknown(),
});
export type SentView = z.infer<typeof SentView>;

const SentAction = z.looseObject({
  type: z.string(),
  action_id: z.string(),
  value: z.string().nullish(),
  action_ts: maybe,
});

export const BlockActions = Interaction.extend({
  type: z.literal('block_actions'),
  container: z
    .object({ message_ts: maybe, channel_id: maybe, thread_ts: maybe, view_id: maybe })
    .nullish()
    .catch(null),
  channel: Ref.nullish().catch(null),
  message: z.object({ ts: maybe, thread_ts: maybe }).nullish().catch(null),
  view: SentView.nullish(),
  response_url: Url,
  actions: z.array(SentAction).refine(isFilled),
});

export const BlockSuggestion = Interaction.extend({
  type: z.literal('block_suggestion'),
  value: Typed.default(''),
});

export const Shortcut = Interaction.extend({
  type: z.literal('shortcut'),
  callback_id: z.string(),
  trigger_id: Id,
});

export const MessageAction = Interaction.extend({
  type: z.literal('message_action'),
  callback_id: z.string(),
  trigger_id: Id,
  response_url: Url,
  channel: Ref,
  message_ts: maybe,
  message: z.object({
    ts: Id,
    thread_ts: maybe,
    user: maybe,
    username: maybe,
    text: Typed.nullish().transform((text) => text ?? ''),
  }),
});

export const ViewSubmission = Interaction.extend({ type: z.literal('view_submission'), view: SentView });
export const ViewClosed = Interaction.extend({ type: z.literal('view_closed'), view: SentView });

/** The envelope of an event. */
export const EventCallback = z.object({
  type: z.literal('event_callback'),
  event_id: Id,
  team_id: maybe,
  enterprise_id: maybe,
  authorizations: z
    .array(z.object({ team_id: maybe, enterprise_id: maybe, is_enterprise_install: Flag }))
    .nullish()
    .catch(null),
  event: z.looseObject({ type: z.string() }),
});

export const SentMessage = z.object({
  channel: Id,
  channel_type: maybe,
  user: maybe,
  bot_id: maybe,
  subtype: maybe,
  text: Typed.nullish().transform((text) => text ?? ''),
  ts: Id,
  thread_ts: maybe,
  parent_user_id: maybe,
  edited: z.unknown().optional(),
});

export const HomeOpened = z.object({ user: Id, channel: maybe, tab: z.string().default('home') });

export const LinkShared = z.object({
  user: Id,
  channel: Id,
  message_ts: Id,
  unfurl_id: maybe,
  source: maybe,
  links: z.array(z.object({ url: z.string() })),
});

/** Of events about a channel: its id, or the channel itself. */
export const OfChannel = z.object({
  channel: z.union([Id, Ref.transform(({ id }) => id)]),
});
