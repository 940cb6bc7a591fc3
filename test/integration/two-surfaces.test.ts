import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAudience as slackAudience } from '../../adapters/slack/audience.ts';
import { createClients } from '../../adapters/slack/clients.ts';
import { createSlackSurface } from '../../adapters/slack/surface.ts';
import { createAudience as teamsAudience } from '../../adapters/teams/audience.ts';
import { createBot } from '../../adapters/teams/bot.ts';
import { createPlaces } from '../../adapters/teams/places.ts';
import { createTeamsSurface } from '../../adapters/teams/surface.ts';
import { teamsConnection } from '../../adapters/teams/teams-connection.ts';
import { act } from '../../src/app/act.ts';
import type { Connections, Identity } from '../../src/app/connections.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import type { Card } from '../../src/conversation/card.ts';
import { draw } from '../../src/conversation/draw.ts';
import { elsewhere } from '../../src/conversation/elsewhere.ts';
import { loadView } from '../../src/conversation/load.ts';
import { words } from '../../src/conversation/words.ts';
import { type CaseId, MemberId, NonBlank, PromiseId } from '../../src/domain/ids.ts';
import type { Member } from '../../src/domain/people.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';
import { type FakeTeams, startFakeTeams } from '../support/fake-teams.ts';
import { CHANNEL, fakeTenant, PEOPLE, TENANT_1, userIdOf } from '../support/fake-teams-world.ts';
import { useCases } from '../support/use-cases.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SLACK = 'slack/T1';
const TEAMS = `teams/${TENANT_1}`;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The console's workspace, joined by a Slack team and a Teams tenant, each with some of its people. */
async function twoSurfaces() {
  const on = await useCases();
  const slack = await startFakeSlack({ signingSecret: 'unused', now: on.clock.now });
  const teams = await startFakeTeams({ tenants: [fakeTenant(TENANT_1)], now: on.clock.now });
  const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
  const ids = (of: Record<string, string>): Identity[] =>
    Object.entries(of).map(([name, externalId]) => ({ externalId, memberId: on.memberOf(name).id }));

  // Leo is known in Teams alone, Mia and Dora in Slack alone.
  await join(on, connections, {
    kind: 'slack',
    externalId: 'T1',
    facts: () => ({
      teamId: 'T1',
      enterpriseId: null,
      name: 'Team T1',
      url: 'https://team-t1.slack.com/',
      appId: 'A1',
      botUserId: 'UBOT',
      botId: 'B1',
      scopes: [],
      installedBy: 'U1',
    }),
    identities: ids({ Ada: 'U1', Sam: 'U2', Mia: 'U4', Dora: 'U5' }),
  });
  await join(on, connections, {
    kind: 'teams',
    externalId: TENANT_1,
    facts: () => ({
      tenantId: TENANT_1,
      name: 'Support',
      botId: `28:${teams.world.appId}`,
      botName: 'Kept',
      installedBy: null,
    }),
    identities: ids({ Ada: PEOPLE.Ada, Sam: PEOPLE.Sam, Leo: PEOPLE.Leo }),
  });

  const inbox = createInbox(on.db, on.poolConfig, () => {});
  const deps = {
    ...chatDeps({ deps: on.deps, connections, inbox, publicUrl: null }),
    addresses: createAddresses(on.db),
  };
  const clientOf = createClients({
    apiUrl: slack.apiUrl,
    tokenOf: async () => 'xoxb-T1',
    log: silent,
  });
  const slackSurface = createSlackSurface({
    deps,
    clientOf,
    audience: slackAudience({ clientOf, clock: on.clock.now, seen: () => {} }),
    forgetToken: () => {},
  });
  const bot = createBot({ identity: { by: 'nobody' }, tenants: null, workspace: null }, null);
  const places = createPlaces({ deps, bot });
  const teamsSurface = createTeamsSurface({
    deps,
    bot,
    places,
    audience: teamsAudience({ bot, places, clock: on.clock.now }),
    tenants: { isAllowed: () => true },
  });
  const tenant = await connections.get(on.workspaceId, TEAMS);
  if (tenant === null) throw new Error('The tenant is not connected');
  await places.seen(teamsConnection(tenant), {
    where: {
      conversation: CHANNEL,
      kind: 'channel',
      serviceUrl: teams.serviceUrl(TENANT_1),
      teamId: CHANNEL,
    },
    from: {
      personId: PEOPLE.Ada,
      userId: userIdOf(PEOPLE.Ada),
      name: 'Ada Agent',
      locale: null,
      zone: null,
    },
  });

  const deliver = () =>
    deliverDue<Card>({
      ...on.deps,
      surfaces: new Map([
        ['slack', slackSurface],
        ['teams', teamsSurface],
      ]),
      draw: async ({ workspaceId, caseId, tried }, key, say) => {
        const view = await loadView(on.deps, { workspaceId }, caseId);
        if (view === null) throw new Error('The case is missing');
        return { drawn: elsewhere(draw(view, key, say), tried), file: view.file, team: view.team };
      },
    });

  return {
    ...on,
    slack,
    teams,
    connections,
    deliver,
    /** Lets time pass, as alarms and deliveries see it. */
    pass: async (ms: number) => {
      on.clock.forward(ms);
      await wakeDue(on.deps);
      await deliver();
    },
    posts: (caseId: CaseId) =>
      on.db
        .selectFrom('kept.post')
        .select(['key', 'connection', 'ref', 'audience', 'tried'])
        .where('case_id', '=', caseId)
        .orderBy('key')
        .execute(),
    stop: async () => {
      await slack.stop();
      await teams.stop();
      await on.stop();
    },
  };
}

