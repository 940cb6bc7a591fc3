import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import type { Servers } from './servers.ts';

const SECOND = 1_000;

/** What can become of Redis and of Postgres, for all processes at once. */
export function serverFaults(servers: Servers): Fault[] {
  return [...redisFaults(servers), ...postgresFaults(servers)];
}

function redisFaults({ redis }: Servers): Fault[] {
  const group = 'Redis';
  return [
    {
      name: 'flush Redis',
      weight: 5,
      mostMs: 0,
      group,
      begin: async () => {
        const keys = await redis.flush();
        return { detail: `${keys} keys`, heal: () => Promise.resolve() };
      },
    },
    {
      name: 'fill Redis',
      weight: 4,
      mostMs: 30 * SECOND,
      group,
      begin: async () => {
        await redis.limit('1kb');
        return { detail: 'it refuses every write', heal: () => redis.limit('0') };
      },
    },
    {
      name: 'stop Redis',
      weight: 5,
      mostMs: 20 * SECOND,
      group,
      begin: async () => {
        await redis.kill();
        return { detail: 'killed; it comes back empty', heal: redis.begin };
      },
    },
  ];
}

function postgresFaults({ postgres }: Servers): Fault[] {
  const group = 'Postgres';
  return [
    {
      name: 'restart Postgres',
      weight: 4,
      mostMs: 6 * SECOND,
      group,
      begin: async (random) => {
        const how = random.pick(['fast', 'immediate', 'killed'] as const);
        await postgres.end(how);
        return { detail: how, heal: postgres.begin };
      },
    },
    {
      name: 'fail Postgres over',
      weight: 4,
      mostMs: 10 * SECOND,
      group,
      begin: async (random) => {
        const silently = random.chance(0.4);
        const awayMs = random.int(0, 5 * SECOND);
        await postgres.lose(silently);
        await sleep(awayMs);
        await postgres.promote();
        const how = silently ? 'its machine is gone without a word' : 'killed';
        return {
          detail: `${how}, the standby is promoted ${awayMs} ms later`,
          // Until there is another standby nothing of Postgres' is broken: the group is taken.
          heal: postgres.makeStandby,
        };
      },
    },
  ];
}
