import { type RawBuilder, sql } from 'kysely';

type Scalar = string | number | boolean | null | undefined;
/** A type of Postgres, and the value of a row. A `text` may be neither empty nor longer than a line. */
type Column<Row> =
  | readonly ['uuid' | 'bigint' | 'integer' | 'boolean' | 'tid', (row: Row) => Scalar]
  | readonly ['text', (row: Row) => string]
  | readonly ['json' | 'jsonb', (row: Row) => unknown];

/** What a table of columns is made from. */
export type Columns<Row> = Readonly<Record<string, Column<Row>>>;

/** Rows on their way to Postgres: of a row that was added nothing is held but the texts of its columns. */
export type Gathered<Row> = {
  /** Throws at a text that isn't a line, and at JSON that is none. */
  add: (row: Row) => void;
  count: () => number;
  /** Something to select `from`, named `r`. */
  rows: () => RawBuilder<unknown>;
};

/**
 * Gathers rows by their columns: each goes to Postgres as one text, and is taken apart there for half of what JSON of
 * the rows would cost (docs/decisions/0028).
 */
export function gather<Row>(columns: Columns<Row>): Gathered<Row> {
  const lists = Object.entries(columns).map(([name, column]) => ({
    name,
    type: column[0],
    elementOf: elementOf(column),
    elements: new Array<string>(),
  }));
  let count = 0;
  return {
    add: (row) => {
      for (const { elements, elementOf } of lists) elements.push(elementOf(row));
      count += 1;
    },
    count: () => count,
    rows: () => {
      const values = lists.map(({ type, elements }) => listOf(type, elements));
      return sql`unnest(${sql.join(values)}) as r(${sql.join(lists.map(({ name }) => sql.id(name)))})`;
    },
  };
}

/** The same of rows that are all there. */
export function rowsOf<Row>(rows: Iterable<Row>, columns: Columns<Row>): RawBuilder<unknown> {
  const gathered = gather(columns);
  for (const row of rows) gathered.add(row);
  return gathered.rows();
}

/** A list of Postgres', of any length, by one parameter. */
function listOf(type: Column<never>[0], elements: readonly string[]): RawBuilder<unknown> {
  switch (type) {
    case 'text':
      return lines(elements);
    case 'json':
    case 'jsonb':
      return sql`${lines(elements)}::${sql.raw(type)}[]`;
    default:
      return sql`${`{${elements.join(',')}}`}::${sql.raw(type)}[]`;
  }
}

function lines(texts: readonly string[]): RawBuilder<unknown> {
  return sql`string_to_array(${texts.join('\n')}, E'\n')`;
}

function elementOf<Row>(column: Column<Row>): (row: Row) => string {
  switch (column[0]) {
    case 'text':
      return (row) => line(column[1](row));
    case 'json':
    case 'jsonb':
      return (row) => json(column[1](row));
    case 'tid':
      // It has a comma in it.
      return (row) => quoted(column[1](row));
    default:
      return (row) => String(column[1](row) ?? null);
  }
}

function quoted(value: Scalar): string {
  return value === null || value === undefined ? 'null' : `"${value}"`;
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
