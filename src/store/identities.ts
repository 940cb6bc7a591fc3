import { z } from 'zod';
import type { Identity } from '../app/connections.ts';
import { MemberId, type WorkspaceId } from '../domain/ids.ts';
import { Member } from '../domain/people.ts';
import { type Database, oneAtATime, readingWorkspaces, type Tx, withinWorkspaces } from './database.ts';
import { upsertMember } from './people.ts';

/** The member whom a connection knows by that id, or null. */
export async function memberOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  connectionId: string,
  externalId: string,
): Promise<Member | null> {
  const row = await membersBy(tx, workspaceId, connectionId)
    .where('i.external_id', '=', externalId)
    .executeTakeFirst();
  return row ? Member.parse(row.doc) : null;
}

/** Everybody whom a connection knows, by their ids there. */
export async function everybody(
  tx: Tx,
  workspaceId: WorkspaceId,
  connectionId: string,
): Promise<Map<string, Member>> {
  const rows = await membersBy(tx, workspaceId, connectionId).execute();
  return new Map(rows.map(({ external_id, doc }) => [external_id, Member.parse(doc)]));
}

function membersBy(tx: Tx, workspaceId: WorkspaceId, connectionId: string) {
  return tx
    .selectFrom('kept.identity as i')
    .innerJoin('kept.member as m', (join) =>
      join.onRef('m.workspace_id', '=', 'i.workspace_id').onRef('m.id', '=', 'i.member_id'),
    )
    .select(['i.external_id', 'm.doc'])
    .where('i.workspace_id', '=', workspaceId)
    .where('i.connection_id', '=', connectionId);
}

const Found = z.object({ member_id: MemberId, external_id: z.string() });

/** The ids that a connection knows these members by, those whom it knows. */
export function identitiesOf(
  db: Database,
  workspaceId: WorkspaceId,
  connectionId: string,
  memberIds: readonly MemberId[],
): Promise<Map<MemberId, string>> {
  if (memberIds.length === 0) {
    return Promise.resolve(new Map());
  }
  return readingWorkspaces(db, [workspaceId], async (tx) => {
    const rows = await tx
      .selectFrom('kept.identity')
      .select(['member_id', 'external_id'])
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .where('member_id', 'in', memberIds)
      .execute();
    return new Map(
      z
        .array(Found)
        .parse(rows)
        .map(({ member_id, external_id }) => [member_id, external_id]),
    );
  });
}

/** Adds a member with the id the connection knows them by, or gives the one it already knows by it. */
export function meet(
  db: Database,
  workspaceId: WorkspaceId,
  connectionId: string,
  externalId: string,
  member: Member,
): Promise<Member> {
  return withinWorkspaces(db, [workspaceId], async (tx) => {
    // Whoever presses two buttons at once is one person.
    await oneAtATime(tx, `kept.identity/${workspaceId}/${connectionId}/${externalId}`);
    const known = await memberOf(tx, workspaceId, connectionId, externalId);
    if (known !== null) {
      return known;
    }
    await upsertMember(tx, member);
    await insertIdentity(tx, workspaceId, connectionId, { externalId, memberId: member.id });
    return member;
  });
}

/** Writes down whom a connection knows by which id. */
export async function insertIdentity(
  tx: Tx,
  workspaceId: WorkspaceId,
  connectionId: string,
  { externalId, memberId }: Identity,
): Promise<void> {
  await tx
    .insertInto('kept.identity')
    .values({
      workspace_id: workspaceId,
      connection_id: connectionId,
      external_id: externalId,
      member_id: memberId,
    })
    .execute();
}
