import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { executeLast } from '../../src/store/begin-late.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { enginesToTest, startEngine } from '../support/engines.ts';

const NUMBERS = Array.from({ length: 50 }, (_, nr) => nr);

describe.each((await enginesToTest()).filter((name) => name !== 'redis'))(
  'transactions that wait for no answer, on %s',
  async (name) => {
    const engine = await startEngine(name);
    const db: Database = openDatabase({ ...engine.poolConfig, max: 2 }, () => {});
    await sql`create table public.tried (nr integer)`.execute(db);
    afterAll(async () => {
      await db.destroy();
      await engine.stop();
    });

    const written = async () => (await sql`select nr from public.tried order by nr`.execute(db)).rows;

    it('run nothing more once a setting has failed, and leave the connection as it was', async () => {
      const trying = db.transaction().execute(async (tx) => {
        await sql`set local role nobody_of_that_name`.execute(tx);
        await sql`insert into public.tried values (1)`.execute(tx);
      });
      await expect(trying).rejects.toThrow('nobody_of_that_name');
      const ending = db.transaction().execute(async (tx) => {
        await sql`insert into public.tried values (2)`.execute(tx);
        await sql`set local role nobody_of_that_name`.execute(tx);
        await sql`select 1`.execute(tx);
      });
      await expect(ending).rejects.toThrow('nobody_of_that_name');
      expect(await written()).toEqual([]);
      expect((await sql`select current_user = session_user as "isSame"`.execute(db)).rows).toEqual([
        { isSame: true },
      ]);
    });

    it('that end with their last statement write all or nothing', async () => {
      const failing = db.transaction().execute(async (tx) => {
        await sql`insert into public.tried values (4)`.execute(tx);
        await executeLast(tx, sql`insert into public.tried values (1 / 0)`);
      });
      await expect(failing).rejects.toThrow('division by zero');
      expect(await written()).toEqual([]);
      await db.transaction().execute(async (tx) => {
        await sql`insert into public.tried values (5)`.execute(tx);
        await executeLast(tx, sql`delete from public.tried returning nr`);
      });
      expect(await written()).toEqual([]);
    });

    it('that only read are refused where they write', async () => {
      const writing = db
        .transaction()
        .setAccessMode('read only')
        .execute((tx) => sql`insert into public.tried values (3)`.execute(tx));
      await expect(writing).rejects.toThrow('read-only transaction');
      expect(await written()).toEqual([]);
    });

    it('follow each other on few connections, and each sees its own settings', async () => {
      const seen = await Promise.all(
        NUMBERS.map((nr) =>
          db
            .transaction()
            .setAccessMode(nr % 2 === 0 ? 'read only' : 'read write')
            .execute(async (tx) => {
              await sql`set local kept.workspaces = ${sql.lit(`w${nr}`)}`.execute(tx);
              if (nr % 2 === 1) await sql`insert into public.tried values (${nr})`.execute(tx);
              const { rows } = await sql<{
                is: string;
              }>`select current_setting('kept.workspaces') as is`.execute(tx);
              return rows[0]?.is;
            }),
        ),
      );
      expect(seen).toEqual(NUMBERS.map((nr) => `w${nr}`));
      expect(await written()).toEqual(NUMBERS.filter((nr) => nr % 2 === 1).map((nr) => ({ nr })));
      const { rows } = await sql<{
        is: string;
      }>`select current_setting('kept.workspaces', true) as is`.execute(db);
      expect(rows[0]?.is ?? '').toBe('');
    });
  },
);
