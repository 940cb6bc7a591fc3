import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../src/store/database.ts';
import { freshDatabase, runnable, startPostgres, startRedis } from '../test/support/engines.ts';
import { keptStore, settled } from './kept-store.ts';
import { NAIVE } from './naive.ts';
import { CLIENTS, preparePgbench } from './pgbench.ts';
import { type Program, startProgram } from './program.ts';
import { ratesOf } from './rates.ts';
import { type Bench, type BenchOptions, bar, type Figure, type Reference, type Row } from './row.ts';
import { seed } from './seed.ts';

const DUE = Date.parse('2026-11-24T10:00:00Z');
const MADE = DUE - 86_400_000;
const WORKSPACES = 100;
/** The naive ways are so slow that a part of the burst is enough to know their rate. */
const NAIVE_SHARE = 5;
/** They are far from their bar. Kept and pgbench are not, and one burst takes half a second: they have thrice as many turns. */
const TURNS_A_ROUND = 3;
/** A second burst: beside the first it shows what a pause costs. It has no bar. */
const ONCE_MORE = 'Kept, once more directly after that';
const RATE = { unit: 'a second', better: 'more' } as const;

const SAME_WRITES =
  'It reads, decides and writes with Kept’s own code, so the difference is in batches alone; as many connections, and all jobs wait in the queue already when the time begins to count.';

/** 10,000 promises that are due in the same second, woken and committed. */
export const burst: Bench = { name: 'burst', run };

async function run(on: BenchOptions): Promise<Row> {
  const postgres = await startPostgres({ settings: DURABLE });
  const redis = await startRedis();
  try {
    const url = await freshDatabase(postgres);
    const { db, close } = await keptStore(url, () => DUE);
    const pgbench = preparePgbench(await freshDatabase(postgres), on.quick ? 1 : 10);
    const startOf = await starter({ url, redisUrl: redis.url, dueAt: DUE });
    const kept = await startOf(null);
    const ways = await Promise.all(
      Object.keys(NAIVE).map(async (name) => ({ name, program: await startOf(name) })),
    );
    const share = Math.ceil(on.promises / NAIVE_SHARE);
    const { note, of: rateOf } = ratesOf(on.say);
    await rateOfBurst(db, kept, on.promises);
    for (const { program } of ways) await rateOfBurst(db, program, share);
    for (let round = 0; round < on.rounds; round += 1) {
      for (let turn = 0; turn < TURNS_A_ROUND; turn += 1) {
        note('Kept', await rateOfBurst(db, kept, on.promises));
        for (const { tps, clients } of pgbench.run(on.quick ? 1 : 3)) note(pgbenchOf(clients), tps);
      }
      await rateOfBurst(db, kept, on.promises);
      note(ONCE_MORE, await rateOfBurst(db, kept, on.promises));
      // Last, so that the next round's first burst comes after a pause, too.
      for (const { name, program } of ways) note(name, await rateOfBurst(db, program, share));
    }
    for (const { stop } of [kept, ...ways.map(({ program }) => program)]) await stop();
    await close();
    return rowOf(on, rateOf);
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

/** Compiled, as Kept is where it runs: what runs sources adds work to every function. */
async function starter(at: object): Promise<(naive: string | null) => Promise<Program>> {
  const file = await runnable('bench/burst-worker.ts');
  return async (naive) => {
    const program = startProgram(file, { ...at, naive });
    await program.next();
    return program;
  };
}

function pgbenchOf(clients: number): string {
  return `pgbench -N, ${clients} clients`;
}

/** As Postgres comes: what is committed is on the disk. */
export const DURABLE: readonly string[] = [];

function rowOf(on: BenchOptions, of: (name: string) => number): Row {
  const kept = of('Kept');
  const ways = Object.keys(NAIVE);
  const clients = CLIENTS.reduce((best, one) => (of(pgbenchOf(one)) > of(pgbenchOf(best)) ? one : best));
  const pgbench = of(pgbenchOf(clients));
  const figures: Figure[] = [
    { of: 'Kept', value: kept, ...RATE },
    { of: ONCE_MORE, value: of(ONCE_MORE), ...RATE },
  ];
  const references: Reference[] = [
    {
      of: 'pgbench -N',
      value: pgbench,
      ...RATE,
      does: 'Postgres’ own benchmark: an update, a select and an insert a transaction, on the same server.',
      fair: `It writes two rows where Kept reads a case with all its parts, decides it and writes three rows; its number of clients is that of ${CLIENTS.join(', ')} with the best median (${clients}).`,
    },
    ...ways.map((name) => ({
      of: name,
      value: of(name),
      ...RATE,
      does: 'Each reminder is a job, and each job one transaction.',
      fair: SAME_WRITES,
    })),
  ];
  const naive = Math.max(...ways.filter((name) => name.startsWith('BullMQ')).map(of));
  return {
    what: 'Burst',
    does: `${on.promises.toLocaleString('en-GB')} promises of ${WORKSPACES} workspaces due the same second, each with its new state and alarm, its event and its message committed; promises a second`,
    figures,
    references,
    bars: [
      bar('Kept ÷ pgbench -N', kept / pgbench, { atLeast: 2.5 }, ' ×'),
      bar('Kept ÷ the better naive BullMQ', kept / naive, { atLeast: 4 }, ' ×'),
    ],
    notes: [
      `Postgres as it comes: a commit is on the disk. Medians of ${on.rounds * TURNS_A_ROUND} turns, of the naive ways of ${on.rounds} and of a fifth; each way in a process of its own, Kept after a pause as long as others’ turns.`,
    ],
  };
}

async function rateOfBurst(db: Database, program: Program, promises: number): Promise<number> {
  await fill(db, promises);
  const rate = z.number().parse(await program.ask());
  await everySaid(db, promises);
  return rate;
}

async function fill(db: Database, promises: number): Promise<void> {
  await sql`delete from kept.outbox where sent_at is null`.execute(db);
  const workspaces = Math.min(WORKSPACES, promises);
  await seed(db, { promises, workspaces, madeAt: MADE, alarms: { from: DUE, until: DUE } });
  await settled(db);
}

/** Each burst leaves a message owed for each promise, and none of them due: a run that did less has no figure. */
async function everySaid(db: Database, promises: number): Promise<void> {
  const { rows } = await sql`
    select (select count(*)::int from kept.outbox where sent_at is null) as owed,
      (select count(*)::int from kept.alarm where due_at <= ${DUE}) as due`.execute(db);
  const [counted] = z.array(z.object({ owed: z.int(), due: z.int() })).parse(rows);
  if (counted?.owed !== promises || counted.due !== 0) {
    throw new Error(
      `${promises} were due: ${counted?.owed} messages are owed, ${counted?.due} are due still`,
    );
  }
}
