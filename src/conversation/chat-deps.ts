import type { Clock } from '../app/clock.ts';
import type { Connections } from '../app/connections.ts';
import type { Log, Who } from '../app/deps.ts';
import type { Inbox } from '../app/inbox.ts';
import type { Pace } from '../app/pace.ts';
import type { CaseId, MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Zone } from '../domain/instant.ts';
import type { Member } from '../domain/people.ts';
import type { Card } from './card.ts';
import type { Intent, Reply } from './intent.ts';

/** Where a case's thread hangs: `ref` is the reference of its card's post, as its surface gave it. */
export type CaseThread = { connection: string; ref: string };

/** What an adapter of a chat platform needs of the rest of Kept. Made in `src/chat-deps.ts`. */
export type ChatDeps = {
  log: Log;
  clock: Clock;
  newId: () => string;
  connections: Connections;
  inbox: Inbox;
  pace: Pace;
  hear: (who: Who, intent: Intent) => Promise<Reply>;
  /** What a post shows now, uncut; null when there is no such post. */
  drawPost: (workspaceId: WorkspaceId, key: string) => Promise<Card | null>;
  /** The case whose card, or whose post, stands at `ref` of a connection. */
  caseAt: (workspaceId: WorkspaceId, connection: string, ref: string) => Promise<CaseId | null>;
  threadOf: (workspaceId: WorkspaceId, caseId: CaseId) => Promise<CaseThread | null>;
  /** A case's card in short, for a link to it; null when it isn't in this workspace. */
  shortCard: (workspaceId: WorkspaceId, caseId: CaseId) => Promise<Card | null>;
  /** The channel for team talk that has no place where it began; null while none is set. */
  homeChannel: (workspaceId: WorkspaceId, connection: string) => Promise<string | null>;
  /** The zone of a workspace, for those whose own isn't known. */
  zoneOf: (workspaceId: WorkspaceId) => Promise<Zone>;
  /** Writes a member anew; what they have promised is looked at again. */
  changeMember: (workspaceId: WorkspaceId, id: MemberId, change: (member: Member) => Member) => Promise<void>;
  publicUrl: string | null;
};
