import { Client } from 'pg';
import { z } from 'zod';
import { CaseId, MemberId } from '../../../src/domain/ids.ts';
import { Member, Workspace } from '../../../src/domain/people.ts';
import { Policy } from '../../../src/domain/policy.ts';
import { Happening } from '../../../src/domain/timeline.ts';
import { fileOf, NOTHING_SAID, type Stored } from '../../../src/store/said.ts';
import type { Snapshot } from './recording.ts';

const count = z.coerce.number();
const WorkspaceRow = z.object({ doc: Workspace, policy: Policy });
const MemberRow = z.object({ workspace_id: z.string(), doc: Member });
const CaseRow = z.object({ workspace_id: z.string(), id: z.string(), doc: z.unknown() });
const PartRow = z.object({ case_id: z.string(), doc: z.unknown() });
const EventRow = z.object({ case_id: CaseId, at: count, by: MemberId.nullable(), what: Happening });
const AlarmRow = z.object({ subject_id: z.string(), due_at: count.nullable(), said: z.unknown() });
const OutboxRow = z.object({
  id: count,
  workspace_id: z.string(),
  case_id: z.string(),
  key: z.string(),
  destination: z.string(),
  op: z.enum(['post', 'redraw']),
  owed_since: count,
  due_at: count,
  attempts: count,
  sent_at: count.nullable(),
  unsaid_at: count.nullable(),
  error: z.string().nullable(),
  tried: count,
});
const PostRow = z.object({
  workspace_id: z.string(),
  key: z.string(),
  connection: z.string(),
  ref: z.string(),
});
const InboxRow = z.object({
  workspace_id: z.string(),
  id: z.string(),
  done: z.boolean(),
  attempts: count,
  error: z.string().nullable(),
});

function readAs(stored: Stored) {
  const { data, error } = fileOf(stored);
  if (data === undefined) throw new Error('A case on record can’t be read', { cause: error });
  return data;
}

/** Reads what Kept has on record, all of it in one moment, and changes nothing. */
export async function readSnapshot(databaseUrl: string): Promise<Snapshot> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const rows = async <Row extends z.ZodType>(schema: Row, sql: string): Promise<z.infer<Row>[]> =>
    z.array(schema).parse((await client.query(sql)).rows);
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const workspaces = await rows(WorkspaceRow, 'select doc, policy from kept.workspace');
    const members = await rows(MemberRow, 'select workspace_id, doc from kept.member order by seq');
    const cases = await rows(CaseRow, 'select workspace_id, id, doc from kept.care_case order by number');
    const promises = await rows(PartRow, 'select case_id, doc from kept.promise');
    const asks = await rows(PartRow, 'select case_id, doc from kept.ask');
    const events = await rows(
      EventRow,
      'select case_id, at, by, what from kept.timeline_event order by case_id, seq',
    );
    const alarms = await rows(AlarmRow, 'select subject_id, due_at, said from kept.alarm');
    const outbox = await rows(
      OutboxRow,
      `select id, workspace_id, case_id, key, destination, message->>'op' as op, owed_since, due_at, attempts,
        sent_at, unsaid_at, error, jsonb_array_length(tried) as tried from kept.outbox order by id`,
    );
    const posts = await rows(PostRow, 'select workspace_id, key, connection, ref from kept.post');
    const inbox = await rows(
      InboxRow,
      'select workspace_id, id, done_at is not null as done, attempts, error from kept.inbox',
    );
    await client.query('commit');
    const of = <One extends { case_id: string }>(all: readonly One[]) => {
      const byCase = new Map<string, One[]>();
      for (const one of all) byCase.set(one.case_id, [...(byCase.get(one.case_id) ?? []), one]);
      return (id: string) => byCase.get(id) ?? [];
    };
    const [promisesOf, asksOf, eventsOf] = [of(promises), of(asks), of(events)];
    const alarmOf = new Map(alarms.map((alarm) => [alarm.subject_id, alarm]));
    return {
      workspaces: workspaces.map(({ doc, policy }) => ({
        workspace: doc,
        policy,
        members: members.filter(({ workspace_id }) => workspace_id === doc.id).map((row) => row.doc),
      })),
      cases: cases.map(({ workspace_id, id, doc }) => ({
        workspaceId: workspace_id,
        ...readAs({
          docs: {
            case: doc,
            promises: promisesOf(id).map((row) => row.doc),
            asks: asksOf(id).map((row) => row.doc),
          },
          said: alarmOf.get(id)?.said ?? NOTHING_SAID,
        }),
        timeline: eventsOf(id).map(({ case_id, ...event }) => ({ ...event, caseId: case_id })),
        alarmAt: alarmOf.get(id)?.due_at ?? null,
      })),
      outbox: outbox.map((row) => ({
        id: row.id,
        workspaceId: row.workspace_id,
        caseId: row.case_id,
        key: row.key,
        destination: row.destination,
        op: row.op,
        owedSince: row.owed_since,
        dueAt: row.due_at,
        attempts: row.attempts,
        sentAt: row.sent_at,
        unsaidAt: row.unsaid_at,
        error: row.error,
        tried: row.tried,
      })),
      posts: posts.map(({ workspace_id, ...rest }) => ({ ...rest, workspaceId: workspace_id })),
      inbox: inbox.map(({ workspace_id, ...rest }) => ({ ...rest, workspaceId: workspace_id })),
    };
  } finally {
    await client.end();
  }
}

/** Whether nothing is owed and nothing heard is left undone, and no alarm is overdue at `now`. */
export async function isDrained(databaseUrl: string, now: number): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select (select count(*) from kept.outbox where sent_at is null and unsaid_at is null)
        + (select count(*) from kept.inbox where done_at is null)
        + (select count(*) from kept.alarm where due_at < $1) as left`,
      [now],
    );
    return z.array(z.object({ left: count })).parse(rows)[0]?.left === 0;
  } finally {
    await client.end();
  }
}
