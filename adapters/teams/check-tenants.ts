import type { Address } from '../../src/app/addresses.ts';
import { CONNECTION_KINDS, type Connection, type ConnectionKind } from '../../src/app/connections.ts';
import { type Finding, ok, warning, wrong } from '../../src/app/finding.ts';
import type { WorkspaceId } from '../../src/domain/ids.ts';
import { formatInstant, type Instant, type Zone } from '../../src/domain/instant.ts';
import { ConversationFacts, TeamsFacts } from './facts.ts';
import type { TeamsConfig } from './teams-config.ts';

/** What is kept of Teams, to be looked at. */
export type TeamsRecords = {
  all: (kind: ConnectionKind) => Promise<Connection[]>;
  homeChannel: (workspaceId: WorkspaceId, connection: string) => Promise<string | null>;
  address: (workspaceId: WorkspaceId, connection: string, of: string) => Promise<Address | null>;
  /** When anybody there was last heard; null for never. */
  lastSeen: (workspaceId: WorkspaceId, connection: string) => Promise<Instant | null>;
};

const UTC: Zone = 'UTC';

/** Every tenant that was connected, and those that are let in and weren't yet. */
export async function checkTenants(
  records: TeamsRecords,
  { tenants, workspace }: TeamsConfig,
  now: Instant,
): Promise<Finding[]> {
  const connections = await records.all('teams');
  const known = new Set(connections.map(({ externalId }) => externalId));
  const awaited = (tenants ?? []).filter((tenant) => !known.has(tenant));
  const findings: Finding[] = [];
  for (const connection of connections) {
    findings.push(...(await checkTenant(records, tenants, now, connection)));
  }
  return [
    ...(workspace === null ? [] : await checkWorkspace(records, workspace)),
    ...findings,
    ...awaited.map((tenant) =>
      ok(`Tenant ${tenant} is not connected yet: the first word to Kept there connects it.`),
    ),
    ...(tenants === null && connections.length === 0 ? [ok('No tenant is connected yet.')] : []),
  ];
}

/** The workspace that a new tenant joins. Every workspace has a connection. */
async function checkWorkspace({ all }: TeamsRecords, workspace: WorkspaceId): Promise<Finding[]> {
  const connections = (await Promise.all(CONNECTION_KINDS.map((kind) => all(kind)))).flat();
  return connections.some(({ workspaceId }) => workspaceId === workspace)
    ? [ok(`A new tenant joins workspace ${workspace}.`)]
    : [
        wrong(
          `MICROSOFT_WORKSPACE names a workspace that isn’t here (${workspace}), so no new tenant is connected.`,
          'Set it to the id of one that is, as this report names them, or unset it: then a tenant gets its own.',
        ),
      ];
}

async function checkTenant(
  records: TeamsRecords,
  tenants: TeamsConfig['tenants'],
  now: Instant,
  connection: Connection,
): Promise<Finding[]> {
  const { externalId, workspaceId, status, id } = connection;
  const name = nameOf(connection);
  const at = await records.lastSeen(workspaceId, id);
  const heard = at === null ? 'not heard yet' : `last heard ${formatInstant(at, UTC, now)} UTC`;
  const about = `${name} (tenant ${externalId}, workspace ${workspaceId})`;
  if (tenants !== null && !tenants.includes(externalId)) {
    return [
      warning(
        `${about} is not let in any more, ${heard}: what is owed there waits.`,
        'Add its id to MICROSOFT_TENANTS, with commas between, to go on where it stood.',
      ),
    ];
  }
  return status === 'connected'
    ? [ok(`${about} is connected, ${heard}.`), await checkHome(records, connection, name)]
    : [
        warning(
          `${about} is disconnected, ${heard}: Kept was removed there.`,
          'Add the app to Teams again: everything goes on where it stood.',
        ),
      ];
}

/** The channel for the team's own talk: Kept must be heard there. */
async function checkHome(records: TeamsRecords, connection: Connection, name: string): Promise<Finding> {
  const { workspaceId, id } = connection;
  const home = await records.homeChannel(workspaceId, id);
  if (home === null) {
    return warning(
      `${name} has no home channel for the team’s own talk yet.`,
      'Choose one with @Kept team. Until then, cases of places where others read along are talked about in their opener’s own messages.',
    );
  }
  const facts = ConversationFacts.safeParse(
    (await records.address(workspaceId, id, `conversation/${home}`))?.facts,
  );
  const where = `${name}: its home channel ${(facts.success ? facts.data.name : null) ?? home}`;
  const another = 'Add Kept to its team again, or choose another with @Kept team.';
  if (!facts.success) {
    return wrong(`${where} was never heard of by Kept.`, another);
  }
  return facts.data.shut === null
    ? ok(`${where} has Kept in it.`)
    : wrong(`${where} doesn’t let Kept in (${facts.data.shut}).`, another);
}

function nameOf({ facts, id }: Connection): string {
  const parsed = TeamsFacts.safeParse(facts);
  return parsed.success ? parsed.data.name : id;
}
