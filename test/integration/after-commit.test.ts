import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bell } from '../../src/app/bell.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import type { Deps } from '../../src/app/deps.ts';
import type { Surface } from '../../src/app/surface.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import type { CaseId } from '../../src/domain/ids.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const HOUR = 3_600_000;
/** Longer than Kept’s own transactions take. */
const LASTING_MS = 500;

describe.runIf((await enginesToTest()).includes('postgres'))('invariant 3: after the commit', () => {
  let on: Awaited<ReturnType<typeof useCases>>;
  let looker: pg.Pool;

  beforeAll(async () => {
    on = await useCases('postgres');
    looker = new pg.Pool(on.poolConfig);
    // Its end doesn't wait until the server has heard of it, and the server ends what is left with its database.
    looker.on('error', () => undefined);
  });
  afterAll(async () => {
    await looker.end();
    await on.stop();
  });

  /** How many of these outbox rows, and of these alarms, somebody else can see at this moment. */
  async function seen(rowIds: readonly string[], alarms: readonly number[]) {
    const { rows } = await looker.query(
      `select (select count(*) from kept.outbox where id = any ($1::bigint[]))::int as messages,
        (select count(distinct due_at) from kept.alarm where due_at = any ($2::bigint[]))::int as alarms`,
      [rowIds, alarms],
    );
    return rows[0];
  }

  /** A bell that writes down what can be seen of what it rings for. */
  function lookingBell() {
    const rung: { rang: number; seen: number; for: 'messages' | 'alarms' }[] = [];
    const bell: Bell = {
      ringOutbox: async (rowIds) => {
        rung.push({ for: 'messages', rang: rowIds.length, seen: (await seen(rowIds, [])).messages });
      },
      ringAt: async (instants) => {
        const moments = new Set(instants);
        rung.push({ for: 'alarms', rang: moments.size, seen: (await seen([], [...moments])).alarms });
      },
    };
    return { rung, deps: { ...on.deps, bell } satisfies Deps };
  }

  it('a command’s bells ring for what everybody can see', async () => {
    const caseId = await on.open('rung by a command');
    const { rung, deps } = lookingBell();
    await on.promised(caseId, deps);
    expect(rung.some(({ rang }) => rang > 0)).toBe(true);
    expect(rung.filter(({ rang, seen }) => rang !== seen)).toEqual([]);
  });

  it('the wake’s bells ring for what everybody can see', async () => {
    await on.promised(await on.open('rung by the wake'));
    on.clock.forward(0.95 * HOUR);
    const { rung, deps } = lookingBell();
    const { cases } = await wakeDue(deps);
    expect(cases).toBeGreaterThan(0);
    expect(rung.some((ring) => ring.for === 'messages' && ring.rang > 0)).toBe(true);
    expect(rung.filter(({ rang, seen }) => rang !== seen)).toEqual([]);
  });

  it('nothing is sent while a transaction of Kept’s is open', async () => {
    await on.open('sent outside');
    const open: number[] = [];
    // Others may write down what became of theirs meanwhile: what began before this send and lasts is meant.
    const look = async () => {
      const { rows: began } = await looker.query('select clock_timestamp() as at');
      await sleep(LASTING_MS);
      const { rows } = await looker.query(
        `select count(*)::int as n from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
           and xact_start <= $1`,
        [began[0].at],
      );
      open.push(rows[0].n);
    };
    const surface: Surface<null> = {
      send: async ({ key }) => {
        await look();
        return { ok: true, ref: key };
      },
      redraw: async ({ ref }) => {
        await look();
        return { ok: true, ref };
      },
    };
    const draw = async (row: { workspaceId: typeof on.workspaceId; caseId: CaseId }) => {
      const file = await on.deps.store.transact(row.workspaceId, (tx) => tx.readCase(row.caseId));
      if (file === null) throw new Error('A message of no case');
      const team = new Map(
        ['Ada', 'Leo', 'Mia', 'Dora'].map((name) => [on.memberOf(name).id, on.memberOf(name)]),
      );
      return { drawn: null, file, team: { members: team } };
    };
    const delivered = await deliverDue({ ...on.deps, surfaces: new Map([['console', surface]]), draw });
    expect(delivered.sent).toBeGreaterThan(0);
    expect(open.length).toBeGreaterThan(0);
    expect(Math.max(...open)).toBe(0);
  });
});
