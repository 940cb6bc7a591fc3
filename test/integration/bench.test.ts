import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broken, Report } from '../../bench/row.ts';
import { availableEngines } from '../support/engines.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const here = (await availableEngines()).some(({ name, reason }) => name === 'redis' && reason === undefined);

describe.skipIf(!here)('the bench, with sizes at which its figures mean nothing', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'kept-bench-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const bench = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'bench/bench.ts', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
    });

  it('measures, writes its figures down, and ends with 1 exactly where a bar doesn’t hold', {
    timeout: 180_000,
  }, () => {
    const json = path.join(dir, 'bench.json');
    // when
    const ended = bench('--quick', '--only', 'burst', '--json', json, '--assert');
    // then
    const { rows } = Report.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(rows.map(({ what }) => what)).toEqual(['Burst']);
    for (const { figures, references } of rows) {
      for (const { of, value } of [...figures, ...references]) expect(value, of).toBeGreaterThan(0);
    }
    const faults = broken(rows);
    expect(ended.status).toBe(faults.length > 0 ? 1 : 0);
    for (const fault of faults) expect(ended.stdout).toContain(`Not held: ${fault}`);
    // and what was written down can be drawn later, without measuring again
    writeFileSync(path.join(dir, 'README.md'), '<!-- bench -->\n<!-- /bench -->\n');
    expect(bench('--from', json, '--publish', dir).status).toBe(0);
    expect(readFileSync(path.join(dir, 'README.md'), 'utf8')).toContain('pgbench');
    expect(readFileSync(path.join(dir, 'docs/bench/throughput.svg'), 'utf8')).toContain('pgbench');
  });

  it('names what there is when it is asked for something else', () => {
    const ended = bench('--only', 'everything');
    expect(ended.status).not.toBe(0);
    expect(ended.stderr).toContain('There is no bench everything; there are burst');
  });
});
