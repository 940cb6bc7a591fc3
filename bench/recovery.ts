import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { z } from 'zod';
import { type Engine, openQueues, type Queues } from '../jobs/queues.ts';
import type { Database } from '../src/store/database.ts';
import { freshDatabase, silentLog, startPostgres, startRedis } from '../test/support/engines.ts';
import { startKeptProcess } from '../test/support/kept-process.ts';
import { keptStore, settled } from './kept-store.ts';
import { type Bench, type BenchOptions, bar, type Figure, type Row } from './row.ts';
import { seed } from './seed.ts';
import { type SlackEnd, startSlackEnd } from './slack-end.ts';
import { reminded, standInSlack } from './slack-standing.ts';

const DAY_MS = 86_400_000;
/** Of what is pending, so much is due when the bells are gone. */
const DUE_SHARE = 0.01;
/** The rest comes due between these, in ms after the flush: within the horizon in which bells hang, and after all is measured. */
const REST = { fromMs: 240_000, untilMs: 540_000 } as const;
/** From the last check that all bells hang to the flush, and the flush before the moment that they would have rung for. */
const FLUSH_IN_MS = 8_000;
const FLUSH_EARLIER_MS = 200;
const PATIENCE_MS = 90_000;
/** A second copy would have come by then: two sweeps later. */
const DOUBLES_MS = 12_000;

/** The queue is flushed under a running Kept: what is due goes out all the same, and all bells hang again. */
export const recovery: Bench = { name: 'recovery', run };

type Recovered = {
  engine: string;
  firstMs: number;
  lastMs: number;
  bellsMs: number;
  bells: number;
  /** Neither there nor owed any more. */
  lost: number;
  /** Not there when patience ended, and owed still. */
  owed: number;
  doubled: number;
};

async function run(on: BenchOptions): Promise<Row> {
  const postgres = await startPostgres();
  const redis = await startRedis();
  const slack = await startSlackEnd();
  try {
    const all: Recovered[] = [];
    for (const name of ['Redis', 'Postgres'] as const) {
      const url = await freshDatabase(postgres);
      const engine: Engine =
        name === 'Redis' ? { kind: 'redis', url: redis.url } : { kind: 'postgres', connection: url };
      const one = { engine: name, ...(await recover(on, engine, url, slack)) };
      all.push(one);
      on.say(`  bells on ${name}: ${JSON.stringify(one)}`);
    }
    return rowOf(on, all);
  } finally {
    await slack.stop();
    await redis.stop();
    await postgres.stop();
  }
}

async function recover(
  { pending, say }: BenchOptions,
  engine: Engine,
  url: string,
  slack: SlackEnd,
): Promise<Omit<Recovered, 'engine'>> {
  const { db, close } = await keptStore(url, Date.now);
  const due = Math.max(1, Math.round(pending * DUE_SHARE));
  const seededAt = Date.now();
  await seed(db, {
    promises: pending - due,
    workspaces: Math.max(1, Math.round(pending / 1_000)),
    madeAt: seededAt - DAY_MS,
    alarms: { from: seededAt + REST.fromMs, until: seededAt + REST.untilMs },
    said: false,
  });
  const later = Date.now() + DAY_MS;
  await seed(db, {
    promises: due,
    workspaces: 1,
    madeAt: later - 2 * DAY_MS,
    alarms: { from: later, until: later },
    connection: 'slack/T1',
  });
  await standInSlack(db);
  const flushAt = await latest(db);
  // Seeding takes as long as it takes; from here on the moments are counted.
  await move(db, Date.now() - seededAt, sql`due_at < ${flushAt}`);
  await settled(db);
  slack.forget();
  const kept = await startKeptProcess({
    DATABASE_URL: url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: 'bench',
    ...(engine.kind === 'redis' ? { REDIS_URL: engine.url } : {}),
  });
  const queues = await openQueues(engine, silentLog());
  try {
    const bells = await moments(db, sql`due_at < ${flushAt}`);
    const hungIn = await hang(queues, bells, 120_000);
    say(`  ${bells} bells hung ${(hungIn / 1_000).toFixed(1)} s after the start`);
    const at = Date.now() + FLUSH_IN_MS;
    await dueAll(db, flushAt, at);
    await sleep(at - FLUSH_EARLIER_MS - Date.now());
    await flush(engine, db);
    const bellsBack = hang(queues, bells, PATIENCE_MS);
    await arrived(slack, due);
    const bellsMs = await bellsBack;
    await sleep(Math.max(0, at + DOUBLES_MS - Date.now()));
    const posts = slack.heard('chat.postMessage').filter(({ text }) => reminded(text) !== '');
    const said = new Set(posts.map(({ text }) => reminded(text)));
    const times = posts.map((post) => post.at - at);
    const missing = due - said.size;
    const owed = Math.min(missing, await stillOwed(db, at));
    return {
      firstMs: Math.min(...times),
      lastMs: Math.max(...times),
      bellsMs,
      bells,
      lost: missing - owed,
      owed,
      doubled: posts.length - said.size,
    };
  } finally {
    await queues.close();
    await kept.stop();
    await close();
  }
}

