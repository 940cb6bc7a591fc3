import { sql } from 'kysely';
import { z } from 'zod';
import { deliverDue } from '../src/app/deliver-due.ts';
import type { Surface } from '../src/app/surface.ts';
import { loadView } from '../src/conversation/load.ts';
import { freshDatabase, startPostgres, startRedis } from '../test/support/engines.ts';
import { built } from './built.ts';
import { type KeptStore, keptStore, settled } from './kept-store.ts';
import { bullmqOnPostgres, bullmqOnRedis, graphileWorker, type OneByOne, Reminder } from './naive.ts';
import { ratesOf } from './rates.ts';
import type { BenchOptions, Row } from './row.ts';
import { seed } from './seed.ts';

const DUE = Date.parse('2026-11-24T10:00:00Z');
const HOUR_MS = 3_600_000;
/** Deliveries side by side: what one process of Kept has, and four of them. */
const LANES = [1, 4, 16];
const RATE = { unit: 'a second', better: 'more' } as const;

/** Owed messages through claim, drawing, sending to a surface that takes all, and writing down. */
export const delivery = built('delivery', 'bench/delivery.ts', run);

async function run(on: BenchOptions): Promise<Row> {
  const postgres = await startPostgres({ settings: [] });
  const redis = await startRedis();
  try {
    const url = await freshDatabase(postgres);
    const kept = await keptStore(url, () => DUE);
    await seed(kept.db, {
      promises: on.promises,
      workspaces: Math.min(100, on.promises),
      madeAt: DUE - 24 * HOUR_MS,
      alarms: { from: DUE + HOUR_MS, until: DUE + 2 * HOUR_MS },
    });
    const sent = await fillSent(kept, on.pending);
    const ways: Record<string, OneByOne> = {
      'BullMQ on Redis, jobs that do nothing': bullmqOnRedis(redis.url),
      'BullMQ on Postgres, jobs that do nothing': bullmqOnPostgres(url),
      'graphile-worker, jobs that do nothing': graphileWorker(url),
    };
    const { note, of: rateOf } = ratesOf(on.say);
    await burst(kept, 1, `warm up`);
    for (let round = 0; round < on.rounds; round += 1) {
      for (const lanes of LANES) note(named(lanes), await burst(kept, lanes, `${round}/${lanes}`));
      const reminders = await someReminders(kept);
      for (const [of, way] of Object.entries(ways)) note(of, await way(reminders, () => Promise.resolve()));
    }
    await kept.close();
    return rowOf(on, sent, rateOf, Object.keys(ways));
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

const named = (lanes: number) => `Kept, ${lanes} ${lanes === 1 ? 'delivery' : 'deliveries side by side'}`;

/** What was sent before lies in the same table. Gives how many rows. */
async function fillSent({ db }: KeptStore, atLeast: number): Promise<number> {
  await sql`
    insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at, attempts, sent_at)
    select c.workspace_id, c.id, 'past/' || c.id || '/' || nr, 'case/' || c.id,
      '{"op":"post","to":{"kind":"thread"},"say":{"what":"history"}}', ${DUE - HOUR_MS}, ${DUE - HOUR_MS}, 1, ${DUE - HOUR_MS}
    from kept.care_case c, generate_series(1, ceil(${atLeast}::float8 / (select count(*) from kept.care_case))::int) nr`.execute(
    db,
  );
  const { rows } = await sql`select count(*)::int as sent from kept.outbox where sent_at is not null`.execute(
    db,
  );
  return z.array(z.object({ sent: z.int() })).parse(rows)[0]?.sent ?? 0;
}

/** One message is owed for each case; gives how many a second were sent and written down. */
async function burst({ db, deps }: KeptStore, lanes: number, name: string): Promise<number> {
  await sql`
    insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at)
    select workspace_id, id, ${name} || id, 'case/' || id,
      '{"op":"post","to":{"kind":"channel"},"say":{"what":"history"}}', ${DUE}, ${DUE} from kept.care_case`.execute(
    db,
  );
  await settled(db);
  let sent = 0;
  const surface: Surface<string> = {
    send: ({ key }) => {
      sent += 1;
      return Promise.resolve({ ok: true, ref: key });
    },
    redraw: () => Promise.reject(new Error('Nothing is to be drawn again')),
  };
  const parts = {
    ...deps,
    surfaces: new Map([['console', surface]]),
    draw: async ({ workspaceId, caseId }: Reminder) => {
      const view = await loadView(deps, { workspaceId }, caseId);
      if (view === null) throw new Error('A message is owed for a case that is not there');
      return { drawn: '', file: view.file, team: view.team };
    },
  };
  const { rows } = await sql`select count(*)::int as owed from kept.outbox where sent_at is null`.execute(db);
  const owed = z.array(z.object({ owed: z.int() })).parse(rows)[0]?.owed ?? 0;
  const began = performance.now();
  const delivered = await Promise.all(Array.from({ length: lanes }, () => deliverDue(parts)));
  const seconds = (performance.now() - began) / 1_000;
  const written = delivered.reduce((sum, one) => sum + one.sent, 0);
  if (sent !== owed || written !== owed) {
    throw new Error(`${owed} messages were owed, ${sent} sent and ${written} written down`);
  }
  return owed / seconds;
}

async function someReminders({ db }: KeptStore): Promise<Reminder[]> {
  const { rows } = await sql`
    select workspace_id as "workspaceId", id as "caseId" from kept.care_case limit 5000`.execute(db);
  return z.array(Reminder).parse(rows);
}

function rowOf(on: BenchOptions, sent: number, of: (name: string) => number, ways: string[]): Row {
  const best = Math.max(
    ...ways.filter((name) => name.includes('Postgres') || name.includes('graphile')).map(of),
  );
  return {
    what: 'Delivery',
    does: `${on.promises.toLocaleString('en-GB')} messages owed to as many destinations beside ${sent.toLocaleString('en-GB')} sent ones, each claimed, drawn, given to a surface that takes it at once, and written down; messages a second`,
    figures: LANES.map((lanes) => ({ of: named(lanes), value: of(named(lanes)), ...RATE })),
    references: ways.map((name) => ({
      of: name,
      value: of(name),
      ...RATE,
      does: 'As many jobs waiting in the queue already, done by ten at once, in the same process.',
      fair: 'A job that does nothing reads no case and draws no card; Kept reads both and writes down where the message stands.',
    })),
    bars: [],
    notes: [
      `Best of the references on Postgres: ${Math.round(best)} a second. Median of ${on.rounds} rounds in turns.`,
    ],
  };
}
