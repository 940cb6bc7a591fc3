import { type ClientBase, escapeIdentifier } from 'pg';
import { z } from 'zod';

/** Rows at a time: a few MB at most, as a case's document is some kB. */
const BATCH = 500;

/** One table, moved: both sides hold these rows, and their digests are equal. */
export type MovedTable = { name: string; rows: number };

/** Nothing was moved, and the reason is one that an operator can mend. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused';
}

/** The connection broke while it was being made to last: all of it was moved, or nothing. */
export class MoveInDoubt extends Error {
  override readonly name = 'MoveInDoubt';
}

/**
 * To be asked before either side is changed in any way. Throws MoveRefused where both are one database, somebody works
 * in `from`, or `to` has data of Kept's.
 */
export async function refuseUnmovable(from: ClientBase, to: ClientBase): Promise<void> {
  await refuseSame(from, to);
  await refuseBusy(from);
  const { rows } = await to.query("select to_regnamespace('kept') is not null as there");
  if (z.object({ there: z.boolean() }).parse(rows[0]).there) {
    await refuseFilled(to, await tablesOf(to));
  }
}

/**
 * Copies every row of schema `kept`, in one transaction of `to`: killed in the middle, or unequal at the end, nothing
 * is there. Both sides must be up to date, by the same migrations. Neither may be in use: both are locked against
 * writing meanwhile. Compares the rows table by table, with a digest that each side makes by itself. Throws
 * MoveRefused where `to` has data of Kept's, MoveInDoubt; `onMoved` hears of each table that was compared.
 */
export async function moveRows(
  from: ClientBase,
  to: ClientBase,
  onMoved: (table: MovedTable) => void,
): Promise<MovedTable[]> {
  const tables = await tablesOf(from);
  const names = tables.map(({ name }) => nameOf(name)).join(', ');
  await begin(from, `lock table ${names} in share mode`);
  try {
    await begin(to, `lock table ${names} in access exclusive mode`);
    try {
      await refuseFilled(to, tables);
      for (const { name } of tables.toReversed()) await to.query(`delete from ${nameOf(name)}`);
      const moved: MovedTable[] = [];
      for (const table of tables) {
        await copyTable(from, to, table);
        const there = await compared(from, to, table);
        onMoved(there);
        moved.push(there);
      }
      await moveSequences(from, to);
      await committed(to);
      return moved;
    } catch (error) {
      await rolledBack(to);
      throw error;
    }
  } finally {
    await rolledBack(from);
  }
}

async function committed(client: ClientBase): Promise<void> {
  try {
    await client.query('commit');
  } catch (cause) {
    throw new MoveInDoubt(
      'The connection broke at the very end: either everything was moved, or nothing. Run it again: where it says that ' +
        'the database has data of Kept’s already, everything is there.',
      { cause },
    );
  }
}

/** Where the connection is gone, the server does it by itself; what led here is told, and not this. */
async function rolledBack(client: ClientBase): Promise<void> {
  await Promise.allSettled([client.query('rollback')]);
}

/** Text means the same on both sides; and a role that sees no rows of others gets an error, not fewer rows. */
async function begin(client: ClientBase, lock: string): Promise<void> {
  await client.query('begin isolation level repeatable read');
  await client.query(`set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
    set local timezone = 'UTC'; set local extra_float_digits = 3; set local bytea_output = 'hex';
    set local row_security = off; set local lock_timeout = '10s'; set local statement_timeout = 0;
    set local search_path = pg_catalog`);
  try {
    await client.query(lock);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === '55P03') {
      throw new MoveRefused(
        'Somebody is working in this database. Stop every Kept that uses it, then try again.',
        {
          cause,
        },
      );
    }
    throw cause;
  }
}

/** A lock that one side holds, the other can take, unless both are the same database. */
async function refuseSame(from: ClientBase, to: ClientBase): Promise<void> {
  const key = Math.floor(Math.random() * 2 ** 31);
  await from.query('select pg_advisory_lock($1, 1)', [key]);
  try {
    const { rows } = await to.query('select pg_try_advisory_lock($1, 1) as free', [key]);
    if (!z.object({ free: z.boolean() }).parse(rows[0]).free) {
      throw new MoveRefused(
        'That is the database that Kept uses already, as DATABASE_URL says. To move the embedded one there, unset DATABASE_URL.',
      );
    }
    await to.query('select pg_advisory_unlock($1, 1)', [key]);
  } finally {
    await from.query('select pg_advisory_unlock($1, 1)', [key]);
  }
}

/** A Kept that still runs there would go on writing what nobody moves. What a user may not see of others counts. */
async function refuseBusy(from: ClientBase): Promise<void> {
  const { rows } = await from.query(`
    select count(*)::int as others from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and coalesce(backend_type, 'client backend') = 'client backend'`);
  const { others } = z.object({ others: z.int() }).parse(rows[0]);
  if (others > 0) {
    throw new MoveRefused(
      `The database to be moved has ${others} other connections. Stop every Kept that uses it, and whoever else does.`,
    );
  }
}

