import { randomUUID } from 'node:crypto';
import type { Connection, ConnectionKind, Connections } from '../../src/app/connections.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import { insertConnection } from '../../src/store/connections.ts';
import { withinWorkspaces } from '../../src/store/database.ts';
import { insertIdentity } from '../../src/store/identities.ts';
import type { useCases } from './use-cases.ts';

type UseCases = Awaited<ReturnType<typeof useCases>>;
type Tenant = { kind: ConnectionKind; externalId: string; facts: object };

/** Connects the example team to a tenant of a chat platform, where its people have these ids. */
export async function connectTeam(on: UseCases, tenant: Tenant, ids: Record<string, string>) {
  const id = `${tenant.kind}/${tenant.externalId}`;
  await withinWorkspaces(on.db, [on.workspaceId], async (tx) => {
    await insertConnection(tx, { id, workspaceId: on.workspaceId, status: 'connected', ...tenant });
    for (const [name, externalId] of Object.entries(ids)) {
      await insertIdentity(tx, on.workspaceId, id, { externalId, memberId: on.memberOf(name).id });
    }
  });
  return id;
}

/** Another workspace, with a tenant of its own. */
export async function connectSecond(connections: Connections, tenant: Tenant): Promise<Connection> {
  const id = WorkspaceId.parse(randomUUID());
  const name = NonBlank.parse('Second');
  const zone = Zone.parse('Europe/Berlin');
  const { connection } = await connections.connect({
    ...tenant,
    facts: () => tenant.facts,
    secret: null,
    workspace: newWorkspace({ id, name, zone, country: null, currency: 'EUR' }, []),
    identities: [],
  });
  return connection;
}
