import { type Bar, type Figure, type Growing, type Report, short } from './row.ts';

/** More bars than that are counted where there is little room. */
const BARS_SHOWN = 8;

/** The figures for people, as text: each row with its references and its bars. */
export function table({ at, machine, rows }: Report): string {
  const lines = rows.flatMap((row) => [
    '',
    `${row.what}: ${row.does}`,
    ...(row.growing === undefined ? [] : growingLines(row.growing)),
    ...row.figures.map((figure) => `  ${figure.of.padEnd(58)}${read(figure)}`),
    ...row.references.map((reference) => `  beside ${reference.of.padEnd(51)}${read(reference)}`),
    ...row.bars.map((one) => `  ${shown(one)}`),
    ...(row.notes ?? []).map((note) => `  (${note})`),
  ]);
  return [`Measured ${at.slice(0, 16).replace('T', ' ')} on ${machine}`, ...lines].join('\n');
}

/** The same as a table in Markdown, and under it what the references do. */
export function markdown({ at, machine, rows }: Report): string {
  const cells = rows.map(({ what, does, growing, figures, references, bars }) => [
    `**${what}**: ${does}${growing === undefined ? '' : ' [What took how long](docs/scaling.md#what-it-rests-on)'}`,
    figures.map(named).join('<br>'),
    references.map(named).join('<br>') || '–',
    inShort(bars).join('<br>'),
  ]);
  const notes = rows.flatMap((row) => [
    ...uniqueBy(row.references, ({ does }) => does).map(
      ({ of, does, fair }) => `- **${row.what}, ${of}**: ${does} ${fair}`,
    ),
    ...(row.notes ?? []).map((note) => `- ${row.what}: ${note}`),
  ]);
  return [
    ...tableOf(['what', 'Kept', 'beside it', 'bar'], cells),
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

/** What took how long at each size, in Markdown. */
export function timesMarkdown({ sizes, things }: Growing): string {
  return tableOf(
    ['ms', ...sizes],
    things.map(({ of, ms }) => [of, ...ms.map(short)]),
  ).join('\n');
}

/** What a pending promise takes in each table of Postgres', and in all, in Markdown. */
export function bytesMarkdown({ tables }: Growing): string {
  const all = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  return tableOf(
    ['table', 'bytes'],
    [...tables.map(({ table, bytes }) => [`\`${table}\``, short(bytes)]), ['together', short(all)]],
  ).join('\n');
}

/** A page with a text between `<!-- name -->` and `<!-- /name -->`. Throws when these are not there. */
export function between(page: string, name: string, text: string): string {
  const mark = `<!-- ${name} -->`;
  const from = page.indexOf(mark);
  const to = page.indexOf(`<!-- /${name} -->`);
  if (from < 0 || to < from) throw new Error(`The page has no ${mark} and <!-- /${name} -->`);
  return `${page.slice(0, from + mark.length)}\n${text}\n${page.slice(to)}`;
}

function growingLines({ things, tables }: Growing): string[] {
  return [
    ...things.map(({ of, ms }) => `  ${of.padEnd(58)}${ms.map(short).join(', ')} ms`),
    ...tables.map(
      ({ table, bytes }) => `  ${`a pending promise in ${table}`.padEnd(58)}${short(bytes)} bytes`,
    ),
  ];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** The bars that don't hold, and those that do: by their number where they are many. */
function inShort(bars: readonly Bar[]): string[] {
  if (bars.length <= BARS_SHOWN) return bars.map(shown);
  const missed = bars.filter(({ holds }) => !holds);
  return [...missed.map(shown), `✓ ${bars.length - missed.length} of ${bars.length} hold`];
}

function shown({ says, holds }: Bar): string {
  return `${holds ? '✓' : '✗'} ${says}`;
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
