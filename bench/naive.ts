import { randomUUID } from 'node:crypto';
import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { z } from 'zod';
import { commitOfWake } from '../src/app/act.ts';
import type { Deps } from '../src/app/deps.ts';
import { decide } from '../src/domain/decide.ts';
import { CaseId, WorkspaceId } from '../src/domain/ids.ts';
import { CONNECTIONS } from './kept-store.ts';

/** A reminder that is due, as a job names it. */
export const Reminder = z.object({ workspaceId: WorkspaceId, caseId: CaseId });
export type Reminder = z.infer<typeof Reminder>;

/** The naive way: a job for each reminder, and in it one transaction. Gives jobs a second. */
export type OneByOne = (
  reminders: readonly Reminder[],
  work: (reminder: Reminder) => Promise<void>,
) => Promise<number>;

/** The naive ways by their names: where they keep their jobs. */
export const NAIVE: Readonly<Record<string, (at: { url: string; redisUrl: string }) => OneByOne>> = {
  'BullMQ on Redis, a job and a transaction each': ({ redisUrl }) => bullmqOnRedis(redisUrl),
  'BullMQ on Postgres, a job and a transaction each': ({ url }) => bullmqOnPostgres(url),
  'graphile-worker, a job and a transaction each': ({ url }) => graphileWorker(url),
};

/** Reads, decides and commits one case in a transaction of its own: with Kept's own code, the same writes. */
export async function wakeOne(
  { store, clock, teamOf }: Deps,
  { workspaceId, caseId }: Reminder,
): Promise<void> {
  await store.transact(workspaceId, async (tx) => {
    const locked = await tx.lockCase(caseId);
    if (locked === null) throw new Error('A reminder is due for a case that is not there');
    const now = clock();
    const data = await tx.workspace();
    const team = teamOf(data, now);
    const decision = decide(locked.file, { do: 'wake' }, { team, policy: data.policy, now, by: null });
    if (!decision.ok) throw new Error('A wake is never rejected');
    await tx.commit([commitOfWake(locked, decision, data.policy, now)]);
  });
}

/** Jobs in BullMQ on that Redis. All wait in the queue when the time begins to count. */
export function bullmqOnRedis(url: string): OneByOne {
  return async (reminders, work) => {
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const name = `naive-${randomUUID()}`;
    const queue = new Queue(name, { connection });
    try {
      await addAll(queue, reminders);
      return await drain(
        (done) => new Worker(name, done(work), { connection, concurrency: CONNECTIONS }),
        reminders.length,
      );
    } finally {
      await queue.close();
      connection.disconnect();
    }
  };
}

/** Jobs in BullMQ on that Postgres. */
export function bullmqOnPostgres(url: string): OneByOne {
  return async (reminders, work) => {
    const client = new Client(url);
    await client.connect();
    await runMigrations(client, 'naive');
    await client.end();
    const name = `naive-${randomUUID()}`;
    const options = { connection: { connectionString: url, schema: 'naive', max: CONNECTIONS } };
    const queue = new Queue(name, options, createPostgresBackend);
    try {
      await addAll(queue, reminders);
      return await drain(
        (done) =>
          new Worker(name, done(work), { ...options, concurrency: CONNECTIONS }, createPostgresBackend),
        reminders.length,
      );
    } finally {
      await queue.close();
    }
  };
}

/** Jobs in graphile-worker on that Postgres. */
export function graphileWorker(url: string): OneByOne {
  return async (reminders, work) => {
    const utils = await makeWorkerUtils({ connectionString: url, logger: QUIET });
    await utils.migrate();
    await utils.addJobs(reminders.map((payload) => ({ identifier: 'remind', payload })));
    await utils.release();
    const began = performance.now();
    const { promise, count } = countdown(reminders.length);
    const runner = await run({
      connectionString: url,
      concurrency: CONNECTIONS,
      maxPoolSize: CONNECTIONS + 2,
      noHandleSignals: true,
      logger: QUIET,
      parsedCronItems: [],
      taskList: {
        remind: async (payload) => {
          await work(Reminder.parse(payload));
          count();
        },
      },
    });
    try {
      await promise;
      return perSecond(reminders.length, began);
    } finally {
      await runner.stop();
    }
  };
}

const QUIET = new Logger(() => () => undefined);

type Handler = (job: { data: unknown }) => Promise<void>;
type Filling = { addBulk: (jobs: { name: string; data: Reminder; opts: object }[]) => Promise<unknown> };

async function drain(
  start: (done: (work: (reminder: Reminder) => Promise<void>) => Handler) => { close: () => Promise<void> },
  many: number,
): Promise<number> {
  const { promise, count } = countdown(many);
  const began = performance.now();
  const worker = start((work) => async ({ data }) => {
    await work(Reminder.parse(data));
    count();
  });
  try {
    await promise;
    return perSecond(many, began);
  } finally {
    await worker.close();
  }
}

async function addAll(queue: Filling, reminders: readonly Reminder[]): Promise<void> {
  await queue.addBulk(
    reminders.map((data) => ({ name: 'remind', data, opts: { removeOnComplete: true, removeOnFail: true } })),
  );
}

function countdown(from: number): { promise: Promise<void>; count: () => void } {
  let left = from;
  let finish = () => {};
  const promise = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const count = () => {
    left -= 1;
    if (left === 0) finish();
  };
  return { promise, count };
}

function perSecond(many: number, began: number): number {
  return many / ((performance.now() - began) / 1_000);
}
