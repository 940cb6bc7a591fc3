import { randomUUID } from 'node:crypto';
import { newWorkspace } from '../../../src/app/set-up.ts';
import type { WorkspaceData } from '../../../src/app/store.ts';
import { MemberId, NonBlank, WorkspaceId } from '../../../src/domain/ids.ts';
import { Zone } from '../../../src/domain/instant.ts';
import type { Member } from '../../../src/domain/people.ts';
import { Policy } from '../../../src/domain/policy.ts';
import { createConnections } from '../../../src/store/connections.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createSeal } from '../../../src/store/seal.ts';
import { createStore } from '../../../src/store/store.ts';
import { PEOPLE, TENANT_1, TENANT_2 } from '../../support/fake-teams-world.ts';

export const NAMES = ['Ada', 'Sam', 'Leo', 'Mia', 'Dora'] as const;
export type Name = (typeof NAMES)[number];

/** A workspace that is played in. `marker` stands in each title and customer of it, and of no other. */
export type Tenant = {
  end: 'slack' | 'teams' | 'console';
  connection: string;
  /** The Slack team's or Teams tenant's id; `console`. */
  externalId: string;
  workspaceId: string;
  marker: string;
  members: Record<Name, string>;
  /** By name, their ids on that platform; the same in each of its tenants. */
  people: Record<Name, string>;
};

const SECOND = 1_000;

/**
 * The plan on a small scale: all of it, up to the top of the ladder and round again, happens within two minutes.
 * Shares are the usual ones.
 */
const QUICK = Policy.parse({
  halfway: { share: 0.5, minWindowMs: 30 * SECOND },
  grace: { share: 0.1, minMs: 4 * SECOND, maxMs: 15 * SECOND },
  climb: { share: 1 / 3, reserveShare: 0.1, minMs: 3 * SECOND, afterMs: 10 * SECOND, againMs: 20 * SECOND },
  waiting: { againMs: 10 * SECOND, channelMs: 20 * SECOND, ladderMs: 30 * SECOND },
  crowd: 1_000,
});

const ZONE = Zone.parse('Etc/UTC');
const SLACK_PEOPLE = { Ada: 'U1', Sam: 'U2', Leo: 'U3', Mia: 'U4', Dora: 'U5' } as const;

/** Two Slack teams, two Teams tenants and the console: in each the same five people, with the same ids on a platform. */
export async function setUp(options: { databaseUrl: string; encryptionKey: string; now: number }) {
  const db = openDatabase({ connectionString: options.databaseUrl, max: 2 }, () => {});
  try {
    await migrate(db);
    const connections = createConnections(db, createSeal([options.encryptionKey]));
    const tenants: Tenant[] = [];
    for (const [index, team] of ['T1', 'T2'].entries()) {
      const { data, members } = workspace(`Slack ${team}`, options.now);
      const { connection } = await connections.connect({
        kind: 'slack',
        externalId: team,
        facts: () => ({
          teamId: team,
          enterpriseId: null,
          name: `Team ${team}`,
          url: `https://team-${team.toLowerCase()}.slack.com/`,
          appId: 'A1',
          botUserId: 'UBOT',
          botId: 'B1',
          scopes: [],
          installedBy: 'U1',
        }),
        secret: { token: `xoxb-${team}`, refreshToken: null, expiresAt: null },
        workspace: data,
        identities: identities(members, SLACK_PEOPLE),
      });
      tenants.push({
        end: 'slack',
        connection: connection.id,
        externalId: team,
        workspaceId: connection.workspaceId,
        marker: `SLACKMARK${index + 1}`,
        members,
        people: SLACK_PEOPLE,
      });
    }
    for (const [index, tenantId] of [TENANT_1, TENANT_2].entries()) {
      const { data, members } = workspace(`Teams ${index + 1}`, options.now);
      const { connection } = await connections.connect({
        kind: 'teams',
        externalId: tenantId,
        facts: () => ({
          tenantId,
          name: 'Support',
          botId: 'kept',
          botName: 'Kept',
          installedBy: PEOPLE.Ada,
        }),
        secret: null,
        workspace: data,
        identities: identities(members, PEOPLE),
      });
      tenants.push({
        end: 'teams',
        connection: connection.id,
        externalId: tenantId,
        workspaceId: connection.workspaceId,
        marker: `TEAMSMARK${index + 1}`,
        members,
        people: PEOPLE,
      });
    }
    const { data, members } = workspace('Console', options.now);
    await createStore(db).createConsoleWorkspace(data, []);
    tenants.push({
      end: 'console',
      connection: 'console',
      externalId: 'console',
      workspaceId: data.workspace.id,
      marker: 'CONSOLEMARK1',
      members,
      people: members,
    });
    return tenants;
  } finally {
    await db.destroy();
  }
}

function workspace(name: string, now: number): { data: WorkspaceData; members: Record<Name, string> } {
  const id = WorkspaceId.parse(randomUUID());
  const members: Record<Name, string> = {
    Ada: randomUUID(),
    Sam: randomUUID(),
    Leo: randomUUID(),
    Mia: randomUUID(),
    Dora: randomUUID(),
  };
  const person = (key: Name, full: string, lead: Name | null, money: number | null | undefined): Member => ({
    id: MemberId.parse(members[key]),
    workspaceId: id,
    name: NonBlank.parse(full),
    title: '',
    zone: ZONE,
    leadId: lead === null ? null : MemberId.parse(members[lead]),
    limit: money === undefined ? null : { money, days: money === null ? null : 30 },
    absence: null,
    chat: { away: null, paused: null },
    admin: false,
    active: true,
  });
  const people = [
    person('Ada', 'Ada Agent', 'Leo', undefined),
    person('Sam', 'Sam Support', 'Leo', undefined),
    person('Leo', 'Leo Lead', 'Mia', 250),
    person('Mia', 'Mia Manager', 'Dora', 2_500),
    person('Dora', 'Dora Director', null, null),
  ];
  const usual = newWorkspace(
    { id, name: NonBlank.parse(name), zone: ZONE, country: null, currency: 'EUR' },
    people,
  );
  const allDay = [{ from: '00:00', to: '24:00' }];
  const week = { 1: allDay, 2: allDay, 3: allDay, 4: allDay, 5: allDay, 6: allDay, 7: allDay };
  return {
    members,
    data: {
      workspace: { ...usual.workspace, week, quiet: farQuiet(now) },
      members: people,
      policy: QUICK,
    },
  };
}

/** A minute of quiet half a day away: nothing that is played is put off by it. */
function farQuiet(now: number): { from: string; to: string } {
  const at = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  return { from: at(now + 12 * 3_600_000), to: at(now + 12 * 3_600_000 + 60_000) };
}

function identities(members: Record<Name, string>, people: Record<Name, string>) {
  return NAMES.map((name) => ({ externalId: people[name], memberId: MemberId.parse(members[name]) }));
}
