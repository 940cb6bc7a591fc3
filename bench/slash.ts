import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { freshDatabase, startPostgres } from '../test/support/engines.ts';
import { startKeptProcess } from '../test/support/kept-process.ts';
import { keptStore } from './kept-store.ts';
import { curve, percentile } from './percentile.ts';
import { startProgram } from './program.ts';
import { type Bench, type BenchOptions, bar, type Row } from './row.ts';
import { steady } from './steady.ts';

const A_SECOND = 100;
/** Until V8 has compiled what is measured: a server runs for days. */
const WARM_UP_S = 10;
const SECRET = '0123456789abcdef0123456789abcdef';

/** Signed slash commands at a hundred a second: how long each waits for its answer. */
export const slash: Bench = { name: 'slash', run };

async function run(on: BenchOptions): Promise<Row> {
  const postgres = await startPostgres({ settings: [] });
  const slack = startProgram('bare-slack.ts', null);
  const url = await freshDatabase(postgres);
  const bolt = startProgram('bare-bolt.ts', { signingSecret: SECRET });
  const kept = await startKeptProcess({
    DATABASE_URL: url,
    SLACK_API_URL: z.string().parse(await slack.next()),
    SLACK_BOT_TOKEN: 'xoxb-bench',
    // One workspace stands for many here: by itself it may not do so much.
    KEPT_PER_SECOND: '10000',
    SLACK_SIGNING_SECRET: SECRET,
  });
  try {
    const boltPort = z.int().parse(await bolt.next());
    const load = (port: number, seconds: number) =>
      steady({ port, signingSecret: SECRET, aSecond: A_SECOND, seconds });
    await connected(url);
    await load(kept.port, WARM_UP_S);
    await load(boltPort, WARM_UP_S);
    const keptMs: number[] = [];
    const boltMs: number[] = [];
    const seconds = Math.max(1, Math.round(on.seconds / on.rounds));
    for (let round = 0; round < on.rounds; round += 1) {
      keptMs.push(...(await load(kept.port, seconds)));
      boltMs.push(...(await load(boltPort, seconds)));
      on.say(
        `  p99: Kept ${percentile(keptMs, 0.99).toFixed(1)} ms, bare Bolt ${percentile(boltMs, 0.99).toFixed(1)} ms`,
      );
    }
    await allWrittenDown(url, A_SECOND * (WARM_UP_S + seconds * on.rounds));
    return rowOf(on, keptMs, boltMs);
  } finally {
    await kept.stop();
    await bolt.stop();
    await slack.stop();
    await postgres.stop();
  }
}

/** Kept is ready before Slack has said whose its token is. Throws when that isn't known within 20 s. */
async function connected(url: string): Promise<void> {
  const store = await keptStore(url, Date.now);
  try {
    for (let waited = 0; waited < 20_000; waited += 100) {
      const { rows } = await sql`select 1 from kept.connection where id = 'slack/T1'`.execute(store.db);
      if (rows.length > 0) return;
      await sleep(100);
    }
    throw new Error('Kept did not connect the Slack team');
  } finally {
    await store.close();
  }
}

/** An answer of Kept's says that the command lies in Postgres: one that doesn't has no figure. */
async function allWrittenDown(url: string, commands: number): Promise<void> {
  const store = await keptStore(url, Date.now);
  const { rows } = await sql`select count(*)::int as written from kept.inbox`.execute(store.db);
  await store.close();
  const [counted] = z.array(z.object({ written: z.int() })).parse(rows);
  if (counted?.written !== commands)
    throw new Error(`${commands} commands were answered, ${counted?.written} written`);
}

function rowOf(on: BenchOptions, kept: readonly number[], bolt: readonly number[]): Row {
  const ms = { unit: 'ms', better: 'less' } as const;
  const p99 = { kept: percentile(kept, 0.99), bolt: percentile(bolt, 0.99) };
  const bare = {
    does: 'A Bolt app of its own that checks the signature and acknowledges, in a process of its own.',
    fair: 'It writes nothing down, so a command is lost when it ends; Kept answers when the command is on Postgres’ disk, and opens a form for each at the same time.',
  };
  return {
    what: 'Slash command',
    does: `signed commands at ${A_SECOND} a second, each written to Postgres before it is answered; from the moment it should be sent to the end of its answer`,
    figures: [
      { of: 'answered, p50', value: percentile(kept, 0.5), ...ms },
      { of: 'answered, p99', value: p99.kept, ...ms },
    ],
    references: [
      { of: 'bare Bolt, p50', value: percentile(bolt, 0.5), ...ms, ...bare },
      { of: 'bare Bolt, p99', value: p99.bolt, ...ms, ...bare },
    ],
    bars: [
      bar('p99 ÷ bare Bolt', p99.kept / p99.bolt, { atMost: 2 }, ' ×'),
      bar('p99', p99.kept, { atMost: 300 }, ' ms'),
    ],
    series: [
      { of: 'Kept: written down and answered', unit: 'ms', points: curve(kept) },
      { of: 'Bare Bolt: acknowledged', unit: 'ms', points: curve(bolt) },
    ],
    notes: [`${kept.length.toLocaleString('en-GB')} commands each, in ${on.rounds} turns.`],
  };
}
