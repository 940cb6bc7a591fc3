import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Report } from './row.ts';
import { between, bytesMarkdown, markdown, timesMarkdown } from './table.ts';

/**
 * Writes a run into the pages of the project in `root`: the README's table, its charts in docs/bench, and what stays flat
 * and how much it takes in docs/scaling.md. What the run didn't measure stays as it is there, but for the README's table.
 * Throws, with nothing written, when a page has no place for it.
 */
export async function publish(report: Report, root: string): Promise<void> {
  const pages = new Map<string, string>();
  const rewrite = (name: string, change: (page: string) => string) =>
    pages.set(path.join(root, name), change(readFileSync(path.join(root, name), 'utf8')));
  rewrite('README.md', (page) => between(page, 'bench', markdown(report)));
  for (const { growing } of report.rows) {
    if (growing === undefined) continue;
    rewrite('docs/scaling.md', (page) =>
      between(between(page, 'growth', timesMarkdown(growing)), 'bytes', bytesMarkdown(growing)),
    );
  }
  // It draws with a library that takes a second to load.
  const { writeCharts } = await import('./chart.ts');
  writeCharts(report, path.join(root, 'docs/bench'));
  for (const [file, page] of pages) writeFileSync(file, page);
}
