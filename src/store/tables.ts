import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { CaseId, WorkspaceId } from '../domain/ids.ts';

/** JSON as Postgres gives it back: parsed by zod before it is used. Written as text. */
type Json = ColumnType<unknown, string, string>;
/** A column that Postgres derives from the document. */
type Derived<T> = GeneratedAlways<T>;

/** The tables of schema `kept`. Documents are the truth; derived columns are what queries need of them. */
export type Tables = {
  'kept.workspace': { id: string; doc: Json; policy: Json; next_case_number: Generated<number> };
  'kept.member': { workspace_id: string; id: string; seq: GeneratedAlways<number>; doc: Json };
  'kept.customer': { workspace_id: string; id: string; doc: Json; name: Derived<string> };
  'kept.care_case': {
    workspace_id: string;
    id: string;
    number: number;
    doc: Json;
    promised: boolean;
    status: Derived<'open' | 'closed'>;
    customer_id: Derived<string>;
    opened_at: Derived<number>;
    waiting_since: Derived<number | null>;
    opened_by: Derived<string>;
  };
  'kept.promise': {
    workspace_id: string;
    id: string;
    case_id: string;
    doc: Json;
    status: Derived<string>;
    unsettled: Derived<boolean>;
    owner_id: Derived<string>;
    follow_up_at: Derived<number>;
    at_risk: Derived<boolean>;
  };
  'kept.ask': { workspace_id: string; id: string; case_id: string; doc: Json; status: Derived<string> };
  'kept.alarm': {
    workspace_id: WorkspaceId;
    subject_kind: 'case';
    subject_id: CaseId;
    due_at: number | null;
    version: number;
    /** Whether the subject must have an alarm: an open case. */
    needed: boolean;
    failures: Generated<number>;
    /** What the case has said (said.ts). */
    said: Json;
  };
  'kept.timeline_event': {
    workspace_id: string;
    case_id: string;
    seq: Generated<number>;
    at: number;
    by: string | null;
    what: Json;
  };
  'kept.outbox': {
    id: Generated<number>;
    workspace_id: string;
    case_id: string;
    key: string;
    destination: string;
    message: Json;
    tried: Json;
    owed_since: number;
    due_at: number;
    attempts: Generated<number>;
    lease_until: number | null;
    sent_at: number | null;
    unsaid_at: number | null;
    error: string | null;
    /** A try was begun then, and its outcome isn't known. */
    tried_at: number | null;
  };
  'kept.post': {
    workspace_id: string;
    key: string;
    case_id: string;
    audience: Json;
    say: Json;
    tried: Json;
    connection: string;
    ref: string;
  };
  'kept.connection': {
    workspace_id: string;
    id: string;
    kind: string;
    external_id: string;
    status: string;
    facts: Json;
    secret_lease: number | null;
  };
  'kept.connection_secret': { workspace_id: string; connection_id: string; sealed: string };
  'kept.identity': { workspace_id: string; connection_id: string; external_id: string; member_id: string };
  'kept.address': { workspace_id: string; connection_id: string; of: string; facts: Json; seen_at: number };
  'kept.inbox': {
    workspace_id: string;
    id: string;
    connection: string;
    key: string;
    body: Json;
    at: number;
    lease_until: number;
    attempts: number;
    done_at: number | null;
    error: string | null;
  };
  'kept.received': { workspace_id: string; key: string; at: number };
  'kept.console_message': {
    workspace_id: string;
    id: string;
    seq: Generated<number>;
    rev: Generated<number>;
    room: string;
    thread_id: string | null;
    member_id: string | null;
    at: number;
    body: Json;
    dedupe_key: string | null;
  };
};
