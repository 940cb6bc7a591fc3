import { afterAll, beforeAll, describe } from 'vitest';
import {
  type EngineName,
  enginesToTest,
  freshDatabase,
  type Server,
  startPostgres,
  startRedis,
} from './engines.ts';
import { handClock } from './hand-clock.ts';
import { runningKept } from './running-kept.ts';

/** What a test of the whole gets: Kept running on one engine, with a clock to turn. */
export type Whole = {
  kept: Awaited<ReturnType<typeof runningKept>>;
  clock: ReturnType<typeof handClock>;
  redis: Server | null;
  /** Where the truth is; null for the embedded one. */
  databaseUrl: string | null;
};

/**
 * Runs the same tests on PGlite, on Postgres with BullMQ on Postgres, and on Postgres with BullMQ on Redis.
 * `startsAt` is where the clock stands at the beginning.
 */
export async function onEachEngine(startsAt: string, tests: (whole: () => Whole) => void): Promise<void> {
  for (const name of await enginesToTest()) {
    describe(`on ${name}`, () => {
      let whole: Whole | null = null;
      let stop = async () => {};

      beforeAll(async () => {
        const servers = await serversFor(name);
        const clock = handClock(startsAt);
        const kept = await runningKept(
          { databaseUrl: servers.databaseUrl, redisUrl: servers.redis?.url ?? null },
          clock.now,
        );
        whole = { kept, clock, redis: servers.redis, databaseUrl: servers.databaseUrl };
        stop = async () => {
          await kept.stop();
          await servers.stop();
        };
        await kept.client.startExample();
      });
      afterAll(() => stop());

      tests(() => {
        if (whole === null) {
          throw new Error('Kept is not running');
        }
        return whole;
      });
    });
  }
}

async function serversFor(name: EngineName) {
  if (name === 'embedded') {
    return { databaseUrl: null, redis: null, stop: async () => {} };
  }
  const postgres = await startPostgres();
  const redis = name === 'redis' ? await startRedis() : null;
  return {
    databaseUrl: await freshDatabase(postgres),
    redis,
    stop: async () => {
      await redis?.stop();
      await postgres.stop();
    },
  };
}
