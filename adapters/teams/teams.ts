import { Hono } from 'hono';
import type { Connection } from '../../src/app/connections.ts';
import type { Surface } from '../../src/app/surface.ts';
import type { Card } from '../../src/conversation/card.ts';
import { createAudience } from './audience.ts';
import { createBot } from './bot.ts';
import { createGraph } from './graph.ts';
import { createHearing } from './hear.ts';
import { linkTo } from './link.ts';
import { byLoopbackOnly } from './loopback.ts';
import { createPeople } from './people.ts';
import { createPlaces } from './places.ts';
import { createPresenceWatch } from './presence.ts';
import { createTeamsSurface } from './surface.ts';
import { tabRoutes } from './tab.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';
import { teamsConnection } from './teams-connection.ts';
import type { TeamsDeps } from './teams-deps.ts';
import { createTenants } from './tenants.ts';

/** Teams, whole: a surface to speak on, ears, and the personal tab. */
export type Teams = {
  surface: Surface<Card>;
  routes: Hono;
  /** The address of a post in Teams; null for one in somebody's own chat with Kept. */
  linkTo: (connection: Connection, ref: string) => string | null;
  /** `works`: this process works off what is due, so it is the one that looks at presence. */
  start: (options: { works: boolean }) => Promise<void>;
  /** Carries out what was accepted by a process that didn't; how many. */
  late: () => Promise<number>;
  stop: () => Promise<void>;
};

/** Joins the parts of Teams. `authority` null, or left out, is Microsoft's own. */
export function createTeams(config: TeamsConfig, deps: TeamsDeps, authority: Authority | null = null): Teams {
  const { clock } = deps;
  const bot = createBot(config, authority);
  const graph = createGraph({
    identity: config.identity,
    clock,
    log: deps.log,
    ...(authority === null ? {} : { loginUrl: authority.loginUrl }),
  });
  const places = createPlaces({ deps, bot });
  const people = createPeople({ deps, bot, places, graph });
  const tenants = createTenants({ config, deps });
  const audience = createAudience({ bot, places, clock, seen: people.seen });
  const presence = createPresenceWatch({ deps, graph });
  // What is tried out in local development is the Agents Playground, which looks nothing up.
  const lookups = config.identity.by === 'nobody' ? ({ lookups: 'none' } as const) : {};
  const hearing = createHearing({ deps, bot, places, people, tenants, audience, ...lookups });
  const routes = new Hono();
  if (config.identity.by === 'nobody') {
    routes.use('/api/messages', byLoopbackOnly());
  }
  routes.route('/', hearing.routes);
  routes.route(
    '/',
    tabRoutes({
      config,
      deps,
      tenants,
      people,
      press: hearing.press,
      keysUrl: authority?.loginUrl,
    }),
  );
  return {
    surface: createTeamsSurface({ deps, bot, places, audience, tenants }),
    routes,
    linkTo: (connection, ref) => linkTo(teamsConnection(connection), ref),
    start: ({ works }) => {
      if (works) {
        presence.start();
      }
      return Promise.resolve();
    },
    late: hearing.late,
    stop: async () => {
      await hearing.stop();
      await presence.stop();
      await people.idle();
      await tenants.idle();
    },
  };
}
