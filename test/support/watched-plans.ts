import { Kysely, PostgresDialect } from 'kysely';
import { z } from 'zod';
import { type Database, openPool } from '../../src/store/database.ts';
import type { Tables } from '../../src/store/tables.ts';

/** A step of a plan as Postgres carried it out, with the rows that it threw away after reading them. */
export type PlanNode = {
  node: string;
  table: string | null;
  index: string | null;
  /** Rows that came out, over all loops. */
  rows: number;
  /** Rows that were read and thrown away, over all loops. */
  removed: number;
};
export type WatchedPlan = { query: string; nodes: PlanNode[] };

const Raw = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number().default(0),
  'Actual Loops': z.number().default(1),
  'Rows Removed by Filter': z.number().default(0),
  'Rows Removed by Join Filter': z.number().default(0),
  Plans: z.array(z.unknown()).default([]),
});
const Logged = z.object({ 'Query Text': z.string(), Plan: z.unknown() });

/** Read at the start of every session of the pool: Postgres then tells each plan, as it was carried out, to the client. */
const TELL = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  client_min_messages: 'log',
};

/**
 * A database whose plans are told as they are carried out: of the very statements that Kept sends, under its own roles.
 * Generic plans are those that a prepared statement takes once it has been asked often: they know no value.
 */
export function watchedDatabase(
  url: string,
  isGeneric = false,
): {
  db: Database;
  plansOf: (work: () => Promise<unknown>) => Promise<WatchedPlan[]>;
} {
  let heard: WatchedPlan[] = [];
  const options = Object.entries({ ...TELL, ...(isGeneric ? { plan_cache_mode: 'force_generic_plan' } : {}) })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
  const pool = openPool({ connectionString: url, max: 4, options }, () => {});
  pool.on('connect', (client) => {
    client.on('notice', ({ message }) => {
      const at = message?.indexOf('plan:\n') ?? -1;
      if (message === undefined || at < 0) return;
      const { 'Query Text': query, Plan } = Logged.parse(JSON.parse(message.slice(at + 'plan:\n'.length)));
      heard.push({ query, nodes: nodesOf(Plan) });
    });
  });
  return {
    db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
    plansOf: async (work) => {
      heard = [];
      await work();
      return heard;
    },
  };
}

function nodesOf(plan: unknown): PlanNode[] {
  const raw = Raw.parse(plan);
  const loops = raw['Actual Loops'];
  const node: PlanNode = {
    node: raw['Node Type'],
    table: raw['Relation Name'] ?? null,
    index: raw['Index Name'] ?? null,
    rows: raw['Actual Rows'] * loops,
    removed: (raw['Rows Removed by Filter'] + raw['Rows Removed by Join Filter']) * loops,
  };
  return [node, ...raw.Plans.flatMap(nodesOf)];
}
