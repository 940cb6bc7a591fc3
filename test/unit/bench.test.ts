import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { curveChart, throughputChart } from '../../bench/chart.ts';
import { curve, median, percentile } from '../../bench/percentile.ts';
import { bar, broken, Report, type Row, short } from '../../bench/row.ts';
import { between, bytesMarkdown, markdown, table, timesMarkdown } from '../../bench/table.ts';

const row: Row = {
  what: 'Burst',
  does: 'promises a second',
  figures: [{ of: 'Kept', value: 9_000, unit: 'a second', better: 'more' }],
  references: [
    { of: 'pgbench', value: 3_000, unit: 'a second', better: 'more', does: 'Writes.', fair: 'Same server.' },
  ],
  bars: [bar('Kept ÷ pgbench', 3, { atLeast: 2.5 }, ' ×'), bar('p99', 300, { atMost: 250 }, ' ms')],
};
const report: Report = { at: '2026-11-23T10:00:00.000Z', machine: '2 cores', rows: [row] };

describe('percentiles', () => {
  it.each([
    [0, 1],
    [0.01, 1],
    [0.5, 50],
    [0.99, 99],
    [0.991, 100],
    [1, 100],
  ])('of 1 to 100, the one at %d is %d', (share, expected) => {
    const values = Array.from({ length: 100 }, (_, nr) => 100 - nr);
    expect(percentile(values, share)).toBe(expected);
  });

  it('of nothing are no number', () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(median([])).toBeNaN();
  });

  it('the median of an even number is between the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([9, 1, 5])).toBe(5);
  });

  it('a curve goes up and ends at the worst', () => {
    const points = curve([3, 1, 2, 50]);
    expect(points.at(-1)).toEqual([100, 50]);
    expect(points.map(([, value]) => value)).toEqual(
      points.map(([, value]) => value).toSorted((a, b) => a - b),
    );
  });
});

describe('bars', () => {
  it.each([
    [2.5, { atLeast: 2.5 }, true],
    [2.49, { atLeast: 2.5 }, false],
    [250, { atMost: 250 }, true],
    [251, { atMost: 250 }, false],
    [Number.NaN, { atMost: 250 }, false],
    [Number.NaN, { atLeast: 1 }, false],
    [Number.POSITIVE_INFINITY, { atLeast: 1 }, false],
  ])('%d with %o holds: %s', (is, limit, holds) => {
    expect(bar('it', is, limit).holds).toBe(holds);
  });

  it('say both numbers, and those that do not hold are named with their row', () => {
    expect(broken([row])).toEqual(['Burst: p99 ≤ 250 ms: 300 ms']);
  });

  it('are read with about three digits', () => {
    expect([1_234.5, 12.34, 1.234, Number.NaN].map(short)).toEqual([
      '1,235',
      '12.3',
      '1.23',
      'nothing measured',
    ]);
  });
});

describe('a report', () => {
  it('is read back from its JSON as it was', () => {
    expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it('shows each row with its references and whether its bars hold', () => {
    const text = table(report);
    expect(text).toContain('✓ Kept ÷ pgbench ≥ 2.5 ×: 3 ×');
    expect(text).toContain('✗ p99 ≤ 250 ms: 300 ms');
    expect(text).toMatch(/beside pgbench +3,000 a second/u);
  });

  it('goes into a page between its marks, again and again', () => {
    const page = 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n';
    const once = between(page, 'bench', markdown(report));
    expect(once).toMatch(/^before\n<!-- bench -->\n\| what \|/u);
    expect(once).toMatch(/\n<!-- \/bench -->\nafter\n$/u);
    expect(once).not.toContain('old');
    expect(between(once, 'bench', markdown(report))).toBe(once);
    expect(() => between('no marks', 'bench', 'x')).toThrow(/<!-- bench -->/u);
  });

  it.each([
    ['README.md', ['bench']],
    ['docs/scaling.md', ['growth', 'bytes']],
  ])('has its place in %s', (name, marks) => {
    const page = readFileSync(path.join(import.meta.dirname, '../..', name), 'utf8');
    for (const mark of marks) expect(between(page, mark, 'figures')).toContain(`<!-- ${mark} -->\nfigures\n`);
  });

  it('with many bars names those that are missed, and counts the others', () => {
    const bars = Array.from({ length: 12 }, (_, nr) => bar(`thing ${nr}`, nr, { atMost: 10 }));
    const text = markdown({ ...report, rows: [{ ...row, bars }] });
    expect(text).toContain('| ✗ thing 11 ≤ 10: 11<br>✓ 11 of 12 hold |');
  });

  it('shows what took how long at each size, and what a promise takes in each table', () => {
    const growing = {
      sizes: ['10', '100'],
      things: [{ of: 'sweep', ms: [1.234, 2] }],
      tables: [
        { table: 'promise', bytes: 3_000 },
        { table: 'alarm', bytes: 400 },
      ],
    };
    expect(timesMarkdown(growing)).toBe('| ms | 10 | 100 |\n| --- | --- | --- |\n| sweep | 1.23 | 2 |');
    expect(bytesMarkdown(growing)).toMatch(
      /\| `promise` \| 3,000 \|\n\| `alarm` \| 400 \|\n\| together \| 3,400 \|$/u,
    );
    const text = table({ ...report, rows: [{ ...row, growing }] });
    expect(text).toMatch(/ {2}sweep +1.23, 2 ms\n/u);
    expect(text).toMatch(/ {2}a pending promise in alarm +400 bytes\n/u);
  });

  it('is drawn with every figure and name in it', () => {
    const bars = throughputChart(row);
    expect(bars).toMatch(/^<svg/u);
    expect(bars).toContain('9,000');
    expect(bars).toContain('pgbench');
    const points: [number, number][] = [
      [50, 0],
      [99, 20],
    ];
    const lines = curveChart('How late', [{ of: 'Kept', unit: 'ms', points }]);
    expect(lines).toContain('How late');
    // A zero has no logarithm.
    expect(lines).not.toMatch(/NaN|Infinity/u);
  });
});
