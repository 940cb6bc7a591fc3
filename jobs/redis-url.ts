import type { ClusterOptions, RedisOptions } from 'ioredis';
import { z } from 'zod';

type Address = { host: string; port: number };
type Login = { username?: string; password?: string; tls?: object };
// ioredis 6 types its reply mapping so that no options object with it left open passes; nobody sets it here.
type ServerOptions = Omit<RedisOptions, 'replyMapping'>;

/** Where Redis is, as ioredis takes it. A Sentinel set is one more way to find a single server. */
export type RedisTarget =
  | { kind: 'server'; options: ServerOptions }
  | { kind: 'cluster'; nodes: Address[]; login: Login; options: Pick<ClusterOptions, 'dnsLookup'> };

const SHAPE =
  /^(?<scheme>rediss?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^@/?#]+)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;

const Part = z.string().optional().transform(decode);
const Parts = z.object({
  scheme: z.enum(['redis', 'rediss']),
  kind: z.enum(['sentinel', 'cluster']).optional(),
  user: Part,
  password: Part,
  hosts: z.string(),
  path: z.string().default(''),
  query: z.string().default(''),
});
const Port = z.coerce.number().int().min(1).max(65_535);
const Db = z.coerce.number().int().min(0).max(1_000_000);
const Query = z.strictObject({ sentinelUsername: z.string(), sentinelPassword: z.string() }).partial();

/**
 * Reads REDIS_URL. `rediss` means TLS, for the Sentinels too; user, password and names are percent-encoded.
 *
 *   redis[s]://[[user]:password@]host[:6379][/db]
 *   redis[s]+sentinel://[[user]:password@]host[:26379],host…/master-name[/db][?sentinelUsername=…&sentinelPassword=…]
 *   redis[s]+cluster://[[user]:password@]host[:6379],host…
 *
 * IPv6 addresses stand in brackets. Throws an error that says what is wrong and never holds the password.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const parts = Parts.safeParse(SHAPE.exec(url)?.groups);
  if (!parts.success) throw unreadable('it has to look like redis://user:password@host:6379/0');
  const { scheme, kind, user, password, hosts, path, query } = parts.data;
  const login: Login = {
    ...(user ? { username: user } : {}),
    ...(password ? { password } : {}),
    ...(scheme === 'rediss' ? { tls: {} } : {}),
  };
  const options = Query.safeParse(Object.fromEntries(new URLSearchParams(query)));
  if (!options.success || (query !== '' && kind !== 'sentinel')) {
    throw unreadable('after the ? only sentinelUsername and sentinelPassword are known, for redis+sentinel');
  }
  const names = path.split('/').slice(1);
  if (kind === 'cluster') {
    if (path.length > 1) throw unreadable('a cluster has no database number');
    return {
      kind,
      nodes: addresses(hosts, 6379),
      login,
      // Certificates of a cluster are for its names, not for the addresses these resolve to.
      options: scheme === 'rediss' ? { dnsLookup: (name, found) => found(null, name) } : {},
    };
  }
  if (kind === 'sentinel') {
    const [name = '', db] = names;
    if (!name || names.length > 2) throw unreadable('after the Sentinels comes the master: /mymaster');
    const tls = scheme === 'rediss' ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {};
    const sentinels = addresses(hosts, 26_379);
    return {
      kind: 'server',
      options: { ...login, ...tls, ...options.data, sentinels, name: decode(name), db: dbOf(db) },
    };
  }
  const [first, ...others] = addresses(hosts, 6379);
  if (first === undefined || others.length > 0) {
    throw unreadable('for several hosts begin with redis+sentinel:// or redis+cluster://');
  }
  if (names.length > 1) throw unreadable('after the host comes at most a database number');
  return { kind: 'server', options: { ...login, ...first, db: dbOf(names[0]) } };
}

function addresses(hosts: string, defaultPort: number): Address[] {
  return hosts.split(',').map((text) => {
    const groups = /^(?:\[(?<v6>[\da-fA-F:.]+)\]|(?<name>[^:[\]\s]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
    const port = Port.safeParse(groups?.['port'] ?? defaultPort);
    const host = groups?.['v6'] ?? groups?.['name'];
    if (host === undefined || !port.success)
      throw unreadable('a host is written name:port, with a port to 65535');
    return { host, port: port.data };
  });
}

function dbOf(text: string | undefined): number {
  const db = Db.safeParse(text || 0);
  if (!db.success) throw unreadable('the database is a number');
  return db.data;
}

function decode(text: string): string;
function decode(text: string | undefined): string | undefined;
function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    throw unreadable('a % in the user, password or master name has to be written %25');
  }
}

function unreadable(why: string): Error {
  return new Error(`REDIS_URL can't be read: ${why}.`);
}
