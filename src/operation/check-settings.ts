import { type Finding, ok, warning, wrong } from '../app/finding.ts';
import { unusedVariables, VARIABLES, withConsole } from '../config.ts';
import { isLoopback } from '../config-problem.ts';
import { reasonOf, type Setup } from './check.ts';

/** What package.json names under engines. */
const LEAST_NODE = { major: 20, minor: 19 };

export function checkNode({ nodeVersion }: Setup): Finding[] {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isNew = major > LEAST_NODE.major || (major === LEAST_NODE.major && minor >= LEAST_NODE.minor);
  const least = `${LEAST_NODE.major}.${LEAST_NODE.minor}`;
  return isNew
    ? [ok(`Node ${nodeVersion} will do.`)]
    : [
        wrong(
          `Node is ${nodeVersion}, but ${least} or newer is needed.`,
          'Install a newer Node: https://nodejs.org',
        ),
      ];
}

export function checkVariables({ problems }: Setup): Finding[] {
  return problems.length === 0
    ? [ok('Every variable that is set can be used.')]
    : problems.map(({ name, expected, example, unset }) =>
        wrong(
          `${name} must be ${expected}.`,
          example === null
            ? `Unset ${name}, or what it is at odds with.`
            : `Set it like ${name}=${example}, or unset ${unset.join() === name ? 'it' : unset.join(' and ')}.`,
        ),
      );
}

/** Variables that do nothing: beside others that do their work, or of no version at all. */
export function checkUnused({ env }: Setup): Finding[] {
  const ours = Object.keys(env).filter(
    (name) => name.startsWith('KEPT_') && !name.startsWith('KEPT_TEST_') && !(name in VARIABLES) && env[name],
  );
  const idle = unusedVariables(env);
  const unknown = [...idle.filter((name) => !(name in VARIABLES)), ...ours];
  return [
    ...(idle.includes('SLACK_API_URL')
      ? [
          warning(
            'SLACK_API_URL is set and nothing else of Slack: Slack is off.',
            'Set SLACK_BOT_TOKEN and what goes with it (see docs/slack.md), or unset SLACK_API_URL.',
          ),
        ]
      : []),
    ...(idle.includes('SLACK_SIGNING_SECRET')
      ? [
          warning(
            'SLACK_SIGNING_SECRET does nothing beside SLACK_APP_TOKEN, which turns Socket Mode on.',
            'Unset SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN to hear Slack by HTTP.',
          ),
        ]
      : []),
    ...(unknown.length === 0
      ? []
      : [
          warning(
            `Set, but not a variable of this version: ${unknown.join(', ')}.`,
            'Look for a slip of the pen; .env.example names every variable.',
          ),
        ]),
  ];
}

/** The console asks for no sign-in yet: who reaches it may be anyone in it. */
export function checkConsole({ config }: Setup): Finding[] {
  const { host, port, role, publicUrl, slack, teams } = config;
  if (slack !== null || teams !== null) {
    return [ok(`The console is off, since ${slack === null ? 'Teams' : 'Slack'} is on.`)];
  }
  if (role === 'worker') {
    return [ok('This process is a worker: it serves no console.')];
  }
  if (!withConsole(config)) {
    return [
      warning(
        `The console is off: HOST=${host} is more than this machine, and it asks for no sign-in yet.`,
        'Set HOST=127.0.0.1, or unset it, to have the console.',
      ),
    ];
  }
  const isPublic = publicUrl !== null && !isLoopback(new URL(publicUrl).hostname.replaceAll(/[[\]]/gu, ''));
  return isPublic
    ? [
        warning(
          `Whoever reaches ${publicUrl} can be anyone in the console: it asks for no sign-in yet.`,
          'See that what stands in front of it lets in your own people only, or unset PUBLIC_URL.',
        ),
      ]
    : [ok(`The console is for this machine alone, at http://${urlHost(host)}:${port === 0 ? '…' : port}`)];
}

export async function checkRedis({ config: { redisUrl }, askRedis }: Setup): Promise<Finding[]> {
  if (redisUrl === null) {
    return [];
  }
  try {
    const found = await askRedis(redisUrl);
    return found.length === 0
      ? [ok('Redis answers, is new enough, and drops nothing when full.')]
      : found.map((says) => wrong(says, 'Or unset REDIS_URL: the bells hang in Postgres then.'));
  } catch (error) {
    return [
      wrong(reasonOf(error), 'Mend REDIS_URL, or the server it names; .env.example shows how it is written.'),
    ];
  }
}

/** A host as it stands in a URL: IPv6 in brackets, and any address at all by this machine's own. */
export function urlHost(host: string): string {
  const own = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return own.includes(':') ? `[${own}]` : own;
}
