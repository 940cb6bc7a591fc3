import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TeamsFacts } from '../../adapters/teams/facts.ts';
import type { TeamsConfig } from '../../adapters/teams/teams-config.ts';
import { createTenants, type SeenAs, type Tenants } from '../../adapters/teams/tenants.ts';
import type { From, Lifecycle } from '../../adapters/teams/told.ts';
import type { Connections } from '../../src/app/connections.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { useCases } from '../support/use-cases.ts';
import { workspaceIds } from '../support/workspace-ids.ts';

type Logged = { level: string; fields: object; message: string };

let on: Awaited<ReturnType<typeof useCases>>;
let connections: Connections;
let logged: Logged[];
let finds: number;
let tenants: Tenants;
let tenantId: string;
let count = 0;

const ada: From = {
  personId: 'ada',
  userId: '29:ada',
  name: 'Ada Agent',
  locale: 'en-IN',
  zone: 'Asia/Kolkata',
};
const seen: SeenAs = { botId: '28:app', botName: 'Kept Bot', name: 'Care team' };

beforeAll(async () => {
  on = await useCases();
  connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
});
afterAll(() => on.stop());
beforeEach(() => {
  count += 1;
  tenantId = `00000000-0000-0000-0000-${String(count).padStart(12, '0')}`;
  logged = [];
  finds = 0;
  tenants = theirs();
});

/** The tenants as one process has them. */
function theirs(config: Partial<TeamsConfig> = {}): Tenants {
  const keep = (level: string) => (fields: object, message: string) => {
    logged.push({ level, fields, message });
  };
  const log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  const counting: Connections = {
    ...connections,
    find: (...which) => {
      finds += 1;
      return connections.find(...which);
    },
  };
  const inbox = createInbox(on.db, on.poolConfig, () => {});
  const deps = chatDeps({ deps: { ...on.deps, log }, connections: counting, inbox, publicUrl: null });
  return createTenants({
    config: {
      identity: { by: 'secret', appId: 'app', password: 'unused', tenantId },
      tenants: [tenantId],
      workspace: null,
      ...config,
    },
    deps: { ...deps, addresses: createAddresses(on.db) },
  });
}

const where = {
  conversation: '19:c@thread.tacv2',
  kind: 'channel',
  serviceUrl: 'https://smba.example.com/emea/',
  teamId: '19:t@thread.tacv2',
} as const;
const spoken = (of = tenantId, from = ada) =>
  ({
    key: randomUUID(),
    tenantId: of,
    where,
    by: 'person',
    from,
    kind: 'message',
    text: 'care',
    toUs: true,
    activityId: '1',
  }) as const;
const life = (lifecycle: Lifecycle, from: From | null = ada) =>
  ({ key: randomUUID(), tenantId, where, from, by: 'teams', kind: 'lifecycle', lifecycle }) as const;

const workspaceOf = async (id: WorkspaceId) => on.deps.store.transact(id, (tx) => tx.workspace());
async function met(told: Parameters<Tenants['meet']>[0], as?: SeenAs) {
  const connection = await tenants.meet(told, as);
  if (connection === null) throw new Error('The tenant was not connected');
  return connection;
}

