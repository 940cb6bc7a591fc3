import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetful, type RedisNode, startRedisNode } from './redis-node.ts';

const NAME = 'kept';
/** How soon a master that doesn't answer counts as down, in ms. */
const DOWN_AFTER_MS = 1_000;
/** Two of the three Sentinels have to agree. */
const QUORUM = 2;

/** A Redis with a replica, watched by three Sentinels, which promote it when the master is gone. */
export type RedisWithSentinels = {
  url: string;
  sentinels: RedisNode[];
  /** The master of this moment, by what the Sentinels say. */
  master: () => Promise<RedisNode>;
  /** Kills the master with -9, and waits until the Sentinels name the other. */
  failOver: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts all five on loopback, and waits until each knows the others. */
export async function startRedisWithSentinels(): Promise<RedisWithSentinels> {
  const first = await startRedisNode(forgetful);
  const second = await startRedisNode((at) => [
    ...forgetful(at),
    '--replicaof',
    '127.0.0.1',
    String(first.port),
  ]);
  const nodes = [first, second];
  const sentinels = await Promise.all([0, 1, 2].map(() => startSentinel(first.port)));
  const stop = async () => {
    for (const node of [...sentinels, ...nodes]) await node.stop();
  };
  const masterPort = async () => {
    const answers = await Promise.all(
      sentinels.map(({ ask }) => ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)),
    );
    const ports = answers.map((answer) => (Array.isArray(answer) ? Number(answer[1]) : Number.NaN));
    // Until all name the same one, nobody is.
    return new Set(ports).size === 1 ? ports[0] : undefined;
  };
  const master = async () => {
    const port = await masterPort();
    const node = nodes.find((one) => one.port === port);
    if (node === undefined) throw new Error('The Sentinels name no master');
    return node;
  };
  const eachSees = async (wanted: RegExp) => {
    const infos = await Promise.all(sentinels.map(({ ask }) => ask('INFO', 'sentinel')));
    return infos.every((info) => wanted.test(String(info)));
  };
  try {
    await until(() => eachSees(/status=ok,address=.*,slaves=1,sentinels=3/u));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    sentinels,
    master,
    failOver: async () => {
      const old = await master();
      await old.kill();
      await until(async () => {
        const port = await masterPort();
        return port !== undefined && port !== old.port;
      });
    },
    stop,
  };
}

function startSentinel(masterPort: number): Promise<RedisNode> {
  return startRedisNode(({ dir, port }) => {
    const file = path.join(dir, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${dir}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} ${QUORUM}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} 3000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return [file, '--sentinel'];
  });
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 100) {
    if (await check()) return;
    await sleep(100);
  }
  throw new Error('The Sentinels did not agree');
}
