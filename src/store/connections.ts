import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { CONNECTION_KINDS, type Connection, type Connections } from '../app/connections.ts';
import { WorkspaceId } from '../domain/ids.ts';
import {
  bindTo,
  type Database,
  oneAtATime,
  readingWorkspaces,
  type Tx,
  withinWorkspaces,
} from './database.ts';
import { everybody, identitiesOf, insertIdentity, meet, memberOf } from './identities.ts';
import { insertWorkspace, upsertMember } from './people.ts';
import type { Seal } from './seal.ts';
import { leaseSecret, readSecret, writeSecret } from './secrets.ts';

const Row = z.object({
  id: z.string(),
  workspaceId: WorkspaceId,
  kind: z.enum(CONNECTION_KINDS),
  externalId: z.string(),
  status: z.enum(['connected', 'disconnected']),
  facts: z.unknown(),
});

/** The connections in Postgres. Their secrets lie there sealed, bound to the workspace and connection they are of. */
export function createConnections(db: Database, seal: Seal): Connections {
  return {
    find: async (kind, externalId) => {
      const row = await connections(db)
        .where('kind', '=', kind)
        .where('external_id', '=', externalId)
        .executeTakeFirst();
      return row ? Row.parse(row) : null;
    },
    get: (workspaceId, id) =>
      readingWorkspaces(db, [workspaceId], async (tx) => {
        const row = await connections(tx)
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', id)
          .executeTakeFirst();
        return row ? Row.parse(row) : null;
      }),
    all: async (kind) => {
      const rows = await connections(db).where('kind', '=', kind).orderBy('external_id').execute();
      return z.array(Row).parse(rows);
    },
    connect: (team) => connect(db, seal, team),
    setStatus: (workspaceId, id, status) => change(db, workspaceId, id, { status }),
    addFacts: (workspaceId, id, facts) =>
      change(db, workspaceId, id, { facts: sql`facts || ${JSON.stringify(facts)}::jsonb` }),
    secret: (workspaceId, id) => readSecret(db, seal, workspaceId, id),
    saveSecret: (workspaceId, id, secret) =>
      withinWorkspaces(db, [workspaceId], (tx) => writeSecret(tx, seal, workspaceId, id, secret)),
    leaseSecret: (workspaceId, id, now, until) => leaseSecret(db, workspaceId, id, now, until),
    memberOf: (workspaceId, id, externalId) =>
      readingWorkspaces(db, [workspaceId], (tx) => memberOf(tx, workspaceId, id, externalId)),
    everybody: (workspaceId, id) =>
      readingWorkspaces(db, [workspaceId], (tx) => everybody(tx, workspaceId, id)),
    identitiesOf: (workspaceId, id, memberIds) => identitiesOf(db, workspaceId, id, memberIds),
    meet: (workspaceId, id, externalId, member) => meet(db, workspaceId, id, externalId, member),
  };
}

/** Writes a new connection down. */
export async function insertConnection(tx: Tx, connection: Connection): Promise<void> {
  const { workspaceId, externalId, facts, ...rest } = connection;
  await tx
    .insertInto('kept.connection')
    .values({ ...rest, workspace_id: workspaceId, external_id: externalId, facts: JSON.stringify(facts) })
    .execute();
}

function connections(db: Database | Tx) {
  return db
    .selectFrom('kept.connection')
    .select(['id', 'workspace_id as workspaceId', 'kind', 'external_id as externalId', 'status', 'facts']);
}

function connect(
  db: Database,
  seal: Seal,
  team: Parameters<Connections['connect']>[0],
): ReturnType<Connections['connect']> {
  const { kind, externalId, secret, workspace, identities } = team;
  return db.transaction().execute(async (tx) => {
    // Two who come at once make one workspace.
    await oneAtATime(tx, `kept.connection/${kind}/${externalId}`);
    const known = await connections(tx)
      .where('kind', '=', kind)
      .where('external_id', '=', externalId)
      .executeTakeFirst();
    const facts = team.facts(known?.facts ?? null);
    const connection: Connection = known
      ? { ...Row.parse(known), status: 'connected', facts }
      : {
          id: kind === 'console' ? 'console' : `${kind}/${externalId}`,
          workspaceId: workspace.workspace.id,
          kind,
          externalId,
          status: 'connected',
          facts,
        };
    const { workspaceId, id } = connection;
    await bindTo(tx, [workspaceId]);
    if (known) {
      await update(tx, workspaceId, id, {
        status: 'connected',
        facts: JSON.stringify(facts),
        secret_lease: null,
      });
    } else {
      const isThere = await tx
        .selectFrom('kept.workspace')
        .select('id')
        .where('id', '=', workspaceId)
        .executeTakeFirst();
      if (isThere === undefined) {
        await insertWorkspace(tx, workspace);
      } else {
        for (const member of workspace.members) {
          await upsertMember(tx, member);
        }
      }
      await insertConnection(tx, connection);
      for (const identity of identities) {
        await insertIdentity(tx, workspaceId, id, identity);
      }
    }
    await writeSecret(tx, seal, workspaceId, id, secret);
    return { connection, isNew: !known };
  });
}

type Changed = { status?: string; facts?: string | RawBuilder<string>; secret_lease?: null };

function change(db: Database, workspaceId: WorkspaceId, id: string, changed: Changed): Promise<void> {
  return withinWorkspaces(db, [workspaceId], (tx) => update(tx, workspaceId, id, changed));
}

async function update(tx: Tx, workspaceId: WorkspaceId, id: string, changed: Changed): Promise<void> {
  await tx
    .updateTable('kept.connection')
    .set(changed)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}
