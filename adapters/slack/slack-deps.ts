import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../src/app/clock.ts';
import type { Connection, Connections } from '../../src/app/connections.ts';
import type { Log, Who } from '../../src/app/deps.ts';
import type { Inbox } from '../../src/app/inbox.ts';
import type { Card } from '../../src/conversation/card.ts';
import type { Intent, Reply } from '../../src/conversation/intent.ts';
import type { CaseId, MemberId, WorkspaceId } from '../../src/domain/ids.ts';
import type { Member } from '../../src/domain/people.ts';
import type { SlackFacts } from './facts.ts';

/** A connection with its facts read. */
export type SlackConnection = Omit<Connection, 'facts'> & { facts: SlackFacts };

/** Where a case's thread hangs: `ref` is `<channel>:<ts>` of its card. */
export type CaseThread = { connection: string; ref: string };

/** What the adapter needs of the rest of Kept. Made in `src/slack-deps.ts`. */
export type SlackDeps = {
  log: Log;
  clock: Clock;
  newId: () => string;
  connections: Connections;
  inbox: Inbox;
  hear: (who: Who, intent: Intent) => Promise<Reply>;
  /** What a post shows now, uncut; null when there is no such post. */
  drawPost: (workspaceId: WorkspaceId, key: string) => Promise<Card | null>;
  /** The case whose card, or whose post, stands at `ref` (`<channel>:<ts>`) of a connection. */
  caseAt: (workspaceId: WorkspaceId, connection: string, ref: string) => Promise<CaseId | null>;
  threadOf: (workspaceId: WorkspaceId, caseId: CaseId) => Promise<CaseThread | null>;
  /** A case's card in short, for a link to it; null when it isn't in this workspace. */
  shortCard: (workspaceId: WorkspaceId, caseId: CaseId) => Promise<Card | null>;
  /** The channel for team talk that has no place where it began; null while none is set. */
  homeChannel: (workspaceId: WorkspaceId, connection: string) => Promise<string | null>;
  /** Writes a member anew; what they have promised is looked at again. */
  changeMember: (workspaceId: WorkspaceId, id: MemberId, change: (member: Member) => Member) => Promise<void>;
  publicUrl: string | null;
};

/** A WebClient for the connection, with a token that is valid now, few retries and a timeout. */
export type ClientOf = (connection: SlackConnection) => Promise<WebClient>;