const Table = z.object({
  name: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), isDerived: z.boolean() })),
  refersTo: z.array(z.string()),
});
type Table = z.infer<typeof Table>;

/** Every table of ours by what the catalog says of it, those first that others refer to. */
async function tablesOf(client: ClientBase): Promise<Table[]> {
  const { rows } = await client.query(`
    select c.relname::text as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
          'isDerived', a.attgenerated <> '') order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select coalesce(json_agg(distinct f.relname::text), '[]') from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as "refersTo"
    from pg_class c
    where c.relnamespace = 'kept'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not like 'kysely_migration%'
    order by c.relname`);
  const left = z.array(Table).parse(rows);
  const ordered: Table[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ refersTo }) =>
      refersTo.every((one) => left.every(({ name }) => name !== one)),
    );
    if (next === -1) throw new Error('The tables refer to one another in a circle');
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

/** What belongs to the installation alone is made anew where Kept starts; a workspace's rows are somebody's. */
async function refuseFilled(to: ClientBase, tables: readonly Table[]): Promise<void> {
  for (const { name, columns } of tables) {
    if (name !== 'workspace' && columns.every((column) => column.name !== 'workspace_id')) continue;
    const { rows } = await to.query(`select 1 from ${nameOf(name)} limit 1`);
    if (rows.length > 0) {
      throw new MoveRefused(
        `That database has data of Kept’s already (in kept.${name}). Name an empty one; what is there is left as it is.`,
      );
    }
  }
}

/** By text, which every type of ours gives and takes without a loss, and which needs no COPY: PGlite has none here. */
async function copyTable(from: ClientBase, to: ClientBase, { name, columns }: Table): Promise<void> {
  const own = columns.filter(({ isDerived }) => !isDerived);
  const texts = own.map((column) => `${escapeIdentifier(column.name)}::text`).join(', ');
  const arrays = own.map((_, at) => `$${at + 1}::text[]`).join(', ');
  const values = own.map(({ type }, at) => `r.c${at}::${type}`).join(', ');
  const into = own.map((column) => escapeIdentifier(column.name)).join(', ');
  const names = own.map((_, at) => `c${at}`).join(', ');
  await from.query(`declare moving no scroll cursor for select ${texts} from ${nameOf(name)}`);
  for (;;) {
    const { rows } = await from.query({ text: `fetch ${BATCH} from moving`, rowMode: 'array' });
    if (rows.length === 0) break;
    const batch = z.array(z.array(z.string().nullable())).parse(rows);
    await to.query(
      `insert into ${nameOf(name)} (${into}) overriding system value
       select ${values} from unnest(${arrays}) as r(${names})`,
      own.map((_, at) => batch.map((row) => row[at] ?? null)),
    );
  }
  await from.query('close moving');
}

const Digest = z.object({ rows: z.coerce.number(), digest: z.string().nullable() });

/** Whether both sides hold the same rows, what Postgres derives from them included. */
async function compared(from: ClientBase, to: ClientBase, { name, columns }: Table): Promise<MovedTable> {
  const row = columns.map((column) => `${escapeIdentifier(column.name)}::text`).join(', ');
  const text = `select count(*) as rows, md5(string_agg(line, '' order by line collate "C")) as digest
    from (select md5(row(${row})::text) as line from ${nameOf(name)}) as lines`;
  const [here, there] = (await Promise.all([from.query(text), to.query(text)])).map(({ rows }) =>
    Digest.parse(rows[0]),
  );
  if (here === undefined || here.rows !== there?.rows || here.digest !== there.digest) {
    throw new Error(`kept.${name} is not the same on both sides: ${here?.rows} and ${there?.rows} rows`);
  }
  return { name, rows: here.rows };
}

const Sequence = z.object({ name: z.string() });
const Position = z.object({ last: z.string(), isCalled: z.boolean() });

/** Numbers go on where they stood. They are no part of the transaction: an empty table minds no gap. */
async function moveSequences(from: ClientBase, to: ClientBase): Promise<void> {
  const { rows } = await from.query(
    "select relname::text as name from pg_class where relnamespace = 'kept'::regnamespace and relkind = 'S'",
  );
  for (const { name } of z.array(Sequence).parse(rows)) {
    const at = await from.query(
      `select last_value::text as last, is_called as "isCalled" from ${nameOf(name)}`,
    );
    const { last, isCalled } = Position.parse(at.rows[0]);
    await to.query('select setval($1::regclass, $2::bigint, $3)', [nameOf(name), last, isCalled]);
  }
}

function nameOf(name: string): string {
  return `kept.${escapeIdentifier(name)}`;
}
