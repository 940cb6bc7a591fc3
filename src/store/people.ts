import { sql } from 'kysely';
import { z } from 'zod';
import type { WorkspaceData } from '../app/store.ts';
import { type CustomerId, WorkspaceId } from '../domain/ids.ts';
import { Customer, Member, Workspace } from '../domain/people.ts';
import { Policy } from '../domain/policy.ts';
import type { Tx } from './database.ts';

const Data = z.object({ workspace: Workspace, policy: Policy, members: z.array(Member) });
const CustomerRow = z.object({ doc: Customer });
const WorkspaceRow = z.looseObject({ id: WorkspaceId });

/**
 * Workspaces with their people and policies, by id, each read by itself: one that can't be read says why, and
 * leaves the others alone.
 */
export async function readWorkspaces(
  tx: Tx,
  ids: readonly WorkspaceId[],
): Promise<Map<WorkspaceId, z.ZodSafeParseResult<WorkspaceData>>> {
  const { rows } = await sql`
    select w.id, w.doc as workspace, w.policy,
      (select coalesce(jsonb_agg(m.doc order by m.seq), '[]') from kept.member m where m.workspace_id = w.id) as members
    from kept.workspace w where w.id = any(${ids}::uuid[])`.execute(tx);
  return new Map(
    z
      .array(WorkspaceRow)
      .parse(rows)
      .map(({ id, ...data }) => [id, Data.safeParse(data)]),
  );
}

/** Writes a new workspace with its members and its policy. */
export async function insertWorkspace(tx: Tx, { workspace, members, policy }: WorkspaceData): Promise<void> {
  await tx
    .insertInto('kept.workspace')
    .values({ id: workspace.id, doc: JSON.stringify(workspace), policy: JSON.stringify(policy) })
    .execute();
  for (const member of members) {
    await upsertMember(tx, member);
  }
}

/** Writes a workspace anew: its name, zone, hours and channels. */
export async function updateWorkspace(tx: Tx, workspace: Workspace): Promise<void> {
  await tx
    .updateTable('kept.workspace')
    .set({ doc: JSON.stringify(workspace) })
    .where('id', '=', workspace.id)
    .execute();
}

/** Adds a member, or writes an existing one anew. */
export async function upsertMember(tx: Tx, member: Member): Promise<void> {
  const doc = JSON.stringify(member);
  await tx
    .insertInto('kept.member')
    .values({ workspace_id: member.workspaceId, id: member.id, doc })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'id']).doUpdateSet({ doc }))
    .execute();
}

/** Adds a customer, or writes an existing one anew. */
export async function upsertCustomer(tx: Tx, customer: Customer): Promise<void> {
  const doc = JSON.stringify(customer);
  await tx
    .insertInto('kept.customer')
    .values({ workspace_id: customer.workspaceId, id: customer.id, doc })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'id']).doUpdateSet({ doc }))
    .execute();
}

/** The customer of that id, or null. */
export async function readCustomer(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: CustomerId,
): Promise<Customer | null> {
  const row = await tx
    .selectFrom('kept.customer')
    .select('doc')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? Customer.parse(row.doc) : null;
}

/** The customers of these very names, in whatever case they are written. */
export async function customersNamed(
  tx: Tx,
  workspaceId: WorkspaceId,
  names: readonly string[],
): Promise<Customer[]> {
  const { rows } = await sql`
    select doc from kept.customer where workspace_id = ${workspaceId}
      and lower(name) = any(array(select lower(n) from unnest(${names}::text[]) n))
    order by name, id`.execute(tx);
  return z
    .array(CustomerRow)
    .parse(rows)
    .map(({ doc }) => doc);
}

/** Customers whose name holds these words, those that begin with them first. */
export async function findCustomers(
  tx: Tx,
  workspaceId: WorkspaceId,
  words: string,
  limit: number,
): Promise<Customer[]> {
  const escaped = words
    .trim()
    .toLowerCase()
    .replaceAll(/[\\%_]/g, '\\$&');
  const rows = await tx
    .selectFrom('kept.customer')
    .select('doc')
    .where('workspace_id', '=', workspaceId)
    .where((eb) => eb(eb.fn('lower', ['name']), 'like', `%${escaped}%`))
    .orderBy((eb) => eb(eb.fn('lower', ['name']), 'like', `${escaped}%`), 'desc')
    .orderBy('name')
    .limit(limit)
    .execute();
  return z.array(Customer).parse(rows.map(({ doc }) => doc));
}
