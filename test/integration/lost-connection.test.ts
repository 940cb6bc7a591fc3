import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openPool } from '../../src/store/database.ts';
import { enginesToTest, type RunningEngine, startEngine } from '../support/engines.ts';

describe.skipIf(!(await enginesToTest()).includes('postgres'))('a connection that is lost', () => {
  const stops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  it('between two queries of one who uses it, is told of and ends nothing else', async () => {
    const engine: RunningEngine = await startEngine('postgres');
    stops.push(engine.stop);
    const told: string[] = [];
    const pool = openPool(engine.poolConfig, ({ message }) => told.push(message));
    stops.push(() => pool.end());

    const used = await pool.connect();
    await used.query('begin');
    const { rows } = await used.query<{ pid: number }>('select pg_backend_pid() as pid');
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await sleep(300);

    expect(told.length).toBeGreaterThanOrEqual(1);
    await expect(used.query('commit')).rejects.toThrow('not queryable');
    used.release(true);
    expect((await pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('while nobody uses it, is told of once', async () => {
    const engine = await startEngine('postgres');
    stops.push(engine.stop);
    const told: string[] = [];
    const pool = openPool(engine.poolConfig, ({ message }) => told.push(message));
    stops.push(() => pool.end());

    const idle = await pool.connect();
    const { rows } = await idle.query<{ pid: number }>('select pg_backend_pid() as pid');
    const other = await pool.connect();
    idle.release();
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await sleep(300);
    other.release();

    expect(told.filter((message) => message.includes('administrator command'))).toHaveLength(1);
  });
});
