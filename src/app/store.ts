import type { CaseFile } from '../domain/case-file.ts';
import type { Decided } from '../domain/decide.ts';
import type { CaseId, CustomerId, MemberId, PromiseId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Customer, Member, Workspace } from '../domain/people.ts';
import type { Policy } from '../domain/policy.ts';
import type { Post as SaidPost } from '../domain/said.ts';
import type { Audience, Say } from '../domain/say.ts';
import type { TimelineEvent } from '../domain/timeline.ts';

/** A workspace with its people and its policy. */
export type WorkspaceData = { workspace: Workspace; members: Member[]; policy: Policy };

/** A case as it was locked: its file, and the version that its alarm carries. */
export type Locked = { file: CaseFile; version: number };

/** What one case's decision changes. `before` is null for a case that is being opened. */
export type Commit = {
  before: Locked | null;
  at: Instant;
  decision: Decided;
  alarmAt: Instant | null;
  /** The case's row is written though nothing of it has changed, and so is what it derives from the whole file. */
  isAnew?: boolean;
};

/** What to ring for after a commit: outbox rows by id, alarms by instant. */
export type ToRing = { rowIds: string[]; alarms: Instant[] };

/** One promise with its case and customer, as lists show it. */
export type PromiseRow = { file: CaseFile; promiseId: PromiseId; customer: Customer };

/** A case with its customer. */
export type CaseRow = { file: CaseFile; customer: Customer };

/** Earlier dealings with a customer. */
export type History = {
  cases: { number: number; id: CaseId; title: string; openedAt: Instant; status: 'open' | 'closed' }[];
  kept: number;
  movedEarly: number;
  /** So many of their latest cases are counted; null when that is all of them. */
  latest: number | null;
  broken: number;
};

export type CaseRef = { workspaceId: WorkspaceId; caseId: CaseId };

/** What cards and forms of a case are drawn from. */
export type CaseData = { file: CaseFile; data: WorkspaceData; customer: Customer; history: History };

/** What can be read of one workspace, all of it as it stands at one time or a moment after. */
export type StoreReads = {
  workspace(): Promise<WorkspaceData>;
  readCase(id: CaseId): Promise<CaseFile | null>;
  caseByNumber(number: number): Promise<CaseFile | null>;
  customer(id: CustomerId): Promise<Customer | null>;
  /** The customers of these very names, in whatever case they are written. */
  customersNamed(names: readonly string[]): Promise<Customer[]>;
  customersLike(words: string, limit: number): Promise<Customer[]>;
  /** Unsettled promises of one owner, or of all (`null`), the soonest first. */
  unsettledPromises(ownerId: MemberId | null, limit: number): Promise<PromiseRow[]>;
  /** Promises at risk, and broken ones that nobody has settled, the soonest first. */
  troubledPromises(limit: number): Promise<PromiseRow[]>;
  /** Open cases without a promise, of one owner or of all (`null`), the longest waiting first. */
  waitingCases(ownerId: MemberId | null, limit: number): Promise<CaseRow[]>;
  /** Cases, open ones first, then the latest closed. */
  cases(limit: number): Promise<CaseRow[]>;
  /** Follow-up times of an owner's live promises between two instants. */
  followUpsBetween(ownerId: MemberId, from: Instant, to: Instant): Promise<Instant[]>;
  timeline(caseId: CaseId, limit: number): Promise<TimelineEvent[]>;
  /** Cases that a member opened, open ones first, then the latest closed. */
  casesOpenedBy(memberId: MemberId, limit: number): Promise<CaseRow[]>;
  /** The teams of this workspace that removed Kept or took its token back: what is owed there waits. */
  disconnected(): Promise<{ id: string; name: string }[]>;
  /** Messages of open cases that could not be said anywhere. */
  unsaid(limit: number): Promise<{ caseId: CaseId; number: number; error: string; at: Instant }[]>;
};

/** What can be done inside one transaction, all of it in one workspace. */
export type StoreTx = StoreReads & {
  /** Locks the case against every other decision until the transaction ends. */
  lockCase(id: CaseId): Promise<Locked | null>;
  nextCaseNumber(): Promise<number>;
  commit(changes: Commit[]): Promise<ToRing>;
  /** Owes posts of a case without deciding anything about it; one whose key is there already isn't owed twice. */
  owe(caseId: CaseId, posts: readonly SaidPost[], now: Instant): Promise<string[]>;
  /** True the first time a key is seen; false for a repeat, however much later and in whatever process. */
  receiveOnce(key: string, now: Instant): Promise<boolean>;
  /** Takes a key back whose command was rejected, so that it can be sent again, mended. */
  forget(key: string): Promise<void>;
  saveCustomer(customer: Customer): Promise<void>;
  /** Holds back every other change of the team and its settings until the transaction ends. */
  lockTeam(): Promise<void>;
  saveMember(member: Member): Promise<void>;
  /** Makes the cases of an owner's unsettled promises, or all open cases (`null`), due at `at`, where they were due later. */
  pullAlarms(ownerId: MemberId | null, at: Instant): Promise<void>;
  saveWorkspace(workspace: Workspace): Promise<void>;
};

