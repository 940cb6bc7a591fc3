import { randomBytes } from 'node:crypto';
import { createAudience } from '../../adapters/teams/audience.ts';
import { createBot } from '../../adapters/teams/bot.ts';
import type { TeamsFacts } from '../../adapters/teams/facts.ts';
import { createPlaces } from '../../adapters/teams/places.ts';
import { createTeamsSurface } from '../../adapters/teams/surface.ts';
import type { TeamsConfig } from '../../adapters/teams/teams-config.ts';
import { teamsConnection } from '../../adapters/teams/teams-connection.ts';
import type { TeamsConnection } from '../../adapters/teams/teams-deps.ts';
import type { From, Where } from '../../adapters/teams/told.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import type { Card } from '../../src/conversation/card.ts';
import { draw } from '../../src/conversation/draw.ts';
import { loadView } from '../../src/conversation/load.ts';
import type { CaseId, WorkspaceId } from '../../src/domain/ids.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createSeal } from '../../src/store/seal.ts';
import { connectSecond, connectTeam } from './chat-tenant.ts';
import { startFakeTeams } from './fake-teams.ts';
import { type FakePost, PEOPLE, TENANT_1, TENANT_2, tenantOf } from './fake-teams-world.ts';
import { keptLog, type LogLine } from './kept-log.ts';
import { useCases } from './use-cases.ts';

const NOBODY: TeamsConfig = { identity: { by: 'nobody' }, tenants: null, workspace: null };

const factsOf = (tenantId: string): TeamsFacts => ({
  tenantId,
  name: 'Support',
  botId: 'kept',
  botName: 'Kept',
  installedBy: PEOPLE.Ada,
});

/**
 * The use cases on a real store, delivering to a fake Teams as Kept does: real outbox, real SDK, real HTTP. Both have
 * the same clock, which a test turns. Teams has been heard from in the conversations of the first tenant, and from
 * Ada, who has a chat with Kept; the others have none yet.
 */
export async function teamsDesk() {
  const on = await useCases();
  const fake = await startFakeTeams({ now: on.clock.now });
  const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
  const addresses = createAddresses(on.db);
  const id = await connectTeam(on, { kind: 'teams', externalId: TENANT_1, facts: factsOf(TENANT_1) }, PEOPLE);
  const log: LogLine[] = [];
  const keepingLog = keptLog(log);
  const deps = { ...on.deps, log: keepingLog };

  /** Tenants that were taken off the list of those that are let in. */
  const shutOut = new Set<string>();

  /** A process's side of Teams, with nothing remembered. */
  function newSurface() {
    const bot = createBot(NOBODY, null);
    const common = { log: keepingLog, clock: on.clock.now };
    const places = createPlaces({ deps: { ...common, addresses }, bot });
    const audience = createAudience({ bot, places, clock: on.clock.now });
    const threadOf = async (workspaceId: WorkspaceId, caseId: CaseId) =>
      on.deps.store.post(workspaceId, `${caseId}/card`);
    const surface = createTeamsSurface({
      deps: { ...common, connections, threadOf },
      bot,
      places,
      audience,
      tenants: { isAllowed: (tenantId) => !shutOut.has(tenantId) },
    });
    return { bot, places, audience, surface };
  }
  let process = newSurface();

  async function connection(tenantId = TENANT_1): Promise<TeamsConnection> {
    const found = await connections.find('teams', tenantId);
    if (found === null) throw new Error(`There is no connection of ${tenantId}`);
    return teamsConnection(found);
  }

  /** Something was heard from a conversation, and from a person in it. */
  async function heardFrom(conversation: string, person: string | null = null, tenantId = TENANT_1) {
    const tenant = tenantOf(fake.world, tenantId);
    const found = tenant.conversations.get(conversation);
    if (found === undefined) throw new Error(`There is no conversation ${conversation}`);
    const { kind, teamId } = found;
    const where: Where = { conversation, kind, serviceUrl: fake.serviceUrl(tenantId), teamId };
    const known = person === null ? undefined : tenant.people.get(person);
    const from: From | null =
      known === undefined
        ? null
        : { personId: known.personId, userId: known.userId, name: known.name, locale: null, zone: null };
    await process.places.seen(await connection(tenantId), { where, from }, found.name ?? undefined);
  }
  for (const conversation of fake.tenant(TENANT_1).conversations.keys()) {
    await heardFrom(conversation, PEOPLE.Ada);
  }

  const deliver = () =>
    deliverDue<Card>({
      ...deps,
      surfaces: new Map([['teams', process.surface]]),
      draw: async ({ workspaceId, caseId }, key, say) => {
        const view = await loadView(on.deps, { workspaceId }, caseId);
        if (view === null) throw new Error('The case is missing');
        // Nothing of a message's key is to be seen in Teams, so a test has it for a heading.
        const drawn: Card = { ...draw(view, key, say), heading: [{ t: 'text', text: `key ${key} end` }] };
        return { drawn, file: view.file, team: view.team };
      },
    });

  const keysOf = (posts: readonly FakePost[], caseId: CaseId) =>
    posts
      .map(({ activity }) => /key (\S+) end/.exec(JSON.stringify(activity))?.[1] ?? '')
      .filter((key) => key.startsWith(caseId))
      .map((key) => key.replace(caseId, 'case'));

  return {
    ...on,
    fake,
    connections,
    addresses,
    connection,
    heardFrom,
    shutOut,
    log,
    get surface() {
      return process.surface;
    },
    get audience() {
      return process.audience;
    },
    get places() {
      return process.places;
    },
    /** Another process takes over, which remembers nothing. */
    restart: () => {
      process = newSurface();
    },
    /** Another workspace, of the second tenant, whose people and conversations have the ids of the first one's. */
    connectSecondTenant: async () =>
      teamsConnection(
        await connectSecond(connections, { kind: 'teams', externalId: TENANT_2, facts: factsOf(TENANT_2) }),
      ),
    openIn: (title: string, channel: string) => on.open(title, { connection: id, channel }),
    deliver,
    /** Delivers as often as it takes, with the clock going on by `stepMs` in between. */
    settle: async (times = 4, stepMs = 61_000) => {
      for (let run = 0; run < times; run += 1) {
        await deliver();
        on.clock.forward(stepMs);
      }
      await deliver();
    },
    wake: () => wakeDue(on.deps),
    /** The keys of a case's messages as they stand in a conversation, in order. */
    keysIn: (conversation: string, caseId: CaseId, tenantId = TENANT_1) =>
      keysOf(fake.posts(tenantId, conversation), caseId),
    /** And in a person's chat with Kept. */
    keysFor: (personId: string, caseId: CaseId) => keysOf(fake.chat(TENANT_1, personId), caseId),
    owed: async (caseId: CaseId) =>
      on.db
        .selectFrom('kept.outbox')
        .select(['key', 'attempts', 'error', 'tried_at as doubtSince'])
        .where('case_id', '=', caseId)
        .where('sent_at', 'is', null)
        .orderBy('id')
        .execute(),
    stop: async () => {
      await fake.stop();
      await on.stop();
    },
  };
}
