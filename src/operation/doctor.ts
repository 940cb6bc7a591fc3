import type { Finding } from '../app/finding.ts';
import { type Config, readConfig, type VARIABLES } from '../config.ts';
import { ConfigError } from '../config-problem.ts';
import { type Environment, type Setup, tried } from './check.ts';
import { checkDataDir } from './check-data-dir.ts';
import { checkPort } from './check-port.ts';
import { checkPostgres } from './check-postgres.ts';
import { checkConsole, checkNode, checkRedis, checkUnused, checkVariables } from './check-settings.ts';

type Check = {
  name: string;
  /** Variables without which there is nothing to look at. */
  needs: readonly (keyof typeof VARIABLES)[];
  /** Whether it concerns this configuration; always, when left out. */
  when?: (config: Config) => boolean;
  run: (setup: Setup) => Finding[] | Promise<Finding[]>;
};

const CHECKS: readonly Check[] = [
  { name: 'Node', needs: [], run: checkNode },
  { name: 'Variables', needs: [], run: checkVariables },
  { name: 'Unused variables', needs: [], run: checkUnused },
  { name: 'Console', needs: ['HOST', 'PUBLIC_URL'], run: checkConsole },
  {
    name: 'Data directory',
    needs: ['DATABASE_URL', 'KEPT_DATA_DIR'],
    when: ({ databaseUrl }) => databaseUrl === null,
    run: checkDataDir,
  },
  {
    name: 'Postgres',
    needs: ['DATABASE_URL'],
    when: ({ databaseUrl }) => databaseUrl !== null,
    run: checkPostgres,
  },
  { name: 'Redis', needs: ['REDIS_URL'], when: ({ redisUrl }) => redisUrl !== null, run: checkRedis },
  { name: 'Port', needs: ['HOST', 'PORT'], run: checkPort },
  {
    name: 'Slack',
    needs: [
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'SLACK_SIGNING_SECRET',
      'SLACK_CLIENT_ID',
      'SLACK_CLIENT_SECRET',
      'SLACK_STATE_SECRET',
      'SLACK_API_URL',
      'KEPT_ENCRYPTION_KEY',
      'PUBLIC_URL',
    ],
    when: ({ slack }) => slack !== null,
    run: ({ config, askSlack }) => askSlack(config),
  },
  {
    name: 'Teams',
    needs: [
      'MICROSOFT_APP_ID',
      'MICROSOFT_APP_PASSWORD',
      'MICROSOFT_APP_TENANT_ID',
      'MICROSOFT_APP_TYPE',
      'MICROSOFT_TENANTS',
      'MICROSOFT_WORKSPACE',
      'MICROSOFT_LOCAL_DEVELOPMENT',
      'PUBLIC_URL',
    ],
    when: ({ teams }) => teams !== null,
    run: ({ config, askTeams }) => askTeams(config),
  },
];

/** One check's findings, or why it was left out. */
export type Result = { name: string; findings: Finding[]; leftOut: string | null };

/** Looks at everything a start depends on, one thing after the other. A check that fails hides no other. */
export async function examine(given: Omit<Setup, 'config' | 'problems'>): Promise<Result[]> {
  const setup: Setup = { ...given, ...readWhatCanBeRead(given.env) };
  const faulty = new Set(setup.problems.map(({ name }) => name));
  const results: Result[] = [];
  for (const { name, needs, when, run } of CHECKS) {
    const missing = needs.filter((variable) => faulty.has(variable));
    if (missing.length > 0) {
      results.push({ name, findings: [], leftOut: `not checked, as ${missing.join(' and ')} can't be used` });
    } else if (when?.(setup.config) !== false) {
      results.push({ name, findings: await tried(() => run(setup)), leftOut: null });
    }
  }
  return results;
}

/** Whether Kept would start and do its work: nothing is wrong. Warnings don't count. */
export function isWell(results: readonly Result[]): boolean {
  return results.every(({ findings }) => findings.every(({ state }) => state !== 'wrong'));
}

/** What was found, in words for the operator. Values that may hold a secret are replaced by their names. */
export function reportOf(results: readonly Result[], env: Environment): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const line = (state: string, name: string, said: string) =>
    `${state.padEnd(7)}  ${name.padEnd(width)}  ${said}`;
  const lines = results.flatMap(({ name, findings, leftOut }) => [
    ...(leftOut === null ? [] : [line('-', name, leftOut)]),
    ...findings.flatMap((finding) => [
      line(finding.state, name, finding.says),
      ...(finding.state === 'ok' ? [] : [line('', '', `→ ${finding.mend}`)]),
    ]),
  ]);
  const count = (state: Finding['state']) =>
    results.reduce((sum, { findings }) => sum + findings.filter((one) => one.state === state).length, 0);
  const sum = `${count('wrong')} wrong, ${count('warning')} to look at, ${count('ok')} well.`;
  return hideSecrets(`${lines.join('\n')}\n\n${sum}\n`, env);
}

/** Leaves out what can't be used, so that the rest can still be looked at. */
function readWhatCanBeRead(env: Environment): Pick<Setup, 'config' | 'problems'> {
  try {
    return { config: readConfig(env), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    const { problems } = error;
    const drop = new Set(problems.flatMap(({ unset }) => unset));
    const rest = readWhatCanBeRead(
      Object.fromEntries(Object.entries(env).filter(([name]) => !drop.has(name))),
    );
    return { config: rest.config, problems: [...problems, ...rest.problems] };
  }
}

const SECRET = /^(?:SLACK|MICROSOFT)_|_URL$|_KEY$/u;
const NO_SECRETS = new Set([
  'PUBLIC_URL',
  'SLACK_API_URL',
  'MICROSOFT_APP_ID',
  'MICROSOFT_APP_TENANT_ID',
  'MICROSOFT_APP_TYPE',
  'MICROSOFT_TENANTS',
  'MICROSOFT_WORKSPACE',
]);

function hideSecrets(text: string, env: Environment): string {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    SECRET.test(name) && !NO_SECRETS.has(name) && value !== undefined && value.length > 7
      ? [{ name, value }]
      : [],
  );
  return secrets.reduce((shown, { name, value }) => shown.replaceAll(value, `[${name}]`), text);
}