/** A message that is owed. `tried` names the audiences that failed for good. */
export type OutboxRow = {
  id: string;
  workspaceId: WorkspaceId;
  caseId: CaseId;
  key: string;
  /** Messages to one destination go in order, and wait for none of another. */
  destination: string;
  attempts: number;
  owedSince: Instant;
  /** A try was begun then, and nobody knows what became of it. */
  doubtSince: Instant | null;
  /** Until when it is theirs who claimed it: what they tell of a try later than that counts only if it was made. */
  leaseUntil: Instant;
  tried: Audience[];
  message: { op: 'post'; to: Audience; say: Say } | { op: 'redraw'; of: string };
};

/**
 * A message that was posted: where it stands, for redraws and for the thread that hangs from it. `tried` names
 * the audiences that it couldn't be sent to before.
 */
export type Post = {
  key: string;
  caseId: CaseId;
  to: Audience;
  say: Say;
  tried: Audience[];
  connection: string;
  ref: string;
};

/** What became of an owed message. */
export type Outcome =
  | { how: 'sent'; row: OutboxRow; at: Instant; post: Post | null }
  | { how: 'again'; row: OutboxRow; at: Instant; error: string; doubtSince: Instant | null }
  /** Not tried this time: it waits for one before it, was turned away for now, or the lease was running out. */
  | { how: 'left'; row: OutboxRow; at: Instant; error: string | null }
  | { how: 'next way'; row: OutboxRow; to: Audience; error: string }
  | { how: 'unsaid'; row: OutboxRow; at: Instant; error: string };

/** `dueAt` of each case that was woken; `isMore`: others may be due, or nearly. */
export type WakeResult = ToRing & {
  /** Of a single case that was made ready ahead of its time: what its messages are drawn from. */
  atHand: AtHand | null;
  dueAt: Instant[];
  isMore: boolean;
  failed: { caseId: CaseId; error: unknown }[];
};

/** What messages that were just written are drawn from, as it is once they are committed; `card` is null while it isn't sent. */
export type AtHand = { rowIds: readonly string[]; data: CaseData; card: Post | null };

/** How far ahead of its time a wake is made ready, in ms; `until` resolves once it is that time, or rejects. */
export type Ahead = { ms: number; until: (at: Instant) => Promise<void> };

/** What the metrics show, over all workspaces. */
export type Gauges = { livePromises: number; atRisk: number; openCases: number; oldestOwedMs: number };

export type Store = {
  transact<T>(workspaceId: WorkspaceId, work: (tx: StoreTx) => Promise<T>): Promise<T>;
  /** For what only reads: it takes one way to the database and back, not three. */
  read<T>(workspaceId: WorkspaceId, work: (tx: StoreReads) => Promise<T>): Promise<T>;
  /** Null when the case isn't in that workspace. What is asked for at the same time is read at once. */
  caseData(ref: CaseRef): Promise<CaseData | null>;
  /** The console's workspace, or null while there is none. */
  consoleWorkspace(): Promise<WorkspaceId | null>;
  /** Makes the console's workspace with its customers. False when there is one already. */
  createConsoleWorkspace(data: WorkspaceData, customers: readonly Customer[]): Promise<boolean>;
  /**
   * Claims up to `limit` cases whose alarm is due, of whatever workspace, decides each and commits all of it
   * as one. A case whose decision throws is put off by a minute and reported; the others go on. With `ahead`, where none
   * is due, those that come due in the next moment: decided for when the last of them is due, and committed then.
   * `whenFull` is called once as many as `limit` are claimed, for there may be more, and none of those waits for these.
   */
  wakeBatch(
    now: Instant,
    limit: number,
    decide: (locked: Locked, data: WorkspaceData, at: Instant) => Commit,
    ahead?: Ahead | null,
    whenFull?: () => void,
  ): Promise<WakeResult>;
  /** Instants before `until` at which alarms are due, each once. */
  upcoming(until: Instant, limit: number): Promise<Instant[]>;
  /** Leases up to `limit` owed messages, the oldest of each destination first. */
  claimOutbox(now: Instant, limit: number, leaseMs: number): Promise<OutboxRow[]>;
  recordOutcomes(outcomes: Outcome[]): Promise<void>;
  /** Frees the leases of a process that can't be alive any more. */
  releaseLeases(): Promise<void>;
  post(workspaceId: WorkspaceId, key: string): Promise<Post | null>;
  /** The post that stands at `ref` of a connection, or null. */
  postAt(workspaceId: WorkspaceId, connection: string, ref: string): Promise<Post | null>;
  gauges(now: Instant): Promise<Gauges>;
  ping(): Promise<void>;
  close(): Promise<void>;
};
