import type { TeamsFacts } from '../../adapters/teams/facts.ts';
import { createTeams } from '../../adapters/teams/teams.ts';
import type { TeamsConfig } from '../../adapters/teams/teams-config.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import type { Pace } from '../../src/app/pace.ts';
import type { Card } from '../../src/conversation/card.ts';
import { draw } from '../../src/conversation/draw.ts';
import { loadView } from '../../src/conversation/load.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { chatProcess, heardBy, listening } from './chat-ears.ts';
import { connectSecond, connectTeam } from './chat-tenant.ts';
import { type FakeTeams, startFakeTeams } from './fake-teams.ts';
import { fakePerson, fakeTenant, PEOPLE, personalOf, TENANT_1, TENANT_2 } from './fake-teams-world.ts';
import { type LogLine } from './kept-log.ts';
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

/** One process that hears Teams, on a port of its own. Its database may be reached another way (`poolConfig`). */
async function ears(
  on: UseCases,
  log: LogLine[],
  {
    poolConfig = on.poolConfig,
    config = NOBODY,
    pace,
  }: { poolConfig?: UseCases['poolConfig']; config?: TeamsConfig; pace?: Pace | undefined } = {},
) {
  const process = await chatProcess(on, log, poolConfig, pace);
  const { connections, inbox, faults, intents } = process;
  const addresses = createAddresses(process.db);
  const teams = createTeams(config, { ...process.deps, addresses });
  const server = await listening(teams.routes);
  return {
    url: server.url,
    teams,
    inbox,
    faults,
    intents,
    connections,
    addresses,
    stop: async () => {
      await teams.stop();
      await server.close();
      await process.close();
    },
  };
}

/** Kept's ears in Teams on a real store, with a fake Teams that speaks to them and is spoken to. */
export async function teamsEars(engine: 'embedded' | 'postgres' = 'embedded', pace?: Pace) {
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
  await connectTeam(on, { kind: 'teams', externalId: TENANT_1, facts: factsOf(TENANT_1) }, PEOPLE);
  const log: LogLine[] = [];
  const process = await ears(on, log, { pace });
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
      const tenant = { kind: 'teams' as const, externalId: TENANT_2, facts: factsOf(TENANT_2) };
      return (await connectSecond(process.connections, tenant)).workspaceId;
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
    ...heardBy(on),
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
