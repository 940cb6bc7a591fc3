import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ServerType, serve } from '@hono/node-server';
import { createAudience } from '../../adapters/slack/audience.ts';
import { createClients } from '../../adapters/slack/clients.ts';
import type { SlackFacts } from '../../adapters/slack/facts.ts';
import { createHearing } from '../../adapters/slack/hear.ts';
import { createPeople } from '../../adapters/slack/people.ts';
import type { SlackConnection } from '../../adapters/slack/slack-deps.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import type { Intent } from '../../src/conversation/intent.ts';
import { NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import { createConnections, insertConnection } from '../../src/store/connections.ts';
import { openDatabase, withinWorkspaces } from '../../src/store/database.ts';
import { insertIdentity } from '../../src/store/identities.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { createStore } from '../../src/store/store.ts';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
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
type LogLine = { level: string; fields: object; message: string };

/** One process that hears Slack, by HTTP on a port of its own. Its database may be reached another way (`poolConfig`). */
async function ears(on: UseCases, fake: FakeSlack, log: LogLine[], poolConfig = on.poolConfig) {
  const keep = (level: string) => (fields: object, message: string) => {
    log.push({ level, fields, message });
  };
  const keepingLog = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  const isOwnPool = poolConfig !== on.poolConfig;
  const db = isOwnPool ? openDatabase(poolConfig, () => {}) : on.db;
  const store = isOwnPool ? createStore(db) : on.deps.store;
  const deps = { ...on.deps, store, log: keepingLog };
  const connections = createConnections(db, createSeal([randomBytes(32).toString('base64')]));
  const inbox = createInbox(db, poolConfig, () => {});
  await inbox.open();
  const hooks: { what: string; connection: string }[] = [];
  const chat = chatDeps({ deps, connections, inbox, publicUrl: 'https://kept.example.com' });
  const intents: Intent[] = [];
  const slack: typeof chat = {
    ...chat,
    hear: (who, intent) => {
      intents.push(intent);
      return chat.hear(who, intent);
    },
  };
  const tokenOf = async ({ id }: { id: string }) => `xoxb-${id.replace('slack/', '')}`;
  const clientOf = createClients({ apiUrl: fake.apiUrl, tokenOf, log: keepingLog });
  const audience = createAudience({ clientOf, clock: on.clock.now, seen: () => {} });
  const people = createPeople({ ...slack, clientOf });
  const hearing = createHearing({
    config: {
      apiUrl: fake.apiUrl,
      receive: { by: 'http', signingSecret: SECRET },
      install: { by: 'token', botToken: 'xoxb-T1' },
    },
    deps: slack,
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
  const server: ServerType = serve({ fetch: hearing.routes.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    hearing,
    inbox,
    hooks,
    /** What the conversation was told, in order. */
    intents,
    stop: async () => {
      await hearing.stop();
      await people.idle();
      await new Promise((resolve) => server.close(resolve));
      await inbox.close();
      if (isOwnPool) await store.close();
    },
  };
}

/** Kept's ears on a real store, with a fake Slack that speaks to them and is spoken to. */
export async function slackEars(engine: 'embedded' | 'postgres' = 'embedded') {
  const on = await useCases(engine);
  const fake = await startFakeSlack({ signingSecret: SECRET });
  await withinWorkspaces(on.db, [on.workspaceId], async (tx) => {
    const id = 'slack/T1';
    const row = { kind: 'slack' as const, externalId: 'T1', status: 'connected' as const, facts };
    await insertConnection(tx, { id, workspaceId: on.workspaceId, ...row });
    for (const [name, externalId] of Object.entries(SLACK_IDS)) {
      await insertIdentity(tx, on.workspaceId, id, { externalId, memberId: on.memberOf(name).id });
    }
  });
  const log: LogLine[] = [];
  const first = await ears(on, fake, log);
  fake.keptAt(first.url);
  const others: { stop: () => Promise<void> }[] = [];

  return {
    ...on,
    ...first,
    fake,
    log,
    /** Another process on the same database. */
    another: async (poolConfig = on.poolConfig) => {
      const more = await ears(on, fake, log, poolConfig);
      others.push(more);
      return more;
    },
    /** Another workspace, of team T2, whose people and channels have the ids of the first one's. */
    connectSecondTeam: async () => {
      const workspaceId = WorkspaceId.parse(randomUUID());
      const zone = Zone.parse('Europe/Berlin');
      const team = { id: workspaceId, name: NonBlank.parse('Second'), zone, country: null, currency: 'EUR' };
      const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
      await connections.connect({
        kind: 'slack',
        externalId: 'T2',
        facts: { ...facts, teamId: 'T2', name: 'Team T2', url: 'https://team-t2.slack.com/' },
        secret: null,
        workspace: newWorkspace(team, []),
        identities: [],
      });
      return workspaceId;
    },
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
    stop: async () => {
      for (const one of others) await one.stop();
      await first.stop();
      await fake.stop();
      await on.stop();
    },
  };
}

export type SlackEars = Awaited<ReturnType<typeof slackEars>>;
