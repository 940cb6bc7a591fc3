import type { CaseId, MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Team } from '../domain/people.ts';
import type { Bell } from './bell.ts';
import type { Clock } from './clock.ts';
import type { Store, WorkspaceData } from './store.ts';

/** Who wants something: a member, in their workspace. */
export type Who = { workspaceId: WorkspaceId; memberId: MemberId };

/** The part of a logger that use cases need. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** What every use case works with. `newId` gives a fresh UUID. */
export type Deps = {
  store: Store;
  bell: Bell;
  clock: Clock;
  newId: () => string;
  /** The people of a workspace as decisions see them, with their working time around `now`. */
  teamOf: (data: WorkspaceData, now: Instant) => Team;
  /** The address of a case, to be put into other systems; null where there is none. */
  caseUrl: (workspaceId: WorkspaceId, caseId: CaseId) => string | null;
  log: Log;
};
