import { z } from 'zod';
import { type Finding, ok, warning, wrong } from '../../src/app/finding.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { type AppTokens, createAppTokens } from './app-token.ts';
import { createBotToken } from './bot-token.ts';
import { CHANNEL } from './connector.ts';
import { TeamsCallFailed } from './errors.ts';
import { exchange } from './exchange.ts';
import { LOGIN_URL } from './granted.ts';
import { GRAPH_PERMISSIONS } from './graph.ts';
import { GRAPH_REASONS } from './permissions.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';

const GRAPH_URL = 'https://graph.microsoft.com';
const BASE = 'https://learn.microsoft.com/entra/identity-platform/reference-error-codes';

/** What to do about the codes that Microsoft's sign-in turns an app down with. */
const MEND: Record<string, string> = {
  invalid_client:
    'Copy the value of a client secret again (Certificates & secrets), and not its ID; one that has expired wants a new one.',
  unauthorized_client:
    'See that MICROSOFT_APP_ID and MICROSOFT_APP_TENANT_ID are those of the Azure bot (Configuration).',
  invalid_request: 'See that MICROSOFT_APP_TENANT_ID is that of the Azure bot (Configuration).',
};

const REACH = 'See that this machine reaches it by https: DNS, firewall, proxy.';

/** Whether Microsoft knows Kept, and Kept can know Microsoft. */
export async function checkIdentity(config: TeamsConfig, authority: Authority | null): Promise<Finding[]> {
  if (config.identity.by === 'nobody') {
    return [
      warning(
        'Local development: nobody is checked, and whoever reaches Kept can be anyone.',
        'For Teams itself unset MICROSOFT_LOCAL_DEVELOPMENT, and set MICROSOFT_APP_ID and what goes with it.',
      ),
    ];
  }
  return [
    await checkToken(config, authority),
    await checkMetadata(authority?.openIdMetadataUrl ?? CHANNEL.openIdMetadataUrl),
  ];
}

async function checkToken(config: TeamsConfig, authority: Authority | null): Promise<Finding> {
  const isManaged = config.identity.by === 'managed identity';
  try {
    await createBotToken(config, authority).get();
    return ok(
      isManaged
        ? 'Azure gives a token for the managed identity of MICROSOFT_APP_ID.'
        : 'Microsoft knows MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD.',
    );
  } catch (error) {
    if (isManaged) {
      return wrong(
        `Azure gives no token for the managed identity of MICROSOFT_APP_ID (${reasonOf(error)}).`,
        'Run Kept on a machine of Azure that has this identity (Identity, User assigned), and set MICROSOFT_APP_ID to its client ID.',
      );
    }
    const code = refusalOf(error);
    return code === null
      ? wrong(`Microsoft’s sign-in gives no token (${reasonOf(error)}).`, REACH)
      : wrong(
          `Microsoft turns MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD down (${code}).`,
          MEND[code] ?? `Microsoft says what that code means: ${BASE}`,
        );
  }
}

const Metadata = z.object({ jwks_uri: z.url() });

/** Without Microsoft's keys nothing that comes from Teams can be let in. */
async function checkMetadata(url: string): Promise<Finding> {
  try {
    const { status, text } = await exchange(url, { method: 'GET' });
    const isThere = status === 200 && Metadata.safeParse(JSON.parse(text)).success;
    return isThere
      ? ok('The keys by which Kept knows Teams’ requests can be had.')
      : wrong(`${url} answers ${status}, and not with where the keys are.`, REACH);
  } catch (error) {
    return wrong(
      `${url} can’t be read (${reasonOf(error)}), so nothing that comes from Teams would be let in.`,
      REACH,
    );
  }
}

/** What was granted at Graph in each tenant. All of it is optional. */
export async function checkGraph(
  { identity, tenants }: TeamsConfig,
  authority: Authority | null,
  now: Instant,
): Promise<Finding[]> {
  const loginUrl = authority?.loginUrl ?? LOGIN_URL;
  const tokens = createAppTokens({ identity, loginUrl, graphUrl: GRAPH_URL, clock: () => now });
  const findings = await Promise.all((tenants ?? []).map((tenantId) => checkGrants(tokens, tenantId)));
  return findings.flat();
}

async function checkGrants(tokens: AppTokens, tenantId: string): Promise<Finding[]> {
  const where = `Graph, tenant ${tenantId}`;
  try {
    const roles = (await tokens.of(tenantId))?.roles ?? new Set();
    const granted = GRAPH_PERMISSIONS.filter((one) => roles.has(one));
    const without = GRAPH_PERMISSIONS.filter((one) => !roles.has(one));
    return [
      ...(granted.length === 0 ? [] : [ok(`${where}: ${granted.join(', ')} granted.`)]),
      ...without.map((one) =>
        ok(`${where}: ${one} is not granted, and not needed. It is for: ${GRAPH_REASONS[one]}.`),
      ),
    ];
  } catch (error) {
    return [
      warning(
        `${where}: there is no token (${error instanceof Error ? error.message : 'no reason was given'}).`,
        'Kept does without. To have it, let an admin of the tenant grant the app what docs/teams.md names.',
      ),
    ];
  }
}

/** The code that Microsoft turned us down with; null when it was something else. */
function refusalOf(error: unknown): string | null {
  const trouble = error instanceof TeamsCallFailed ? error.trouble : null;
  return trouble?.kind === 'no token' && trouble.refused ? (trouble.error.split(' ').at(-1) ?? null) : null;
}

function reasonOf(error: unknown): string {
  if (error instanceof TeamsCallFailed) {
    return 'error' in error.trouble ? error.trouble.error : error.message;
  }
  return error instanceof SyntaxError ? 'that is no JSON' : error instanceof Error ? error.name : 'unknown';
}
