import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Plant, plants } from './plants.ts';

/*
 * Plants known faults, one after the other, in a copy of the sources, and runs the tests that must find each: a check
 * that can't fail proves nothing. `--only word` takes those whose name has that word in it.
 */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const chosen = plants.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) {
  throw new Error(`No planted fault has “${values.only}” in its name`);
}

const root = join(import.meta.dirname, '../../..');
const copy = mkdtempSync(join(tmpdir(), 'kept-planted-'));
const LEFT_BEHIND = new Set(['node_modules', '.git', 'dist', '.kept']);
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));

cpSync(root, copy, {
  recursive: true,
  filter: (path) => !LEFT_BEHIND.has(path.slice(root.length + 1)),
});
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const Report = z.object({
  numTotalTests: z.int(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
});

const wrong: string[] = [];
for (const checks of new Map(chosen.map(({ caughtBy }) => [caughtBy.join(' '), caughtBy])).values()) {
  if (run(checks).length > 0) {
    wrong.push(`These tests are red with nothing planted: ${checks.join(' ')}`);
  }
}
for (const plant of chosen) {
  const red = planted(plant, () => run(plant.caughtBy));
  process.stdout.write(`${red.length > 0 ? 'found' : 'NOT FOUND'}  ${plant.name} (${plant.harm})\n`);
  for (const name of red.slice(0, 5)) {
    process.stdout.write(`         ${name}\n`);
  }
  if (red.length === 0) {
    wrong.push(`Nothing turned red for: ${plant.name}`);
  }
}
for (const words of wrong) {
  process.stderr.write(`${words}\n`);
}
process.exitCode = wrong.length > 0 ? 1 : 0;

/** Runs vitest in the copy; the tests that failed. Throws when none ran. */
function run(args: readonly string[]): string[] {
  const file = join(copy, 'planted.json');
  rmSync(file, { force: true });
  const { stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', `--outputFile=${file}`, ...args],
    { cwd: copy, encoding: 'utf8', env: { ...process.env, KEPT_TEST_ALL: '1' } },
  );
  const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
  if (report.numTotalTests === 0) {
    throw new Error(`No test ran for ${args.join(' ')}: ${stderr}`);
  }
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName.trim()),
  );
}

/** Does `work` while the fault is in. */
function planted<T>({ name, file, find, put }: Plant, work: () => T): T {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  if (sound.split(find).length !== 2) {
    throw new Error(`What is to be changed for “${name}” doesn’t stand once in ${file}`);
  }
  writeFileSync(
    path,
    sound.replace(find, () => put),
  );
  try {
    return work();
  } finally {
    writeFileSync(path, sound);
  }
}
