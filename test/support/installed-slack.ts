import { randomBytes, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { createClients } from '../../adapters/slack/clients.ts';
import { SlackFacts } from '../../adapters/slack/facts.ts';
import { createInstall } from '../../adapters/slack/install.ts';
import { createPeople } from '../../adapters/slack/people.ts';
import type { SlackConfig } from '../../adapters/slack/slack-config.ts';
import type { SlackConnection } from '../../adapters/slack/slack-deps.ts';
import { createTokens } from '../../adapters/slack/tokens.ts';
import { startWeb } from '../../adapters/web/start.ts';
import type { Log } from '../../src/app/deps.ts';
import { changeMember } from '../../src/app/members.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createSeal } from '../../src/store/seal.ts';
import { useCases } from './use-cases.ts';

/** What was logged, with what. */
export type Logged = { level: keyof Log; message: string; fields: object };

/** A database, and Kept’s ways into Slack over it: each `process` is one of its own, as of a fleet. */
export async function installedSlack() {
  const on = await useCases();
  const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
  const logged: Logged[] = [];
  const at =
    (level: keyof Log) =>
    (fields: object, message: string): void => {
      logged.push({ level, message, fields });
    };
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const stops: (() => Promise<void>)[] = [];

  function process(config: SlackConfig, options: { clock?: () => number; publicUrl?: string } = {}) {
    const clock = options.clock ?? Date.now;
    const parts = {
      connections,
      clock,
      log,
      newId: randomUUID,
      publicUrl: options.publicUrl ?? null,
      changeMember: (
        ...[workspaceId, id, change]: Parameters<typeof changeMember> extends [unknown, ...infer R]
          ? R
          : never
      ) => changeMember({ ...on.deps, clock }, workspaceId, id, change),
    };
    const tokens = createTokens({ ...parts, config });
    const clientOf = createClients({ apiUrl: config.apiUrl, tokenOf: tokens.tokenOf, log });
    const people = createPeople({ ...parts, clientOf });
    const install = createInstall({ ...parts, config, tokens });
    stops.push(async () => {
      await install.stop();
      await people.idle();
    });
    return { tokens, clientOf, people, install };
  }

  return {
    ...on,
    connections,
    logged,
    process,
    /** Serves the routes of an installation as Kept does. */
    serve: async (routes: Hono, port: number): Promise<void> => {
      const app = new Hono().route('/', routes);
      const { stop } = await startWeb({ host: '127.0.0.1', port, app, close: () => {} });
      stops.push(stop);
    },
    connection: async (externalId: string): Promise<SlackConnection> => {
      const found = await connections.find('slack', externalId);
      if (found === null) throw new Error(`${externalId} is not connected`);
      return { ...found, facts: SlackFacts.parse(found.facts) };
    },
    stop: async () => {
      for (const stop of stops.toReversed()) await stop();
      await on.stop();
    },
  };
}

export type InstalledSlack = Awaited<ReturnType<typeof installedSlack>>;
