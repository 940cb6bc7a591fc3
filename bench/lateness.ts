import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { freshDatabase, type Server, startPostgres, startRedis } from '../test/support/engines.ts';
import { startKeptProcess } from '../test/support/kept-process.ts';
import { type KeptStore, keptStore, settled } from './kept-store.ts';
import { curve, percentile } from './percentile.ts';
import { startProgram } from './program.ts';
import {
  type Bench,
  type BenchOptions,
  bar,
  type Figure,
  type Reference,
  type Row,
  type Series,
  short,
} from './row.ts';
import { seed } from './seed.ts';
import { type SlackEnd, startSlackEnd } from './slack-end.ts';
import { standInSlack } from './slack-standing.ts';

const A_SECOND = 10;
/** Until the first is due: a process starts in that, and its bells hang. */
const LEAD_MS = 20_000;
/** What is due in the first seconds warms up. */
const WARM_UP_MS = 10_000;
/** How long the last may take. */
const PATIENCE_MS = 20_000;
const DAY_MS = 86_400_000;

/** Reminders due at a steady rate among many that are pending: how late each is decided, and how late it arrives. */
export const lateness: Bench = { name: 'lateness', run };

type Engine = {
  name: string;
  env: Record<string, string>;
  bare: { kind: 'redis' | 'postgres'; url: string };
};

async function run(on: BenchOptions): Promise<Row> {
  const postgres = await startPostgres({ settings: ['track_commit_timestamp=on'] });
  const redis = await startRedis();
  const slack = await startSlackEnd();
  try {
    const late: Late[] = [];
    for (const engine of await enginesOf(postgres, redis)) {
      late.push(await measure(on, engine, { postgres, slack }));
    }
    return rowOf(on, late);
  } finally {
    await slack.stop();
    await redis.stop();
    await postgres.stop();
  }
}

async function enginesOf(postgres: Server, redis: Server): Promise<Engine[]> {
  return [
    { name: 'Redis', env: { REDIS_URL: redis.url }, bare: { kind: 'redis', url: redis.url } },
    { name: 'Postgres', env: {}, bare: { kind: 'postgres', url: await freshDatabase(postgres) } },
  ];
}

/** Lateness in ms. */
type Late = { engine: string; decided: number[]; arrived: number[]; bare: number[] };

async function measure(
  on: BenchOptions,
  engine: Engine,
  { postgres, slack }: { postgres: Server; slack: SlackEnd },
): Promise<Late> {
  const url = await freshDatabase(postgres);
  const store = await keptStore(url, Date.now);
  const now = Date.now();
  const far = { from: now + DAY_MS, until: now + 30 * DAY_MS };
  const workspaces = Math.max(1, Math.round(on.pending / 1_000));
  const madeAt = now - DAY_MS;
  await seed(store.db, { promises: on.pending, workspaces, madeAt, alarms: far, said: false });
  await settled(store.db);
  const moments = momentsOf(on.seconds);
  const [bare, kept] = await Promise.all([
    bareRound(engine, moments),
    keptRound(store, moments, { url, engine, slack }),
  ]);
  on.say(
    `  bells on ${engine.name}: p99 decided ${short(percentile(kept.decided, 0.99))} ms, arrived ${short(percentile(kept.arrived, 0.99))} ms, bare ${short(percentile(bare, 0.99))} ms`,
  );
  await store.close();
  return { engine: engine.name, bare, ...kept };
}

/** The moments, of which those before `counted` warm up. */
type Moments = { from: number; until: number; many: number; counted: number };

function momentsOf(seconds: number): Moments {
  const from = Date.now() + LEAD_MS;
  const until = from + WARM_UP_MS + seconds * 1_000;
  return { from, until, many: ((until - from) / 1_000) * A_SECOND, counted: from + WARM_UP_MS };
}

async function keptRound(
  { db }: KeptStore,
  { from, until, many, counted }: Moments,
  { url, engine, slack }: { url: string; engine: Engine; slack: SlackEnd },
): Promise<{ decided: number[]; arrived: number[] }> {
  const alarms = { from, until };
  await seed(db, { promises: many, workspaces: 1, madeAt: from - DAY_MS, alarms, connection: 'slack/T1' });
  await standInSlack(db);
  slack.forget();
  const kept = await startKeptProcess({
    DATABASE_URL: url,
    LOG_LEVEL: 'info',
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
    ...engine.env,
  });
  try {
    if (Date.now() > from) throw new Error('Kept was not ready when the first reminder was due');
    await sleep(until - Date.now());
    for (let waited = 0; slack.heard('chat.postMessage').length < many; waited += 100) {
      if (waited > PATIENCE_MS) {
        throw new Error(
          `${slack.heard('chat.postMessage').length} of ${many} reminders arrived:\n${kept.printed().slice(-2_000)}`,
        );
      }
      await sleep(100);
    }
  } finally {
    await kept.stop();
  }
  const due = await decisions(db, from);
  const arrivals = new Map(slack.heard('chat.postMessage').map(({ at, text }) => [promiseOf(text), at]));
  const measured = due.filter((one) => one.dueAt >= counted);
  return {
    decided: measured.map(({ dueAt, committedAt }) => committedAt - dueAt),
    arrived: measured.map(({ promiseId, dueAt }) => (arrivals.get(promiseId) ?? Number.NaN) - dueAt),
  };
}

