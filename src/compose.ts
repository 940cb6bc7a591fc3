import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { caseLinks } from '../adapters/web/case-links.ts';
import { startWeb } from '../adapters/web/start.ts';
import { createConsoleSurface } from '../adapters/web/surface.ts';
import { createBare, createWeb } from '../adapters/web/web.ts';
import { type Jobs, startJobs } from '../jobs/start.ts';
import { createAtHand } from './app/at-hand.ts';
import { CANARY, canarySurface } from './app/canary.ts';
import type { Clock } from './app/clock.ts';
import { CONNECTION_KINDS } from './app/connections.ts';
import { deliverDue } from './app/deliver-due.ts';
import type { Deps } from './app/deps.ts';
import { type Duty, onceInFleet } from './app/duty.ts';
import { type Pruned, prune } from './app/prune.ts';
import type { AtHand, CaseData } from './app/store.ts';
import type { Surface } from './app/surface.ts';
import { teamOf } from './app/team.ts';
import { upcomingAlarms, wakeDue } from './app/wake-due.ts';
import { chatsOf, GREETING } from './chats.ts';
import { type Config, withConsole } from './config.ts';
import { consoleDeps, parseConsoleBody } from './console-deps.ts';
import { canaryCard } from './conversation/canary-card.ts';
import type { Card } from './conversation/card.ts';
import { caseUrl } from './conversation/case-address.ts';
import { draw } from './conversation/draw.ts';
import { elsewhere } from './conversation/elsewhere.ts';
import { loadView, viewOf } from './conversation/load.ts';
import { openStore } from './open-store.ts';
import { createMetrics } from './operation/metrics.ts';
import { createPace } from './operation/pace.ts';
import { createReadiness } from './operation/readiness.ts';
import { sparing } from './operation/sparing.ts';
import { createAuditing } from './store/audit.ts';
import { createCanaries } from './store/canary.ts';
import { createConsoleMessages } from './store/console.ts';
import type { Database } from './store/database.ts';
import { createDuties } from './store/duty.ts';
import { createPruning, tidy } from './store/prune.ts';
import { watchDuties, watchOf } from './watch.ts';

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
  const { poolConfig, db, store, clock } = await openStore({ config, log, clock: overrides.clock }, stops);
  const duties = createDuties(db);
  const heard = CONNECTION_KINDS.filter((kind) => kind === 'console' || config[kind] !== null);
  const auditing = createAuditing(db, heard);
  const canaries = createCanaries(db);
  const isWorking = config.role !== 'web';
  const watched = watchOf({ duties, canaries, config, isWorking });
  const metrics = createMetrics(
    sparing(() => store.gauges(clock())),
    watched.read,
  );
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
  const pace = createPace(config.perSecond, log);
  const chat = await chatsOf({ config, deps, db, poolConfig, pace }, stops);
  for (const { kind, surface } of chat?.all ?? []) {
    surfaces.set(kind, surface);
  }
  surfaces.set(CANARY, canarySurface(surfaces, { canaries, draw: canaryCard, clock }));
  const readiness = createReadiness({ store, jobs: () => jobs.running, auditor: watched.auditor });

  const answers = {
    health: () => Promise.resolve({ ok: true }),
    ready: readiness.check,
    metrics: metrics.read,
  };

  const isHearing = config.role !== 'worker';
  const ending = { isNear: false };
  const atHand = createAtHand<AtHand>(clock);
  const delivering = {
    ...deps,
    surfaces,
    draw: drawFor(deps, (rowId) => atHand.of(rowId)?.data ?? null),
    cardAtHand: (rowId: string) => atHand.of(rowId)?.card ?? null,
    isEnding: () => ending.isNear,
  };
  const deliver = async () => metrics.delivered(await deliverDue(delivering));
  // Side by side: a chat that answers slowly, or not at all, keeps no other waiting.
  const hearLate = () => Promise.all((chat?.all ?? []).map(({ late }) => late()));
  /** What one process of the fleet does every so often, whatever their number. */
  const ofTheFleet: Duty[] = [
    pruneDuty(db, clock, { isEmbedded: config.databaseUrl === null, pruned: metrics.pruned }),
    ...watchDuties({
      deps: { ...deps, auditing, canaries, deliver, hear: hearLate },
      duties,
      config,
      repaired: metrics.repaired,
    }),
  ];
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
      wakeDue: async (ahead) => metrics.woken(await wakeDue(deps, ahead, atHand.put)),
      deliverDue: deliver,
      hearLate,
      upcoming: (until) => upcomingAlarms(deps, until),
      duties: ofTheFleet.map((duty) => ({ name: duty.name, run: onceInFleet({ duties, log }, duty) })),
    },
  });
  stops.push(jobs.running.stop);

  const { host } = config;
  const clientDir = overrides.clientDir ?? CLIENT_DIR;
  const web = withConsole(config)
    ? createWeb(
        consoleDeps({
          deps,
          messages,
          log,
          publicUrl: config.publicUrl,
          operation: answers,
          pace,
          clientDir,
        }),
      )
    : createBare({ operation: answers, log });
  if (chat !== null && isHearing) {
    web.app.get('/', (c) => c.text(GREETING));
    web.app.route('/', caseLinks(chat.deps, new Map(chat.all.map(({ kind, linkTo }) => [kind, linkTo]))));
    for (const { routes } of chat.all) {
      web.app.route('/', routes);
    }
  }
  const started = await startWeb({ host, port: config.port, publicUrl: config.publicUrl, ...web });
  stops.push(started.stop);
  stops.push(() => {
    ending.isNear = true;
    return Promise.resolve();
  });
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

/** Takes away what is over. The embedded database has nobody else to make room where it lay. */
function pruneDuty(
  db: Database,
  clock: Clock,
  { isEmbedded, pruned }: { isEmbedded: boolean; pruned: (counts: Pruned) => void },
): Duty {
  const pruning = createPruning(db);
  return {
    name: 'prune',
    everyMs: 3_600_000,
    run: async () => {
      const counts = await prune({ pruning, clock });
      pruned(counts);
      if (isEmbedded) {
        await tidy(db);
      }
      return counts;
    },
  };
}

/** Built by `npm run build` beside the compiled sources; from the sources themselves it is the same place. */
const CLIENT_DIR = fileURLToPath(
  new URL(import.meta.url.includes('/dist/') ? '../client' : '../dist/client', import.meta.url),
);

function drawFor(
  deps: Deps,
  dataAtHand: (rowId: string) => CaseData | null,
): Parameters<typeof deliverDue<Card>>[0]['draw'] {
  return async ({ id, workspaceId, caseId, tried }, key, say) => {
    const known = dataAtHand(id);
    const view = known === null ? await loadView(deps, { workspaceId }, caseId) : viewOf(deps, known);
    if (view === null) {
      throw new Error('A message is owed for a case that is not there');
    }
    return { drawn: elsewhere(draw(view, key, say), tried), file: view.file, team: view.team };
  };
}
