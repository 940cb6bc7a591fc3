import { randomUUID } from 'node:crypto';
import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { z } from 'zod';
import { exactNow } from './exact-clock.ts';

/** What it is told: where the queue is, and at which epoch ms a job each is due. */
const Argument = z.object({
  engine: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('redis'), url: z.string() }),
    z.object({ kind: z.literal('postgres'), url: z.string() }),
  ]),
  dueAt: z.array(z.number()),
});
type Queueing = z.infer<typeof Argument>['engine'];

/*
 * BullMQ with nothing around it: a delayed job for each moment, whose work is to look at the clock. Prints how late
 * each was, in ms.
 */
const { engine, dueAt } = Argument.parse(JSON.parse(process.argv[2] ?? ''));
const late: number[] = [];
const { add, close } = await open(engine, (due) => {
  late.push(exactNow() - due);
  if (late.length === dueAt.length) void finish();
});
await Promise.all(dueAt.map((due) => add(due)));

async function finish(): Promise<void> {
  process.stdout.write(`${JSON.stringify(late)}\n`);
  await close();
  process.exit(0);
}

async function open(on: Queueing, ring: (due: number) => void) {
  const name = `bare-${randomUUID()}`;
  const Job = z.object({ due: z.number() });
  const work = (job: { data: unknown }) => Promise.resolve(ring(Job.parse(job.data).due));
  const optionsFor = (due: number) => ({
    delay: Math.max(0, due - Date.now()),
    removeOnComplete: true,
    removeOnFail: true,
  });
  if (on.kind === 'redis') {
    const connection = new Redis(on.url, { maxRetriesPerRequest: null });
    const queue = new Queue(name, { connection });
    const worker = new Worker(name, work, { connection, concurrency: 8 });
    return {
      add: (due: number) => queue.add('ring', { due }, optionsFor(due)),
      close: async () => {
        await worker.close();
        await queue.close();
        connection.disconnect();
      },
    };
  }
  const client = new Client(on.url);
  await client.connect();
  await runMigrations(client, 'bare');
  await client.end();
  const options = { connection: { connectionString: on.url, schema: 'bare', max: 4 } };
  const queue = new Queue(name, options, createPostgresBackend);
  const worker = new Worker(name, work, { ...options, concurrency: 8 }, createPostgresBackend);
  return {
    add: (due: number) => queue.add('ring', { due }, optionsFor(due)),
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
}
