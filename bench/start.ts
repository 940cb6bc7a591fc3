import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKeptProcess } from '../test/support/kept-process.ts';
import { median } from './percentile.ts';
import { type Bench, type BenchOptions, bar, type Row } from './row.ts';

/** From nothing set to “Kept is ready”: the first time, which makes the database, and the second. */
export const start: Bench = { name: 'start', run };

async function run(on: BenchOptions): Promise<Row> {
  const first: number[] = [];
  const second: number[] = [];
  for (let round = 0; round < on.rounds; round += 1) {
    const dataDir = mkdtempSync(join(tmpdir(), 'kept-bench-'));
    try {
      first.push(await readyAfter(dataDir));
      second.push(await readyAfter(dataDir));
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
    on.say(`  ready after ${first.at(-1)} s, then ${second.at(-1)} s`);
  }
  const s = { unit: 's', better: 'less' } as const;
  return {
    what: 'Start',
    does: 'embedded, from the start of the process to “Kept is ready”',
    figures: [
      { of: 'first start, which makes the database', value: median(first), ...s },
      { of: 'second start', value: median(second), ...s },
    ],
    references: [],
    bars: [
      bar('first start', median(first), { atMost: 10 }, ' s'),
      bar('second start', median(second), { atMost: 3 }, ' s'),
    ],
    notes: [`Median of ${on.rounds}.`],
  };
}

async function readyAfter(dataDir: string): Promise<number> {
  const kept = await startKeptProcess({ KEPT_DATA_DIR: dataDir });
  await kept.stop();
  return kept.readyAfterMs / 1_000;
}
