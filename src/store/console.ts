import { sql } from 'kysely';
import { z } from 'zod';
import { CaseId, MemberId, type WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { type Database, oneAtATime, type Tx, withinWorkspaces } from './database.ts';

const Row = z.object({
  id: z.string(),
  seq: z.number(),
  rev: z.number(),
  room: z.string(),
  threadId: z.string().nullable(),
  memberId: MemberId.nullable(),
  at: Instant,
  body: z.unknown(),
  count: z.number(),
  lastSeq: z.number().nullable(),
  lastAt: z.number().nullable(),
});

type Author = { kind: 'kept' } | { kind: 'member'; memberId: MemberId };
type Message<Body> = {
  id: string;
  seq: number;
  rev: number;
  room: string;
  threadId: string | null;
  author: Author;
  at: Instant;
  body: Body;
  replies: { count: number; lastSeq: number; lastAt: Instant } | null;
};

/** What to add to a room. The same `key` again adds nothing and gives the message that is there. */
export type NewMessage = {
  room: string;
  threadId: string | null;
  memberId: MemberId | null;
  at: Instant;
  body: unknown;
  key: string;
};

const COLUMNS = sql`m.id, m.seq, m.rev, m.room, m.thread_id as "threadId", m.member_id as "memberId", m.at, m.body,
  r.count, r."lastSeq", r."lastAt"`;
const WITH_REPLIES = sql`kept.console_message m left join lateral (
  select count(*) as count, max(a.seq) as "lastSeq", max(a.at) as "lastAt" from kept.console_message a
  where a.workspace_id = m.workspace_id and a.thread_id = m.id) r on true`;

/** The console's messages in Postgres. What a body holds is the console's own: it parses what comes back. */
export function createConsoleMessages<Body>(db: Database, parseBody: (body: unknown) => Body) {
  const message = ({
    memberId,
    count,
    lastSeq,
    lastAt,
    body,
    ...row
  }: z.infer<typeof Row>): Message<Body> => ({
    ...row,
    author: memberId === null ? { kind: 'kept' } : { kind: 'member', memberId },
    body: parseBody(body),
    replies: lastSeq === null || lastAt === null ? null : { count, lastSeq, lastAt },
  });
  const read = async (tx: Tx, rest: ReturnType<typeof sql>): Promise<Message<Body>[]> => {
    const { rows } = await sql`select ${COLUMNS} from ${WITH_REPLIES} where ${rest}`.execute(tx);
    return z.array(Row).parse(rows).map(message);
  };
  const inside = <T>(workspaceId: WorkspaceId, work: (tx: Tx) => Promise<T>) =>
    withinWorkspaces(db, [workspaceId], work);

  return {
    /** `seq` of the newest message in each room that the reader didn't write. */
    lastSeqs: (workspaceId: WorkspaceId, reader: MemberId): Promise<Map<string, number>> =>
      inside(workspaceId, async (tx) => {
        const { rows } = await sql`
          select room, max(seq) as "lastSeq" from kept.console_message
          where workspace_id = ${workspaceId} and member_id is distinct from ${reader} group by room`.execute(
          tx,
        );
        const found = z.array(z.object({ room: z.string(), lastSeq: z.number() })).parse(rows);
        return new Map(found.map(({ room, lastSeq }) => [room, lastSeq]));
      }),

    message: async (workspaceId: WorkspaceId, id: string): Promise<Message<Body> | null> => {
      if (!z.uuid().safeParse(id).success) {
        return null;
      }
      const found = await inside(workspaceId, (tx) =>
        read(tx, sql`m.workspace_id = ${workspaceId} and m.id = ${id}`),
      );
      return found[0] ?? null;
    },

    /** The newest `limit` of a room's roots, or of a thread, with `seq` below `before`, in ascending order. */
    messages: async (
      workspaceId: WorkspaceId,
      page: { room: string; threadId: string | null; before: number | null; limit: number },
    ): Promise<Message<Body>[]> => {
      const { room, threadId, before, limit } = page;
      if (threadId !== null && !z.uuid().safeParse(threadId).success) {
        return [];
      }
      const hanging = threadId === null ? sql`m.thread_id is null` : sql`m.thread_id = ${threadId}`;
      const rest = sql`m.workspace_id = ${workspaceId} and m.room = ${room} and ${hanging}
        and (${before}::bigint is null or m.seq < ${before}) order by m.seq desc limit ${limit}`;
      return (await inside(workspaceId, (tx) => read(tx, rest))).toReversed();
    },

    add: (workspaceId: WorkspaceId, added: NewMessage): Promise<Message<Body>> =>
      inside(workspaceId, async (tx) => {
        await inOrder(tx, workspaceId);
        const body = JSON.stringify(added.body);
        await sql`
          insert into kept.console_message (workspace_id, id, room, thread_id, member_id, at, body, dedupe_key)
          values (${workspaceId}, gen_random_uuid(), ${added.room}, ${added.threadId}, ${added.memberId},
            ${added.at}, ${body}::jsonb, ${added.key})
          on conflict (workspace_id, dedupe_key) do nothing`.execute(tx);
        const [found] = await read(tx, sql`m.workspace_id = ${workspaceId} and m.dedupe_key = ${added.key}`);
        if (found === undefined) {
          throw new Error('A message that was just added is not there');
        }
        return found;
      }),

    /** Writes a message's body anew. False when there is no such message. */
    edit: (workspaceId: WorkspaceId, id: string, body: unknown): Promise<boolean> =>
      inside(workspaceId, async (tx) => {
        await inOrder(tx, workspaceId);
        const { numAffectedRows } = await sql`
          update kept.console_message set body = ${JSON.stringify(body)}::jsonb, rev = nextval('kept.console_rev')
          where workspace_id = ${workspaceId} and id = ${id}`.execute(tx);
        return numAffectedRows === 1n;
      }),

    latestRev: (workspaceId: WorkspaceId): Promise<number> =>
      inside(workspaceId, async (tx) => {
        const { rows } = await sql`
          select coalesce(max(rev), 0) as rev from kept.console_message where workspace_id = ${workspaceId}`.execute(
          tx,
        );
        return z.object({ rev: z.number() }).parse(rows[0]).rev;
      }),

    /** Messages added or edited after `rev` by ascending rev, and the roots of new replies. */
    changesSince: (
      workspaceId: WorkspaceId,
      rev: number,
      limit: number,
    ): Promise<{ rev: number; messages: Message<Body>[]; more: boolean }> =>
      inside(workspaceId, async (tx) => {
        const changed = await read(
          tx,
          sql`m.workspace_id = ${workspaceId} and m.rev > ${rev} order by m.rev limit ${limit}`,
        );
        const known = new Set(changed.map(({ id }) => id));
        const rootIds = [...new Set(changed.flatMap(({ threadId }) => threadId ?? []))].filter(
          (id) => !known.has(id),
        );
        const roots =
          rootIds.length === 0
            ? []
            : await read(tx, sql`m.workspace_id = ${workspaceId} and m.id in (${sql.join(rootIds)})`);
        const last = changed.at(-1)?.rev ?? rev;
        return { rev: last, messages: [...changed, ...roots], more: changed.length === limit };
      }),

    /** The case that a post of this reference belongs to. */
    caseOf: (workspaceId: WorkspaceId, ref: string): Promise<CaseId | null> =>
      inside(workspaceId, async (tx) => {
        const row = await tx
          .selectFrom('kept.post')
          .select('case_id')
          .where('workspace_id', '=', workspaceId)
          .where('connection', '=', 'console')
          .where('ref', '=', ref)
          .executeTakeFirst();
        return row ? CaseId.parse(row.case_id) : null;
      }),
  };
}

/** Readers go on from the last rev they saw, so revs must become visible in the order they are given out. */
async function inOrder(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await oneAtATime(tx, `kept.console/${workspaceId}`);
}
