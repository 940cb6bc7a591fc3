import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';
import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { createSlack } from '../adapters/slack/slack.ts';
import { createTeams } from '../adapters/teams/teams.ts';
import { caseLinks } from '../adapters/web/case-links.ts';
import { startWeb } from '../adapters/web/start.ts';
import { createConsoleSurface } from '../adapters/web/surface.ts';
import { createWeb, operation } from '../adapters/web/web.ts';
import { type Jobs, startJobs } from '../jobs/start.ts';
import { audit, isViolated } from './app/audit.ts';
import type { Clock } from './app/clock.ts';
import type { Connection, ConnectionKind } from './app/connections.ts';
import { deliverDue } from './app/deliver-due.ts';
import type { Deps } from './app/deps.ts';
import type { Surface } from './app/surface.ts';
import { teamOf } from './app/team.ts';
import { upcomingAlarms, wakeDue } from './app/wake-due.ts';
import { chatDeps } from './chat-deps.ts';
import { type Config, withConsole } from './config.ts';
import { consoleDeps, parseConsoleBody } from './console-deps.ts';
import type { Card } from './conversation/card.ts';
import { caseUrl } from './conversation/case-address.ts';
import type { ChatDeps } from './conversation/chat-deps.ts';
import { draw } from './conversation/draw.ts';
import { elsewhere } from './conversation/elsewhere.ts';
import { loadView } from './conversation/load.ts';
import { createMetrics } from './operation/metrics.ts';
import { createReadiness } from './operation/readiness.ts';
import { createAddresses } from './store/addresses.ts';
import { createConnections } from './store/connections.ts';
import { createConsoleMessages } from './store/console.ts';
import { type Database, openDatabase } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { createInbox } from './store/inbox.ts';
import { migrate } from './store/migrate.ts';
import { ownKey } from './store/own-key.ts';
import { createSeal } from './store/seal.ts';
import { resealSecrets } from './store/secrets.ts';
import { createStore } from './store/store.ts';

/** What a test may put in the place of the real thing. */
type Overrides = { clock?: Clock; sweepEveryMs?: number; clientDir?: string };

/** Kept, running, and the port it answers on. */
export type Kept = { port: number; stop: () => Promise<void> };

/**
 * Puts everything together and starts it: database, jobs, web. What starts registers its stop; stopping runs
 * in reverse. When something can't start, what has started is stopped again and the error is thrown.
 */
