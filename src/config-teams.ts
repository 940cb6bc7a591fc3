import { z } from 'zod';
import { type ConfigProblem, isLoopback, secret } from './config-problem.ts';
import { WorkspaceId } from './domain/ids.ts';

/** How Kept is known to Microsoft, and whose people it serves. */
export type TeamsConfig = {
  /** `nobody`: local development alone. Nothing is checked, so Kept listens on loopback only. */
  identity:
    | { by: 'secret'; appId: string; password: string; tenantId: string | null }
    | { by: 'managed identity'; appId: string; tenantId: string }
    | { by: 'nobody' };
  /** The tenants that are let in; null lets in any, in local development alone. */
  tenants: readonly string[] | null;
  /** The workspace that a new tenant joins; null: it gets one of its own. */
  workspace: WorkspaceId | null;
};

const TYPES = ['SingleTenant', 'UserAssignedMSI', 'MultiTenant'] as const;
const guid = z.guid().transform((value) => value.toLowerCase());

const Environment = z.object({
  MICROSOFT_APP_ID: guid.nullable().default(null),
  MICROSOFT_APP_PASSWORD: secret,
  MICROSOFT_APP_TENANT_ID: guid.nullable().default(null),
  MICROSOFT_APP_TYPE: z.enum(TYPES).nullable().default(null),
  MICROSOFT_TENANTS: z
    .string()
    .transform((value) => value.split(',').map((tenant) => tenant.trim()))
    .pipe(z.array(guid))
    .nullable()
    .default(null),
  MICROSOFT_WORKSPACE: WorkspaceId.nullable().default(null),
  MICROSOFT_LOCAL_DEVELOPMENT: z.literal('yes').nullable().default(null),
});
type Environment = z.infer<typeof Environment>;
type Name = keyof Environment;

/** Teams' variables. */
export const teamsShape = Environment.shape;

/** What is expected of each of them, in words, and an example. */
export const TEAMS_VARIABLES: Record<Name, { expected: string; example: string }> = {
  MICROSOFT_APP_ID: {
    expected: 'the Microsoft App ID of the Azure bot (Configuration)',
    example: '00000000-0000-0000-0000-000000000001',
  },
  MICROSOFT_APP_PASSWORD: {
    expected: 'a client secret of that app (Certificates & secrets), its value and not its ID',
    example: 'the-value-of-a-client-secret',
  },
  MICROSOFT_APP_TENANT_ID: {
    expected: 'the App Tenant ID of the Azure bot (Configuration)',
    example: '00000000-0000-0000-0000-000000000002',
  },
  MICROSOFT_APP_TYPE: { expected: 'SingleTenant, UserAssignedMSI or MultiTenant', example: 'SingleTenant' },
  MICROSOFT_TENANTS: {
    expected: 'the ids of the tenants that may use Kept, with commas between',
    example: '00000000-0000-0000-0000-000000000002',
  },
  MICROSOFT_WORKSPACE: {
    expected: 'the id of a workspace of Kept, as npm run doctor shows it',
    example: '00000000-0000-4000-8000-000000000003',
  },
  MICROSOFT_LOCAL_DEVELOPMENT: { expected: 'yes, or not set', example: 'yes' },
};

/** Any of these set, and Teams is wanted. */
export const TEAMS: readonly Name[] = [
  'MICROSOFT_APP_ID',
  'MICROSOFT_APP_PASSWORD',
  'MICROSOFT_APP_TENANT_ID',
  'MICROSOFT_APP_TYPE',
  'MICROSOFT_TENANTS',
  'MICROSOFT_WORKSPACE',
  'MICROSOFT_LOCAL_DEVELOPMENT',
];

/** What is missing for Teams, or too much. Without an app id nobody's token is checked, so that has to be meant. */
export function teamsProblems(env: ReadonlyMap<string, string | undefined>): ConfigProblem[] {
  const given = TEAMS.filter((name) => env.has(name));
  if (given.length === 0) {
    return [];
  }
  const problem = (name: Name, expected: string, example: string | null): ConfigProblem => ({
    name,
    expected,
    example,
    unset: given,
  });
  const missing = (name: Name, why: string): ConfigProblem[] => {
    const { expected, example } = TEAMS_VARIABLES[name];
    return env.has(name) ? [] : [problem(name, `set ${why}: ${expected}`, example)];
  };
  if (env.has('MICROSOFT_LOCAL_DEVELOPMENT')) {
    const tooMuch = given.filter(
      (name) => name !== 'MICROSOFT_LOCAL_DEVELOPMENT' && name !== 'MICROSOFT_WORKSPACE',
    );
    const unset = 'unset where MICROSOFT_LOCAL_DEVELOPMENT is set, for nobody is checked then';
    const host = env.get('HOST') ?? '127.0.0.1';
    const exposed =
      'unset where HOST is more than this machine, for nobody is checked then; or set HOST=127.0.0.1';
    return [
      ...tooMuch.map((name) => problem(name, unset, null)),
      ...(isLoopback(host) ? [] : [problem('MICROSOFT_LOCAL_DEVELOPMENT', exposed, null)]),
    ];
  }
  const type = env.get('MICROSOFT_APP_TYPE') ?? 'SingleTenant';
  // Companies that share a workspace would see each other's customers.
  const areMany = env.has('MICROSOFT_WORKSPACE') && (env.get('MICROSOFT_TENANTS') ?? '').includes(',');
  return [
    ...(areMany
      ? [
          problem(
            'MICROSOFT_WORKSPACE',
            'unset where MICROSOFT_TENANTS has several, for they would all share it',
            null,
          ),
        ]
      : []),
    ...missing('MICROSOFT_APP_ID', 'for Teams (or MICROSOFT_LOCAL_DEVELOPMENT, to try it on this machine)'),
    ...(type === 'MultiTenant'
      ? missing('MICROSOFT_TENANTS', 'where MICROSOFT_APP_TYPE is MultiTenant')
      : missing('MICROSOFT_APP_TENANT_ID', 'for Teams')),
    ...(type === 'UserAssignedMSI' ? [] : missing('MICROSOFT_APP_PASSWORD', 'for Teams')),
    ...(type === 'UserAssignedMSI' && env.has('MICROSOFT_APP_PASSWORD')
      ? [
          problem(
            'MICROSOFT_APP_PASSWORD',
            'unset where MICROSOFT_APP_TYPE is UserAssignedMSI, which needs none',
            null,
          ),
        ]
      : []),
  ];
}

/** Teams as the variables have it; null where it is off. */
export function teamsOf(env: Environment): TeamsConfig | null {
  const { MICROSOFT_APP_ID: appId, MICROSOFT_APP_PASSWORD: password, MICROSOFT_WORKSPACE: workspace } = env;
  const tenantId = env.MICROSOFT_APP_TENANT_ID;
  if (env.MICROSOFT_LOCAL_DEVELOPMENT === 'yes') {
    return { identity: { by: 'nobody' }, tenants: null, workspace };
  }
  const tenants = env.MICROSOFT_TENANTS ?? (tenantId === null ? [] : [tenantId]);
  if (appId !== null && env.MICROSOFT_APP_TYPE === 'UserAssignedMSI') {
    return tenantId === null
      ? null
      : { identity: { by: 'managed identity', appId, tenantId }, tenants, workspace };
  }
  // An app of many tenants asks for its token in none of them.
  const isMulti = env.MICROSOFT_APP_TYPE === 'MultiTenant';
  return appId === null || password === null
    ? null
    : {
        identity: { by: 'secret', appId, password, tenantId: isMulti ? null : tenantId },
        tenants,
        workspace,
      };
}
