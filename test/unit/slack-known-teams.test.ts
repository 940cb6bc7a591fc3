import { describe, expect, test } from 'vitest';
import { createKnownTeams } from '../../adapters/slack/known-teams.ts';
import type { Connection } from '../../src/app/connections.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const facts = {
  teamId: 'T1',
  enterpriseId: 'E1',
  name: 'Team',
  url: 'https://team.slack.com/',
  appId: 'A1',
  botUserId: 'UBOT',
  botId: 'B1',
  scopes: [],
  installedBy: null,
};
const of = (externalId: string, status: Connection['status'] = 'connected'): Connection => ({
  id: `slack/${externalId}`,
  workspaceId: WorkspaceId.parse('a3f1d7a0-5a53-4a0c-9a51-0b7b5e0d0001'),
  kind: 'slack',
  externalId,
  status,
  facts,
});

describe('whose an event of a Grid org is', () => {
  const inGrid = { teamId: 'T1', enterpriseId: 'E1', isEnterpriseInstall: true };
  test.each([
    ['the team’s own, where it has one', [of('T1'), of('E1')], 'slack/T1'],
    ['the org’s, where the team has none', [of('E1')], 'slack/E1'],
    ['the org’s, where the team’s own has ended', [of('T1', 'disconnected'), of('E1')], 'slack/E1'],
    ['the team’s own that has ended, where there is no other', [of('T1', 'disconnected')], 'slack/T1'],
    ['nobody’s', [], undefined],
  ])('%s', async (_whose, connections, expected) => {
    const known = createKnownTeams({
      connections: { find: async (_kind, id) => connections.find((one) => one.externalId === id) ?? null },
      clock: () => 0,
      log: silent,
    });
    expect((await known.find(inGrid))?.id).toBe(expected);
    expect((await known.find(inGrid))?.id, 'as remembered').toBe(expected);
  });

  test('that the team has none is remembered for a while, and looked up again after it', async () => {
    let now = 0;
    const connections = [of('E1')];
    const asked: string[] = [];
    const find = async (_kind: string, id: string) => {
      asked.push(id);
      return connections.find((one) => one.externalId === id) ?? null;
    };
    const known = createKnownTeams({ connections: { find }, clock: () => now, log: silent });
    await known.find(inGrid);
    await known.find(inGrid);
    expect(asked).toEqual(['T1', 'E1']);
    connections.push(of('T1'));
    now = 31_000;
    expect((await known.find(inGrid))?.id).toBe('slack/T1');
  });
});
