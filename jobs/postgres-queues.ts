import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import { Client, type PoolConfig } from 'pg';
import type { Carrier } from './queues.ts';

/** BullMQ 6.7 on Postgres itself: its tables are brought up to date in `schema`. Throws when Postgres is away. */
export async function carryOnPostgres(connection: PoolConfig | string, schema: string): Promise<Carrier> {
  const config = configOf(connection);
  const client = new Client(config);
  // The query going on then rejects with the same error; unheard it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
  const options = {
    // As entries, since BullMQ's type of the driver's options knows no password functions.
    connection: { ...Object.fromEntries(Object.entries(config)), schema, max: 2 },
    streams: { events: { maxLen: 100 } },
  };
  return {
    openQueue: (name) => new Queue(name, options, createPostgresBackend),
    openWorker: (name, work, settings) =>
      new Worker(name, work, { ...options, ...settings }, createPostgresBackend),
    // addBulk makes two temporary tables, which takes as long as eight plain adds.
    bulkFrom: 9,
    isReachable: () => true,
    onReachable: () => undefined,
    client: null,
    close: () => Promise.resolve(),
  };
}

/** A connection string's own `options` would win over the search_path BullMQ sets, so they stand beside it. */
function configOf(connection: PoolConfig | string): PoolConfig {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection;
  const text = config.connectionString;
  if (text === undefined || !URL.canParse(text)) return config;
  const url = new URL(text);
  const options = url.searchParams.get('options');
  if (options === null) return config;
  url.searchParams.delete('options');
  return { ...config, connectionString: url.href, options };
}
