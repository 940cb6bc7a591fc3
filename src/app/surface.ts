import type { MemberId, WorkspaceId } from '../domain/ids.ts';

/** Where a message goes on one surface. `root` is the reference of the post its thread hangs from. */
export type Target =
  | { kind: 'channel'; channel: string }
  | { kind: 'thread'; channel: string; root: string }
  | { kind: 'member'; memberId: MemberId };

/** A send that worked, one to be tried again, or one that can't be made this way. */
export type SendResult =
  | { ok: true; ref: string }
  | { ok: false; retry: 'later'; afterMs: number | null; error: string }
  | { ok: false; retry: 'never'; error: string };

/** One way to speak: the console, Slack, Teams. `Drawn` is what the conversation draws. */
export type Surface<Drawn> = {
  /** Posts a message. `key` is the same for every try of it: a surface that can, posts it once. */
  send(message: { workspaceId: WorkspaceId; key: string; target: Target; drawn: Drawn }): Promise<SendResult>;
  /** Draws an earlier post again. */
  redraw(message: { workspaceId: WorkspaceId; ref: string; drawn: Drawn }): Promise<SendResult>;
};
