import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { act, openCase } from '../src/app/act.ts';
import type { Deps, Who } from '../src/app/deps.ts';
import { exampleTeam, setUpTeam } from '../src/app/set-up.ts';
import { teamOf } from '../src/app/team.ts';
import { wakeDue } from '../src/app/wake-due.ts';
import { CaseId, NonBlank, PromiseId } from '../src/domain/ids.ts';
import { Zone } from '../src/domain/instant.ts';
import { createLog } from '../src/operation/log.ts';
import { openDatabase } from '../src/store/database.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { createStore } from '../src/store/store.ts';

/*
 * Burst: promises that are all due in the same second, each a state change, timeline events, an outbox row and
 * a new alarm, committed. Beside it, in the same run and on the same database, the naive way: one transaction
 * for each. Only the ratio means something on a machine that others use too.
 */
const { values } = parseArgs({
  options: {
    promises: { type: 'string', default: '1000' },
    database: { type: 'string' },
    json: { type: 'string' },
  },
});
const count = Number(values.promises);
if (!Number.isInteger(count) || count < 10) {
  throw new Error('--promises must be a whole number of 10 or more, like --promises 1000');
}

const HOUR_MS = 3_600_000;
const start = Date.parse('2026-11-23T10:00:00Z');
let now = start;
const log = createLog('warn');
const dir = mkdtempSync(join(tmpdir(), 'kept-bench-'));
const embedded = values.database === undefined ? await startEmbedded({ dataDir: dir, log }) : null;
const db = openDatabase(embedded?.poolConfig ?? { connectionString: values.database, max: 10 }, (err) =>
  log.warn({ err }, 'A database connection was lost'),
);
try {
  await migrate(db);
  const store = createStore(db);
  const bell = { ringAt: async () => {}, ringOutbox: async () => {} };
  const deps: Deps = { store, bell, clock: () => now, newId: randomUUID, teamOf, caseUrl: () => null, log };
  const { team, customers } = exampleTeam(Zone.parse('Europe/Berlin'));
  if (!(await setUpTeam(deps, team, customers))) {
    throw new Error('The database is in use already. Give the bench an empty one.');
  }
  const who = await agent(deps);
  await promise(deps, who, count);
  const naive = await burst(deps, 0.5, 1);
  const batched = await burst(deps, 0.8, 250);
  const result = {
    engine: embedded === null ? 'Postgres' : 'embedded',
    promises: count,
    naivePerSecond: Math.round(naive),
    batchedPerSecond: Math.round(batched),
    ratio: Number((batched / naive).toFixed(2)),
  };
  process.stdout.write(
    `${Object.entries(result)
      .map(([name, value]) => `${name.padEnd(18)}${value}`)
      .join('\n')}\n`,
  );
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  }
} finally {
  await db.destroy();
  await embedded?.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function agent({ store }: Deps): Promise<Who> {
  const [workspaceId] = await store.workspaces();
  if (workspaceId === undefined) {
    throw new Error('The workspace that was just made is missing');
  }
  const { members } = await store.transact(workspaceId, (tx) => tx.workspace());
  const first = members.find(({ limit }) => limit === null);
  if (first === undefined) {
    throw new Error('The example team has no agent');
  }
  return { workspaceId, memberId: first.id };
}

/** Opens `many` cases with a promise each, all for the same moment. */
async function promise(deps: Deps, who: Who, many: number): Promise<void> {
  const [customer] = await deps.store.transact(who.workspaceId, (tx) => tx.customersLike('', 1));
  if (customer === undefined) {
    throw new Error('The example customers are missing');
  }
  for (let made = 0; made < many; made += 1) {
    const caseId = CaseId.parse(randomUUID());
    const title = NonBlank.parse(`Case ${made}`);
    const place = { connection: 'console', channel: 'care' };
    const rest = { whatHappened: '', deadline: null, severity: 'normal' as const, place, source: null };
    await openCase(deps, who, { customer, title, stakes: title, ...rest }, caseId, randomUUID());
    const terms = {
      id: PromiseId.parse(randomUUID()),
      ownerId: who.memberId,
      action: title,
      contactBy: who.memberId,
      contactTo: '',
      followUpAt: now + HOUR_MS,
    };
    await act(deps, who, caseId, { do: 'promise', terms });
  }
}

/** Wakes everything at a share of its hour, where a reminder is due; how many a second were committed. */
async function burst(deps: Deps, share: number, batchSize: number): Promise<number> {
  now = start + share * HOUR_MS;
  const began = performance.now();
  const { cases } = await wakeDue(deps, batchSize);
  if (cases !== count) {
    throw new Error(`${count} cases were due, and ${cases} were woken`);
  }
  return cases / ((performance.now() - began) / 1_000);
}
