import { Hono } from 'hono';
import type { Connection } from '../../src/app/connections.ts';
import type { Surface } from '../../src/app/surface.ts';
import type { Card } from '../../src/conversation/card.ts';
import { createAudience } from './audience.ts';
import { createClients } from './clients.ts';
import { SlackFacts } from './facts.ts';
import { createHearing } from './hear.ts';
import { createInstall } from './install.ts';
import { createPeople } from './people.ts';
import { permalink } from './permalink.ts';
import type { SlackConfig } from './slack-config.ts';
import type { SlackDeps } from './slack-deps.ts';
import { createSlackSurface } from './surface.ts';
import { createTokens } from './tokens.ts';

/** Slack, whole: a surface to speak on, ears, and the way in. */
export type Slack = {
  surface: Surface<Card>;
  routes: Hono;
  /** The address of a post in Slack. */
  linkTo: (connection: Connection, ref: string) => string;
  /**
   * With a token from the environment its team is connected, as soon as Slack can be reached: who only sends needs
   * that as well. `hears`: this process hears, too.
   */
  start: (options: { hears: boolean }) => Promise<void>;
  /** Carries out what was accepted by a process that didn't; how many. */
  late: () => Promise<number>;
  stop: () => Promise<void>;
};

/** Joins the parts of Slack. */
export function createSlack(config: SlackConfig, deps: SlackDeps): Slack {
  const { log, clock, connections } = deps;
  const tokens = createTokens({ config, connections, clock, log });
  const clientOf = createClients({ apiUrl: config.apiUrl, tokenOf: tokens.tokenOf, log });
  const people = createPeople({ ...deps, clientOf });
  const audience = createAudience({ clientOf, clock, seen: people.seen });
  const install = createInstall({ ...deps, config, tokens });
  const hearing = createHearing({ config, deps, clientOf, audience, people, install });
  const routes = new Hono();
  routes.route('/', hearing.routes);
  routes.route('/', install.routes);
  return {
    surface: createSlackSurface({ deps, clientOf, audience, forgetToken: tokens.forget }),
    routes,
    linkTo: ({ facts }, ref) => permalink(SlackFacts.parse(facts), ref),
    start: async ({ hears }) => {
      install.start();
      if (hears) {
        await hearing.start();
      }
    },
    late: hearing.late,
    stop: async () => {
      await hearing.stop();
      await install.stop();
      await people.idle();
    },
  };
}
