import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase, type RunningEngine, startPostgres } from './engines.ts';
import { forgetful, type RedisNode, startRedisNode } from './redis-node.ts';

const SLOTS = 16_384;
/** How soon a master that doesn't answer counts as failed, in ms. */
const NODE_TIMEOUT_MS = 1_000;

/** A Redis Cluster of three masters without replicas: with one of them gone, its slots are down. */
export type RedisCluster = {
  url: string;
  nodes: RedisNode[];
  /** The master that serves a key's slot. */
  masterOf: (key: string) => Promise<RedisNode>;
  /** Every key of the cluster with the port of the master that holds it. */
  keys: () => Promise<{ key: string; port: number }[]>;
  stop: () => Promise<void>;
};

/** Starts the cluster on loopback, and waits until all slots are served. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all(
    [0, 1, 2].map(() =>
      startRedisNode((at) => [
        ...forgetful(at),
        '--cluster-enabled',
        'yes',
        '--cluster-announce-ip',
        '127.0.0.1',
        '--cluster-node-timeout',
        String(NODE_TIMEOUT_MS),
      ]),
    ),
  );
  const stop = async () => {
    for (const node of nodes) await node.stop();
  };
  const bound = (at: number) => Math.floor((at * SLOTS) / nodes.length);
  const ownerOf = (slot: number) => nodes.findIndex((_, at) => slot < bound(at + 1));
  for (const [at, node] of nodes.entries()) {
    await node.ask('CLUSTER', 'ADDSLOTSRANGE', bound(at), bound(at + 1) - 1);
    // Each with an epoch of its own, as redis-cli gives them: so nobody has to agree on one first.
    await node.ask('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
  }
  for (const { port } of nodes.slice(1)) await nodes[0]?.ask('CLUSTER', 'MEET', '127.0.0.1', port);
  try {
    await untilEvery(nodes, /cluster_state:ok[^]*cluster_known_nodes:3/u);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    masterOf: async (key) => {
      const slot = Number(await nodes[0]?.ask('CLUSTER', 'KEYSLOT', key));
      const master = nodes[ownerOf(slot)];
      if (master === undefined) throw new Error(`Nobody serves slot ${slot}`);
      return master;
    },
    keys: async () => {
      const all = nodes.map(async ({ ask, port }) =>
        namesIn(await ask('KEYS', '*')).map((key) => ({ key, port })),
      );
      return (await Promise.all(all)).flat();
    },
    stop,
  };
}

/** Starts a Postgres for the truth, and three Redis masters for the bells. */
export async function startClusterEngine(): Promise<RunningEngine> {
  const postgres = await startPostgres();
  const poolConfig = { connectionString: await freshDatabase(postgres), max: 10 };
  const cluster = await startRedisCluster();
  return {
    name: 'redis',
    poolConfig,
    engine: { kind: 'redis', url: cluster.url },
    empty: async () => void (await Promise.all(cluster.nodes.map(({ ask }) => ask('FLUSHALL')))),
    stop: async () => {
      await cluster.stop();
      await postgres.stop();
    },
  };
}

async function untilEvery(nodes: readonly RedisNode[], wanted: RegExp): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const infos = await Promise.all(nodes.map(({ ask }) => ask('CLUSTER', 'INFO')));
    if (infos.every((info) => wanted.test(String(info)))) return;
    await sleep(50);
  }
  throw new Error('The cluster did not come up');
}

function namesIn(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}
