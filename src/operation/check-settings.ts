import { isLoopback, unusedVariables, VARIABLES } from '../config.ts';
import { type Finding, ok, reasonOf, type Setup, warning, wrong } from './check.ts';

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

export function checkVariables({ problems, env }: Setup): Finding[] {
  return problems.length === 0
    ? [ok('Every variable that is set can be used.')]
    : problems.map(({ name, expected, example }) =>
        wrong(
          `${name} must be ${expected}.`,
          `Set it like ${name}=${example}, or unset ${env[name] ? 'it' : 'KEPT_ROLE'}.`,
        ),
      );
}

/** Variables that do nothing: of surfaces to come, or of no version at all. */
export function checkUnused({ env }: Setup): Finding[] {
  const ours = Object.keys(env).filter(
    (name) => name.startsWith('KEPT_') && !name.startsWith('KEPT_TEST_') && !(name in VARIABLES) && env[name],
  );
  const surfaces = unusedVariables(env);
  return [
    ...(surfaces.length === 0
      ? []
      : [
          warning(
            `Set, but nothing reads them in this version: ${surfaces.join(', ')}.`,
            'Slack and Teams come with a later version. Until then, leave them unset.',
          ),
        ]),
    ...(ours.length === 0
      ? []
      : [
          warning(
            `Set, but not a variable of this version: ${ours.join(', ')}.`,
            'Look for a slip of the pen; .env.example names every variable.',
          ),
        ]),
  ];
}

/** The console asks for no sign-in yet: who reaches it may be anyone in it. */
export function checkConsole({ config: { host, port, role, publicUrl } }: Setup): Finding[] {
  if (role === 'worker') {
    return [ok('This process is a worker: it serves no console.')];
  }
  if (!isLoopback(host)) {
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
