import { type RawBuilder, sql } from 'kysely';

type Scalar = string | number | boolean | null | undefined;
/** A type of Postgres, and the value of a row. A `text` may be neither empty nor longer than a line. */
type Column<Row> =
  | readonly ['uuid' | 'bigint' | 'integer' | 'boolean' | 'tid', (row: Row) => Scalar]
  | readonly ['text', (row: Row) => string]
  | readonly ['json' | 'jsonb', (row: Row) => unknown];

/**
 * Rows as something to select `from`, named `r`, with these columns: each goes to Postgres as one text, and is taken
 * apart there for half of what JSON of the rows would cost (docs/decisions/0028). Throws at a text that isn't a line.
 */
export function rowsOf<Row>(
  rows: readonly Row[],
  columns: Readonly<Record<string, Column<Row>>>,
): RawBuilder<unknown> {
  const lists = Object.values(columns).map((column) => listOf(rows, column));
  const names = Object.keys(columns).map((name) => sql.id(name));
  return sql`unnest(${sql.join(lists)}) as r(${sql.join(names)})`;
}

/** A list of Postgres', of any length, by one parameter. */
function listOf<Row>(rows: readonly Row[], column: Column<Row>): RawBuilder<unknown> {
  const [type, of] = column;
  switch (type) {
    case 'text':
      return lines(rows.map((row) => line(of(row))));
    case 'json':
    case 'jsonb':
      return sql`${lines(rows.map((row) => json(of(row))))}::${sql.raw(type)}[]`;
    default:
      return sql`${`{${rows.map((row) => element(of(row))).join(',')}}`}::${sql.raw(type)}[]`;
  }
}

function lines(texts: readonly string[]): RawBuilder<unknown> {
  return sql`string_to_array(${texts.join('\n')}, E'\n')`;
}

function line(text: string): string {
  if (text === '' || text.includes('\n')) throw new TypeError(`Not a line: ${JSON.stringify(text)}`);
  return text;
}

/** JSON has no line breaks of its own. */
function json(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError('Not JSON: undefined');
  return text;
}

/** Of those types no value has a quote or a backslash in it. */
function element(value: Scalar): string {
  return typeof value === 'string' ? `"${value}"` : String(value ?? null);
}
