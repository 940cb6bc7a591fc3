import type { Logger } from 'pino';
import type { Clock } from '../../src/app/clock.ts';
import type { Pace } from '../../src/app/pace.ts';
import type { Card } from '../../src/conversation/card.ts';
import type { Intent, Reply } from '../../src/conversation/intent.ts';
import type { CaseId, MemberId, NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import type { Zone } from '../../src/domain/instant.ts';
import type { Member } from '../../src/domain/people.ts';
import type { Chat, RoomId } from './chat.ts';
import type { TeamSetup } from './team-setup.ts';
import type { SetupResult } from './wire.ts';

/** Whose eyes one sees with. */
export type Who = { workspaceId: WorkspaceId; memberId: MemberId };

/** The console's workspace; `members` are all of it, those who have left included. */
export type ConsoleWorkspace = { id: WorkspaceId; name: NonBlank; zone: Zone; members: readonly Member[] };

/** What the first page has chosen. */
export type SetupChoice = { kind: 'example' } | { kind: 'own'; team: TeamSetup };

/** How the process is. */
export type Operation = {
  health(): Promise<{ ok: boolean }>;
  ready(): Promise<{ ok: boolean; checks: Record<string, { ok: boolean; detail: string }> }>;
  metrics(): Promise<{ contentType: string; body: string }>;
};

/** What the console needs of the rest of Kept. */
export type WebDeps = {
  log: Logger;
  clock: Clock;
  /** What a member wants → what they get at once. */
  hear(who: Who, intent: Intent): Promise<Reply>;
  /** The console's workspace, or null before the first page's choice. */
  workspace(): Promise<ConsoleWorkspace | null>;
  setUp(choice: SetupChoice): Promise<SetupResult>;
  /** What is at risk now, whose, and how long is left. */
  board(who: Who): Promise<Card>;
  chat: Chat;
  /** The case whose thread hangs from that message. */
  caseOfThread(workspaceId: WorkspaceId, rootId: string): Promise<CaseId | null>;
  /** Where in the console the thread of a case is, or null when it isn't in the console. */
  threadOfCase(workspaceId: WorkspaceId, caseId: CaseId): Promise<{ room: RoomId; rootId: string } | null>;
  operation: Operation;
  pace: Pace;
  /** The built pages. */
  clientDir: string;
  /** Where people reach us besides loopback (PUBLIC_URL), or null. */
  publicUrl: string | null;
};
