import { Cluster, type Redis } from 'ioredis';
import { connectRedis, isConnected, type RedisClient } from './redis-client.ts';
import { parseRedisUrl } from './redis-url.ts';
import { RETRY } from './retry.ts';
import { within } from './within.ts';

/** What BullMQ asks for: https://docs.bullmq.io/guide/going-to-production and its RedisConnection. */
const LEAST_VERSION = [6, 2] as const;

/** What is wrong with this Redis as a carrier of bells, in sentences for its operator; none when all is well. */
export async function checkRedis(client: RedisClient): Promise<string[]> {
  // A cluster knows its masters only once it is connected, which an answer proves.
  if (client instanceof Cluster) await client.ping();
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  const findings = await Promise.all(nodes.map(checkNode));
  return [...new Set(findings.flat())];
}

/** The same for a URL, with a connection of its own. Says so when Redis can't be reached. */
export async function checkRedisUrl(url: string): Promise<string[]> {
  const client = connectRedis(parseRedisUrl(url), 'work');
  let lastError: Error | undefined;
  client.on('error', (error) => {
    lastError = error;
  });
  try {
    return await within(checkRedis(client), 2 * RETRY.ring, 'Asking Redis');
  } catch (error) {
    if (isConnected(client)) throw error;
    return [
      `Redis can't be reached (${lastError?.message ?? 'no answer'}): check REDIS_URL and that it runs.`,
    ];
  } finally {
    client.disconnect();
  }
}

async function checkNode(node: Redis): Promise<string[]> {
  const findings: string[] = [];
  const version = field(await infoOf(node, 'server'), 'redis_version');
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === undefined) {
    findings.push(
      `The version of Redis couldn't be checked: see that it is ${LEAST_VERSION.join('.')} or newer.`,
    );
  } else if (major < LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor < LEAST_VERSION[1])) {
    findings.push(`Redis is ${version}, but ${LEAST_VERSION.join('.')} or newer is needed: upgrade it.`);
  }
  const policy = (await policyOf(node)) ?? field(await infoOf(node, 'memory'), 'maxmemory_policy');
  if (policy === undefined) {
    findings.push("Redis doesn't say what it does when full: see that its maxmemory-policy is noeviction.");
  } else if (policy !== 'noeviction') {
    findings.push(
      `Redis drops bells when full (maxmemory-policy ${policy}), which delays reminders: set it to noeviction.`,
    );
  }
  return findings;
}

/** Managed Redis forbids CONFIG; INFO says the same there. */
async function policyOf(node: Redis): Promise<string | undefined> {
  const answer = await unlessRefused(node.config('GET', 'maxmemory-policy'));
  const policy: unknown = Array.isArray(answer) ? answer[1] : undefined;
  return typeof policy === 'string' ? policy : undefined;
}

async function infoOf(node: Redis, section: string): Promise<string> {
  return (await unlessRefused(node.info(section))) ?? '';
}

/** Redis answers a forbidden or unknown command with a ReplyError; anything else is a failure to ask. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined;
    throw error;
  }
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.+?)\\r?$`, 'm').exec(info)?.[1];
}
