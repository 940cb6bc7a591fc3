import { sql } from 'kysely';
import { z } from 'zod';
import type { WorkspaceId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';

const Column = z.object({ table: z.string(), column: z.string(), type: z.string() });

/** What is no document, and is told by: unique over all workspaces, or where a post stands. */
const MARKED = new Set(['connection.external_id', 'post.ref']);

/**
 * Copies all that a workspace has into another: the same ids and keys under its workspace id, and `Acme` called
 * `Twin`. Then touches the rows of the first, so that a query of neither's own finds the other's first.
 */
export async function twinWorkspace(db: Database, of: WorkspaceId, twin: WorkspaceId): Promise<void> {
  const tables = await columnsByTable(db);
  for (const [table, columns] of [['workspace', tables.get('workspace') ?? []] as const, ...tables]) {
    if (table === 'workspace' && (await rowsOf(db, table, twin)) > 0) {
      continue;
    }
    const own = table === 'workspace' ? 'id' : 'workspace_id';
    const into = columns.map(({ column }) => sql.ref(column));
    const values = columns.map(({ column, type }) => {
      if (column === own) return sql`${twin}::uuid`;
      if (type === 'jsonb') {
        return sql`replace(replace(${sql.ref(column)}::text, ${of}, ${twin}), 'Acme', 'Twin')::jsonb`;
      }
      return MARKED.has(`${table}.${column}`) ? sql`${sql.ref(column)} || '-Twin'` : sql.ref(column);
    });
    await sql`insert into ${sql.table(`kept.${table}`)} (${sql.join(into)})
      select ${sql.join(values)} from ${sql.table(`kept.${table}`)} where ${sql.ref(own)} = ${of}`.execute(
      db,
    );
    await sql`update ${sql.table(`kept.${table}`)} set ${sql.ref(own)} = ${sql.ref(own)}
      where ${sql.ref(own)} = ${of}`.execute(db);
  }
}

/** What a workspace's rows come to, table by table: the same as long as nobody touches any of them. */
export async function sumsOf(db: Database, workspaceId: WorkspaceId): Promise<Record<string, string | null>> {
  const sums: Record<string, string | null> = {};
  for (const table of (await columnsByTable(db)).keys()) {
    const own = table === 'workspace' ? 'id' : 'workspace_id';
    const { rows } = await sql<{ sum: string | null }>`
      select md5(string_agg(t::text, ',' order by t::text)) as sum from ${sql.table(`kept.${table}`)} t
      where ${sql.ref(own)} = ${workspaceId}`.execute(db);
    sums[table] = rows[0]?.sum ?? null;
  }
  return sums;
}

/** Switches row-level security of every table on or off. */
export async function rowSecurity(db: Database, how: 'enable' | 'disable'): Promise<void> {
  for (const table of (await columnsByTable(db)).keys()) {
    await sql`alter table ${sql.table(`kept.${table}`)} ${sql.raw(how)} row level security`.execute(db);
  }
}

async function rowsOf(db: Database, table: string, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${sql.table(`kept.${table}`)} where id = ${workspaceId}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Every table of a workspace with the columns that are written, in an order that foreign keys allow. */
async function columnsByTable(db: Database): Promise<Map<string, z.infer<typeof Column>[]>> {
  const { rows } = await sql`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'kept'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relrowsecurity is not null and a.attgenerated = '' and a.attidentity = ''
      and exists (select from pg_attribute own where own.attrelid = c.oid
        and (own.attname = 'workspace_id' or (c.relname = 'workspace' and own.attname = 'id')))
    order by c.relname = 'workspace' desc,
      (select count(*) from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'), c.oid, a.attnum`.execute(
    db,
  );
  const tables = new Map<string, z.infer<typeof Column>[]>();
  for (const row of z.array(Column).parse(rows)) {
    tables.set(row.table, [...(tables.get(row.table) ?? []), row]);
  }
  return tables;
}
