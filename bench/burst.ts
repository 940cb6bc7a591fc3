import { sql } from 'kysely';
import { z } from 'zod';
import { wakeDue } from '../src/app/wake-due.ts';
import { freshDatabase, startPostgres, startRedis } from '../test/support/engines.ts';
import { built } from './built.ts';
import { type KeptStore, keptStore, settled } from './kept-store.ts';
import {
  bullmqOnPostgres,
  bullmqOnRedis,
  graphileWorker,
  type OneByOne,
  Reminder,
  wakeOne,
} from './naive.ts';
import { preparePgbench } from './pgbench.ts';
import { ratesOf } from './rates.ts';
import { type BenchOptions, bar, type Figure, type Reference, type Row } from './row.ts';
import { seed } from './seed.ts';

const DUE = Date.parse('2026-11-24T10:00:00Z');
const MADE = DUE - 86_400_000;
const WORKSPACES = 100;
/** The naive ways are so slow that a part of the burst is enough to know their rate. */
const NAIVE_SHARE = 5;
/** While the others have their turns, Node drops code; a second burst has it still. It has no bar. */
const ONCE_MORE = 'Kept, once more directly after that';
const RATE = { unit: 'a second', better: 'more' } as const;

const SAME_WRITES =
  'It reads, decides and writes with Kept’s own code, so the difference is in batches alone; as many connections, and all jobs wait in the queue already when the time begins to count.';

/** 10,000 promises that are due in the same second, woken and committed. */
export const burst = built('burst', 'bench/burst.ts', run);

async function run(on: BenchOptions): Promise<Row> {
  const postgres = await startPostgres({ settings: DURABLE });
  const redis = await startRedis();
  try {
    const url = await freshDatabase(postgres);
    const kept = await keptStore(url, () => DUE);
    const pgbench = preparePgbench(await freshDatabase(postgres), on.quick ? 1 : 10);
    const naive: Record<string, OneByOne> = {
      'BullMQ on Redis, a job and a transaction each': bullmqOnRedis(redis.url),
      'BullMQ on Postgres, a job and a transaction each': bullmqOnPostgres(url),
      'graphile-worker, a job and a transaction each': graphileWorker(url),
    };
    const { note, of: rateOf } = ratesOf(on.say);
    await keptBurst(kept, on.promises);
    for (const oneByOne of Object.values(naive)) {
      await naiveBurst(kept, oneByOne, Math.ceil(on.promises / NAIVE_SHARE));
    }
    let clients = 0;
    for (let round = 0; round < on.rounds; round += 1) {
      note('Kept', await keptBurst(kept, on.promises));
      note(ONCE_MORE, await keptBurst(kept, on.promises));
      const best = pgbench.run(on.quick ? 1 : 5);
      clients = best.clients;
      note('pgbench -N', best.tps);
      for (const [of, oneByOne] of Object.entries(naive)) {
        note(of, await naiveBurst(kept, oneByOne, Math.ceil(on.promises / NAIVE_SHARE)));
      }
    }
    await kept.close();
    return rowOf(on, rateOf, Object.keys(naive), clients);
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

/** As Postgres comes: what is committed is on the disk. */
export const DURABLE: readonly string[] = [];

function rowOf(on: BenchOptions, of: (name: string) => number, ways: string[], clients: number): Row {
  const kept = of('Kept');
  const figures: Figure[] = [
    { of: 'Kept', value: kept, ...RATE },
    { of: ONCE_MORE, value: of(ONCE_MORE), ...RATE },
  ];
  const references: Reference[] = [
    {
      of: 'pgbench -N',
      value: of('pgbench -N'),
      ...RATE,
      does: 'Postgres’ own benchmark: an update, a select and an insert a transaction, on the same server.',
      fair: `It writes two rows where Kept writes five and more; its number of clients is the best of 4, 8 and 16 (${clients}).`,
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
    does: `${on.promises.toLocaleString('en-GB')} promises of ${WORKSPACES} workspaces due the same second, each with its new state, event, message and alarm committed; promises a second`,
    figures,
    references,
    bars: [
      bar('Kept ÷ pgbench -N', kept / of('pgbench -N'), { atLeast: 2.5 }, ' ×'),
      bar('Kept ÷ the better naive BullMQ', kept / naive, { atLeast: 4 }, ' ×'),
    ],
    notes: [
      `Postgres as it comes: a commit is on the disk. Median of ${on.rounds} rounds in turns; Kept in one process, after a pause as long as the others’ turns; of the naive ways a burst of a fifth.`,
    ],
  };
}

async function keptBurst({ db, deps }: KeptStore, promises: number): Promise<number> {
  await fill(db, promises);
  const began = performance.now();
  const { cases } = await wakeDue(deps);
  const ms = performance.now() - began;
  if (cases !== promises) throw new Error(`${promises} were due, and ${cases} were woken`);
  await everySaid(db, promises);
  return promises / (ms / 1_000);
}

async function naiveBurst({ db, deps }: KeptStore, oneByOne: OneByOne, promises: number): Promise<number> {
  await fill(db, promises);
  const { rows } = await sql`
    select workspace_id as "workspaceId", subject_id as "caseId" from kept.alarm where due_at <= ${DUE}`.execute(
    db,
  );
  const rate = await oneByOne(z.array(Reminder).parse(rows), (reminder) => wakeOne(deps, reminder));
  await everySaid(db, promises);
  return rate;
}

async function fill(db: KeptStore['db'], promises: number): Promise<void> {
  await sql`delete from kept.outbox where sent_at is null`.execute(db);
  const workspaces = Math.min(WORKSPACES, promises);
  await seed(db, { promises, workspaces, madeAt: MADE, alarms: { from: DUE, until: DUE } });
  await settled(db);
}

/** Each burst leaves a message owed for each promise, and none of them due: a run that did less has no figure. */
async function everySaid(db: KeptStore['db'], promises: number): Promise<void> {
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
