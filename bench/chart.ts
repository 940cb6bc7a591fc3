import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type EChartsOption, init } from 'echarts';
import type { Report, Row, Series } from './row.ts';
import { short } from './row.ts';

/** Readable on white and on GitHub's dark grey alike: nothing is drawn behind, and all colours are in the middle. */
const INK = '#7d8590';
const GRID = 'rgba(125,133,144,0.3)';
const KEPT = '#2da44e';
const BESIDE = '#8c959f';
const LINES = [KEPT, BESIDE, '#3b82f6', '#c98a1b'];
const FONT = { color: INK, fontFamily: 'system-ui, -apple-system, Segoe UI, sans-serif', fontSize: 13 };
const WIDTH = 860;

/** Writes `throughput.svg`, and `lateness.svg` and `answers.svg` for the rows that a report has of them. */
export function writeCharts({ rows }: Report, dir: string): void {
  mkdirSync(dir, { recursive: true });
  const burst = rows.find(({ what }) => what === 'Burst');
  if (burst !== undefined) writeFileSync(path.join(dir, 'throughput.svg'), throughputChart(burst));
  for (const [what, file, title] of [
    ['Lateness', 'lateness.svg', 'How late a reminder is'],
    ['Slash command', 'answers.svg', 'How long a command waits for its answer'],
  ] as const) {
    const series = rows.find((row) => row.what === what)?.series ?? [];
    if (series.length > 0) writeFileSync(path.join(dir, file), curveChart(title, series));
  }
}

/** Bars of what a row measured, beside its references, the fastest on top. */
export function throughputChart({ figures, references }: Row): string {
  const bars = [
    ...figures.map(({ of, value }) => ({ of, value, color: KEPT })),
    ...references.map(({ of, value }) => ({ of, value, color: BESIDE })),
  ].toSorted((a, b) => a.value - b.value);
  return drawn(90 + 42 * bars.length, {
    title: titled('Promises due in the same second: how many a second are decided and committed'),
    grid: { left: 350, right: 70, top: 48, bottom: 16 },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      data: bars.map(({ of }) => of),
      axisLabel: { ...FONT, width: 320, overflow: 'break' },
      axisLine: { lineStyle: { color: GRID } },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barWidth: 22,
        data: bars.map(({ value, color }) => ({
          value,
          itemStyle: { color },
          label: { show: true, position: 'right', ...FONT, formatter: short(value) },
        })),
      },
    ],
  });
}

/** Percentiles, so far to the right that the worst of a thousand is seen; ms on a logarithmic axis. */
export function curveChart(title: string, series: readonly Series[]): string {
  const top = 42 + 20 * series.length;
  return drawn(top + 320, {
    title: titled(`${title}, in ms`),
    color: series.map((_, nr) => LINES[nr % LINES.length] ?? INK),
    // One below the other: without a browser the width of a text is a guess.
    legend: {
      orient: 'vertical',
      top: 32,
      left: 8,
      textStyle: FONT,
      itemWidth: 22,
      itemHeight: 4,
      icon: 'roundRect',
    },
    grid: { left: 64, right: 24, top: top + 12, bottom: 46 },
    xAxis: {
      type: 'category',
      name: 'of 100, so many are no later than …',
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: FONT,
      data: (series[0]?.points ?? []).map(([share]) => String(share)),
      axisLabel: FONT,
      axisLine: { lineStyle: { color: GRID } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'log',
      min: 1,
      axisLabel: FONT,
      splitLine: { lineStyle: { color: GRID } },
    },
    series: series.map(({ of, points }, nr) => ({
      name: of,
      type: 'line',
      showSymbol: false,
      lineStyle: { width: 2.5, ...(nr % 2 === 0 ? {} : { type: 'dashed' }) },
      // A logarithm has no zero: what is not late at all is drawn as 1 ms.
      data: points.map(([, value]) => Math.max(1, value)),
    })),
  });
}

function titled(text: string) {
  return { text, left: 8, top: 6, textStyle: { ...FONT, fontSize: 15, fontWeight: 600 } };
}

function drawn(height: number, option: EChartsOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ backgroundColor: 'transparent', animation: false, ...option });
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}
