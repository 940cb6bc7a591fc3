import { randomBytes } from 'node:crypto';
import { createAudience } from '../../adapters/slack/audience.ts';
import { createClients } from '../../adapters/slack/clients.ts';
import type { SlackFacts } from '../../adapters/slack/facts.ts';
import { createHearing } from '../../adapters/slack/hear.ts';
import { createPeople } from '../../adapters/slack/people.ts';
import type { SlackConnection } from '../../adapters/slack/slack-deps.ts';
import type { Pace } from '../../src/app/pace.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createSeal } from '../../src/store/seal.ts';
import { chatProcess, heardBy, listening } from './chat-ears.ts';
import { connectSecond, connectTeam } from './chat-tenant.ts';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import { type LogLine } from './kept-log.ts';
import { useCases } from './use-cases.ts';

const SECRET = 'a signing secret';
const facts: SlackFacts = {
  teamId: 'T1',
  enterpriseId: null,
  name: 'Team T1',
  url: 'https://team-t1.slack.com/',
  appId: 'A1',
  botUserId: 'UBOT',
  botId: 'B1',
  scopes: [],
  installedBy: 'U1',
};
const SLACK_IDS = { Ada: 'U1', Sam: 'U2', Leo: 'U3', Mia: 'U4', Dora: 'U5' };

type UseCases = Awaited<ReturnType<typeof useCases>>;

/** One process that hears Slack, by HTTP on a port of its own. Its database may be reached another way (`poolConfig`). */
async function ears(
  on: UseCases,
  fake: FakeSlack,
  log: LogLine[],
  { poolConfig = on.poolConfig, pace }: { poolConfig?: UseCases['poolConfig']; pace?: Pace | undefined } = {},
) {
  const process = await chatProcess(on, log, poolConfig, pace);
  const { deps, inbox, intents } = process;
  const hooks: { what: string; connection: string }[] = [];
  const tokenOf = async ({ id }: { id: string }) => `xoxb-${id.replace('slack/', '')}`;
  const clientOf = createClients({ apiUrl: fake.apiUrl, tokenOf, log: process.log });
  const audience = createAudience({ clientOf, clock: on.clock.now, seen: () => {} });
  const people = createPeople({ ...deps, clientOf });
  const hearing = createHearing({
    config: {
      apiUrl: fake.apiUrl,
      receive: { by: 'http', signingSecret: SECRET },
      install: { by: 'token', botToken: 'xoxb-T1' },
    },
    deps,
    clientOf,
    audience,
    people,
    install: {
      appUninstalled: async ({ id }: SlackConnection) =>
        void hooks.push({ what: 'uninstalled', connection: id }),
      tokensRevoked: async ({ id }: SlackConnection) => void hooks.push({ what: 'revoked', connection: id }),
    },
  });
  await hearing.start();
  const server = await listening(hearing.routes);
  return {
    url: server.url,
    hearing,
    inbox,
    hooks,
    intents,
    stop: async () => {
      await hearing.stop();
      await people.idle();
      await server.close();
      await process.close();
    },
  };
}

/** Kept's ears on a real store, with a fake Slack that speaks to them and is spoken to. */
export async function slackEars(engine: 'embedded' | 'postgres' = 'embedded', pace?: Pace) {
  const on = await useCases(engine);
  const fake = await startFakeSlack({ signingSecret: SECRET });
  await connectTeam(on, { kind: 'slack', externalId: 'T1', facts }, SLACK_IDS);
  const log: LogLine[] = [];
  const first = await ears(on, fake, log, { pace });
  fake.keptAt(first.url);
  const others: { stop: () => Promise<void> }[] = [];

  return {
    ...on,
    ...first,
    fake,
    log,
    /** Another process on the same database. */
    another: async (poolConfig = on.poolConfig) => {
      const more = await ears(on, fake, log, { poolConfig });
      others.push(more);
      return more;
    },
    /** Another workspace, of team T2, whose people and channels have the ids of the first one's. */
    connectSecondTeam: async () => {
      const theirs = { ...facts, teamId: 'T2', name: 'Team T2', url: 'https://team-t2.slack.com/' };
      const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
      const tenant = { kind: 'slack' as const, externalId: 'T2', facts: theirs };
      return (await connectSecond(connections, tenant)).workspaceId;
    },
    ...heardBy(on),
    stop: async () => {
      for (const one of others) await one.stop();
      await first.stop();
      await fake.stop();
      await on.stop();
    },
  };
}

export type SlackEars = Awaited<ReturnType<typeof slackEars>>;