export async function start(config: Config, log: Logger, overrides: Overrides = {}): Promise<Kept> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopOne of stops.splice(0).toReversed()) {
      // One that fails keeps none of the others from stopping, least of all the lock on the data.
      await stopOne().catch((err: unknown) => log.error({ err }, 'A part did not stop cleanly'));
    }
  };
  try {
    const port = await startAll(config, log, overrides, stops);
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAll(
  config: Config,
  log: Logger,
  overrides: Overrides,
  stops: (() => Promise<void>)[],
): Promise<number> {
  const clock = overrides.clock ?? Date.now;
  const poolConfig = await database(config, log, stops);
  const db = openDatabase(poolConfig, (err) => log.warn({ err }, 'A database connection was lost'));
  const store = createStore(db);
  stops.push(store.close);
  const migrated = await migrate(db);
  log.info({ migrated }, 'The database is up to date');
  if (config.databaseUrl === null) {
    await store.releaseLeases();
  }

  const metrics = createMetrics(() => store.gauges(clock()));
  const jobs: { running: Jobs | null } = { running: null };
  const deps: Deps = {
    store,
    clock,
    newId: randomUUID,
    teamOf,
    caseUrl: (workspaceId, caseId) =>
      config.publicUrl === null || (config.slack === null && config.teams === null)
        ? null
        : caseUrl(config.publicUrl, workspaceId, caseId),
    log,
    bell: {
      ringAt: async (instants) => jobs.running?.bell.ringAt(instants),
      ringOutbox: async (rowIds) => jobs.running?.bell.ringOutbox(rowIds),
    },
  };
  const messages = createConsoleMessages(db, parseConsoleBody);
  const surfaces = new Map<string, Surface<Card>>([['console', createConsoleSurface(messages, clock)]]);
  const chat = await chatsOf({ config, deps, db, poolConfig }, stops);
  for (const { kind, surface } of chat?.all ?? []) {
    surfaces.set(kind, surface);
  }
  const readiness = createReadiness({ store, jobs: () => jobs.running });

  const answers = {
    health: () => Promise.resolve({ ok: true }),
    ready: readiness.check,
    metrics: metrics.read,
  };

  const isHearing = config.role !== 'worker';
  const isWorking = config.role !== 'web';
  const deliver = async () => metrics.delivered(await deliverDue({ ...deps, surfaces, draw: drawFor(deps) }));
  jobs.running = await startJobs({
    engine:
      config.redisUrl === null
        ? { kind: 'postgres', connection: poolConfig }
        : { kind: 'redis', url: config.redisUrl },
    clock,
    log,
    consume: isWorking,
    ...(overrides.sweepEveryMs === undefined ? {} : { sweepEveryMs: overrides.sweepEveryMs }),
    // Whoever speaks with Kept doesn't wait for the sweep because the queue is away.
    onFailure: (queue) => {
      if (queue === 'deliver' && isWorking) {
        deliver().catch((err: unknown) => log.error({ err }, 'A delivery without a bell failed'));
      }
    },
    work: {
      wakeDue: async () => metrics.woken(await wakeDue(deps)),
      deliverDue: deliver,
      // Side by side: a chat that answers slowly, or not at all, keeps no other waiting.
      hearLate: () => Promise.all((chat?.all ?? []).map(({ late }) => late())),
      upcoming: (until) => upcomingAlarms(deps, until),
      audit: async () => {
        const found = await audit(deps);
        metrics.audited(found);
        readiness.audited(!isViolated(found));
      },
    },
  });
  stops.push(jobs.running.stop);

  const { host } = config;
  const clientDir = overrides.clientDir ?? CLIENT_DIR;
  const web = withConsole(config)
    ? createWeb(
        consoleDeps({ deps, messages, log, publicUrl: config.publicUrl, operation: answers, clientDir }),
      )
    : { app: operation(answers), close: () => {} };
  if (chat !== null && isHearing) {
    web.app.get('/', (c) => c.text(GREETING));
    web.app.route('/', caseLinks(chat.deps, new Map(chat.all.map(({ kind, linkTo }) => [kind, linkTo]))));
    for (const { routes } of chat.all) {
      web.app.route('/', routes);
    }
  }
  const started = await startWeb({ host, port: config.port, ...web });
  stops.push(started.stop);
  for (const one of chat?.all ?? []) {
    await one.start({ hears: isHearing, works: isWorking });
  }
  if (chat === null && isHearing && !withConsole(config)) {
    log.warn({ host }, 'The console is off: it asks for no sign-in yet, so it is served on loopback only');
  }
  if (config.teams?.identity.by === 'nobody') {
    log.warn(
      { host },
      'Teams is in local development: nobody is checked, and it is heard on this machine alone',
    );
  }
  const on = chat?.all.map(({ kind }) => kind) ?? (withConsole(config) ? ['console'] : []);
  log.info({ host, port: started.port, role: config.role, on }, 'Kept is ready');
  return started.port;
}

/** Teams' app package leads here, as to the page that says what becomes of what people write. */
const GREETING = `Kept runs here, and talks in your chat: say /care in Slack, or @Kept care in Teams.

It is run by your own organisation, on its own database. It keeps what is written to it there, and what was promised;
nothing goes to a customer by itself, and nothing to anybody else. Whoever looks after it can tell you more.
`;

/** A chat platform, joined: what Slack and Teams have in common. */
type Chat = {
  kind: ConnectionKind;
  surface: Surface<Card>;
  routes: Hono;
  linkTo: (connection: Connection, ref: string) => string | null;
  start: (options: { hears: boolean; works: boolean }) => Promise<void>;
  late: () => Promise<number>;
  stop: () => Promise<void>;
};

/** The chats that are configured, with what they need of the store: connections with sealed secrets, and the inbox. */
async function chatsOf(
  { config, deps, db, poolConfig }: { config: Config; deps: Deps; db: Database; poolConfig: PoolConfig },
  stops: (() => Promise<void>)[],
): Promise<{ deps: ChatDeps; all: Chat[] } | null> {
  if (config.slack === null && config.teams === null) {
    return null;
  }
  const { log } = deps;
  // Without a key of its own nothing is sealed that has to be opened again: OAuth, which brings tokens, asks for one.
  const keys = config.encryptionKeys ?? [
    config.databaseUrl === null ? await ownKey(config.dataDir, log) : randomBytes(32).toString('base64'),
  ];
  const seal = createSeal(keys);
  const inbox = createInbox(db, poolConfig, (err) => log.warn({ err }, 'A connection of the inbox was lost'));
  stops.push(inbox.close);
  await inbox.open();
  const resealed = await resealSecrets(db, seal);
  if (resealed.resealed > 0 || resealed.unreadable.length > 0) {
    log.warn(resealed, 'Secrets were sealed with another key than the newest');
  }
  const connections = createConnections(db, seal);
  const chat = chatDeps({ deps, connections, inbox, publicUrl: config.publicUrl });
  const all: Chat[] = [];
  if (config.slack !== null) {
    all.push({ kind: 'slack', ...createSlack(config.slack, chat) });
  }
  if (config.teams !== null) {
    all.push({ kind: 'teams', ...createTeams(config.teams, { ...chat, addresses: createAddresses(db) }) });
  }
  stops.push(...all.map(({ stop }) => stop));
  return { deps: chat, all };
}

/** Built by `npm run build` beside the compiled sources; from the sources themselves it is the same place. */
const CLIENT_DIR = fileURLToPath(
  new URL(import.meta.url.includes('/dist/') ? '../client' : '../dist/client', import.meta.url),
);

async function database(config: Config, log: Logger, stops: (() => Promise<void>)[]) {
  if (config.databaseUrl !== null) {
    return { connectionString: config.databaseUrl, max: 10 };
  }
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  stops.push(embedded.stop);
  return embedded.poolConfig;
}

function drawFor(deps: Deps): Parameters<typeof deliverDue<Card>>[0]['draw'] {
  return async ({ workspaceId, caseId, tried }, key, say) => {
    const view = await loadView(deps, { workspaceId }, caseId);
    if (view === null) {
      throw new Error('A message is owed for a case that is not there');
    }
    return { drawn: elsewhere(draw(view, key, say), tried), file: view.file, team: view.team };
  };
}
