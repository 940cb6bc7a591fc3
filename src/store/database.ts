import { Socket } from 'node:net';
import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import { Pool, type PoolConfig, TypeOverrides } from 'pg';
import type { WorkspaceId } from '../domain/ids.ts';
import { beginLate } from './begin-late.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;

const INT8_OID = 20;

/** Opens a database by a pool of connections. */
export function openDatabase(config: PoolConfig, onError: (error: Error) => void): Database {
  return new Kysely<Tables>({ dialect: beginLate(new PostgresDialect({ pool: openPool(config, onError) })) });
}

/**
 * Opens a pool, of connections that send what is asked without waiting for the answer before (`pipeline`). int8 is read as a number: ours are epoch ms, counters and row ids, all below 2^53. `onError` hears
 * of each connection that is lost: while one is in use the pool doesn't listen to it, and unheard it would end the
 * process.
 */
export function openPool(config: PoolConfig, onError: (error: Error) => void): Pool {
  const types = new TypeOverrides();
  types.setTypeParser(INT8_OID, Number);
  const open = () => {
    const socket = config.stream?.() ?? new Socket();
    return socket instanceof Socket ? gathering(socket) : socket;
  };
  const pool = new Pool({ ...config, types, pipeline: true, stream: open });
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => {
    // Said by the connection itself.
  });
  return pool;
}

/**
 * Makes a socket send what is written in one go of the program as one: a begin, its statement and its end leave
 * together. Each by itself is a call of the system, and those are most of what a short statement costs us. With TLS
 * each leaves by itself.
 */
function gathering(socket: Socket): Socket {
  const { write } = socket;
  let isGathering = false;
  const gather = (...args: unknown[]): boolean => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return Reflect.apply(write, socket, args);
  };
  // Not before: `connect` puts Node's own `write` back.
  return socket.once('connect', () => Object.assign(socket, { write: gather }));
}

/** The role that tenants' rows are read and written by: row-level security binds it to the workspaces named. */
export const APP_ROLE = 'kept_app';
/** The role that claims due alarms and owed messages of all workspaces, and sees nothing else. */
export const CLAIM_ROLE = 'kept_claim';

/** Runs `work` in one transaction that sees only the rows of `workspaceIds` (invariant 9). */
export function withinWorkspaces<T>(
  db: Database,
  workspaceIds: readonly WorkspaceId[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await bindTo(tx, workspaceIds);
    return work(tx);
  });
}

/** The same for work that only reads, and is refused by Postgres where it doesn't: nobody waits for its end. */
export function readingWorkspaces<T>(
  db: Database,
  workspaceIds: readonly WorkspaceId[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return db
    .transaction()
    .setAccessMode('read only')
    .execute(async (tx) => {
      await bindTo(tx, workspaceIds);
      return work(tx);
    });
}

/**
 * Runs `work` in one transaction that sees only alarms and outbox rows, of all workspaces; with a name, when whoever
 * runs by that name has ended.
 */
export function acrossWorkspaces<T>(
  db: Database,
  work: (tx: Tx) => Promise<T>,
  oneAtATimeBy: string | null = null,
): Promise<T> {
  const turn = oneAtATimeBy === null ? sql`` : sql`; ${lockOf(sql.lit(oneAtATimeBy))}`;
  return db.transaction().execute(async (tx) => {
    await sql`set local role ${sql.id(CLAIM_ROLE)}${turn}`.execute(tx);
    return work(tx);
  });
}

/** Narrows the rest of a transaction to the rows of `workspaceIds`. */
export async function bindTo(tx: Tx, workspaceIds: readonly WorkspaceId[]): Promise<void> {
  const bound = sql.lit(workspaceIds.join(','));
  await sql`set local role ${sql.id(APP_ROLE)}; set local kept.workspaces = ${bound}`.execute(tx);
}

/** Waits for whoever has that name locked, and keeps it until the transaction ends. */
export async function oneAtATime(tx: Tx, name: string): Promise<void> {
  await lockOf(sql`${name}`).execute(tx);
}

function lockOf(name: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}
