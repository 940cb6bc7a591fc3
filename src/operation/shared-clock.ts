import { sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../app/clock.ts';
import type { Log } from '../app/deps.ts';
import type { Instant } from '../domain/instant.ts';
import type { Database } from '../store/database.ts';

const MEASURE_EVERY_MS = 1_000;
/** How much two clocks drift apart at most while NTP slews one of them: 500 ppm (ntp_adjtime(2), MAXFREQ). */
const DRIFT = 500e-6;
/** This machine's clock is said to be wrong from here. Reminders don't go by it; signatures and tokens do. */
const WRONG_MS = 2_000;

/** What is known of the database's clock: it is ahead of this process' ticks by something between these, in ms. */
type Bounds = { least: number; most: number; at: number };

export type SharedClock = {
  clock: Clock;
  /** Measures now, and from now on every second. Rejects when the database doesn't answer. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * One time for all processes of a fleet: the database's, carried on between measures by ticks that nobody sets
 * (docs/decisions/0017). It never runs ahead of the database's, whose answer is taken as if all of its way had been
 * the way back, so nothing is early; it lags by the fastest way there and back, and by 0.5 ms a second without an
 * answer. Reading it before `start` is an error.
 */
export function createSharedClock(parts: {
  /** The database's time, and the ticks before and after it was read. */
  ask: () => Promise<{ now: number; before: number; after: number }>;
  log: Log;
  tick?: () => number;
  wall?: Clock;
  everyMs?: number;
}): SharedClock {
  const { ask, log, tick = () => performance.now(), wall = Date.now, everyMs = MEASURE_EVERY_MS } = parts;
  let known: Bounds | null = null;
  let isWrong = false;
  let timer: NodeJS.Timeout | undefined;
  let measuring: Promise<void> | undefined;
  let isStopped = false;

  const clock = (): Instant => {
    if (known === null) {
      throw new Error('The shared clock was read before it was started');
    }
    const ticks = tick();
    return Math.floor(ticks + aged(known, ticks).least);
  };

  const measure = async () => {
    const { now, before, after } = await ask();
    const measured: Bounds = { least: now - after, most: now - before, at: after };
    const expected = known === null ? measured : aged(known, after);
    const both = {
      least: Math.max(measured.least, expected.least),
      most: Math.min(measured.most, expected.most),
      at: after,
    };
    if (both.least <= both.most) {
      known = both;
    } else {
      // Set by hand, another primary's, or this machine slept.
      log.warn({ byMs: Math.round(measured.least - expected.least) }, 'The database’s clock jumped');
      known = measured;
    }
    const apartMs = wall() - clock();
    if (Math.abs(apartMs) > WRONG_MS !== isWrong) {
      isWrong = !isWrong;
      if (isWrong) {
        log.warn({ apartMs }, 'This machine’s clock is not the database’s; Kept goes by the database’s');
      } else {
        log.info({ apartMs }, 'This machine’s clock is the database’s again');
      }
    }
  };

  const turn = async () => {
    try {
      await measure();
    } catch (err) {
      log.debug({ err }, 'The database’s clock couldn’t be read');
    }
    if (!isStopped) {
      wait();
    }
  };
  const wait = () => {
    timer = setTimeout(() => {
      measuring = turn();
    }, everyMs);
  };

  return {
    clock,
    start: async () => {
      await measure();
      wait();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await measuring;
    },
  };
}

function aged({ least, most, at }: Bounds, ticks: number): Bounds {
  const drift = (ticks - at) * DRIFT;
  return { least: least - drift, most: most + drift, at: ticks };
}

const Told = z.tuple([z.object({ now: z.number() })]);

/** The shared clock of those who have this database. */
export function clockOf(db: Database, log: Log): SharedClock {
  const ask = () =>
    // On one connection, so that a wait for one isn't taken for the way there.
    db.connection().execute(async (one) => {
      const before = performance.now();
      const { rows } = await sql`
        select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(one);
      return { now: Told.parse(rows)[0].now, before, after: performance.now() };
    });
  return createSharedClock({ ask, log });
}
