import { type Figure, type Report, short } from './row.ts';

const MARKS = { from: '<!-- bench -->', to: '<!-- /bench -->' };

/** The figures for people, as text: each row with its references and its bars. */
export function table({ at, machine, rows }: Report): string {
  const lines = rows.flatMap((row) => [
    '',
    `${row.what}: ${row.does}`,
    ...row.figures.map((figure) => `  ${figure.of.padEnd(58)}${read(figure)}`),
    ...row.references.map((reference) => `  beside ${reference.of.padEnd(51)}${read(reference)}`),
    ...row.bars.map(({ says, holds }) => `  ${holds ? '✓' : '✗'} ${says}`),
    ...(row.notes ?? []).map((note) => `  (${note})`),
  ]);
  return [`Measured ${at.slice(0, 16).replace('T', ' ')} on ${machine}`, ...lines].join('\n');
}

/** The same as a table in Markdown, and under it what the references do. */
export function markdown({ at, machine, rows }: Report): string {
  const head = ['| what | Kept | beside it | bar |', '| --- | --- | --- | --- |'];
  const cells = rows.map((row) =>
    [
      `**${row.what}**: ${row.does}`,
      row.figures.map(named).join('<br>'),
      row.references.map(named).join('<br>') || '–',
      row.bars.map(({ says, holds }) => `${holds ? '✓' : '✗'} ${says}`).join('<br>'),
    ].map((cell) => cell.replaceAll('|', '\\|')),
  );
  const notes = rows.flatMap((row) => [
    ...uniqueBy(row.references, ({ does }) => does).map(
      ({ of, does, fair }) => `- **${row.what}, ${of}**: ${does} ${fair}`,
    ),
    ...(row.notes ?? []).map((note) => `- ${row.what}: ${note}`),
  ]);
  return [
    ...head,
    ...cells.map((row) => `| ${row.join(' | ')} |`),
    '',
    `Measured on ${at.slice(0, 10)} on ${machine}, with all servers and clients on that one machine: read the ratios.`,
    '',
    '<details><summary>What stands beside Kept, and why that is fair</summary>',
    '',
    ...notes,
    '',
    '</details>',
  ].join('\n');
}

/** The README with the table between its marks. Throws when the marks are not there. */
export function intoReadme(readme: string, text: string): string {
  const from = readme.indexOf(MARKS.from);
  const to = readme.indexOf(MARKS.to);
  if (from < 0 || to < from) throw new Error(`The README has no ${MARKS.from} and ${MARKS.to}`);
  return `${readme.slice(0, from + MARKS.from.length)}\n${text}\n${readme.slice(to)}`;
}

function named(figure: Figure): string {
  return `${figure.of}: ${read(figure)}`;
}

function read({ value, unit }: Figure): string {
  return unit === '×' ? `${short(value)} ×` : `${short(value)} ${unit}`;
}

function uniqueBy<Item>(items: readonly Item[], of: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [of(item), item])).values()];
}
