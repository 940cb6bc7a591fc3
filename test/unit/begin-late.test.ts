import { type DatabaseConnection, Kysely, PostgresDialect, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { beginLate, executeLast } from '../../src/store/begin-late.ts';

/** A database that writes down what it is sent, and refuses what holds a word. */
function recorded(refused = 'wrong') {
  const sent: string[] = [];
  const connection: DatabaseConnection = {
    executeQuery: (query) => {
      sent.push(query.sql);
      return query.sql.includes(refused)
        ? Promise.reject(new Error(`wrong: ${query.sql}`))
        : Promise.resolve({ rows: [] });
    },
    streamQuery: () => {
      throw new Error('Nothing is streamed here');
    },
  };
  const postgres = new PostgresDialect({
    pool: () => Promise.reject(new Error('There is no Postgres here')),
  });
  const driver = postgres.createDriver();
  const dialect = beginLate({
    createAdapter: () => postgres.createAdapter(),
    createIntrospector: (db) => postgres.createIntrospector(db),
    createQueryCompiler: () => postgres.createQueryCompiler(),
    createDriver: () => ({
      init: () => Promise.resolve(),
      acquireConnection: () => Promise.resolve(connection),
      beginTransaction: (on, settings) => driver.beginTransaction(on, settings),
      commitTransaction: (on) => driver.commitTransaction(on),
      rollbackTransaction: (on) => driver.rollbackTransaction(on),
      releaseConnection: () => Promise.resolve(),
      destroy: () => Promise.resolve(),
    }),
  });
  return { db: new Kysely<object>({ dialect }), sent };
}

describe('a transaction that begins late', () => {
  it('begins in one message with the settings that it begins with', async () => {
    const { db, sent } = recorded();
    await db.transaction().execute(async (tx) => {
      await sql`set local role one; set local a.b = 'c'`.execute(tx);
      await sql`select 1`.execute(tx);
      await sql`set local role another`.execute(tx);
      await sql`set local a.b = 'd'`.execute(tx);
      await sql`select 2`.execute(tx);
    });
    expect(sent).toEqual([
      "begin; set local role one; set local a.b = 'c'",
      'select 1',
      "set local role another; set local a.b = 'd'",
      'select 2',
      'commit',
    ]);
  });

  it.each([
    ['gives rows', sql`select 1`, 'select 1'],
    ['has parameters', sql`set local a.b = ${1}`, 'set local a.b = $1'],
  ])('begins by itself where its first statement %s', async (_, first, text) => {
    const { db, sent } = recorded();
    await db.transaction().execute((tx) => first.execute(tx));
    expect(sent).toEqual(['begin', text, 'commit']);
  });

  it('is none without a statement, and leaves nothing behind for what comes after it', async () => {
    const { db, sent } = recorded();
    await db.transaction().execute(() => Promise.resolve());
    await expect(
      db.transaction().execute(() => Promise.reject(new Error('changed its mind'))),
    ).rejects.toThrow();
    await sql`select 2`.execute(db);
    expect(sent).toEqual(['select 2']);
  });

  it('says the error of a setting in the place of that of the statement', async () => {
    const { db, sent } = recorded();
    await expect(
      db.transaction().execute(async (tx) => {
        await sql`set local role wrong`.execute(tx);
        await sql`select 1`.execute(tx);
      }),
    ).rejects.toThrow('begin; set local role wrong');
    expect(sent).toEqual(['begin; set local role wrong', 'select 1', 'rollback']);
  });

  it('that can’t begin says why, whatever comes of its rollback', async () => {
    const { db, sent } = recorded('b');
    await expect(db.transaction().execute((tx) => sql`select 1`.execute(tx))).rejects.toThrow('begin');
    expect(sent).toEqual(['begin', 'select 1', 'rollback']);
  });

  it('that can’t begin sends nothing that writes', async () => {
    const { db, sent } = recorded('begin');
    await expect(
      db.transaction().execute((tx) => executeLast(tx, sql`insert into one values (1)`)),
    ).rejects.toThrow('begin');
    expect(sent).toEqual(['begin', 'rollback']);
  });

  it('waits for no setting once it has begun', async () => {
    const { db, sent } = recorded('role two');
    await expect(
      db.transaction().execute(async (tx) => {
        await sql`select 1`.execute(tx);
        await sql`set local role two`.execute(tx);
        await sql`insert into one values (1)`.execute(tx);
      }),
    ).rejects.toThrow('set local role two');
    expect(sent).toEqual([
      'begin',
      'select 1',
      'set local role two',
      'insert into one values (1)',
      'rollback',
    ]);
  });

  it('takes no parameter in its last statement that might not be sent', async () => {
    const { db, sent } = recorded();
    await expect(
      db.transaction().execute(async (tx) => {
        await sql`insert into one values (1)`.execute(tx);
        await executeLast(tx, sql`insert into one values (${{ of: 1 }})`);
      }),
    ).rejects.toThrow('texts, numbers and lists');
    expect(sent).toEqual(['begin', 'insert into one values (1)', 'rollback']);
  });

  it('that only reads is one for each statement, and doesn’t wait for its end', async () => {
    const { db, sent } = recorded('commit');
    await db
      .transaction()
      .setAccessMode('read only')
      .execute(async (tx) => {
        await sql`set local role one`.execute(tx);
        await sql`select 1`.execute(tx);
        await sql`select 2`.execute(tx);
      });
    const begun = 'begin read only; set local role one';
    expect(sent).toEqual([begun, 'select 1', 'commit', begun, 'select 2', 'commit']);
  });

  it('is committed in the same breath as its last statement, and takes none after it', async () => {
    const { db, sent } = recorded();
    const ending = db.transaction().execute(async (tx) => {
      await sql`set local role one`.execute(tx);
      await executeLast(tx, sql`select 1`);
    });
    await expect(ending).resolves.toBeUndefined();
    expect(sent).toEqual(['begin; set local role one', 'select 1', 'commit']);
    const going = db.transaction().execute(async (tx) => {
      await executeLast(tx, sql`select 2`);
      await sql`select 3`.execute(tx);
    });
    await expect(going).rejects.toThrow('has ended');
    expect(sent.slice(3)).toEqual(['begin', 'select 2', 'commit']);
    await sql`select 4`.execute(db);
  });

  it.each(['wrong', 'commit'])('whose last statement or end fails (%s) says so', async (refused) => {
    const { db, sent } = recorded(refused);
    await expect(db.transaction().execute((tx) => executeLast(tx, sql`select 'wrong'`))).rejects.toThrow(
      refused,
    );
    expect(sent).toEqual(['begin', "select 'wrong'", 'commit']);
  });

  it('begins at once where it is asked for more than that', async () => {
    const { db, sent } = recorded();
    await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        await sql`set local a.b = 'c'`.execute(tx);
        await sql`select 1`.execute(tx);
      });
    expect(sent).toEqual([
      'start transaction isolation level repeatable read',
      "set local a.b = 'c'",
      'select 1',
      'commit',
    ]);
  });
});
