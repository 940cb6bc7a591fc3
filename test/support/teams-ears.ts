import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ServerType, serve } from '@hono/node-server';
import type { TeamsFacts } from '../../adapters/teams/facts.ts';
import { createTeams } from '../../adapters/teams/teams.ts';
import type { TeamsConfig } from '../../adapters/teams/teams-config.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import type { Card } from '../../src/conversation/card.ts';
import { draw } from '../../src/conversation/draw.ts';
import type { Intent } from '../../src/conversation/intent.ts';
import { loadView } from '../../src/conversation/load.ts';
import { NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections, insertConnection } from '../../src/store/connections.ts';
import { openDatabase, withinWorkspaces } from '../../src/store/database.ts';
import { insertIdentity } from '../../src/store/identities.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { createStore } from '../../src/store/store.ts';
import { type FakeTeams, startFakeTeams } from './fake-teams.ts';
import { fakePerson, fakeTenant, PEOPLE, personalOf, TENANT_1, TENANT_2 } from './fake-teams-world.ts';
import { teamsFaults } from './teams-limits.ts';
import { useCases } from './use-cases.ts';

/** People from outside, in a channel and a chat of the first tenant, with the team. */
export const GUEST = 'a0000000-0000-4000-8000-0000000000a1';
export const STRANGER = 'a0000000-0000-4000-8000-0000000000a2';
export const MIXED = '19:withguests@thread.tacv2';

/** Where links in text of ours lead. */
const LINKS = ['https://teams.microsoft.com/', 'https://kept.example.com/'];

const NOBODY: TeamsConfig = {
  identity: { by: 'nobody' },
  tenants: [TENANT_1, TENANT_2],
  workspace: null,
};

const factsOf = (tenantId: string): TeamsFacts => ({
  tenantId,
  name: 'Support',
  botId: 'kept',
  botName: 'Kept',
  installedBy: PEOPLE.Ada,
});

type UseCases = Awaited<ReturnType<typeof useCases>>;
type LogLine = { level: string; fields: object; message: string };

/** One process that hears Teams, on a port of its own. Its database may be reached another way (`poolConfig`). */
async function ears(
  on: UseCases,
  log: LogLine[],
  {
    poolConfig = on.poolConfig,
    config = NOBODY,
  }: { poolConfig?: UseCases['poolConfig']; config?: TeamsConfig } = {},
) {
  const keep = (level: string) => (fields: object, message: string) => {
    log.push({ level, fields, message });
  };
  const keepingLog = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  const isOwnPool = poolConfig !== on.poolConfig;
  const db = isOwnPool ? openDatabase(poolConfig, () => {}) : on.db;
  const store = isOwnPool ? createStore(db) : on.deps.store;
  const deps = { ...on.deps, store, log: keepingLog };
  const connections = createConnections(db, createSeal([randomBytes(32).toString('base64')]));
  const addresses = createAddresses(db);
  const inbox = createInbox(db, poolConfig, () => {});
  await inbox.open();
  const chat = chatDeps({ deps, connections, inbox, publicUrl: 'https://kept.example.com' });
  /** What a test puts in the place of the conversation. */
  const faults: { hear: (() => Promise<void>) | null } = { hear: null };
  const intents: Intent[] = [];
  const teams = createTeams(config, {
    ...chat,
    addresses,
    hear: async (who, intent) => {
      intents.push(intent);
      await faults.hear?.();
      return chat.hear(who, intent);
    },
  });
  const server: ServerType = serve({ fetch: teams.routes.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    teams,
    inbox,
    faults,
    intents,
    connections,
    addresses,
    stop: async () => {
      await teams.stop();
      await new Promise((resolve) => server.close(resolve));
      await inbox.close();
      if (isOwnPool) await store.close();
    },
  };
}

/** Kept's ears in Teams on a real store, with a fake Teams that speaks to them and is spoken to. */
export async function teamsEars(engine: 'embedded' | 'postgres' = 'embedded') {
  const on = await useCases(engine);
  const seen = { faults: [] as string[] };
  const first = fakeTenant(TENANT_1);
  const outside = { Guest: GUEST, Stranger: STRANGER };
  first.people.set(GUEST, fakePerson(GUEST, 'Gus Guest', TENANT_1, { role: 'guest' }));
  first.people.set(STRANGER, fakePerson(STRANGER, 'Sue Stranger', 'b0000000-0000-4000-8000-00000000000f'));
  const general = [...first.conversations.values()][0];
  if (general === undefined) throw new Error('The fake tenant has no channel');
  first.conversations.set(MIXED, {
    ...general,
    id: MIXED,
    name: 'With guests',
    members: [...general.members, ...Object.values(outside)],
  });
  const fake: FakeTeams = await startFakeTeams({
    tenants: [first, fakeTenant(TENANT_2)],
    onCard: (card, where) =>
      seen.faults.push(...teamsFaults(card, { links: LINKS }).map((fault) => `${where}: ${fault}`)),
  });
  const id = `teams/${TENANT_1}`;
  await withinWorkspaces(on.db, [on.workspaceId], async (tx) => {
    const row = { kind: 'teams' as const, externalId: TENANT_1, status: 'connected' as const };
    await insertConnection(tx, { id, workspaceId: on.workspaceId, ...row, facts: factsOf(TENANT_1) });
    for (const [name, externalId] of Object.entries(PEOPLE)) {
      await insertIdentity(tx, on.workspaceId, id, { externalId, memberId: on.memberOf(name).id });
    }
  });
  const log: LogLine[] = [];
  const process = await ears(on, log);
  fake.keptAt(process.url);
  const others: { stop: () => Promise<void> }[] = [];

  return {
    ...on,
    ...process,
    fake,
    log,
    /** What is wrong with any card that was posted or answered. */
    cardFaults: seen.faults,
    /** Another process on the same database. */
    another: async (how: Parameters<typeof ears>[2] = {}) => {
      const more = await ears(on, log, how);
      others.push(more);
      return more;
    },
    /** Another workspace, of the second tenant, whose people and conversations have the ids of the first one's. */
    connectSecondTenant: async () => {
      const workspaceId = WorkspaceId.parse(randomUUID());
      const zone = Zone.parse('Europe/Berlin');
      const team = { id: workspaceId, name: NonBlank.parse('Second'), zone, country: null, currency: 'EUR' };
      await process.connections.connect({
        kind: 'teams',
        externalId: TENANT_2,
        facts: factsOf(TENANT_2),
        secret: null,
        workspace: newWorkspace(team, []),
        identities: [],
      });
      return workspaceId;
    },
    /** Sends what is owed. */
    deliver: () =>
      deliverDue<Card>({
        ...on.deps,
        surfaces: new Map([['teams', process.teams.surface]]),
        draw: async ({ workspaceId, caseId }, key, say) => {
          const view = await loadView(on.deps, { workspaceId }, caseId);
          if (view === null) throw new Error('The case is missing');
          return { drawn: draw(view, key, say), file: view.file, team: view.team };
        },
      }),
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
    personalOf,
    stop: async () => {
      for (const one of others) await one.stop();
      await process.stop();
      await fake.stop();
      await on.stop();
    },
  };
}

export type TeamsEars = Awaited<ReturnType<typeof teamsEars>>;