const Decision = z.object({ promiseId: z.string(), dueAt: z.number(), committedAt: z.coerce.number() });

/** When each reminder was due, by its promise's plan, and when Postgres committed its decision. */
async function decisions(db: KeptStore['db'], from: number): Promise<z.infer<typeof Decision>[]> {
  const { rows } = await sql`
    select e.what->>'promiseId' as "promiseId", (step->>'at')::bigint as "dueAt",
      extract(epoch from pg_xact_commit_timestamp(e.xmin)) * 1000 as "committedAt"
    from kept.timeline_event e
    join kept.promise p on p.workspace_id = e.workspace_id and p.id = (e.what->>'promiseId')::uuid,
      jsonb_array_elements(p.doc->'plan'->'steps') step
    where e.what->>'kind' = 'nudged' and step->>'step' = e.what->>'step' and (step->>'at')::bigint >= ${from}`.execute(
    db,
  );
  return z.array(Decision).parse(rows);
}

/** Which promise a post reminds of: its metadata carries the key. */
function promiseOf(text: string): string {
  const metadata = new URLSearchParams(text).get('metadata') ?? '';
  return /([0-9a-f-]{36})\/\d+\/(?:halfway|soon|due)/u.exec(metadata)?.[1] ?? '';
}

/** Between Kept's moments, so that neither takes the other's time, and what else the machine does hits both. */
async function bareRound({ bare }: Engine, { from, many, counted }: Moments): Promise<number[]> {
  const dueAt = Array.from({ length: many }, (_, nr) => from + ((nr + 0.5) * 1_000) / A_SECOND);
  const program = startProgram('bare-bullmq.ts', { engine: bare, dueAt });
  try {
    const late = z.array(z.number()).parse(await program.next());
    const warm = dueAt.filter((at) => at < counted).length;
    return late.slice(warm);
  } finally {
    await program.stop();
  }
}

function rowOf(on: BenchOptions, all: readonly Late[]): Row {
  const ms = { unit: 'ms', better: 'less' } as const;
  const figures: Figure[] = all.flatMap(({ engine, decided, arrived }) => [
    { of: `decided and committed, bells on ${engine}, p50`, value: percentile(decided, 0.5), ...ms },
    { of: `decided and committed, bells on ${engine}, p99`, value: percentile(decided, 0.99), ...ms },
    { of: `arrived in Slack, bells on ${engine}, p50`, value: percentile(arrived, 0.5), ...ms },
    { of: `arrived in Slack, bells on ${engine}, p99`, value: percentile(arrived, 0.99), ...ms },
  ]);
  const references: Reference[] = all.flatMap(({ engine, bare }) =>
    [0.5, 0.99].map((share) => ({
      of: `bare BullMQ on ${engine}, p${share * 100}`,
      value: percentile(bare, share),
      ...ms,
      does: `As many delayed jobs in the same seconds in BullMQ on the same ${engine}, in a process of its own; its work is to look at the clock.`,
      fair: 'Nothing is read, decided, written or said, and nothing else is pending. It rings at its moment, as jobs do; Kept’s bells ring 20 ms before, in which its wake is made ready (docs/decisions/0025).',
    })),
  );
  const series: Series[] = all.flatMap(({ engine, arrived, bare }) => [
    { of: `Kept, bells on ${engine}: arrived in Slack`, unit: 'ms' as const, points: curve(arrived) },
    { of: `Bare BullMQ on ${engine}: a job that does nothing`, unit: 'ms' as const, points: curve(bare) },
  ]);
  return {
    what: 'Lateness',
    does: `reminders due ${A_SECOND} a second among ${on.pending.toLocaleString('en-GB')} pending promises, from due time to commit, and to arrival at Slack’s end`,
    figures,
    references,
    bars: all.flatMap(({ engine, arrived, bare }) => {
      const is = percentile(arrived, 0.99);
      return [
        bar(`p99 until arrival, bells on ${engine},`, is, { atMost: 250 }, ' ms'),
        bar(`p99 ÷ bare BullMQ on ${engine}`, is / percentile(bare, 0.99), { atMost: 3 }, ' ×'),
      ];
    }),
    series,
    notes: [
      `Kept as a process of its own, ${on.seconds} s after a warm-up; the bare jobs come between its reminders, 50 ms from each. The time of a commit is Postgres’ own.`,
      'What is pending beside them are cases, promises and alarms, without timelines and messages that were said.',
    ],
  };
}