async function latest(db: Database): Promise<number> {
  const { rows } = await sql`select max(due_at) as at from kept.alarm`.execute(db);
  return z.object({ at: z.number() }).parse(rows[0]).at;
}

async function move(db: Database, ms: number, which: ReturnType<typeof sql>): Promise<void> {
  await sql`update kept.alarm set due_at = due_at + ${ms}::bigint where ${which}`.execute(db);
}

/** Makes all that was seeded for the flush due at `at`, with the promises' own plans: a reminder's time has come. */
async function dueAll(db: Database, seeded: number, at: number): Promise<void> {
  await sql`
    update kept.promise p
    set doc = replace(p.doc::text, ${String(seeded)}, ${String(at)})::jsonb
    from kept.alarm a where a.workspace_id = p.workspace_id and a.subject_id = p.case_id and a.due_at = ${seeded}`.execute(
    db,
  );
  await sql`update kept.alarm set due_at = ${at}::bigint where due_at = ${seeded}`.execute(db);
}

async function moments(db: Database, which: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql`
    select count(distinct due_at) as many from kept.alarm where due_at is not null and ${which}`.execute(db);
  return z.object({ many: z.number() }).parse(rows[0]).many;
}

/** Waits for so many bells to hang; how long that took, in ms. */
async function hang(queues: Queues, bells: number, patienceMs: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const hanging = queues.isReachable() ? await queues.waiting('wake') : 0;
    const took = performance.now() - began;
    if (hanging >= bells) return took;
    if (took > patienceMs) throw new Error(`${hanging} of ${bells} bells hang after ${Math.round(took)} ms`);
    await sleep(100);
  }
}

async function arrived(slack: SlackEnd, many: number): Promise<void> {
  const said = new Set<string>();
  let read = 0;
  for (let waited = 0; said.size < many && waited < PATIENCE_MS; waited += 100) {
    await sleep(100);
    const posts = slack.heard('chat.postMessage');
    for (const { text } of posts.slice(read)) said.add(reminded(text));
    read = posts.length;
    said.delete('');
  }
}

/** How many reminders of that moment are to be decided, or to be sent, still. */
async function stillOwed(db: Database, at: number): Promise<number> {
  const { rows } = await sql`
    select (select count(*) from kept.alarm where due_at = ${at})
      + (select count(*) from kept.outbox where sent_at is null and unsaid_at is null and owed_since >= ${at}
          and key ~ '/(halfway|soon|due)$') as many`.execute(db);
  return z.object({ many: z.coerce.number() }).parse(rows[0]).many;
}

/** Takes away everything that carries bells. */
async function flush(engine: Engine, db: Database): Promise<void> {
  if (engine.kind === 'redis') {
    const redis = new Redis(engine.url);
    await redis.flushall();
    redis.disconnect();
    return;
  }
  const { rows } = await sql`
    select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables
    where schemaname = 'bullmq' and tablename not like '%migration%'`.execute(db);
  const { tables } = z.object({ tables: z.string() }).parse(rows[0]);
  await sql`truncate ${sql.raw(tables)}`.execute(db);
}

function rowOf({ pending }: BenchOptions, all: readonly Recovered[]): Row {
  const late = all.filter(({ owed }) => owed > 0);
  const figures = all.flatMap(({ engine, firstMs, lastMs, bellsMs }): Figure[] => [
    { of: `first overdue out, bells on ${engine}`, value: firstMs / 1_000, unit: 's', better: 'less' },
    { of: `last overdue out, bells on ${engine}`, value: lastMs / 1_000, unit: 's', better: 'less' },
    { of: `all bells back, on ${engine}`, value: bellsMs / 1_000, unit: 's', better: 'less' },
  ]);
  const bars = all.flatMap(({ engine, firstMs, bellsMs, lost, doubled }) => [
    bar(`first overdue out, bells on ${engine}`, firstMs / 1_000, { atMost: 5 }, ' s'),
    bar(`all bells back, on ${engine}`, bellsMs / 1_000, { atMost: 60 }, ' s'),
    bar(`lost, bells on ${engine}`, lost, { atMost: 0 }),
    bar(`doubled, bells on ${engine}`, doubled, { atMost: 0 }),
  ]);
  const [first] = all;
  return {
    what: 'Recovery',
    does: `The queue is emptied under a running Kept with ${pending.toLocaleString('en-GB')} promises pending, just before one in a hundred of them is due; the others’ ${first?.bells.toLocaleString('en-GB') ?? 0} bells have all to hang again.`,
    figures,
    references: [],
    bars,
    notes: [
      'Reminders are counted where they arrive, at an end that stands in for Slack, by the key they carry. Lost is what is neither there nor owed.',
      'The bells’ promises are cases, promises and alarms, without timelines and messages that were said.',
      ...late.map(
        ({ engine, owed }) => `Bells on ${engine}: ${owed} were still owed after ${PATIENCE_MS / 1_000} s.`,
      ),
    ],
  };
}
