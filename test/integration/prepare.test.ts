import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { reachPostgres } from '../../src/store/reach.ts';
import { enginesToTest, freshDatabase, startPostgres } from '../support/engines.ts';

const here = (await enginesToTest()).includes('postgres');

it.runIf(here)('what is asked often is prepared, and answers as before', async () => {
  const postgres = await startPostgres();
  const url = await freshDatabase(postgres);
  const db = openDatabase({ ...reachPostgres(url), max: 1 }, () => {});
  try {
    const twice = async (nr: number, by = db) => {
      const { rows } = await sql<{ is: number }>`select ${nr}::int * 2 as is`.execute(by);
      return rows.at(0)?.is;
    };
    const prepared = async () => {
      const { rows } = await sql<{ name: string; times: number }>`
        select name, (generic_plans + custom_plans)::int as times from pg_prepared_statements
        where statement like '%* 2%'`.execute(db);
      return rows;
    };

    for (let nr = 0; nr < 5; nr += 1) expect(await twice(nr)).toBe(nr * 2);
    expect(await prepared()).toEqual([]);

    // Several at once, the first of which has to be prepared itself.
    const atOnce = db.connection().execute((one) => Promise.all([7, 8, 9].map((nr) => twice(nr, one))));
    expect(await atOnce).toEqual([14, 16, 18]);
    expect(await prepared()).toEqual([{ name: expect.stringMatching(/^kept_\d+$/u), times: 3 }]);
  } finally {
    await db.destroy();
    await postgres.stop();
  }
});

it.runIf(here)('a prepared statement that fails goes on to be asked', async () => {
  const postgres = await startPostgres();
  const url = await freshDatabase(postgres);
  const db = openDatabase({ ...reachPostgres(url), max: 1 }, () => {});
  try {
    const divided = async (by: number) => {
      const { rows } = await sql<{ is: number }>`select 10 / ${by}::int as is`.execute(db);
      return rows.at(0)?.is;
    };
    for (let nr = 0; nr < 5; nr += 1) await divided(1);
    await expect(divided(0)).rejects.toThrow('division by zero');
    expect(await divided(2)).toBe(5);
    const within = db.transaction().execute(async (tx) => {
      await sql`select 1 / 0`.execute(tx).catch(() => undefined);
      await sql`select 10 / ${1}::int as is`.execute(tx);
    });
    await expect(within).rejects.toThrow('aborted');
    expect(await divided(5)).toBe(2);
  } finally {
    await db.destroy();
    await postgres.stop();
  }
});
