import type { WebClient } from '@slack/web-api';
import type { Connection, Connections } from '../../src/app/connections.ts';
import { type Finding, ok, warning, wrong } from '../../src/app/finding.ts';
import { SlackFacts, SlackSecret } from './facts.ts';
import { asked } from './finding.ts';
import { missingScopes } from './scopes.ts';
import type { SlackDeps } from './slack-deps.ts';
import { newClients } from './web-client.ts';

/** What is kept of Slack, to be looked at. */
export type SlackRecords = Pick<Connections, 'all' | 'secret'> & Pick<SlackDeps, 'homeChannel'>;

const REINSTALL = 'Install the app again: everything goes on where it stood.';

/** Whether a token answers, for whom, and whether it may do all that Kept does. */
export async function checkToken(
  client: WebClient,
  what: string,
): Promise<{ findings: Finding[]; teamId: string | null }> {
  let teamId: string | null = null;
  const findings = await asked(what, async () => {
    const { team, team_id, user, bot_id, response_metadata } = await client.auth.test();
    teamId = team_id ?? null;
    if (bot_id === undefined) {
      return [
        wrong(
          `${what} is a person’s token, not a bot’s.`,
          'Take the one that begins with xoxb-, of OAuth & Permissions.',
        ),
      ];
    }
    return [
      ok(`${what} answers: ${team ?? 'a workspace'}, where Kept is @${user ?? 'a bot'}.`),
      ...checkScopes(what, response_metadata?.scopes ?? []),
    ];
  });
  return { findings, teamId };
}

function checkScopes(what: string, granted: readonly string[]): Finding[] {
  const missing = missingScopes(granted);
  return missing.length === 0
    ? [ok(`${what} has every scope that Kept needs.`)]
    : missing.map(({ scope, why }) =>
        wrong(
          `${what} lacks the scope ${scope}: ${why}.`,
          'Take the app’s manifest anew from adapters/slack/manifest.yaml, and install the app again.',
        ),
      );
}

/** The one workspace of a token of the environment. */
export async function checkWorkspace(
  records: SlackRecords,
  client: WebClient,
  teamId: string | null,
): Promise<Finding[]> {
  const all = (await records.all('slack')).map((connection) => ({
    connection,
    facts: SlackFacts.safeParse(connection.facts),
  }));
  const found = all.find(({ facts }) => facts.success && facts.data.teamId === teamId);
  return found === undefined
    ? [ok('The workspace is not connected yet: the first start connects it.')]
    : [
        ...standing(found.connection, nameOf(found.connection)),
        ...(await checkHome(records, client, found.connection)),
      ];
}

/** Every workspace that was connected by OAuth. */
export async function checkWorkspaces(
  records: SlackRecords,
  apiUrl: string | null,
  now: number,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const connections = await records.all('slack');
  for (const connection of connections) {
    findings.push(...(await checkInstalled(records, apiUrl, now, connection)));
  }
  return connections.length === 0 ? [ok('No workspace is connected yet.')] : findings;
}

async function checkInstalled(
  records: SlackRecords,
  apiUrl: string | null,
  now: number,
  connection: Connection,
): Promise<Finding[]> {
  const name = nameOf(connection);
  if (connection.status === 'disconnected') {
    return standing(connection, name);
  }
  const secret = await opened(records, connection);
  if (secret === 'shut') {
    return [
      wrong(
        `${name}: no key of KEPT_ENCRYPTION_KEY opens its token.`,
        'Add the key it was sealed with, after the new one and a comma; or install the app there again.',
      ),
    ];
  }
  if (secret === null) {
    return [wrong(`${name}: no token is kept.`, REINSTALL)];
  }
  if (secret.expiresAt !== null && secret.expiresAt <= now) {
    return [ok(`${name}: its token has run out; Kept renews it when it runs.`)];
  }
  const client = newClients(apiUrl)(secret.token);
  const { findings } = await checkToken(client, `${name}: its token`);
  return [...findings, ...(await checkHome(records, client, connection))];
}

function standing({ status }: Connection, name: string): Finding[] {
  return status === 'connected'
    ? [ok(`${name} is connected.`)]
    : [warning(`${name} is disconnected: the app was removed, or its token revoked.`, REINSTALL)];
}

async function opened(records: SlackRecords, connection: Connection): Promise<SlackSecret | 'shut' | null> {
  try {
    const secret = SlackSecret.safeParse(await records.secret(connection.workspaceId, connection.id));
    return secret.success ? secret.data : null;
  } catch {
    return 'shut';
  }
}

/** The channel for the team's own talk: Kept must be in it, and nobody from outside. */
async function checkHome(
  records: SlackRecords,
  client: WebClient,
  connection: Connection,
): Promise<Finding[]> {
  const name = nameOf(connection);
  const id = await records.homeChannel(connection.workspaceId, connection.id);
  if (id === null) {
    return [
      warning(
        `${name} has no home channel for the team’s own talk yet.`,
        'Choose one with /care team. Until then, cases of shared channels are talked about in their opener’s own messages.',
      ),
    ];
  }
  return asked(`${name}: its home channel`, async () => {
    const { channel } = await client.conversations.info({ channel: id });
    const where = `${name}: its home channel #${channel?.name ?? id}`;
    const another = 'Choose another with /care team.';
    if (channel?.is_archived) {
      return [wrong(`${where} is archived.`, `Bring it back, or choose another with /care team.`)];
    }
    if (channel?.is_ext_shared || channel?.is_pending_ext_shared) {
      return [wrong(`${where} is shared with another company.`, another)];
    }
    return channel?.is_member
      ? [ok(`${where} has Kept in it.`)]
      : [wrong(`${where} doesn’t have Kept in it.`, `Type /invite @Kept there.`)];
  });
}

function nameOf({ facts, id }: Connection): string {
  const parsed = SlackFacts.safeParse(facts);
  return parsed.success ? parsed.data.name : id;
}
