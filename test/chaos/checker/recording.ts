import type { Ask } from '../../../src/domain/ask.ts';
import type { CareCase } from '../../../src/domain/care-case.ts';
import type { CarePromise } from '../../../src/domain/care-promise.ts';
import type { Member, Workspace } from '../../../src/domain/people.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { TimelineEvent } from '../../../src/domain/timeline.ts';

/** All that a run leaves behind, for the checker to judge. Times are Date.now of the machine, in epoch ms. */
export type Recording = {
  begunAt: number;
  /** When everything had been healed. */
  calmAt: number;
  /** When what is owed had had its time to arrive, and the database was read. */
  endedAt: number;
  tenants: Place[];
  arrivals: Arrival[];
  /** Whatever else an end was given to show: edits, answers, forms; each with whose it was. */
  shown: Shown[];
  commands: CommandRecord[];
  faults: { name: string; detail: string; hits: string | null; begin: number; end: number }[];
  kept: Snapshot;
};

/** A workspace and where it lives. `people` gives the ids on the platform by member id. */
export type Place = {
  end: 'slack' | 'teams' | 'console';
  connection: string;
  workspaceId: string;
  marker: string;
  people: Record<string, string>;
};

/** A post as an end took it in, by the end's own clock, before it answered. */
export type Arrival = {
  at: number;
  connection: string;
  /** A channel, or a person's own conversation. */
  where: { kind: 'channel'; id: string; thread: string | null } | { kind: 'direct'; person: string };
  /** As Kept refers to it. */
  ref: string;
  /** What Kept calls it: of Slack and the console with the post, of Teams found by `ref` or by what it holds. */
  key: string | null;
  /** Whole, as it came. */
  payload: string;
  /** The connection ended before Kept had the answer. */
  isCut: boolean;
  /** The process that sent it, where the end was told. */
  by: string | null;
};

export type Shown = { at: number; connection: string; payload: string };

/** Something that somebody did. `ackedAt`: when the platform had its 200. */
export type CommandRecord = {
  id: number;
  what: string;
  connection: string;
  workspaceId: string;
  memberId: string;
  caseId: string | null;
  promiseId: string | null;
  askId: string | null;
  /** Stands in what was typed, and nowhere else; null where nothing is typed. */
  marker: string | null;
  /** What was typed, by field. */
  values: Record<string, string>;
  sentAt: number;
  ackedAt: number | null;
  /** Of several tries of the same. */
  tries: number;
  /** `done`: Kept said so. `taken in`: Kept has it, and hasn't said what came of it. */
  outcome: 'done' | 'rejected' | 'taken in' | 'unknown';
};

/** What Kept has on record, read from its database. */
export type Snapshot = {
  workspaces: { workspace: Workspace; policy: Policy; members: Member[] }[];
  cases: {
    workspaceId: string;
    case: CareCase;
    promises: readonly CarePromise[];
    asks: readonly Ask[];
    /** As it was written, in order. */
    timeline: TimelineEvent[];
    alarmAt: number | null;
  }[];
  outbox: OutboxLine[];
  posts: { workspaceId: string; key: string; connection: string; ref: string }[];
  inbox: { workspaceId: string; id: string; done: boolean; attempts: number; error: string | null }[];
};

export type OutboxLine = {
  id: number;
  workspaceId: string;
  caseId: string;
  key: string;
  destination: string;
  op: 'post' | 'redraw';
  owedSince: number;
  dueAt: number;
  attempts: number;
  sentAt: number | null;
  unsaidAt: number | null;
  error: string | null;
  tried: number;
};
