import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { start } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { consoleClient } from './console-client.ts';

/**
 * Kept in this process on a port of its own; swept often, so that a turned clock is noticed at once. `more` is
 * what it is configured with besides.
 */
export async function runningKept(
  engine: { databaseUrl: string | null; redisUrl: string | null },
  clock?: () => number,
  more: Partial<Config> = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), 'kept-'));
  // Tests press faster than people.
  const quick = { perSecond: 100_000 };
  const config: Config = {
    ...readConfig({}),
    ...engine,
    port: 0,
    dataDir,
    logLevel: 'warn',
    ...quick,
    ...more,
  };
  const log = pino({ level: process.env['KEPT_TEST_LOG'] ?? 'error' });
  const kept = await start(config, log, { sweepEveryMs: 100, ...(clock ? { clock } : {}) });
  return {
    port: kept.port,
    client: consoleClient(kept.port),
    stop: async () => {
      await kept.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until `check` gives something, looking every 30 ms; after `withinMs` it throws what was last seen. */
export async function eventually<T>(
  check: () => Promise<T | null | undefined | false>,
  withinMs = 8_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  let last: unknown = null;
  while (Date.now() < end) {
    try {
      const found = await check();
      if (found) {
        return found;
      }
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`It did not come within ${withinMs} ms`, { cause: last });
}
