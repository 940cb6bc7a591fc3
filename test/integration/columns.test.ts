import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../src/store/columns.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { enginesToTest, type RunningEngine, startEngine } from '../support/engines.ts';

const ID = '0192e4a1-0000-4000-8000-00000000000a';
const NASTY = [
  '"',
  '\\',
  '\\n',
  'two\nlines',
  'a,b',
  '{}',
  '{"a":1}',
  "it's",
  'null',
  'NULL',
  ' ',
  '\u2028',
  '👩‍🚒',
  '',
];

describe.each(await enginesToTest())('rows sent column by column, on %s', (engine) => {
  let running: RunningEngine;
  let db: Database;

  beforeAll(async () => {
    running = await startEngine(engine);
    db = openDatabase(running.poolConfig, () => {});
  }, 120_000);
  afterAll(async () => {
    await db.destroy();
    await running.stop();
  });

  it('come as they were, whatever is in them, and in their order', async () => {
    const rows = NASTY.map((text, nr) => ({ nr, text, id: nr % 2 === 0 ? ID : null, is: nr % 3 === 0 }));
    const read = await sql`
      select * from ${rowsOf(rows, {
        nr: ['integer', ({ nr }) => nr],
        id: ['uuid', ({ id }) => id],
        at: ['bigint', ({ nr }) => 1_795_514_400_000 + nr],
        is: ['boolean', ({ is }) => is],
        place: ['tid', ({ nr }) => `(${nr},1)`],
        line: ['text', ({ nr }) => `case/${nr}, "${nr}" \\ {}`],
        built: ['jsonb', ({ text }) => ({ text })],
        written: ['json', ({ text }) => [text]],
      })}`.execute(db);
    expect(read.rows).toEqual(
      rows.map(({ nr, text, id, is }) => ({
        nr,
        id,
        is,
        at: 1_795_514_400_000 + nr,
        place: `(${nr},1)`,
        line: `case/${nr}, "${nr}" \\ {}`,
        built: { text },
        written: [text],
      })),
    );
  });

  it('may be none', async () => {
    const none: { nr: number }[] = [];
    const columns = rowsOf(none, {
      nr: ['integer', ({ nr }) => nr],
      line: ['text', ({ nr }) => `${nr}`],
      doc: ['jsonb', ({ nr }) => nr],
    });
    expect((await sql`select * from ${columns}`.execute(db)).rows).toEqual([]);
  });
});

it.each(['', 'two\nlines'])('a text that is no line is refused: %j', (text) => {
  expect(() => rowsOf([text], { text: ['text', (it) => it] })).toThrow('Not a line');
});
