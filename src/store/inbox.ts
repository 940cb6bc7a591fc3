import { sql } from 'kysely';
import type { PoolConfig } from 'pg';
import { z } from 'zod';
import type { ConnectionKind } from '../app/connections.ts';
import type { Heard, Inbox, InboxRow } from '../app/inbox.ts';
import { WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { batched } from './batch.ts';
import { acrossWorkspaces, type Database, openPool, readingWorkspaces } from './database.ts';

const MOST_AT_ONCE = 200;
/** A database that doesn't answer for so long isn't waited for: the platform says it again, or another process does. */
const PATIENCE_MS = 15_000;
/** Repeats are recognised, and forms find what they were opened from, for so long. */
const KEPT_FOR_MS = 7 * 24 * 3_600_000;
const FORGET_AT_ONCE = 1_000;

const Accepted = z.object({ id: z.string() });

const Row = z.object({
  id: z.string(),
  workspaceId: WorkspaceId,
  connection: z.string(),
  key: z.string(),
  body: z.unknown(),
  at: Instant,
  attempts: z.int(),
});
const COLUMNS = sql`i.id, i.workspace_id as "workspaceId", i.connection, i.key, i.body, i.at, i.attempts`;

/**
 * The inbox in Postgres. What comes in and what is done with goes by two connections of its own (`config`), so
 * that no acceptance waits for the work behind it; the rest goes by `db`. `open` makes the connections;
 * `close` waits for what is being written.
 */
export function createInbox(
  db: Database,
  config: PoolConfig,
  onError: (error: Error) => void,
): Inbox & { open: () => Promise<void>; close: () => Promise<void> } {
  const pool = openPool(
    {
      ...config,
      max: 2,
      idleTimeoutMillis: 0,
      query_timeout: PATIENCE_MS,
      connectionTimeoutMillis: PATIENCE_MS,
    },
    onError,
  );

  const accepting = batched(async (items: readonly { heard: Heard; now: Instant; leaseMs: number }[]) => {
    const rows = items.map(({ heard, now, leaseMs }, nr) => ({
      nr,
      workspace_id: heard.workspaceId,
      id: heard.id,
      connection: heard.connection,
      key: heard.key,
      body: heard.body ?? null,
      at: now,
      lease_until: now + leaseMs,
    }));
    const found = await pool.query('select accept_heard as id from kept.accept_heard($1)', [
      forPostgres(rows),
    ]);
    const accepted = new Set(
      z
        .array(Accepted)
        .parse(found.rows)
        .map(({ id }) => id),
    );
    return items.map(({ heard }): 'new' | 'repeat' => (accepted.has(heard.id) ? 'new' : 'repeat'));
  }, MOST_AT_ONCE);

  type Settled = {
    workspace_id: string;
    id: string;
    done_at?: Instant;
    lease_until?: Instant;
    error: string | null;
  };
  // Not waited for until it is on the disk: what a crash of Postgres takes back is done a second time, as after a
  // crash of ours, which is looked for wherever something is done. An acceptance waits behind one write less.
  const settling = batched(async (rows: readonly Settled[]) => {
    await pool.query(`select kept.settle_heard($1), set_config('synchronous_commit', 'off', true)`, [
      forPostgres(rows),
    ]);
    return rows.map(() => true);
  }, MOST_AT_ONCE);

  return {
    accept: (heard, now, leaseMs) => accepting.add({ heard, now, leaseMs }),
    get: (workspaceId, id) => read(db, workspaceId, id),
    done: async ({ workspaceId, id }, now, error) => {
      await settling.add({ workspace_id: workspaceId, id, done_at: now, error });
    },
    again: async ({ workspaceId, id }, at, error) => {
      await settling.add({ workspace_id: workspaceId, id, lease_until: at, error });
    },
    claimLate: (kind, now, limit, leaseMs) => claimLate(db, kind, now, limit, leaseMs),
    open: async () => {
      await Promise.all([
        pool.query('select kept.accept_heard($1)', ['[]']),
        pool.query('select kept.settle_heard($1)', ['[]']),
      ]);
    },
    close: async () => {
      await Promise.all([accepting.settled(), settling.settled()]);
      await pool.end();
    },
  };
}

/** JSON that Postgres can hold: NUL goes, half a surrogate pair becomes U+FFFD. */
function forPostgres(rows: unknown): string {
  return JSON.stringify(rows).replaceAll(
    /\\(u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|[^])/gu,
    (escape, what: string) => {
      if (what === 'u0000') return '';
      return what.length > 1 ? '\uFFFD' : escape;
    },
  );
}

function read(db: Database, workspaceId: WorkspaceId, id: string): Promise<InboxRow | null> {
  return readingWorkspaces(db, [workspaceId], async (tx) => {
    const { rows } = await sql`
      select ${COLUMNS} from kept.inbox i where i.workspace_id = ${workspaceId} and i.id = ${id}`.execute(tx);
    return rows.length === 0 ? null : Row.parse(rows[0]);
  });
}

function claimLate(
  db: Database,
  kind: ConnectionKind,
  now: Instant,
  limit: number,
  leaseMs: number,
): Promise<InboxRow[]> {
  return acrossWorkspaces(db, async (tx) => {
    await sql`
      delete from kept.inbox where (workspace_id, id) in (
        select workspace_id, id from kept.inbox where done_at < ${now - KEPT_FOR_MS}
        order by done_at limit ${FORGET_AT_ONCE} for update skip locked)`.execute(tx);
    const { rows } = await sql`
      with late as (
        select workspace_id, id from kept.inbox where done_at is null and lease_until <= ${now} and split_part(connection, '/', 1) = ${kind}
        order by lease_until, at limit ${limit} for update skip locked)
      update kept.inbox i set lease_until = ${now + leaseMs}, attempts = i.attempts + 1
      from late where i.workspace_id = late.workspace_id and i.id = late.id
      returning ${COLUMNS}`.execute(tx);
    return z
      .array(Row)
      .parse(rows)
      .toSorted((a, b) => a.at - b.at);
  });
}
