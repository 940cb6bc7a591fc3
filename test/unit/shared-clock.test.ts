import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedClock } from '../../src/operation/shared-clock.ts';
import { silentLog } from '../support/engines.ts';

/** A database and a process whose ticks began at nought at `BEGAN`, both under the hands of the test. */
function world() {
  const BEGAN = Date.parse('2026-03-02T09:00:00Z');
  let ticks = 0;
  let setOff = 0;
  let wallOff = 0;
  const trips: { thereMs: number; backMs: number }[] = [];
  const said: string[] = [];
  const database = () => BEGAN + ticks + setOff;
  const shared = createSharedClock({
    ask: () => {
      const { thereMs, backMs } = trips.shift() ?? { thereMs: 0, backMs: 0 };
      const before = ticks;
      ticks += thereMs;
      const now = database();
      ticks += backMs;
      return Promise.resolve({ now, before, after: ticks });
    },
    tick: () => ticks,
    wall: () => BEGAN + ticks + wallOff,
    log: {
      ...silentLog(),
      warn: (_, message) => void said.push(message),
      info: (_, message) => void said.push(message),
    },
    everyMs: 1_000_000,
  });
  return {
    shared,
    database,
    said,
    later: (ms: number) => {
      ticks += ms;
    },
    /** Each measure starts the round anew, which is stopped at the end. */
    measure: async (thereMs = 0, backMs = 0) => {
      trips.push({ thereMs, backMs });
      await shared.start();
      await shared.stop();
    },
    setDatabase: (ms: number) => {
      setOff += ms;
    },
    setWall: (ms: number) => {
      wallOff = ms;
    },
  };
}

describe('the shared clock', () => {
  it('is the database’s, whatever becomes of this machine’s', async () => {
    const { shared, database, measure, setWall, later, said } = world();
    await measure();
    setWall(600_000);
    later(2_000);
    expect(database() - shared.clock()).toBe(1);
    await measure();
    expect(shared.clock()).toBe(database());
    setWall(0);
    await measure();
    expect(said).toEqual([
      'This machine’s clock is not the database’s; Kept goes by the database’s',
      'This machine’s clock is the database’s again',
    ]);
  });

  it('is never ahead of the database’s, and behind by the fastest way and the drift at most', async () => {
    const trip = fc.record({
      thereMs: fc.integer({ min: 0, max: 2_000 }),
      backMs: fc.integer({ min: 0, max: 2_000 }),
      waitMs: fc.integer({ min: 0, max: 60_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(trip, { minLength: 1, maxLength: 20 }), async (trips) => {
        const { shared, database, measure, later } = world();
        let behind = Number.POSITIVE_INFINITY;
        for (const { thereMs, backMs, waitMs } of trips) {
          await measure(thereMs, backMs);
          behind = Math.min(behind + (thereMs + backMs) * 500e-6, thereMs + backMs);
          later(waitMs);
          behind += waitMs * 500e-6;
          const lag = database() - shared.clock();
          expect(lag).toBeGreaterThanOrEqual(0);
          expect(lag).toBeLessThanOrEqual(behind + 1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('goes with the database when that is set, forward and back, and says so', async () => {
    const { shared, database, measure, setDatabase, said } = world();
    await measure(1, 1);
    for (const ms of [90_000, -300_000]) {
      setDatabase(ms);
      await measure(1, 1);
      expect(database() - shared.clock()).toBeLessThanOrEqual(2);
    }
    expect(said.filter((line) => line === 'The database’s clock jumped')).toHaveLength(2);
  });

  it('keeps what it knows when an answer was so slow that it tells less', async () => {
    const { shared, database, measure, said } = world();
    await measure(0, 1);
    await measure(900, 900);
    expect(database() - shared.clock()).toBeLessThanOrEqual(3);
    expect(said).toEqual([]);
  });

  it('isn’t read before it is known', () => {
    expect(() => world().shared.clock()).toThrow('before it was started');
  });
});
