import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ServerType, serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { anyPace, type Pace } from '../../src/app/pace.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import type { Intent } from '../../src/conversation/intent.ts';
import { createConnections } from '../../src/store/connections.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { createStore } from '../../src/store/store.ts';
import { keptLog, type LogLine } from './kept-log.ts';
import type { useCases } from './use-cases.ts';

type UseCases = Awaited<ReturnType<typeof useCases>>;

/** What a process has that hears a chat platform. Its database may be reached another way (`poolConfig`). */
export async function chatProcess(
  on: UseCases,
  lines: LogLine[],
  poolConfig = on.poolConfig,
  pace: Pace = anyPace,
) {
  const log = keptLog(lines);
  const isOwnPool = poolConfig !== on.poolConfig;
  const db = isOwnPool ? openDatabase(poolConfig, () => {}) : on.db;
  const store = isOwnPool ? createStore(db) : on.deps.store;
  const connections = createConnections(db, createSeal([randomBytes(32).toString('base64')]));
  const inbox = createInbox(db, poolConfig, () => {});
  await inbox.open();
  const deps = { ...on.deps, store, log };
  const chat = chatDeps({ deps, connections, inbox, publicUrl: 'https://kept.example.com', pace });
  /** What a test puts in the place of the conversation. */
  const faults: { hear: (() => Promise<void>) | null } = { hear: null };
  /** What the conversation was told, in order. */
  const intents: Intent[] = [];
  const hear: typeof chat.hear = async (who, intent) => {
    intents.push(intent);
    await faults.hear?.();
    return chat.hear(who, intent);
  };
  return {
    db,
    log,
    connections,
    inbox,
    faults,
    intents,
    deps: { ...chat, hear },
    close: async () => {
      await inbox.close();
      if (isOwnPool) await store.close();
    },
  };
}

/** Routes on a port of their own. */
export async function listening(routes: Hono) {
  const server: ServerType = serve({ fetch: routes.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What was heard and what came of it, as it lies in the store. */
export function heardBy(on: UseCases) {
  return {
    /** The rows of the inbox, oldest first. */
    rows: () =>
      on.db
        .selectFrom('kept.inbox')
        .select([
          'id',
          'key',
          'done_at as doneAt',
          'error',
          'attempts',
          'workspace_id as workspaceId',
          'body',
        ])
        .orderBy('at')
        .execute(),
    /** Takes what failed in one test out of the way of the next. */
    forgetOwed: async () => {
      await on.db.updateTable('kept.inbox').set({ done_at: 0 }).where('done_at', 'is', null).execute();
    },
    cases: async (workspaceId = on.workspaceId) => on.deps.store.transact(workspaceId, (tx) => tx.cases(100)),
  };
}
