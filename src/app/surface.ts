import type { MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/** Where a message goes on one surface. `root` is the reference of the post its thread hangs from. */
export type Target =
  | { kind: 'channel'; channel: string }
  | { kind: 'thread'; channel: string; root: string }
  | { kind: 'member'; memberId: MemberId };

/** What became of a send. */
export type SendResult =
  | { ok: true; ref: string }
  /** To be tried again. `doubtful`: nobody knows whether it arrived, so the next try looks first. */
  | { ok: false; retry: 'later'; afterMs: number | null; error: string; doubtful: boolean }
  /** Turned away for now for a reason that isn't the message's (429, disconnected): costs no try. */
  | { ok: false; retry: 'held'; afterMs: number; error: string }
  /** It can't be made this way. */
  | { ok: false; retry: 'never'; error: string };

type Where = { workspaceId: WorkspaceId; connection: string };

/** One way to speak: the console, Slack, Teams. `Drawn` is what the conversation draws. */
export type Surface<Drawn> = {
  /**
   * Posts a message. `key` is the same for every try of it. `doubtSince`: an earlier try was begun then and
   * nobody knows what became of it; a surface that can looks before it posts again.
   */
  send(
    message: Where & { key: string; target: Target; drawn: Drawn; doubtSince: Instant | null },
  ): Promise<SendResult>;
  /** Draws an earlier post again. */
  redraw(message: Where & { key: string; ref: string; drawn: Drawn }): Promise<SendResult>;
};

/** The kind of surface that a connection is of: `slack/T1` is of `slack`. */
export function kindOf(connection: string): string {
  return connection.split('/', 1)[0] ?? connection;
}
