import { sql } from 'kysely';
import { z } from 'zod';
import type { Duties } from '../app/duty.ts';
import type { Database } from './database.ts';

/** Epoch ms by the database's clock: a process whose own clock has jumped takes nothing it shouldn't. */
const NOW = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

const Run = z.object({ run: z.number() });
const State = z.object({ ageMs: z.number().nullable(), result: z.unknown(), failures: z.int() });

/** The duties in Postgres. One statement each, so that who has one is decided in one place, at one moment. */
export function createDuties(db: Database): Duties {
  return {
    take: async (name, everyMs, leaseMs) => {
      const { rows } = await sql`
        insert into kept.duty as d (name, run, due_at, lease_until, started_at)
        values (${name}, 1, ${NOW} + ${everyMs}::bigint, ${NOW} + ${leaseMs}::bigint, ${NOW})
        on conflict (name) do update set run = d.run + 1, due_at = excluded.due_at,
          lease_until = excluded.lease_until, started_at = excluded.started_at
        where case when d.lease_until is null then least(d.due_at, d.started_at + ${everyMs}::bigint)
          else d.lease_until end <= excluded.started_at
          -- The clock has gone back since: it was begun later than now, and nobody keeps a lease for that long.
          or (d.started_at > excluded.started_at + ${leaseMs}::bigint
            and (d.lease_until is null or d.lease_until > excluded.lease_until + ${leaseMs}::bigint))
        returning run`.execute(db);
      return z.array(Run).parse(rows)[0]?.run ?? null;
    },
    keep: async (name, run, leaseMs) => {
      const { numAffectedRows } = await sql`
        update kept.duty set lease_until = ${NOW} + ${leaseMs}::bigint
        where name = ${name} and run = ${run} and lease_until is not null`.execute(db);
      return numAffectedRows === 1n;
    },
    done: async (name, run, result) => {
      await sql`
        update kept.duty set lease_until = null, done_at = ${NOW}, result = ${JSON.stringify(result ?? null)}::jsonb,
          failures = 0, error = null
        where name = ${name} and run = ${run}`.execute(db);
    },
    failed: async (name, run, error) => {
      await sql`
        update kept.duty set lease_until = null, failures = failures + 1, error = ${error}
        where name = ${name} and run = ${run}`.execute(db);
    },
    state: async (name) => {
      const { rows } = await sql`
        select ${NOW} - done_at as "ageMs", result, failures from kept.duty where name = ${name}`.execute(db);
      return z.array(State).parse(rows)[0] ?? { ageMs: null, result: null, failures: 0 };
    },
  };
}
