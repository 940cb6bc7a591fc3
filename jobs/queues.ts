import type pg from 'pg';
import type { Log } from '../src/app/deps.ts';
import { keepOpen } from './keep-open.ts';
import { carryOnPostgres } from './postgres-queues.ts';
import type { RedisClient } from './redis-client.ts';
import { carryOnRedis } from './redis-queues.ts';
import { parseRedisUrl } from './redis-url.ts';
import { RETRY } from './retry.ts';
import { within } from './within.ts';

/** What carries the bells. `schema` and `prefix` set installations, and tests, apart. */
export type Engine =
  | { kind: 'postgres'; connection: pg.PoolConfig | string; schema?: string }
  | { kind: 'redis'; url: string; prefix?: string };

export type QueueName = 'wake' | 'deliver';

/** A bell: `id` is what makes two rings one; it rings in `delayMs`. */
export type Ring = { id: string; delayMs: number };

/** A bell that rings, as BullMQ gives it to whoever works. */
export type Rung = { id?: string | undefined };

type QueueLike = {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  add(name: string, data: object, opts: object): Promise<unknown>;
  addBulk(jobs: { name: string; data: object; opts: object }[]): Promise<unknown>;
  getDelayedCount(): Promise<number>;
  getJob(id: string): Promise<object | undefined>;
  close(): Promise<void>;
};
type WorkerLike = {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  close(force?: boolean): Promise<void>;
};
type WorkerSettings = { autorun: false; concurrency: number; runRetryDelay: number };

/** One engine's half of it: how BullMQ's classes are made, and whether what they stand on answers. */
export type Carrier = {
  openQueue: (name: QueueName) => QueueLike;
  openWorker: (name: QueueName, work: (job: Rung) => Promise<void>, settings: WorkerSettings) => WorkerLike;
  /** From how many jobs on one call for all of them is cheaper than one for each. */
  bulkFrom: number;
  isReachable: () => boolean;
  onReachable: (listener: () => void) => void;
  /** For checking its settings; null where there is nothing to check. */
  client: RedisClient | null;
  close: () => Promise<void>;
};

export type Queues = {
  /** Whether a bell hung now would hang. */
  isReachable: () => boolean;
  /** Tells each time what carries the bells is back, or there for the first time. */
  onReachable: (listener: () => void) => void;
  /** Hangs bells; an id that hangs already is left as it is. Rejects when they can't be hung. */
  add: (name: QueueName, rings: readonly Ring[]) => Promise<void>;
  /** Whether a bell of that id hangs, or rings just now. */
  has: (name: QueueName, id: string) => Promise<boolean>;
  /** How many bells of a queue hang for later. */
  waiting: (name: QueueName) => Promise<number>;
  /** Calls `work` for each bell that rings. `stop` waits for what is going on. */
  consume: (
    name: QueueName,
    work: (bell: Rung) => Promise<void>,
    concurrency: number,
  ) => { stop: () => Promise<void> };
  redis: RedisClient | null;
  close: () => Promise<void>;
};

/** A bell leaves no trace, so that its id can be hung again. */
const ONCE = { removeOnComplete: true, removeOnFail: true };

/** Opens both queues. For Postgres it throws when that is away; Redis may come later. */
export async function openQueues(engine: Engine, log: Log): Promise<Queues> {
  const carrier =
    engine.kind === 'postgres'
      ? await carryOnPostgres(engine.connection, engine.schema ?? 'bullmq')
      : carryOnRedis(parseRedisUrl(engine.url), engine.prefix ?? '{kept}', log);
  const listeners: (() => void)[] = [];
  const tell = () => {
    if (isReachable()) for (const listener of listeners) listener();
  };
  const open = (name: QueueName) => keepOpen(() => carrier.openQueue(name), { name, log, onReady: tell });
  const queues = { wake: open('wake'), deliver: open('deliver') };
  const isReachable = () =>
    carrier.isReachable() && queues.wake.current() !== null && queues.deliver.current() !== null;
  carrier.onReachable(tell);

  function queue(name: QueueName): QueueLike {
    const current = queues[name].current();
    if (current === null || !carrier.isReachable()) throw new Error(`The queue ${name} can't be reached`);
    return current;
  }

  return {
    isReachable,
    onReachable: (listener) => void listeners.push(listener),
    add: async (name, rings) => {
      const jobs = rings.map(({ id, delayMs }) => ({
        name,
        data: {},
        opts: { ...ONCE, jobId: id, delay: delayMs },
      }));
      const to = queue(name);
      if (jobs.length >= carrier.bulkFrom) await to.addBulk(jobs);
      else await Promise.all(jobs.map((job) => to.add(job.name, job.data, job.opts)));
    },
    has: async (name, id) => (await queue(name).getJob(id)) !== undefined,
    waiting: async (name) => queue(name).getDelayedCount(),
    consume: (name, work, concurrency) => {
      const settings: WorkerSettings = { autorun: false, concurrency, runRetryDelay: RETRY.fetch };
      const worker = keepOpen(() => carrier.openWorker(name, work, settings), {
        name: `${name} worker`,
        log,
        onReady: (it) => {
          it.run().catch((err: unknown) =>
            log.error({ err, name }, 'A worker ended; the sweep goes on without it'),
          );
        },
      });
      // A worker whose Redis is away waits for it for ever when it closes; its work is waited for elsewhere.
      return {
        stop: () => worker.close((it) => within(it.close(!isReachable()), RETRY.finish, `Closing ${name}`)),
      };
    },
    redis: carrier.client,
    close: async () => {
      await Promise.all([queues.wake.close((it) => it.close()), queues.deliver.close((it) => it.close())]);
      await carrier.close();
    },
  };
}
