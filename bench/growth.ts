import { freshDatabase, startPostgres } from '../test/support/engines.ts';
import { bellMemory } from './growth-bells.ts';
import { GAUGES, type Grown, grown, putSomeAtRisk, sizes, THINGS, type Thing } from './growth-things.ts';
import { keptStore, settled } from './kept-store.ts';
import { median } from './percentile.ts';
import { type Bench, type BenchOptions, bar, type Row, short } from './row.ts';
import { seed, seedPast } from './seed.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-24T10:00:00Z');
/** So many pending in each workspace, at every size: what a list shows is the same, what lies around it grows. */
const PER_WORKSPACE = 1_000;
/** Of so many pending all that was said is there, too: most of the bytes. The rest are cases, promises and alarms. */
const WHOLE = 100_000;
/** So many cases are closed for each that is pending in the team with a past. */
const PAST = 5;
/** What counts as flat. */
const FLAT = 2;
/** A thing that takes less is lost in the noise of a shared machine, at any size. */
const RUNS = 21;

type Step = { name: string; pending: number; on: Grown };

/** The same things at 10,000, 100,000 and 1,000,000 promises pending, and in a team with half a year of work behind it. */
export const growth: Bench = { name: 'growth', run };

async function run(options: BenchOptions): Promise<Row> {
  const postgres = await startPostgres();
  try {
    const steps: Step[] = [];
    for (const pending of options.steps) {
      steps.push(await grow(postgres.url, pending, 0, options));
    }
    const [first] = options.steps;
    if (first === undefined) throw new Error('Growth needs sizes');
    // Half a year of a team that closes four hundred cases a working day, and has never cleared anything away.
    steps.push(await grow(postgres.url, first, first * PAST, options));
    const took = await measure(steps, options);
    const row = await rowOf(steps, took, options);
    for (const { on } of steps) {
      await on.inbox.close();
      await on.close();
    }
    return row;
  } finally {
    await postgres.stop();
  }
}

async function grow(server: string, pending: number, past: number, { say }: BenchOptions): Promise<Step> {
  const began = performance.now();
  const url = await freshDatabase({ url: server });
  const { db, close } = await keptStore(url, () => NOW);
  const whole = Math.min(pending, WHOLE);
  const alarms = { from: NOW + HOUR_MS, until: NOW + 30 * DAY_MS };
  const madeAt = NOW - 60_000;
  const workspaces = (promises: number) => Math.ceil(promises / PER_WORKSPACE);
  const [workspaceId] = await seed(db, { promises: whole, workspaces: workspaces(whole), madeAt, alarms });
  const rest = pending - whole;
  if (rest > 0) await seed(db, { promises: rest, workspaces: workspaces(rest), madeAt, alarms, said: false });
  if (workspaceId === undefined) throw new Error('Nothing was seeded');
  if (past > 0)
    await seedPast(db, { workspaceId, cases: past, from: NOW - 365 * DAY_MS, until: NOW - 5 * DAY_MS });
  await putSomeAtRisk(db, NOW);
  await settled(db);
  await close();
  const name = past > 0 ? `${short(pending)} beside ${short(past)} closed cases` : short(pending);
  say(`  ${name} seeded in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  return { name, pending, on: await grown(url, NOW, workspaceId) };
}

/** Median ms of each thing at each size. Sizes take turns, so that what else the machine does hits all alike. */
async function measure(steps: readonly Step[], { quick, say }: BenchOptions): Promise<Map<Thing, number[]>> {
  const took = new Map<Thing, number[]>();
  for (const thing of [...THINGS, GAUGES]) {
    const ms: number[][] = steps.map(() => []);
    for (let nr = 0; nr < (quick ? 2 : RUNS + 2); nr += 1) {
      for (const [at, { on }] of steps.entries()) {
        await thing.before?.(on);
        const began = performance.now();
        await thing.run(on);
        // The first two warm caches up.
        if (quick || nr >= 2) ms[at]?.push(performance.now() - began);
      }
    }
    const medians = ms.map((one) => median(one));
    took.set(thing, medians);
    say(`  ${thing.name}: ${medians.map((one) => `${short(one)} ms`).join(', ')}`);
  }
  return took;
}

async function rowOf(
  steps: readonly Step[],
  took: ReadonlyMap<Thing, readonly number[]>,
  options: BenchOptions,
): Promise<Row> {
  const largest = steps.length - 2;
  const bars = [...took]
    .filter(([thing]) => thing !== GAUGES)
    .flatMap(([{ name }, medians]) => {
      const [base = Number.NaN] = medians;
      return [largest, steps.length - 1].map((at) =>
        bar(
          `${name}, ${steps[at]?.name} ÷ ${steps[0]?.name}`,
          (medians[at] ?? Number.NaN) / base,
          { atMost: FLAT },
          ' ×',
        ),
      );
    });
  const most = steps[largest];
  if (most === undefined) throw new Error('Growth needs sizes');
  const whole = steps.findLast(({ pending }, at) => at <= largest && pending <= WHOLE);
  const tables = whole === undefined ? [] : await sizes(whole.on.db);
  const perPromise = tables
    .map(({ table, heap, indexes }) => ({ table, bytes: (heap + indexes) / (whole?.pending ?? Number.NaN) }))
    .filter(({ bytes }) => bytes >= 50);
  return {
    what: 'Growth',
    does: `The same work at ${options.steps.map(short).join(', ')} promises pending, ${short(PER_WORKSPACE)} in each workspace, alarms spread over a month; and ${steps.at(-1)?.name}.`,
    figures: await bellMemory(most.on, options),
    references: [],
    bars,
    growing: {
      sizes: steps.map(({ name }) => name),
      things: [...took].map(([{ name }, medians]) => ({ of: name, ms: [...medians] })),
      tables: perPromise,
    },
    notes: [
      `Medians of ${options.quick ? 2 : RUNS}, the sizes taking turns. Lists are whole answers: read, decided what to show, and drawn.`,
      `Beyond ${short(WHOLE)} pending, the rest are cases, promises and alarms without timelines and messages that were said.`,
      `Bytes hold all that a promise brings with it in its first week: case, timeline, messages that were said and where; at ${short(whole?.pending ?? Number.NaN)} pending.`,
      'Gauges count what is pending, and are asked for at most a hundredth of the time: they have no bar.',
    ],
  };
}
