import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onceInFleet } from '../../src/app/duty.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createDuties } from '../../src/store/duty.ts';
import { migrate } from '../../src/store/migrate.ts';
import { enginesToTest, type RunningEngine, silentLog, startEngine } from '../support/engines.ts';

describe.each((await enginesToTest()).filter((name) => name !== 'redis'))(
  'a duty of the fleet on %s',
  (name) => {
    let engine: RunningEngine;
    let db: Database;
    beforeAll(async () => {
      engine = await startEngine(name);
      db = openDatabase(engine.poolConfig, () => {});
      await migrate(db);
    });
    afterAll(async () => {
      await db.destroy();
      await engine.stop();
    });
    beforeEach(() => sql`delete from kept.duty`.execute(db));

    const log = silentLog();
    const process = (run: () => Promise<unknown>, everyMs = 60_000) =>
      onceInFleet({ duties: createDuties(db), log }, { name: 'rounds', everyMs, run });
    /** Lets time go by for the duty, as the database sees it. */
    const later = (ms: number) =>
      sql`update kept.duty set due_at = due_at - ${ms}::bigint, started_at = started_at - ${ms}::bigint,
      lease_until = lease_until - ${ms}::bigint, done_at = done_at - ${ms}::bigint`.execute(db);

    it('is done by one of many processes that ask at once, and again when its time has come', async () => {
      let runs = 0;
      const fleet = Array.from({ length: 8 }, () => process(async () => (runs += 1)));

      await Promise.all(fleet.map((ask) => ask()));
      await Promise.all(fleet.map((ask) => ask()));
      expect(runs).toBe(1);

      await later(60_000);
      await Promise.all(fleet.map((ask) => ask()));
      expect(runs).toBe(2);
    });

    it('is taken over from a process that died in the middle, which then has no say any more', async () => {
      const duties = createDuties(db);
      const dead = await duties.take('rounds', 60_000, 30_000);
      if (dead === null) throw new Error('It was not due');
      const other = process(async () => 'mine');

      expect(await other()).toBe(false);
      await later(29_000);
      expect(await other()).toBe(false);
      await later(2_000);
      expect(await other()).toBe(true);

      expect(await duties.keep('rounds', dead, 30_000)).toBe(false);
      await duties.done('rounds', dead, 'the dead one’s');
      expect(await duties.state('rounds')).toMatchObject({ result: 'mine' });
    });

    it('stays with a process that is still at it', async () => {
      const duties = createDuties(db);
      const mine = await duties.take('rounds', 1_000, 30_000);
      if (mine === null) throw new Error('It was not due');
      await later(25_000);
      expect(await duties.keep('rounds', mine, 30_000)).toBe(true);
      await later(25_000);
      expect(await process(async () => 'another')()).toBe(false);
    });

    it('comes in its turn, and is taken over, where the clock has gone back by an hour', async () => {
      let runs = 0;
      const ask = process(async () => (runs += 1));
      await ask();
      await later(-3_600_000);
      expect(await ask()).toBe(true);
      expect(runs).toBe(2);

      await later(60_000);
      const dead = await createDuties(db).take('rounds', 60_000, 30_000);
      expect(dead).not.toBeNull();
      await later(-3_600_000);
      expect(await ask()).toBe(true);
    });

    it('that fails says so, keeps its last result, and comes again in its turn', async () => {
      await process(async () => 'well')();
      await later(60_000);
      const failing = process(() => Promise.reject(new Error('no')));

      await expect(failing()).rejects.toThrow('no');
      expect(await failing()).toBe(false);

      const state = await createDuties(db).state('rounds');
      expect(state).toMatchObject({ result: 'well', failures: 1 });
      expect(state.ageMs).toBeGreaterThanOrEqual(60_000);
      await later(60_000);
      expect(await process(async () => 'again')()).toBe(true);
      expect(await createDuties(db).state('rounds')).toMatchObject({ result: 'again', failures: 0 });
    });
  },
);
