import { z } from 'zod';
import { Instant } from '../../src/domain/instant.ts';

/** What Kept knows of a Slack team, or of a Grid org, that it is installed in. Kept with its connection. */
export const SlackFacts = z.object({
  /** Of a team install; null for an org-wide one. */
  teamId: z.string().nullable(),
  enterpriseId: z.string().nullable(),
  name: z.string(),
  /** `https://example.slack.com/`, with the slash: permalinks begin with it. */
  url: z.string(),
  appId: z.string().nullable(),
  /** The bot as a user (`U…`) and as a bot (`B…`). */
  botUserId: z.string(),
  botId: z.string().nullable(),
  scopes: z.array(z.string()),
  /** Changed when somebody joins or leaves a channel, or it is shared: every process looks again who reads along. */
  channelsMark: z.string().optional(),
  /** The same when somebody becomes a guest, or one of the team. */
  peopleMark: z.string().optional(),
  /** Slack id of who installed it; they may set the team up. */
  installedBy: z.string().nullable(),
});
export type SlackFacts = z.infer<typeof SlackFacts>;

/** A bot token, and how to renew it where the app rotates its tokens. Kept sealed. */
export const SlackSecret = z.object({
  token: z.string(),
  refreshToken: z.string().nullable(),
  expiresAt: Instant.nullable(),
});
export type SlackSecret = z.infer<typeof SlackSecret>;
