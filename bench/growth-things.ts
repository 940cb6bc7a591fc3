import { sql } from 'kysely';
import { z } from 'zod';
import type { Who } from '../src/app/deps.ts';
import { wakeDue } from '../src/app/wake-due.ts';
import { converse } from '../src/conversation/converse.ts';
import type { WorkspaceId } from '../src/domain/ids.ts';
import type { Instant } from '../src/domain/instant.ts';
import { createAuditing } from '../src/store/audit.ts';
import type { Database } from '../src/store/database.ts';
import { createInbox } from '../src/store/inbox.ts';
import { type KeptStore, keptStore } from './kept-store.ts';

const HORIZON_MS = 600_000;
const LEASE_MS = 30_000;

/** A database of one size, with Kept's use cases on it and a member who asks for lists. */
export type Grown = KeptStore & {
  now: Instant;
  who: Who;
  /** A case that `show` and the wake of one take. */
  caseNumber: number;
  inbox: ReturnType<typeof createInbox>;
};

/** What is measured at each size: once with `before`, which isn't counted. */
export type Thing = {
  name: string;
  before?: (on: Grown) => Promise<unknown>;
  run: (on: Grown) => Promise<unknown>;
};

/** Kept on a seeded database, for the first agent of one workspace. */
export async function grown(url: string, now: Instant, workspaceId: WorkspaceId): Promise<Grown> {
  const kept = await keptStore(url, () => now);
  const { members } = await kept.deps.store.transact(workspaceId, (tx) => tx.workspace());
  const agent = members.find(({ limit }) => limit === null);
  if (agent === undefined) throw new Error('The seeded workspace has no agent');
  const who = { workspaceId, memberId: agent.id };
  const inbox = createInbox(kept.db, { connectionString: url }, () => {});
  return { ...kept, now, who, caseNumber: 5, inbox };
}

/** Puts one promise in fifty at risk, so that the lists of what is at risk have what they show. */
export async function putSomeAtRisk(db: Database, now: Instant): Promise<void> {
  await sql`
    update kept.promise
    set doc = jsonb_set(doc, '{risk}', jsonb_build_object('since', ${now - 60_000}::bigint, 'why', 'no sign of life'))
    where status = 'live' and left(id::text, 2) in ('00', '01', '02', '03', '04')`.execute(db);
}

/** What has to stay as quick at a million as at ten thousand. */
export const THINGS: readonly Thing[] = [
  {
    name: 'sweep with nothing due',
    run: async ({ deps: { store }, now, inbox }) => {
      await wakeNothing(store, now);
      await store.claimOutbox(now, 100, LEASE_MS);
      await inbox.claimLate('slack', now, 50, LEASE_MS);
    },
  },
  {
    name: 'wake of one that is due',
    before: ({ db, now }) =>
      sql`
      update kept.alarm set due_at = ${now - 1} where (workspace_id, subject_kind, subject_id) in (
        select workspace_id, subject_kind, subject_id from kept.alarm where due_at > ${now} order by due_at limit 1)`.execute(
        db,
      ),
    run: async ({ deps }) => {
      const { cases } = await wakeDue(deps);
      if (cases !== 1) throw new Error(`One case was due, and ${cases} were woken`);
    },
  },
  {
    name: 'moments to hang bells for',
    run: ({ deps, now }) => deps.store.upcoming(now + HORIZON_MS, 100_000),
  },
  { name: '/care mine', run: said('mine') },
  { name: '/care at risk', run: said('at risk') },
  { name: '/care list', run: said('list') },
  { name: '/care board', run: said('board') },
  { name: '/care show', run: (on) => said(`show ${on.caseNumber}`)(on) },
  { name: 'App Home', run: ({ deps, who }) => converse(deps, who, { kind: 'home', place: PLACE }) },
  {
    name: 'customers as one types',
    run: ({ deps, who }) => deps.store.transact(who.workspaceId, (tx) => tx.customersLike('acme', 8)),
  },
  { name: 'audit', run: ({ db, now }) => createAuditing(db).count(now) },
];

/** What grows with what is pending, and is asked for so rarely that it doesn't matter. */
export const GAUGES: Thing = { name: 'gauges', run: ({ deps, now }) => deps.store.gauges(now) };

const PLACE = { connection: 'console', channel: 'care' };

function said(text: string) {
  return async ({ deps, who }: Grown) => {
    const reply = await converse(deps, who, { kind: 'command', text, place: PLACE });
    if (reply.kind !== 'card') throw new Error(`${text} was not answered with a card`);
  };
}

async function wakeNothing(store: KeptStore['deps']['store'], now: Instant): Promise<void> {
  const { dueAt } = await store.wakeBatch(now, 250, () => {
    throw new Error('Nothing is due');
  });
  if (dueAt.length > 0) throw new Error(`Nothing was due, and ${dueAt.length} were claimed`);
}

const Sizes = z.array(
  z.object({ table: z.string(), rows: z.number(), heap: z.number(), indexes: z.number() }),
);

/** Bytes of each table with its long values, and of its indexes, the largest first. */
export async function sizes(db: Database): Promise<z.infer<typeof Sizes>> {
  const { rows } = await sql`
    select c.relname as "table", greatest(c.reltuples, 0)::float8 as rows,
      pg_table_size(c.oid)::float8 as heap, pg_indexes_size(c.oid)::float8 as indexes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'kept' and c.relkind = 'r' order by pg_total_relation_size(c.oid) desc`.execute(db);
  return Sizes.parse(rows);
}
