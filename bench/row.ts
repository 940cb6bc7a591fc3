import { z } from 'zod';

const Unit = z.enum(['a second', 'ms', 's', 'bytes', '×']);

/** One measured number. `better` says which way is good, for whoever reads or draws it. */
const Figure = z.object({
  /** What it is of, in a few words: "Kept, bells on Redis". */
  of: z.string(),
  value: z.number(),
  unit: Unit,
  better: z.enum(['more', 'less']),
});
export type Figure = z.infer<typeof Figure>;

/** What Kept is measured beside, in the same run on the same servers. */
const Reference = Figure.extend({
  /** What it does, in a sentence. */
  does: z.string(),
  /** Why it is fair to stand it beside Kept, or what it leaves out in its own favour. */
  fair: z.string(),
});
export type Reference = z.infer<typeof Reference>;

/** A bar of the speed table: in words with its numbers, and whether it holds. */
const Bar = z.object({ says: z.string(), holds: z.boolean() });
export type Bar = z.infer<typeof Bar>;

/** A curve or a sweep for a chart: points of [x, y]. */
const Series = z.object({ of: z.string(), unit: Unit, points: z.array(z.tuple([z.number(), z.number()])) });
export type Series = z.infer<typeof Series>;

/** What stays as it is when more is pending, and what a pending promise takes. */
const Growing = z.object({
  sizes: z.array(z.string()),
  /** Medians of each, in the order of the sizes. */
  things: z.array(z.object({ of: z.string(), ms: z.array(z.number()) })),
  /** What a pending promise takes in each table of Postgres', with its indexes. */
  tables: z.array(z.object({ table: z.string(), bytes: z.number() })),
});
export type Growing = z.infer<typeof Growing>;

/** What one bench gives: a row of the table. */
const Row = z.object({
  /** The thing measured: "Burst". */
  what: z.string(),
  /** What Kept does in it, with its sizes, in a sentence or two. */
  does: z.string(),
  figures: z.array(Figure),
  references: z.array(Reference),
  bars: z.array(Bar),
  series: z.array(Series).optional(),
  growing: Growing.optional(),
  /** What a reader has to know of how it was run: clients chosen, runs, medians. */
  notes: z.array(z.string()).optional(),
});
export type Row = z.infer<typeof Row>;

/** A whole run, as `--json` writes it. */
export const Report = z.object({ at: z.string(), machine: z.string(), rows: z.array(Row) });
export type Report = z.infer<typeof Report>;

/** Sizes of a run. Each bench takes what concerns it; `quick` is a smoke, whose figures mean nothing. */
export type BenchOptions = {
  /** Promises due at once in the burst. */
  promises: number;
  /** Promises pending in the background of lateness, and the 100,000 of recovery. */
  pending: number;
  /** Steps of growth: promises pending at each. */
  steps: readonly number[];
  /** Seconds that anything with a rate goes on for, warm-up not counted. */
  seconds: number;
  /** Runs of each of A and B, in turns; the median counts. The burst has more of those that are near their bar. */
  rounds: number;
  quick: boolean;
  /** A line for people while it runs, on stderr. */
  say: (line: string) => void;
};

/** A bench by its name, as `--only` gives it. */
export type Bench = { name: string; run: (on: BenchOptions) => Promise<Row> };

/** A bar that a value may be at most, or must at least reach; its words hold both numbers. */
export function bar(of: string, is: number, limit: { atMost: number } | { atLeast: number }, unit = ''): Bar {
  const holds = 'atMost' in limit ? is <= limit.atMost : is >= limit.atLeast;
  const wanted = 'atMost' in limit ? `≤ ${short(limit.atMost)}` : `≥ ${short(limit.atLeast)}`;
  return { says: `${of} ${wanted}${unit}: ${short(is)}${unit}`, holds: Number.isFinite(is) && holds };
}

/** A number as it is read: about three digits that count, thousands apart. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return 'nothing measured';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-GB');
}

/** The bars that don't hold, each with the row that it is of. */
export function broken(rows: readonly Row[]): string[] {
  return rows.flatMap(({ what, bars }) =>
    bars.filter(({ holds }) => !holds).map(({ says }) => `${what}: ${says}`),
  );
}