/** Connects another surface with the workspace that is there. */
function join(
  on: Awaited<ReturnType<typeof useCases>>,
  connections: Connections,
  team: Pick<Parameters<Connections['connect']>[0], 'kind' | 'externalId' | 'facts' | 'identities'>,
  members: Member[] = [],
) {
  const name = NonBlank.parse('Another name');
  const settings = { id: on.workspaceId, name, zone: 'Asia/Tokyo', country: 'JP', currency: 'JPY' };
  return connections.connect({ ...team, secret: null, workspace: newWorkspace(settings, members) });
}

describe('a workspace with a Slack and a Teams connection', () => {
  let on: Awaited<ReturnType<typeof twoSurfaces>>;
  beforeAll(async () => {
    on = await twoSurfaces();
  });
  afterAll(() => on.stop());
  beforeEach(() => {
    on.teams.world.calls.length = 0;
  });
  afterEach(async () => {
    // What one case still owes isn't the next one's.
    await on.db.deleteFrom('kept.alarm').execute();
  });

  /** Somebody promises a word in two hours. */
  async function promise(caseId: CaseId, name: string): Promise<void> {
    const owner = on.memberOf(name).id;
    const terms = {
      id: PromiseId.parse(randomUUID()),
      ownerId: owner,
      action: NonBlank.parse('Call'),
      contactBy: owner,
      contactTo: '',
      followUpAt: on.clock.now() + 2 * HOUR,
    };
    await act(on.deps, on.whoIs(name), caseId, { do: 'promise', terms });
  }

  const inSlack = (fake: FakeSlack) => JSON.stringify(fake.calls('chat.postMessage').map(({ args }) => args));
  const inTeams = ({ world }: FakeTeams) =>
    JSON.stringify(world.calls.map(({ conversation, body }) => ({ conversation, body })));

  it('is one that was there before: its people, its settings and its policy stay, and who is new is added', async () => {
    const before = await on.deps.store.transact(on.workspaceId, (tx) => tx.workspace());
    const id = MemberId.parse(randomUUID());
    const installer: Member = {
      ...on.memberOf('Sam'),
      id,
      name: NonBlank.parse('Dora Director'),
      leadId: null,
    };
    const { connection, isNew } = await join(
      on,
      on.connections,
      {
        kind: 'teams',
        externalId: 'another',
        facts: () => ({}),
        identities: [{ externalId: 'dora', memberId: id }],
      },
      [installer],
    );
    expect(isNew).toBe(true);
    expect(connection.workspaceId).toBe(on.workspaceId);
    const after = await on.deps.store.transact(on.workspaceId, (tx) => tx.workspace());
    expect(after).toEqual({ ...before, members: [...before.members, installer] });
    expect(await on.connections.memberOf(on.workspaceId, connection.id, 'dora')).toEqual(installer);
    expect(await on.connections.memberOf(on.workspaceId, TEAMS, 'dora'), 'nor on another').toBeNull();
  });

  it('keeps each case where it was opened, and shows nothing of one to the other', async () => {
    const here = await on.open('Export down', { connection: SLACK, channel: 'C1' });
    const there = await on.open('Import slow', { connection: TEAMS, channel: CHANNEL });
    await on.deliver();
    const connectionsOf = async (id: CaseId) =>
      (await on.posts(id)).map(({ key, connection }) => `${key.replace(id, 'case')} ${connection}`);
    expect(await connectionsOf(here)).toEqual([
      `case/card ${SLACK}`,
      `case/history ${SLACK}`,
      `case/wait/1/0 ${SLACK}`,
    ]);
    expect(await connectionsOf(there)).toEqual([
      `case/card ${TEAMS}`,
      `case/history ${TEAMS}`,
      `case/wait/1/0 ${TEAMS}`,
    ]);
    expect(on.slack.messages('T1', 'C1')).toHaveLength(3);
    expect(on.teams.posts(TENANT_1, CHANNEL)).toHaveLength(3);
    expect(new Set(on.teams.posts(TENANT_1, CHANNEL).map(({ root }) => root)).size).toBe(1);
    expect(inSlack(on.slack)).toContain('Export down');
    expect(inTeams(on.teams)).toContain('Import slow');
    // What the team knows of a customer it knows on both; of where that is, neither hears anything of the other.
    expect(inSlack(on.slack)).not.toMatch(/thread\.tacv2|a0000000|teams/iu);
    expect(inTeams(on.teams)).not.toMatch(/slack|<@U|"C1/iu);
  });

  it('mentions people by the ids of the surface that the case is on', async () => {
    const before = on.slack.calls('chat.postMessage').length;
    for (const place of [
      { connection: SLACK, channel: 'C1' },
      { connection: TEAMS, channel: CHANNEL },
    ]) {
      await promise(await on.open('A promise', place), 'Sam');
    }
    await on.deliver();
    await on.pass(HOUR);
    const slack = JSON.stringify(on.slack.calls('chat.postMessage').slice(before));
    expect(slack).toContain('U2');
    expect(slack).not.toMatch(/a0000000|29:/u);
    const teams = inTeams(on.teams);
    expect(teams).toContain(`"mentioned":{"id":"${PEOPLE.Sam}","name":"Sam Support"}`);
    expect(teams).not.toContain('U2');
  });

  it('calls somebody who is on the other surface alone in the thread instead', async () => {
    const before = on.slack.messages('T1', 'C1').length;
    const id = await on.open('Leo is in Teams alone', { connection: SLACK, channel: 'C1' });
    await on.deliver();
    await on.pass(16 * MINUTE);
    // then
    const posts = await on.posts(id);
    expect(posts.find(({ key }) => key === `${id}/case/climb/1/1`)).toMatchObject({
      connection: SLACK,
      audience: { kind: 'thread' },
      tried: [{ kind: 'member', memberId: on.memberOf('Leo').id }],
    });
    const said = on.slack.messages('T1', 'C1').slice(before);
    expect(JSON.stringify(said)).toContain(words.elsewhere.member);
    expect(new Set(said.map(({ channel }) => channel))).toEqual(new Set(['C1']));
    expect(on.teams.chat(TENANT_1, PEOPLE.Leo)).toEqual([]);
    expect(on.teams.world.calls).toEqual([]);
  });

  it('calls the same person in their own chat of a case on their surface', async () => {
    const slackBefore = on.slack.calls('chat.postMessage').length;
    const id = await on.open('Leo is here', { connection: TEAMS, channel: CHANNEL });
    await on.deliver();
    await on.pass(16 * MINUTE);
    expect(JSON.stringify(on.teams.chat(TENANT_1, PEOPLE.Leo))).toContain('Leo is here');
    expect(new Set((await on.posts(id)).map(({ connection }) => connection))).toEqual(new Set([TEAMS]));
    expect(on.slack.calls('chat.postMessage')).toHaveLength(slackBefore);
  });

  it('takes the next way on the same surface when a channel is shut', async () => {
    const general = on.teams.tenant(TENANT_1).conversations.get(CHANNEL);
    if (general === undefined) throw new Error('The channel is not there');
    general.shut = 'BotNotInConversationRoster';
    const slackBefore = on.slack.calls('chat.postMessage').length;
    const id = await on.open('Nobody hears', { connection: TEAMS, channel: CHANNEL });
    await on.deliver();
    general.shut = null;
    expect((await on.posts(id)).map(({ audience }) => audience)).toContainEqual({
      kind: 'member',
      memberId: on.memberOf('Ada').id,
    });
    expect(JSON.stringify(on.teams.chat(TENANT_1, PEOPLE.Ada))).toContain('Nobody hears');
    expect(on.slack.calls('chat.postMessage')).toHaveLength(slackBefore);
  });

  it('has no way left where it isn’t in the channel and the opener isn’t on it, and says so on the board', async () => {
    const teamsBefore = on.teams.world.calls.length;
    await on.db.deleteFrom('kept.identity').where('external_id', '=', 'U1').execute();
    const id = await on.open('Nobody hears', { connection: SLACK, channel: 'C-gone' });
    await on.deliver();
    expect(await on.posts(id)).toEqual([]);
    const unsaid = await on.deps.store.transact(on.workspaceId, (tx) => tx.unsaid(10));
    expect(unsaid.filter(({ caseId }) => caseId === id)).not.toEqual([]);
    expect(on.teams.world.calls).toHaveLength(teamsBefore);
  });
});
