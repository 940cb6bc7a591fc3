import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Bench, type BenchOptions, broken, Report, type Row } from './row.ts';
import { table } from './table.ts';

/*
 * npm run bench -- [--only burst,lateness] [--assert] [--json FILE] [--publish DIR]
 *
 * Measures what architecture.md's table names, each thing beside a reference on the same servers in the same run.
 * With --from FILE nothing is measured: it is read from the JSON of an earlier run. --publish writes charts and tables
 * into the pages of the project in DIR.
 */
// Each is read when it runs: one alone shouldn't have to wait for what the others need.
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  burst: async () => (await import('./burst.ts')).burst,
  lateness: async () => (await import('./lateness.ts')).lateness,
  slash: async () => (await import('./slash.ts')).slash,
  delivery: async () => (await import('./delivery.ts')).delivery,
  recovery: async () => (await import('./recovery.ts')).recovery,
  growth: async () => (await import('./growth.ts')).growth,
  start: async () => (await import('./start.ts')).start,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    assert: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    from: { type: 'string' },
    json: { type: 'string' },
    publish: { type: 'string' },
    promises: { type: 'string' },
    pending: { type: 'string' },
    steps: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
  },
});

if (values.publish !== undefined && (values.quick || values.only !== undefined)) {
  throw new Error('--publish writes a whole run: leave --only and --quick out');
}
const report =
  values.from === undefined ? await measure() : Report.parse(JSON.parse(readFileSync(values.from, 'utf8')));
process.stdout.write(`${table(report)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (values.publish !== undefined) {
  const { publish } = await import('./publish.ts');
  await publish(report, values.publish);
}
const faults = broken(report.rows);
for (const fault of faults) process.stdout.write(`Not held: ${fault}\n`);
// What a dropped connection or a driver has left open must not keep a finished bench alive.
process.exit(values.assert && faults.length > 0 ? 1 : 0);

async function measure(): Promise<Report> {
  const options = sizes();
  const rows: Row[] = [];
  for (const open of chosen(values.only)) {
    const bench = await open();
    options.say(`${bench.name} …`);
    rows.push(await bench.run(options));
  }
  const [cpu] = cpus();
  return {
    at: new Date().toISOString(),
    machine: `${cpus().length} cores${cpu ? ` (${cpu.model.trim()})` : ''}, Node ${process.versions.node}`,
    rows,
  };
}

function sizes(): BenchOptions {
  const { quick } = values;
  return {
    quick,
    promises: whole('promises', quick ? 200 : 10_000),
    pending: whole('pending', quick ? 500 : 100_000),
    steps: (values.steps ?? (quick ? '200,400' : '10000,100000,1000000')).split(',').map(Number),
    seconds: whole('seconds', quick ? 1 : 30),
    rounds: whole('rounds', quick ? 1 : 3),
    say: (line) => process.stderr.write(`${line}\n`),
  };
}

function whole(name: 'promises' | 'pending' | 'seconds' | 'rounds', usual: number): number {
  const value = Number(values[name] ?? usual);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${name} must be a whole number above 0, like --${name} ${usual}`);
  }
  return value;
}

function chosen(only: string | undefined): readonly (() => Promise<Bench>)[] {
  if (only === undefined) return Object.values(BENCHES);
  return only.split(',').map((name) => {
    const found = BENCHES[name.trim()];
    if (found === undefined) {
      throw new Error(`There is no bench ${name}; there are ${Object.keys(BENCHES).join(', ')}`);
    }
    return found;
  });
}