describe('a tenant that is heard of for the first time', () => {
  it('gets a workspace of its own, where its people are, and nobody is named to run it', async () => {
    const connection = await met(spoken(), seen);
    expect(connection).toMatchObject({ id: `teams/${tenantId}`, kind: 'teams', status: 'connected' });
    expect(connection.facts).toEqual({
      tenantId,
      name: 'Care team',
      botId: '28:app',
      botName: 'Kept Bot',
      installedBy: null,
    });
    expect(await workspaceOf(connection.workspaceId)).toMatchObject({
      workspace: { name: 'Care team', zone: 'Asia/Kolkata', country: 'IN', currency: 'INR' },
      members: [],
    });
  });

  it('by an installation: who installed it is remembered', async () => {
    expect((await met(life({ is: 'installed' }))).facts).toMatchObject({ installedBy: 'ada' });
  });

  it('by an installation whose author nobody told', async () => {
    expect((await met(life({ is: 'installed' }, null))).facts).toMatchObject({ installedBy: null });
  });

  it.each<Lifecycle>([{ is: 'uninstalled' }, { is: 'members changed' }, { is: 'renamed', name: 'Other' }])(
    'is not connected by this: $is',
    async (what) => {
      expect(await tenants.meet(life(what))).toBeNull();
      expect(await connections.find('teams', tenantId)).toBeNull();
    },
  );

  it('is called as Teams is, where nobody says a name or a zone', async () => {
    const nowhere = { ...ada, zone: 'Mars/Olympus', locale: null };
    const connection = await met(spoken(tenantId, nowhere), { botId: null, botName: null, name: ' ' });
    expect(connection.facts).toMatchObject({ botId: '28:app', botName: 'Kept' });
    const { workspace } = await workspaceOf(connection.workspaceId);
    expect(workspace).toMatchObject({
      name: 'Microsoft Teams',
      zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
  });

  it('is one, though several come at once, in this process and in another', async () => {
    const before = (await workspaceIds(on.db)).length;
    const other = theirs();
    const all = await Promise.all([
      tenants.meet(life({ is: 'installed' })),
      tenants.meet(spoken()),
      other.meet(spoken()),
      other.meet(spoken()),
    ]);
    expect(new Set(all.map((connection) => connection?.workspaceId)).size).toBe(1);
    expect(await workspaceIds(on.db)).toHaveLength(before + 1);
  });

  it('is run by who installed it, though another process connected it for somebody who spoke', async () => {
    const other = theirs();
    await Promise.all([other.meet(spoken()), tenants.meet(life({ is: 'installed' }))]);
    expect((await theirs().find(tenantId))?.facts).toMatchObject({ installedBy: 'ada' });
  });

  it('is written in one way, however it comes', async () => {
    const of = 'ABCDEF00-0000-0000-0000-000000000001';
    tenants = theirs({ tenants: [of] });
    expect((await met(spoken(of))).id).toBe(`teams/${of.toLowerCase()}`);
    expect((await met(spoken(of.toLowerCase()))).id).toBe(`teams/${of.toLowerCase()}`);
    expect(await tenants.find(of)).toMatchObject({ externalId: of.toLowerCase() });
  });
});

describe('who is let in', () => {
  it('is on the list; nobody else is, nor found', async () => {
    const other = `${tenantId.slice(0, -1)}f`;
    expect([tenants.isAllowed(tenantId), tenants.isAllowed(other)]).toEqual([true, false]);
    expect(await tenants.meet(spoken(other))).toBeNull();
    expect(await connections.find('teams', other)).toBeNull();
  });

  it('is everybody where there is no list, in local development', async () => {
    tenants = theirs({ identity: { by: 'nobody' }, tenants: null });
    expect((await met(spoken())).facts).toMatchObject({ botId: 'kept' });
  });

  it('is nobody any more who was taken off the list', async () => {
    await met(spoken());
    tenants = theirs({ tenants: [] });
    expect(await tenants.find(tenantId)).toBeNull();
    expect(await tenants.meet(spoken())).toBeNull();
  });
});

describe('a workspace that is there already', () => {
  it('is joined: its people, its settings and who runs it stay', async () => {
    const before = await workspaceOf(on.workspaceId);
    tenants = theirs({ workspace: on.workspaceId });
    const connection = await met(life({ is: 'installed' }), seen);
    expect(connection.workspaceId).toBe(on.workspaceId);
    expect(connection.facts).toMatchObject({ installedBy: null });
    expect(await workspaceOf(on.workspaceId)).toEqual(before);
  });

  it('is not made up when it isn’t there: it is said, and nothing is connected', async () => {
    const workspace = WorkspaceId.parse(randomUUID());
    tenants = theirs({ workspace });
    expect(await tenants.meet(spoken())).toBeNull();
    expect(await tenants.meet(spoken())).toBeNull();
    expect(await connections.find('teams', tenantId)).toBeNull();
    expect(await workspaceIds(on.db)).not.toContain(workspace);
    expect(logged.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        fields: { workspaceId: workspace },
        message: 'the workspace that teams is to join is not there',
      },
    ]);
  });
});

describe('a connection that is known', () => {
  it('isn’t asked for again for half a minute, and then behind the back of whoever asks', async () => {
    const { workspaceId, id } = await met(spoken());
    finds = 0;
    await connections.addFacts(workspaceId, id, { name: 'Renamed' });
    on.clock.forward(29_000);
    expect(await tenants.find(tenantId)).toMatchObject({ facts: { name: 'Microsoft Teams' } });
    expect(finds).toBe(0);
    on.clock.forward(2_000);
    expect(await tenants.find(tenantId)).toMatchObject({ facts: { name: 'Microsoft Teams' } });
    await tenants.find(tenantId);
    await tenants.idle();
    expect(finds).toBe(1);
    expect(await tenants.find(tenantId)).toMatchObject({ facts: { name: 'Renamed' } });
  });

  it('keeps what Kept is called there, and who installed it', async () => {
    await met(life({ is: 'installed' }));
    await met(spoken(), { ...seen, botName: 'Kept anew', name: 'Some chat' });
    await met(life({ is: 'installed' }, { ...ada, personId: 'sam' }));
    const found = await connections.find('teams', tenantId);
    expect(TeamsFacts.parse(found?.facts)).toEqual({
      tenantId,
      name: 'Microsoft Teams',
      botId: '28:app',
      botName: 'Kept anew',
      installedBy: 'ada',
    });
  });

  it('is connected again when somebody speaks there after it had ended, and not by a mere leave-taking', async () => {
    const first = await met(life({ is: 'installed' }));
    await connections.setStatus(first.workspaceId, first.id, 'disconnected');
    tenants = theirs();
    expect(await tenants.meet(life({ is: 'uninstalled' }))).toMatchObject({ status: 'disconnected' });
    expect(await tenants.meet(spoken())).toEqual(first);
    expect(await connections.find('teams', tenantId)).toMatchObject({ status: 'connected' });
  });

  it('has every process look again who reads along, when somebody joins or leaves', async () => {
    const first = await met(spoken());
    await tenants.membersChanged(first);
    const mark = (await tenants.find(tenantId))?.facts.membersMark;
    expect(mark).toEqual(expect.any(String));
    expect((await theirs().find(tenantId))?.facts.membersMark).toBe(mark);
    await tenants.membersChanged(first);
    expect((await tenants.find(tenantId))?.facts.membersMark).not.toBe(mark);
  });
});
